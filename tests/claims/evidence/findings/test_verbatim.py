"""Quotations that a passage has verbatim, complete or shortened."""

from __future__ import annotations

import pytest

from claims.english.quotation import find_quotations
from claims.evidence.findings.quoted_words import read_passage_words, split_words
from claims.evidence.findings.verbatim import Place, find_verbatim
from claims.types import FindingResult

PASSAGE = "“We will not close the mine unless the price falls. It is ours,” she said."


def find(claim: str) -> Place | None:
    (quotation,) = find_quotations(claim)
    words = split_words(claim, quotation.inner)
    return find_verbatim(words, read_passage_words(PASSAGE), claim=claim, inner=quotation.inner)


@pytest.mark.parametrize(
    ("claim", "result", "rule"),
    [
        ("She said “it is ours”.", FindingResult.VERBATIM, "word by word"),
        ("She said “We will not close the mine”.", FindingResult.CUT, "leaves out “unless”"),
        ("She said they “will close it”.", None, ""),
        (
            "She said “we will not … unless the price falls”.",
            FindingResult.VERBATIM,
            "word by word, with the gaps it marks",
        ),
        (
            "She said “We will … close the mine unless the price falls”.",
            FindingResult.CUT,
            "words left out between its parts",
        ),
        ("“The price falls.”", FindingResult.VERBATIM, "word by word"),
        ("“Will not close the.”", FindingResult.CUT, "the sentence goes on: “mine …”"),
    ],
)
def test_result_and_rule(claim: str, result: FindingResult | None, rule: str) -> None:
    place = find(claim)
    if result is None or place is None:
        assert place is result
    else:
        assert (place.result, place.rule) == (result, rule)


def test_place_is_that_of_the_words() -> None:
    place = find("She said “It is ours”.")
    assert place is not None
    assert PASSAGE[place.span.start : place.span.end] == "It is ours"
