"""Builders of small records for tests of tables, reports and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    CheckResult,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Evidence,
    NotChecked,
    Span,
    Stance,
    Verdict,
    VerdictLabel,
)
from tests.claims import samples


def article(text: str, *, title: str | None = None, url: str | None = None) -> ArticleRecord:
    """Build an article with this text and without claims."""
    return ArticleRecord(
        id=ArticleId("a_1"),
        status=ArticleStatus.DONE,
        title=title,
        url=url,
        published_at=None,
        text=text,
    )


def claim(
    text: str, *, span: tuple[int, int] | None = None, verdict: Verdict | None = None
) -> ClaimRecord:
    """Build a claim: judged if `verdict` is given, otherwise queued."""
    return ClaimRecord(
        id=ClaimId("c_1"),
        article_id=None,
        text=text,
        span=Span(*span) if span else None,
        sentence=text,
        claimant=None,
        claimed_at=None,
        check_worthiness=1.0,
        kinds=(),
        needs_context=False,
        status=ClaimStatus.JUDGED if verdict else ClaimStatus.QUEUED,
        verdict=verdict,
    )


def verdict(label: str, pieces: Sequence[Evidence] | None = None) -> Verdict:
    """Build a verdict with the evidence `pieces`, by default one piece."""
    made = samples.verdict(VerdictLabel(label))
    return made if pieces is None else replace(made, evidence=tuple(pieces))


def evidence(stance: str, quote: str, **page: str | None) -> Evidence:
    """Build evidence with this stance and quotation; `page` overrides fields of its page."""
    sides = {Stance.SUPPORTS: (0.9, 0.05), Stance.REFUTES: (0.05, 0.9), Stance.NEUTRAL: (0.1, 0.1)}
    item = samples.evidence(*sides[Stance(stance)])
    return replace(item, quote=quote, page=replace(item.page, **page))


def result(
    claims: Sequence[ClaimRecord],
    article: ArticleRecord | None = None,
    *,
    not_checked: Sequence[NotChecked] = (),
) -> CheckResult:
    """Build the result of a check."""
    return CheckResult(article=article, claims=tuple(claims), not_checked=tuple(not_checked))
