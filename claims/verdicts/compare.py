"""Compare a check with the one before it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable

from claims.days import find_latest_day
from claims.types import (
    Gathered,
    HistoryEntry,
    JudgeName,
    PageDifference,
    PageReference,
    Verdict,
)


def needs_scoring(
    gathered: Gathered, *, before: Gathered | None, last: Verdict | None, judge: JudgeName
) -> bool:
    """False when the last verdict stands: the same passages of the same origins, as credible as
    before, and the same judge.

    Unchanged pages give unchanged passages; so does a page that changed elsewhere. One that was
    stale and gives another day now is weighed anew.
    """
    if before is None or last is None or last.judge != judge:
        return True
    return _judged(gathered) != _judged(before) or _has_other_day(gathered, last)


def _has_other_day(gathered: Gathered, last: Verdict) -> bool:
    days = {page.url: find_latest_day(page) for page in gathered.pages}
    stale = [item.page for item in last.evidence if item.stale]
    return any(days.get(page.url) != find_latest_day(page) for page in stale)


def _judged(gathered: Gathered) -> set[tuple[str, str, float | None, str]]:
    return {
        (item.page.url, item.page.origin, item.page.credibility, item.text)
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
