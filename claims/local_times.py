"""Times of day in a time zone: what schedules accept, and the offsets of a zone from UTC. Pure.

The store's scripts have no time zones. They compute with the offsets that `list_offsets` reads from
the system's time zone database, by the rules of PEP 495 with fold 0: a time of day that does not
exist, because clocks are set forward, is later by the hour that is left out, and of one that exists
twice the first counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from claims.errors import InvalidInput

TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
QUIET = f"{TIME}-{TIME}"
# Years of offsets that are listed: one more than the longest period of a schedule.
YEARS = 11
# Days between two looks at the offset: the shortest time between two changes of one is a month
# (Morocco, around Ramadan).
_STEP = timedelta(days=7)
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_time(text: str) -> int:
    """The minute of the day of a time such as 09:00, 0 to 1439. Raises InvalidInput."""
    if not re.fullmatch(TIME, text):
        raise InvalidInput("this must be a time of day such as 09:00")
    return int(text[:2]) * 60 + int(text[3:])


def parse_quiet(text: str) -> tuple[int, int]:
    """The minutes of the day at which quiet hours such as 22:00-07:00 begin and end.

    Raises InvalidInput, also if both are the same.
    """
    if not re.fullmatch(QUIET, text):
        raise InvalidInput("this must be two times of day such as 22:00-07:00")
    begins, ends = map(parse_time, text.split("-"))
    if begins == ends:
        raise InvalidInput("quiet hours begin and end at different times")
    return begins, ends


def is_quiet(minute: int, *, quiet: str) -> bool:
    """Whether the minute of the day is within the quiet hours, whose end is not."""
    begins, ends = parse_quiet(quiet)
    if begins < ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends


def check_zone(name: str) -> None:
    """Raises InvalidInput unless the time zone database has this name."""
    if name not in _list_zones():
        raise InvalidInput("this must be a name of the time zone database, such as Europe/Berlin")


@lru_cache(maxsize=64)
def list_offsets(zone: str, *, first_year: int) -> tuple[tuple[int, int], ...]:
    """From when on a zone has which offset from UTC, for YEARS years from January on.

    Rows of milliseconds since 1970 and of the offset in milliseconds; the earliest first, and at
    least one. Raises InvalidInput like check_zone.
    """
    check_zone(zone)
    clock = ZoneInfo(zone)
    at = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(first_year + YEARS, 1, 1, tzinfo=UTC)
    rows = [(_to_ms(at - _EPOCH), _find_offset(at, clock))]
    while at < end:
        later = at + _STEP
        if _find_offset(later, clock) != rows[-1][1]:
            change = _find_change(at, later, clock)
            rows.append((_to_ms(change - _EPOCH), _find_offset(change, clock)))
        at = later
    return tuple(rows)


def _find_change(before: datetime, after: datetime, clock: ZoneInfo) -> datetime:
    """The first second between the two with the offset of `after`."""
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if _find_offset(middle, clock) == _find_offset(after, clock):
            after = middle
        else:
            before = middle
    return after


def _find_offset(at: datetime, clock: ZoneInfo) -> int:
    return _to_ms(at.astimezone(clock).utcoffset() or timedelta())


def _to_ms(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


@cache
def _list_zones() -> frozenset[str]:
    return frozenset(available_timezones())
