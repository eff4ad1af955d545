"""Compare a check with the one before it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from claims.days import find_latest_day, read_day
from claims.types import (
    ClaimRecord,
    Gathered,
    HistoryEntry,
    JudgeName,
    PageDifference,
    PageReference,
    Verdict,
)
from claims.verdicts.staleness import mark_stale


def needs_scoring(
    claim: ClaimRecord,
    gathered: Gathered,
    *,
    before: Gathered | None,
    last: Verdict | None,
    judge: JudgeName,
) -> bool:
    """False when the last verdict stands: the same passages of the same origins, as credible as
    before, by pages of the same title and day, as stale as before, and the same judge.

    Unchanged pages give unchanged passages; so does a page that changed elsewhere.
    """
    if before is None or last is None or last.judge != judge:
        return True
    return _judged(gathered) != _judged(before) or _is_otherwise_stale(claim, gathered, last)


def _is_otherwise_stale(claim: ClaimRecord, gathered: Gathered, last: Verdict) -> bool:
    """Whether other evidence is stale now, or pages that were give another day."""
    pages = {page.url: page for page in gathered.pages}
    now = mark_stale(
        (replace(item, page=pages.get(item.page.url, item.page)) for item in last.evidence),
        gathered.pages,
        claim=claim.text,
        claimed_at=claim.claimed_at,
        shared=gathered.coverage.shared_origins,
    )
    return any(
        new.stale != old.stale
        or (old.stale and find_latest_day(new.page) != find_latest_day(old.page))
        for old, new in zip(last.evidence, now, strict=True)
    )


def _judged(gathered: Gathered) -> set[tuple[str | float | date | None, ...]]:
    """All that the judging of passages goes by, and what is told of their pages."""
    return {
        (
            item.text,
            item.page_number,
            item.page.url,
            item.page.origin,
            item.page.source,
            item.page.credibility,
            item.page.title,
            read_day(item.page.published_at),
        )
        for item in gathered.passages
    }


def find_difference(gathered: Gathered, *, before: Gathered) -> PageDifference:
    """Which pages came, went or changed. A page that could not be fetched counts as vanished.

    That it vanished says only that it was not to be had this time; coverage says why.
    """
    now, then = _hashes(gathered.pages), _hashes(before.pages)
    return PageDifference(
        appeared=tuple(url for url in now if url not in then),
        vanished=tuple(url for url in then if url not in now),
        changed=tuple(url for url in now if url in then and now[url] != then[url]),
    )


def write_entry(
    verdict: Verdict, *, last: Verdict | None, scored: bool, difference: PageDifference | None
) -> HistoryEntry:
    """The history entry of a check; `changed` compares labels, the first check is no change."""
    some = difference and (difference.appeared or difference.vanished or difference.changed)
    return HistoryEntry(
        check=verdict.check,
        checked_at=verdict.checked_at,
        label=verdict.label,
        support=verdict.support,
        changed=last is not None and last.label is not verdict.label,
        scored=scored,
        diff=difference if some else None,
    )


def _hashes(pages: Iterable[PageReference]) -> dict[str, str]:
    return {page.url: page.sha256 for page in pages}
