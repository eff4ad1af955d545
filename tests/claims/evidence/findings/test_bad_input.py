"""Findings for arbitrary text: no errors, and time linear in the length of the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.evidence.findings import read_passage
from claims.evidence.pairs import whole_passage
from claims.types import FindingResult
from tests.claims.timing import processor_seconds

CLAIM = (
    "“We will never, ever close the mine”, said Ana Sorel of Kestrel Bikes on 4 May 2021, when "
    "13.5 million dollars and 40 percent of 300 workers in Norway beat Orvane."
)
ODD = (
    "The mine lost 12 percent of 300 workers on 5 May 2021, “we will not ever close the mine”. ",
    "“",
    "’",
    "1,",
    "$3-4 bn ",
    "one million and ",
    "Kestrel Orvane beat ",
    '"We will," she said, "close". ',
)


@pytest.mark.parametrize("piece", ODD)
def test_time_is_linear_in_the_text(piece: str) -> None:
    def seconds(words: int) -> float:
        text = piece * (words // len(piece.split()))
        return processor_seconds(lambda: read_passage(CLAIM, whole_passage(text)))

    seconds(1_000)
    # The text is four times as long; quadratic work would take sixteen times as long.
    assert seconds(100_000) < 8 * seconds(25_000) + 0.5


PIECES = (
    " after ",
    "9999-12-31",
    "0001-01-01",
    " before ",
    " million ",
    " 4 May 2021 ",
    " Q3 ",
    " percent ",
    " half a ",
    " said ",
    " Orvane ",
    "XIV",
)
MARKS = "“”‘’\"'«»$€£%.,-–/ 0123456789aZ\n\u00a0\u0660²½Ⅳ"
ALPHABET = st.sampled_from([*MARKS, *PIECES])


@given(st.lists(ALPHABET, max_size=60).map("".join), st.lists(ALPHABET, max_size=60).map("".join))
def test_any_text_gets_an_answer(claim: str, passage: str) -> None:
    for finding in read_passage(claim, whole_passage(passage)):
        assert finding.claim


def test_a_letter_that_looks_like_another_is_read_as_that() -> None:
    assert read_passage("It was in Kiſoro.", whole_passage("It was in Kisoro.")) == ()


TEXTS = (
    "Smith said it was not “acceptable”. It is “safe” if it is kept cold.",
    "After Trump said “you are not”, Biden said: “We are ready.”",
    "“Game of Thrones” won 12 Emmys in 2015 for the iPhone maker, said J.K. Row of the U.S.",
    "Musk, who owns Tesla, called the plan “insane” when he spoke to Newsmax in New York.",
    "Murders rose from 120 in 2019 to 1,312 in 2022, or 1 in 1,000, at 3.5% a year.",
    "Five hundred million people aged 18-24 will not exceed a quarter million in HK$5 billion.",
    "In May, 300 people died at 82, and a third man, 45, ran 6 feet 2 inches in the 2023-24 cup.",
    "Hamilton overtook Verstappen on lap 3, but Verstappen, hired by Disney, beat Hamilton.",
    "German finance minister Ole Scholz met French finance minister Bru Le Maire on Good Friday.",
)
AGAINST = set(FindingResult) - {FindingResult.VERBATIM}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_never_contradicts_itself(text: str) -> None:
    found = read_passage(text, whole_passage(text))
    assert [finding for finding in found if finding.result in AGAINST] == []


def test_names_of_capitals_take_no_time() -> None:
    passage = whole_passage("of " * 500)

    def seconds(claim: str) -> float:
        return processor_seconds(lambda: read_passage(claim, passage))

    assert seconds("He saw OOOOOOOOOOOOX there.") < 8 * seconds("He saw Tom there.") + 0.5
