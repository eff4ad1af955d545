"""Evidence up to a day: pages published later are left out. Pure functions."""

from __future__ import annotations

from datetime import date

from claims.errors import SourceError
from claims.sources.failures import FailureCode
from claims.types import Page, PageReference, find_day_limit, find_published_day


def refuse_later(page: Page | PageReference, *, as_of: date | None) -> None:
    """Raises SourceError `after-as-of` for a page published after that day, not on that day."""
    day = find_published_day(page)
    if is_later(day, as_of=as_of):
        raise SourceError(FailureCode.AFTER_AS_OF, describe_later(day, as_of))


def is_later(day: date | None, *, as_of: date | None) -> bool:
    """Whether a page of this day is too late; a page without a day does not count as late."""
    return day is not None and as_of is not None and day > as_of


def describe_later(day: date | None, as_of: date | None) -> str:
    """The detail of `after-as-of`, which names both days."""
    return f"published on {day}, after {as_of}"


def may_be_later(page: Page | PageReference, *, as_of: date | None) -> bool:
    """Whether a page that is not refused may still contain information from after that day.

    This is so when it gives no date at all, or was changed after that day. A copy that an archive
    took by that day is as it was then.
    """
    day = find_day_limit(page)
    return as_of is not None and (day is None or day > as_of)
