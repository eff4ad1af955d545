"""ISO 8601 durations, as far as a schedule needs them."""

from __future__ import annotations

import re
from datetime import timedelta

from claims.errors import InvalidInput

_DURATION = re.compile(
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


def parse_duration(text: str, *, pointer: str = "/every") -> timedelta:
    """The length of `text`: whole weeks, days, hours, minutes and seconds, such as PT1M or P1W.

    Months and years have no fixed length and are refused, as is what is under a minute or over
    3650 days. Raises InvalidInput, naming the field `pointer`.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InvalidInput(
            "not an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as P1D",
            pointer,
        )
    length = timedelta(**{unit: int(count) for unit, count in match.groupdict("0").items()})
    if not SHORTEST <= length <= LONGEST:
        raise InvalidInput("a schedule's period is at least a minute, at most 3650 days", pointer)
    return length
