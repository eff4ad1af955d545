"""The wording rule for the lifetime of a claim, compared with labelled sentences.

Each line of lasting.tsv has a label and a sentence. Sentences with invented names of people and
places come from the claims of training/data; all others were written for this test.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.evidence.claim_lifetime import FIGURE, STATE, find_lifetime

FLOOR = 0.95
LIFETIMES = {"figure": FIGURE, "state": STATE, "none": None}
ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("lasting.tsv").read_text("utf-8").splitlines()
]


def test_the_rule_agrees_with_the_labels() -> None:
    wrong = [text for label, text in ROWS if find_lifetime(text) != LIFETIMES[label]]
    assert len(ROWS) >= 100
    assert len(wrong) <= (1 - FLOOR) * len(ROWS), wrong


@pytest.mark.parametrize("label", LIFETIMES)
def test_every_label_has_its_sentences(label: str) -> None:
    assert sum(row[0] == label for row in ROWS) >= 25


@given(st.text(max_size=300))
def test_any_text_has_a_lifetime_or_none(claim: str) -> None:
    assert find_lifetime(claim) in LIFETIMES.values()
