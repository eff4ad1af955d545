"""Any text gets an answer, in time that grows no faster than the text."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.scoring import whole_passage
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


PIECES = (" million ", " 4 May 2021 ", " Q3 ", " percent ", " half a ", " said ", " Orvane ", "XIV")
MARKS = "“”‘’\"'«»$€£%.,-–/ 0123456789aZ\n\u00a0\u0660²½Ⅳ"
ALPHABET = st.sampled_from([*MARKS, *PIECES])


@given(st.lists(ALPHABET, max_size=60).map("".join), st.lists(ALPHABET, max_size=60).map("".join))
def test_any_text_gets_an_answer(claim: str, passage: str) -> None:
    reading = read_passage(claim, whole_passage(passage))
    probes = np.full((len(reading.proposals), 3), 1 / 3, np.float32)
    for finding in reading.conclude(probes, np.array([0.2, 0.2, 0.6], np.float32)):
        assert finding.claim
