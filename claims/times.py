"""Days and durations (ISO 8601) as they are submitted, and the days that pages give. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from claims.errors import InvalidInput
from claims.types import Page, PageReference

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
# A page published today can have tomorrow's date, because of time zones.
_AHEAD = timedelta(days=1)
DURATION = (
    r"P(?=[0-9T])"
    r"(?:(?P<weeks>[0-9]{1,6})W)?"
    r"(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?=[0-9])"
    r"(?:(?P<hours>[0-9]{1,9})H)?"
    r"(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9})S)?)?"
)
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=3650)
GRACE_MAX = timedelta(days=90)
"""Longest time for which the secret of a key is accepted after it was replaced."""


def parse_day(text: str) -> date:
    """The day of a submitted ISO 8601 date, or date and time, without time zone conversion.

    Raises InvalidInput, also for a year before 1900 or after 2200.
    """
    try:
        day = datetime.fromisoformat(text).date() if _DATE.match(text) else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput("this must be a date such as 2025-09-04, or a date and time")
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise InvalidInput(f"the year must be between {_FIRST_YEAR} and {_LAST_YEAR}")
    return day


def read_day(published_at: str | None) -> date | None:
    """The day of an ISO 8601 date or time; None if it is missing or implausible."""
    try:
        day = date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None
    # Some systems write year 1 for an unknown date.
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def find_published_day(page: Page | PageReference) -> date | None:
    """The day of publication; None if the page does not give it, or gives a future day."""
    return _until(read_day(page.published_at), page.fetched_at)


def find_latest_day(page: Page | PageReference) -> date | None:
    """The day of the last change that the page gives, which matters for encyclopaedias."""
    days = (find_published_day(page), _until(read_day(page.modified_at), page.fetched_at))
    return max((day for day in days if day), default=None)


def _until(day: date | None, fetched_at: datetime) -> date | None:
    return day if day and day <= fetched_at.date() + _AHEAD else None


def parse_duration(text: str, *, pointer: str = "/every") -> timedelta:
    """The length of `text`: whole weeks, days, hours, minutes and seconds, such as PT1M or P1W.

    Raises InvalidInput with the field `pointer` for months and years, which have no fixed length,
    and for less than a minute or more than 3650 days.
    """
    length = _read_duration(text, pointer)
    if not SHORTEST <= length <= LONGEST:
        raise InvalidInput("a schedule's period is at least a minute, at most 3650 days", pointer)
    return length


def write_duration(length: timedelta) -> str:
    """The inverse of `parse_duration`: whole seconds in days, hours, minutes and seconds."""
    seconds = round(length.total_seconds())
    days, hours = seconds // 86_400, seconds // 3_600 % 24
    parts = ((hours, "H"), (seconds // 60 % 60, "M"), (seconds % 60, "S"))
    within = "".join(f"{count}{unit}" for count, unit in parts if count)
    return f"P{days}D" * bool(days) + f"{'' if days else 'P'}T{within}" * bool(within) or "PT0S"


def parse_grace(text: str) -> timedelta:
    """The length of a grace period, from zero to GRACE_MAX. Raises InvalidInput."""
    length = _read_duration(text, "/grace")
    if length > GRACE_MAX:
        raise InvalidInput(f"a grace period is at most {GRACE_MAX.days} days", "/grace")
    return length


def _read_duration(text: str, pointer: str) -> timedelta:
    match = re.fullmatch(DURATION, text)
    if match is None:
        raise InvalidInput(
            "not an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P1D",
            pointer,
        )
    return timedelta(**{unit: int(count) for unit, count in match.groupdict("0").items()})
