"""Builders of domain values with defaults for all fields that a test does not set."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from claims.types import (
    Coverage,
    Evidence,
    Gathered,
    JudgeName,
    LostPage,
    Page,
    PageReference,
    Passage,
    Probabilities,
    Span,
    Verdict,
    VerdictLabel,
)

NOON = datetime(2025, 9, 4, 12, 0, tzinfo=UTC)
JUDGE = JudgeName("test-judge", "1")


def page(url: str = "https://a.example/one", text: str = "Eleven people died.") -> Page:
    """A page with this text."""
    return Page(
        url=url,
        canonical_url=url,
        title="A title",
        publisher="A paper",
        published_at="2025-09-04",
        fetched_at=NOON,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
    )


def reference(
    url: str = "https://a.example/one", *, origin: str = "o1", sha256: str = "aa"
) -> PageReference:
    """A reference to a page with this origin."""
    return PageReference(
        url=url,
        title="A title",
        publisher="A paper",
        published_at=None,
        fetched_at=NOON,
        sha256=sha256,
        origin=origin,
    )


def passage(text: str, **about: str) -> Passage:
    """A passage at the start of its page."""
    return Passage(text=text, span=Span(0, len(text)), page=reference(**about))


def evidence(supports: float, refutes: float, *, origin: str = "o1") -> Evidence:
    """A piece of evidence with these probabilities."""
    return Evidence(
        quote="Eleven people died.",
        span=Span(0, 19),
        probabilities=Probabilities(supports, refutes, round(1 - supports - refutes, 6)),
        page=reference(origin=origin),
    )


def lost_page(code: str = "http-404") -> LostPage:
    """A page that check 1 rests on, and that check 2 did not find."""
    page = reference("https://a.example/lost", sha256="ab" * 32)
    return LostPage(page=page, quote="Eleven people died.", check=1, since=2, code=code)


def gathered(*pages: PageReference) -> Gathered:
    """The result of gathering these pages, without passages."""
    return Gathered((), pages, Coverage(len(pages), len(pages), len(pages)))


def verdict(label: VerdictLabel = VerdictLabel.NOT_ENOUGH_EVIDENCE, *, check: int = 1) -> Verdict:
    """A verdict with this label and, if the label needs evidence, one piece of evidence."""
    refuted = label is VerdictLabel.REFUTED
    return Verdict(
        label=label,
        support=0.5,
        confidence=0.7,
        check=check,
        checked_at=NOON,
        explanation="Because.",
        coverage=Coverage(1, 1, 1),
        judge=JUDGE,
        evidence=(evidence(0.1, 0.8) if refuted else evidence(0.9, 0.05),),
    )
