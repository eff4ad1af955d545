"""Find evidence that is too old for the claim: an earlier state says little about a later one.

A page is stale if its latest day is earlier than the day that the claim refers to, by more than the
lifetime of such a claim (claim_lifetime.py), and if no newer or undated page carries the same
report. A newer page of the same publisher about something else does not count. An archived copy is
not newer than the day on which it was taken. If the day of the page or of the claim is unknown, or
the claim stays true, nothing is stale. Pure functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from claims.english.changing_facts import says_now
from claims.english.dates import When, find_dates
from claims.evidence.claim_lifetime import find_lifetime
from claims.types import Claim, Gathered, OriginTie, PageReference, SharedOrigin, find_day_limit


def find_stale(claim: Claim, gathered: Gathered) -> Callable[[PageReference], bool]:
    """A function that says for each gathered page whether it is too old for the claim."""
    oldest = find_oldest_day(claim.text, claimed_at=claim.claimed_at)
    name_report = partial(_name_report, shared=gathered.coverage.shared_origins)
    fresh = {name_report(page) for page in gathered.pages if not _is_older(page, oldest)}
    return lambda page: _is_older(page, oldest) and name_report(page) not in fresh


def _name_report(page: PageReference, *, shared: Sequence[SharedOrigin]) -> tuple[str, ...]:
    """The key of a page's report: its origin, or the pages of its family that carry the report."""
    ties = [one for one in shared if one.origin == page.origin]
    if not any(one.why is OriginTie.SAME_FAMILY for one in ties):
        return (page.origin,)
    carrying = (one.urls for one in ties if one.why is not OriginTie.SAME_FAMILY)
    return next((urls for urls in carrying if page.url in urls), (page.url,))


def find_oldest_day(claim: str, *, claimed_at: date | None) -> date | None:
    """The first day from which a page may bear on the claim; None where every page may."""
    lifetime = find_lifetime(claim)
    if lifetime is None or claimed_at is None:
        return None
    day = claimed_at if says_now(claim) else _find_day_of(claim, claimed_at)
    return day - min(lifetime, day - date.min)


def _is_older(page: PageReference, oldest: date | None) -> bool:
    day = find_day_limit(page)
    return day is not None and oldest is not None and day < oldest


def _find_day_of(claim: str, claimed_at: date) -> date:
    """The day that the claim refers to: the latest date in it, else the day it was made."""
    days = [
        day
        for when in find_dates(claim, page_date=claimed_at)
        if not _is_beginning(claim, when) and (day := _first_day(when, claimed_at)) is not None
    ]
    return min(claimed_at, max(days, default=claimed_at))


def _is_beginning(claim: str, when: When) -> bool:
    """Whether the date begins an open period: "since 2019", "after 2019"."""
    return when.high == date.max or claim[: when.span.start].lower().endswith("since ")


def _first_day(when: When, claimed_at: date) -> date | None:
    """Its first day; of one without a year, in the year before the claim. None: it has none."""
    if when.low == date.min:
        return when.high
    if when.year_known:
        return when.low
    years = (claimed_at.year, claimed_at.year - 1)
    days = [day for year in years if (day := _move_to(when.low, year)) is not None]
    return max((day for day in days if day <= claimed_at), default=None)


def _move_to(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February, or a year that there is not
        return None
