"""ISO 8601 durations, as far as schedules and grace periods need them."""

from __future__ import annotations

import re
from datetime import timedelta

from claims.errors import InvalidInput

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


def parse_duration(text: str, *, pointer: str = "/every") -> timedelta:
    """The length of `text`: whole weeks, days, hours, minutes and seconds, such as PT1M or P1W.

    Raises InvalidInput with the field `pointer` for months and years, which have no fixed length,
    and for less than a minute or more than 3650 days.
    """
    length = _parse(text, pointer)
    if not SHORTEST <= length <= LONGEST:
        raise InvalidInput("a schedule's period is at least a minute, at most 3650 days", pointer)
    return length


def parse_grace(text: str) -> timedelta:
    """The length of a grace period, from zero to GRACE_MAX. Raises InvalidInput."""
    length = _parse(text, "/grace")
    if length > GRACE_MAX:
        raise InvalidInput(f"a grace period is at most {GRACE_MAX.days} days", "/grace")
    return length


def _parse(text: str, pointer: str) -> timedelta:
    match = re.fullmatch(DURATION, text)
    if match is None:
        raise InvalidInput(
            "not an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P1D",
            pointer,
        )
    return timedelta(**{unit: int(count) for unit, count in match.groupdict("0").items()})
