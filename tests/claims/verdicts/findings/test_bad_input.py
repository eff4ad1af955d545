"""Any text gets an answer, in time that grows no faster than the text."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.scoring import whole_passage
from claims.types import FindingResult
from claims.verdicts.findings import read_passage

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
        start = time.process_time()
        read_passage(CLAIM, whole_passage(text))
        return time.process_time() - start

    seconds(1_000)
    # Four times the text: quadratic work would take sixteen times as long.
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
    reading = read_passage(claim, whole_passage(passage))
    probes = np.full((len(reading.proposals), 3), 1 / 3, np.float32)
    for finding in reading.conclude(probes, np.array([0.2, 0.2, 0.6], np.float32)):
        assert finding.claim


@pytest.mark.parametrize(
    "passage",
    [
        "They were 20 's and 30 ’s.",
        "On 00/05/2020, 05/00/2020 and 05/06/0000.",
        "On 4 Auguſt 2021 the firſt place was doubleſ, and 1 mıllion; 20 ounceſ, laſt March.",
        "It was 5 K\u212am away, on İ May.",
    ],
)
def test_odd_letters_and_days_get_an_answer(passage: str) -> None:
    page = replace(whole_passage(passage).page, published_at="2021-09-01", title=passage)
    reading = read_passage("It cost 777 euros.", replace(whole_passage(passage), page=page))
    assert "777 euros" in {finding.claim for finding in reading.found}


def test_a_letter_that_looks_like_another_is_read_as_that() -> None:
    reading = read_passage("It was on 4 August 2021.", whole_passage("It was on 4 Auguſt 2021."))
    assert reading.found == ()


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
AGAINST = set(FindingResult) - {FindingResult.MATCH, FindingResult.VERBATIM}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_never_contradicts_itself(text: str) -> None:
    reading = read_passage(text, whole_passage(text))
    assert [f for f in reading.found if f.result in AGAINST] == []
    assert [p for p in reading.proposals if p.result in AGAINST] == []


def test_names_of_capitals_take_no_time() -> None:
    start = time.process_time()
    read_passage("He saw OOOOOOOOOOOOX there.", whole_passage("of " * 500))
    assert time.process_time() - start < 1


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31", "soon", ""])
def test_a_page_may_have_any_day(published: str) -> None:
    passage = whole_passage("It was said yesterday, 30 months ago, last week and tomorrow.")
    page = replace(passage.page, published_at=published)
    reading = read_passage("It cost 777 euros.", replace(passage, page=page))
    assert [finding.claim for finding in reading.found] == ["777 euros"]
