"""Whether the passage attributes the quotation to another speaker."""

from __future__ import annotations

import pytest

from claims.evidence.findings.speakers import is_another
from claims.types import Span


@pytest.mark.parametrize(
    ("mine", "other", "answer"),
    [
        ("sorel", "ana sorel", False),
        ("sorel", "", False),
        ("sorel", "jonas wyke", True),
        ("sorel", "wyke", None),
        ("ana sorel", "eva sorel", True),
    ],
)
def test_only_a_full_name_is_somebody_else(mine: str, other: str, answer: bool | None) -> None:
    passage = "The mine is “finished”."
    given = is_another(mine.split(), other.split(), passage=passage, quotation=Span(12, 22))
    assert given is answer


def test_speaker_named_in_the_sentence_may_be_meant() -> None:
    passage = "Jonas Wyke said with Sorel that the mine is “finished”."
    given = is_another(["sorel"], ["jonas", "wyke"], passage=passage, quotation=Span(44, 54))
    assert given is None
