"""Evidence up to a day: what was published later is left out. Pure functions."""

from __future__ import annotations

from datetime import date

from claims.days import find_latest_day, find_published_day
from claims.errors import SourceError
from claims.sources.failures import FailureCode
from claims.types import Page, PageReference


def refuse_later(page: Page | PageReference, *, as_of: date | None) -> None:
    """Raises SourceError `after-as-of` for a page published after that day; on it is in time."""
    day = find_published_day(page)
    if is_later(day, as_of=as_of):
        raise SourceError(FailureCode.AFTER_AS_OF, describe_later(day, as_of))


def is_later(day: date | None, *, as_of: date | None) -> bool:
    """Whether a page of this day comes too late; one without a day does not, as far as is known."""
    return day is not None and as_of is not None and day > as_of


def describe_later(day: date | None, as_of: date | None) -> str:
    """The detail of `after-as-of`: both days."""
    return f"published on {day}, after {as_of}"


def may_be_later(page: Page | PageReference, *, as_of: date | None) -> bool:
    """Whether a page that is not refused may yet say what was not known on that day.

    It gives no date at all, or was changed since.
    """
    day = find_latest_day(page)
    return as_of is not None and (day is None or day > as_of)
