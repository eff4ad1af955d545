"""The sentences of an explanation about days: stale pages, as_of, newer evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from claims.types import Coverage, Evidence, PageReference, Stance, find_day_limit, find_latest_day
from claims.types.dated_statement import write_day


def describe_archived(page: PageReference) -> str:
    """From which copy a page was read: "archived copy of 3 March 2024"; "" for the page itself."""
    return f"archived copy of {write_day(page.archived.taken_on)}" if page.archived else ""


def describe_stale(evidence: Sequence[Evidence], claimed_at: date | None) -> str:
    """How many pages are older than the claim, with the days of the pages and of the claim."""
    days = {item.page.url: find_day_limit(item.page) for item in evidence if item.stale}
    known = sorted(day for day in days.values() if day)
    if not known or claimed_at is None:
        return ""
    between = f"{known[0]}" if known[0] == known[-1] else f"{known[0]} to {known[-1]}"
    pages = "1 page is" if len(known) == 1 else f"{len(known)} pages are"
    return (
        f" {pages} older ({between}) than the claim ({claimed_at}) and not enough to decide,"
        " because things may have changed since."
    )


def describe_as_of(coverage: Coverage, as_of: date | None) -> str:
    """The last day of the evidence, and how many pages may contain something later, as text."""
    if as_of is None or coverage.asked == 0:
        return ""
    unsure = describe_maybe_later(coverage.maybe_later)
    return f" Only pages published by {as_of} count{'; ' if unsure else ''}{unsure}."


def describe_maybe_later(count: int) -> str:
    """The phrase for `count` pages that may contain later information; "" for none."""
    if count == 0:
        return ""
    return (
        "1 page gives no date or was changed since"
        if count == 1
        else (f"{count} pages give no date or were changed since")
    )


def describe_newer(evidence: Sequence[Evidence]) -> str:
    """A note if all pages of one side are older than all pages of the other; every day is known."""
    days = {
        side: [find_latest_day(item.page) for item in evidence if item.side is side]
        for side in (Stance.SUPPORTS, Stance.REFUTES)
    }
    for older, newer, verb in (
        (days[Stance.SUPPORTS], days[Stance.REFUTES], "refutes"),
        (days[Stance.REFUTES], days[Stance.SUPPORTS], "supports"),
    ):
        before, since = [day for day in older if day], [day for day in newer if day]
        all_known = len(before) == len(older) and len(since) == len(newer)
        if all_known and max(before) < min(since):
            return (
                f" The evidence that {verb} it is newer ({min(since)}) than the rest"
                f" ({max(before)}): things may have changed since."
            )
    return ""
