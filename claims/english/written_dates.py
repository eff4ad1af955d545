"""Dates that give their days by themselves: "4 May 2021", "Q3 2022", "the 1990s". Pure functions.

Each form has its pattern, followed by the function that reads the groups of a match.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from claims.english.quantities import MONTH, MONTHS, ORDINALS

_LAST_YEAR = 9998


class Days(NamedTuple):
    """The days from `low` to `high`; without `year_known` their year is only a placeholder."""

    low: date
    high: date
    year_known: bool = True


def one_day(year: int, month: int, day: int, *, year_known: bool = True) -> Days | None:
    """One day; None if the calendar does not have it."""
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
    """The years from `first` to `last`; None if they are not valid years."""
    if not 1 <= first <= last <= _LAST_YEAR:
        return None
    return Days(date(first, 1, 1), date(last, 12, 31))


_YEAR = r"(?:1[5-9]\d\d|20\d\d|21\d\d)"
# Placeholder for a year that was not written; a leap year, so that 29 February is possible.
_NO_YEAR = 2000

_ISO = r"(?P<iy>\d{4})-(?P<im>\d{2})-(?P<id>\d{2})"


def _read_iso(match: re.Match[str]) -> Days | None:
    return one_day(int(match["iy"]), int(match["im"]), int(match["id"]))


_FIGURES = r"(?P<f1>\d{1,2})[/.](?P<f2>\d{1,2})[/.](?P<fy>\d{4})"


def _read_figures(match: re.Match[str]) -> Days | None:
    """02/03/2025 is the second of March or the third of February: both, as far as it matters."""
    first, second, year = int(match["f1"]), int(match["f2"]), int(match["fy"])
    if not (first and second and year):
        return None
    if first > 12:
        return one_day(year, second, first)
    if second > 12 or first == second:
        return one_day(year, first, second)
    return months(year, min(first, second), max(first, second))


_DAY_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY = (
    rf"(?:(?:the )?(?P<d1>{_DAY_NUMBER})(?:st|nd|rd|th)?(?: of)? (?P<m1>(?-i:(?!may\b)){MONTH})\.?"
    rf"(?:,? (?P<y1>{_YEAR}))?"
    rf"|(?P<m2>{MONTH})\.? (?:the )?(?P<d2>{_DAY_NUMBER})(?:st|nd|rd|th)?(?!\d)"
    rf"(?:,? (?P<y2>{_YEAR}))?)"
)


def _read_day(match: re.Match[str]) -> Days | None:
    month = MONTHS[(match["m1"] or match["m2"]).lower()]
    day = int(match["d1"] or match["d2"])
    year = match["y1"] or match["y2"]
    return one_day(int(year or _NO_YEAR), month, day, year_known=year is not None)


_QUARTER = (
    r"(?:Q(?P<q>[1-4])|(?:the )?(?P<qw>first|second|third|fourth|last) quarter)"
    rf"(?: of)?,? (?P<qy>{_YEAR})"
)


def _read_quarter(match: re.Match[str]) -> Days | None:
    word = (match["qw"] or "").lower()
    quarter = 4 if word == "last" else int(match["q"] or ORDINALS[word])
    return months(int(match["qy"]), 3 * quarter - 2, 3 * quarter)


_MONTH = rf"(?P<mm>{MONTH})\.?(?:,? (?:of )?(?P<my>{_YEAR}))?"


def _read_month(match: re.Match[str]) -> Days | None:
    month, year = MONTHS[match["mm"].lower()], match["my"]
    return months(int(year or _NO_YEAR), month, month, year_known=year is not None)


_SEASON = rf"(?P<season>spring|summer|autumn|fall|winter)(?: of)? (?P<sy>{_YEAR})"
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}


def _read_season(match: re.Match[str]) -> Days | None:
    season, year = match["season"].lower(), int(match["sy"])
    if season == "winter":
        return Days(date(year - 1, 12, 1), date(year + 1, 2, 28))
    return months(year, *_SEASONS[season])


_DECADE = r"(?:(?P<part>early|mid-?|late)[- ])?(?:the )?(?P<dec>(?:1[5-9]|20)\d0)['’]?s"
_PARTS = {"early": (0, 3), "mid": (3, 6), "late": (6, 9)}


def _read_decade(match: re.Match[str]) -> Days | None:
    first = int(match["dec"])
    low, high = _PARTS[match["part"].lower().rstrip("-")] if match["part"] else (0, 9)
    return years(first + low, first + high)


_CENTURY = r"(?P<cent>\d{2}(?:th|st)|nineteenth|twentieth|eighteenth)[- ]century"
_CENTURY_WORDS = {"eighteenth": 18, "nineteenth": 19, "twentieth": 20}


def _read_century(match: re.Match[str]) -> Days | None:
    word = match["cent"].lower()
    number = _CENTURY_WORDS.get(word) or int(re.sub(r"\D", "", word))
    return years(100 * number - 99, 100 * number)


_YEARS = (
    rf"(?P<ya>{_YEAR})(?:[-–/](?P<yc>\d{{2}}(?!\d))|(?:[-–/]| to | and )(?P<yb>{_YEAR}))(?!\d|-)"
)


def _read_years(match: re.Match[str]) -> Days | None:
    first = int(match["ya"])
    return years(first, int(match["yb"] or match["ya"][:2] + match["yc"]))


_ONE_YEAR = rf"(?<![$€£\d.,-]){_YEAR}(?![\d%]|[.,]\d|-\d)"


def _read_year(match: re.Match[str]) -> Days | None:
    return years(int(match["year"]), int(match["year"]))


Reader = Callable[[re.Match[str]], Days | None]
# Name, pattern and reader of each form; where two match at one position, the earlier one is taken.
FORMS: tuple[tuple[str, str, Reader], ...] = (
    ("iso", _ISO, _read_iso),
    ("figures", _FIGURES, _read_figures),
    ("day", _DAY, _read_day),
    ("quarter", _QUARTER, _read_quarter),
    ("month", _MONTH, _read_month),
    ("season_year", _SEASON, _read_season),
    ("decade", _DECADE, _read_decade),
    ("century", _CENTURY, _read_century),
    ("years", _YEARS, _read_years),
    ("year", _ONE_YEAR, _read_year),
)
