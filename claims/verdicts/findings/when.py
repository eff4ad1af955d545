"""A date as the days it may stand for, and whether one bears another out. Pure functions.

A date without its year keeps month and day, and is compared by these.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from claims.types import Span

_LAST_YEAR = 9998
_LONGEST_MONTH = 31


class Days(NamedTuple):
    """The days from `low` to `high`; without `year_known` their year is only a placeholder."""

    low: date
    high: date
    year_known: bool = True


@dataclass(frozen=True, slots=True)
class When:
    """The days from `low` to `high`, as written at `span`.

    Without `year_known` the year is only a placeholder: month and day were written, no year.
    """

    label: str
    span: Span
    low: date
    high: date
    year_known: bool = True

    @property
    def is_open(self) -> bool:
        """Whether it has no first or no last day: "before 1900"."""
        return self.low == date.min or self.high == date.max


def one_day(year: int, month: int, day: int, *, year_known: bool = True) -> Days | None:
    """One day; None if the calendar has no such day."""
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    return Days(when, when, year_known)


def months(year: int, first: int, last: int, *, year_known: bool = True) -> Days:
    """The months from `first` to `last` of one year, each 1 to 12."""
    end = date(year, last, calendar.monthrange(year, last)[1])
    return Days(date(year, first, 1), end, year_known)


def years(first: int, last: int) -> Days | None:
    """The years from `first` to `last`; None if these are no years."""
    if not 1 <= first <= last <= _LAST_YEAR:
        return None
    return Days(date(first, 1, 1), date(last, 12, 31))


def fits(claimed: When, told: When) -> bool | None:
    """Whether a date of the same thing bears the claimed one out; None when it is unclear."""
    if claimed.year_known and told.year_known:
        if claimed.low <= told.low and told.high <= claimed.high:
            return True
        return False if told.high < claimed.low or claimed.high < told.low else None
    # Month and day alone: the coarser one must hold the finer, within one year.
    if max(_length(claimed), _length(told)) > _LONGEST_MONTH:
        return None
    mine, other = _month_days(claimed), _month_days(told)
    if mine[0] <= other[0] and other[1] <= mine[1]:
        return None if claimed.year_known else True
    return False if other[1] < mine[0] or mine[1] < other[0] else None


def _length(when: When) -> int:
    return (when.high - when.low).days + 1


def _month_days(when: When) -> tuple[tuple[int, int], tuple[int, int]]:
    return (when.low.month, when.low.day), (when.high.month, when.high.day)
