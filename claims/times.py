"""Days and durations (ISO 8601) as they are submitted. Pure functions."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from claims.errors import InvalidInput
from claims.types.page_days import FIRST_YEAR, LAST_YEAR

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
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
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInput(f"the year must be between {FIRST_YEAR} and {LAST_YEAR}")
    return day


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
