"""Dates that count from the day a text was published: "yesterday", "last March". Pure functions.

Each form has its pattern, followed by the function that reads the groups of a match.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from claims.english.quantities import (
    MONTH,
    MONTHS,
    ORDINALS,
    SMALL_NUMBERS,
    WEEKDAY,
    WEEKDAYS,
)
from claims.english.written_dates import Days, months, years

_NEAR_DAY = r"(?:today|tonight|yesterday|tomorrow|this morning|this evening)"
_AWAY = {"yesterday": -1, "tomorrow": 1}


def _read_near_day(match: re.Match[str], page: date) -> Days | None:
    day = page + timedelta(days=_AWAY.get(match["near"].lower(), 0))
    return Days(day, day)


_WEEKDAY = rf"(?:(?P<wdw>last|next|this|coming|on) )?(?P<wdn>{WEEKDAY})"


def _read_weekday(match: re.Match[str], page: date) -> Days | None:
    which = (match["wdw"] or "").lower()
    since = timedelta(days=(page.weekday() - WEEKDAYS[match["wdn"].lower()]) % 7)
    week = timedelta(days=7)
    latest = page - since
    if which in {"next", "coming"}:
        day = latest + week
        return Days(day, day)
    if which == "last":
        # The last such weekday before today; some writers mean that of the week before.
        day = latest if since else latest - week
        return Days(day - week, day)
    # Of this week or the next one, past or future: "spoke on Tuesday", "will rule on Tuesday".
    return Days(latest, latest + week if since else latest)


_COUNTS = {"a": 1, "an": 1, **SMALL_NUMBERS}
_AGO = rf"(?P<n>{'|'.join(_COUNTS)}|\d{{1,3}}) (?P<u>day|week|month|year)s? (?:ago|earlier today)"


def _read_ago(match: re.Match[str], page: date) -> Days | None:
    count = _COUNTS.get(match["n"].lower()) or int(match["n"])
    unit = match["u"].lower()
    if unit == "day":
        day = page - timedelta(days=count)
        return Days(day, day)
    if unit == "week":
        middle = page - timedelta(weeks=count)
        return Days(middle - timedelta(days=3), middle + timedelta(days=3))
    if unit == "month":
        # An approximate time: plus or minus a tenth of it, and at least one unit.
        slack = max(1, count // 10)
        low, high = _month(page, -count - slack), _month(page, -count + slack)
        return Days(low.low, high.high)
    slack = max(1, count // 5)
    return years(page.year - count - slack, page.year - count + slack)


_THIS = rf"(?P<tw>last|previous|this|current|next|coming) (?P<tu>year|month|week|{MONTH})"
_STEPS = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}


def _read_this(match: re.Match[str], page: date) -> Days | None:
    step = _STEPS[match["tw"].lower()]
    unit = match["tu"].lower()
    if unit == "year":
        return years(page.year + step, page.year + step)
    if unit == "month":
        return _month(page, step)
    if unit == "week":
        monday = page - timedelta(days=page.weekday()) + timedelta(weeks=step)
        return Days(monday, monday + timedelta(days=6))
    # "last March" is the latest March that is over, "this March" is in the current year.
    month, year = MONTHS[unit], page.year
    if step < 0 and month >= page.month:
        year -= 1
    elif step > 0 and month <= page.month:
        year += 1
    return months(year, month, month)


def _month(page: date, away: int) -> Days:
    """The month that is `away` months after the month of the page."""
    number = page.year * 12 + page.month - 1 + away
    return months(number // 12, number % 12 + 1, number % 12 + 1)


# A quarter without a year; written_dates.py reads one with a year.
_THIS_QUARTER = r"(?:Q(?P<tq>[1-4])|(?:the )?(?P<tqw>first|second|third|fourth|last) quarter)"


def _read_quarter(match: re.Match[str], page: date) -> Days | None:
    word = (match["tqw"] or "").lower()
    if word == "last":
        before = page.year * 4 + (page.month - 1) // 3 - 1
        return months(before // 4, before % 4 * 3 + 1, before % 4 * 3 + 3)
    quarter = int(match["tq"] or ORDINALS[word])
    return months(page.year, 3 * quarter - 2, 3 * quarter)


Reader = Callable[[re.Match[str], date], Days | None]
# Name, pattern and reader of each form; the reader receives the day of publication.
FORMS: tuple[tuple[str, str, Reader], ...] = (
    ("near", _NEAR_DAY, _read_near_day),
    ("weekday", _WEEKDAY, _read_weekday),
    ("ago", _AGO, _read_ago),
    ("this", _THIS, _read_this),
    ("this_quarter", _THIS_QUARTER, _read_quarter),
)
