"""Builders of questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from claims.ports import Question
from claims.types import Passage, Span
from tests.claims.samples import reference

CLAIM = "The bridge at Kisoro is 42 metres long."
TEXT = "The bridge at Kisoro is 42 metres long, the engineer said on Monday."
CONTRARY = "The council's report says that the bridge is only 38 metres long."


def place(
    text: str,
    *,
    site: str = "a",
    origin: str = "",
    before: str = "",
    credibility: float | None = None,
    **about: object,
) -> Passage:
    """A passage of a page of a site, which is an origin of its own; `before` it stands a text."""
    page = replace(
        reference(f"https://{site}.example/one", origin=origin or site),
        credibility=credibility,
        **about,  # type: ignore[arg-type]
    )
    start = len(before)
    return Passage(text=text, span=Span(start, start + len(text)), page=page)


def ask(*passages: Passage, claim: str = CLAIM) -> Question:
    """A question with these passages, or with one for the claim and one against it."""
    return Question(
        claim=claim,
        claimant="the engineer",
        claimed_at=date(2025, 9, 4),
        passages=passages or (place(TEXT), place(CONTRARY, site="b")),
    )
