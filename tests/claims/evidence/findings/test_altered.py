"""Quotations that a passage has with altered words."""

from __future__ import annotations

import pytest

from claims.evidence.findings.altered import find_altered
from claims.evidence.findings.quoted_words import read_passage_words, split_words
from claims.types import FindingResult

PASSAGE = "She spoke first. “We will not close the old mine this year,” she said. Nobody laughed."


@pytest.mark.parametrize(
    ("quoted", "result", "rule"),
    [
        (
            "We will not sell the old mine this year",
            FindingResult.ALTERED,
            "“sell” for “close”",
        ),
        ("We will close the old mine this year", FindingResult.CUT, "“not” left out"),
        ("We will not close the mine this year", FindingResult.ALTERED, "“old” left out"),
        (
            "We will not close the old mine ever this year",
            FindingResult.ALTERED,
            "“ever” put in",
        ),
    ],
)
def test_difference_is_described(quoted: str, result: FindingResult, rule: str) -> None:
    place = find_altered(split_words(quoted), read_passage_words(PASSAGE))
    assert place is not None
    assert (place.result, place.rule) == (result, rule)
    assert PASSAGE[place.span.start : place.span.end] == "We will not close the old mine this year"


@pytest.mark.parametrize(
    "quoted", ["not the mine", "All miners will be paid in full", "We will shut down every pit"]
)
def test_too_short_or_too_far(quoted: str) -> None:
    assert find_altered(split_words(quoted), read_passage_words(PASSAGE)) is None


def test_empty_passage_has_nothing() -> None:
    assert find_altered(["we", "will", "not", "close"], read_passage_words("")) is None
