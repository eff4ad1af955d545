"""The days that pages give of themselves. Pure functions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from claims.types.pages import Page, PageReference

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years that a submitted day, or the day of a page, may have."""
# A page published today can have tomorrow's date, because of time zones.
_AHEAD = timedelta(days=1)


def read_day(published_at: str | None) -> date | None:
    """The day of an ISO 8601 date or time; None if it is missing or implausible."""
    try:
        day = date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None
    # Some systems write year 1 for an unknown date.
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def find_published_day(page: Page | PageReference) -> date | None:
    """The day of publication; None if the page does not give it, or gives a future day."""
    return _until(read_day(page.published_at), page.fetched_at)


def find_latest_day(page: Page | PageReference) -> date | None:
    """The day of the last change that the page gives, which matters for encyclopaedias."""
    days = (find_published_day(page), _until(read_day(page.modified_at), page.fetched_at))
    return max((day for day in days if day), default=None)


def find_day_limit(page: Page | PageReference) -> date | None:
    """The last day of which the text can be: that of its last change, or that of the archived copy
    from which it was read; None if neither is known."""
    copied = page.archived.taken_on if page.archived else None
    return min((day for day in (find_latest_day(page), copied) if day), default=None)


def _until(day: date | None, fetched_at: datetime) -> date | None:
    return day if day and day <= fetched_at.date() + _AHEAD else None
