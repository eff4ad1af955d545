"""Dates as ranges of days: "4 May 2021", "Q3 2022", "the 1990s", "last Tuesday". Pure functions.

A relative date is resolved by the day the page was published, and left out where that is unknown.
A date without its year keeps month and day, and is compared by these.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from claims.types import Span

_MONTH_NAMES = (
    "january february march april may june july august september october november december".split()
)
_MONTHS = {name: place for place, name in enumerate(_MONTH_NAMES, start=1)}
_MONTHS |= {name[:3]: place for name, place in _MONTHS.items()} | {"sept": 9}
_WEEKDAYS = {
    name: place
    for place, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())
}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_SMALL = {
    word: value
    for value, word in enumerate(
        "a one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"a": 1, "an": 1}
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_CENTURY_WORDS = {"nineteenth": 19, "twentieth": 20, "eighteenth": 18}

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_YEAR = r"(?:1[5-9]\d\d|20\d\d|21\d\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_WEEKDAY = "|".join(_WEEKDAYS)
_COUNT = rf"(?:{'|'.join(_SMALL)}|\d{{1,3}})"


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


def find_dates(text: str, *, page_date: date | None = None) -> tuple[When, ...]:
    """All dates of a text in order, none overlapping; `page_date` is when it was published."""
    found: list[When] = []
    end = 0
    for match in _ANY.finditer(text):
        if match.start() < end or _is_name(text, match):
            continue
        name = next(key for key, value in match.groupdict().items() if key in _READERS and value)
        bounds = _READERS[name](match, page_date)
        if bounds is None:
            continue
        low, high, known = bounds
        end = match.end()
        found.append(When(match[0].strip(), Span(match.start(), match.end()), low, high, known))
    return tuple(found)


# "Euro 2024", "Forestry Act 2011": the year is part of a name.
_NAMED = re.compile(r"\b[A-Z][\w’'-]+ $")
_NOT_NAMED = re.compile(
    rf"\b(?:In|Since|By|Of|The|From|Until|During|Before|After|Late|Early|{_MONTH}|{_WEEKDAY}"
    r"|spring|summer|autumn|winter|fall)\.? $",
    re.IGNORECASE,
)


def _is_name(text: str, match: re.Match[str]) -> bool:
    """Whether a bare year belongs to the name before it, or a month is a word in small letters."""
    before = text[max(0, match.start() - 24) : match.start()]
    if match["wd"]:
        return bool(re.search(r"\b(?:Good|Black|Ash|Super|Palm|Maundy|Shrove|Cyber) $", before))
    if match["month"]:
        named = _NAMED.search(before) and not _NOT_NAMED.search(before) and not match["my"]
        return match[0][0].islower() or bool(named)
    return bool(match["year"] and _NAMED.search(before) and not _NOT_NAMED.search(before))


Bounds = tuple[date, date, bool]


def _day(year: int, month: int, day: int, *, known: bool = True) -> Bounds | None:
    try:
        when = date(year, month, day)
    except ValueError:
        return None
    return when, when, known


def _months(year: int, first: int, last: int, *, known: bool = True) -> Bounds:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), known


def _years(first: int, last: int) -> Bounds | None:
    return (date(first, 1, 1), date(last, 12, 31), True) if 1 <= first <= last <= 9998 else None


# A leap year, so that 29 February has its place.
_NO_YEAR = 2000


def _read_day(match: re.Match[str], page: date | None) -> Bounds | None:
    month = _MONTHS[(match["m1"] or match["m2"]).lower().rstrip(".")]
    day = int(match["d1"] or match["d2"])
    year = match["y1"] or match["y2"]
    if year:
        return _day(int(year), month, day)
    return _day(_NO_YEAR, month, day, known=False)


def _read_iso(match: re.Match[str], page: date | None) -> Bounds | None:
    return _day(int(match["iy"]), int(match["im"]), int(match["id"]))


def _read_figures(match: re.Match[str], page: date | None) -> Bounds | None:
    """02/03/2025 is the second of March or the third of February: both, as far as it matters."""
    first, second, year = int(match["f1"]), int(match["f2"]), int(match["fy"])
    if first > 12:
        return _day(year, second, first) if second <= 12 else None
    if second > 12 or first == second:
        return _day(year, first, second)
    one, other = date(year, min(first, second), 1), date(year, max(first, second), 1)
    return one, _months(year, other.month, other.month)[1], True


def _read_month(match: re.Match[str], page: date | None) -> Bounds | None:
    month = _MONTHS[match["mm"].lower().rstrip(".")]
    if match["my"]:
        return _months(int(match["my"]), month, month)
    return _months(_NO_YEAR, month, month, known=False)


def _read_quarter(match: re.Match[str], page: date | None) -> Bounds | None:
    word = (match["qw"] or "").lower()
    if word == "last" and not match["qy"]:
        if page is None:
            return None
        before = page.year * 4 + (page.month - 1) // 3 - 1
        return _months(before // 4, before % 4 * 3 + 1, before % 4 * 3 + 3)
    quarter = int(match["q"]) if match["q"] else _QUARTERS[word]
    year = match["qy"] or (page and str(page.year))
    return _months(int(year), 3 * quarter - 2, 3 * quarter) if year else None


def _read_season(match: re.Match[str], page: date | None) -> Bounds | None:
    year = int(match["sy"])
    if match["season"].lower() == "winter":
        return date(year - 1, 12, 1), date(year + 1, 2, 28), True
    return _months(year, *_SEASONS[match["season"].lower()])


def _read_decade(match: re.Match[str], page: date | None) -> Bounds | None:
    first = int(match["dec"])
    if match["part"]:
        part = match["part"].lower()
        low, high = {"early": (0, 3), "mid": (3, 6), "late": (6, 9)}[part.rstrip("- ")]
        return _years(first + low, first + high)
    return _years(first, first + 9)


def _read_century(match: re.Match[str], page: date | None) -> Bounds | None:
    word = match["cent"].lower()
    number = _CENTURY_WORDS.get(word) or int(re.sub(r"\D", "", word))
    return _years(100 * number - 99, 100 * number)


def _read_years(match: re.Match[str], page: date | None) -> Bounds | None:
    first = int(match["ya"])
    return _years(first, int(match["yb"] or match["ya"][:2] + match["yc"]))


def _read_year(match: re.Match[str], page: date | None) -> Bounds | None:
    return _years(int(match["year"]), int(match["year"]))


def _read_near_day(match: re.Match[str], page: date | None) -> Bounds | None:
    if page is None:
        return None
    away = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}
    word = match["near"].lower()
    day = page + timedelta(days=next((v for k, v in away.items() if k in word), 0))
    return day, day, True


def _read_weekday(match: re.Match[str], page: date | None) -> Bounds | None:
    if page is None:
        return None
    wanted = _WEEKDAYS[match["wdn"].lower()]
    which = (match["wdw"] or "").lower().strip()
    ahead = (wanted - page.weekday()) % 7
    if which in {"next", "coming"}:
        day = page + timedelta(days=ahead or 7)
    elif which == "last":
        # The one before today; for some, of the week before.
        day = page - timedelta(days=(page.weekday() - wanted) % 7 or 7)
        return day - timedelta(days=7), day, True
    else:
        # Of this week or the next one, before or after: "spoke on Tuesday", "will rule on Tuesday".
        day = page - timedelta(days=(page.weekday() - wanted) % 7)
        return day, day + timedelta(days=7 if day < page else 0), True
    return day, day, True


def _read_ago(match: re.Match[str], page: date | None) -> Bounds | None:
    if page is None:
        return None
    count = _SMALL.get(match["n"].lower()) or int(match["n"])
    unit = match["u"].lower()
    if unit == "day":
        day = page - timedelta(days=count)
        return day, day, True
    if unit == "week":
        middle = page - timedelta(weeks=count)
        return middle - timedelta(days=3), middle + timedelta(days=3), True
    if unit == "month":
        # About so long ago: a tenth of it, but one of its units at least.
        slack = max(1, count // 10)
        first = page.year * 12 + page.month - 1 - count - slack
        last = first + 2 * slack
        return (
            date(first // 12, first % 12 + 1, 1),
            _months(last // 12, last % 12 + 1, last % 12 + 1)[1],
            True,
        )
    slack = max(1, count // 5)
    return _years(page.year - count - slack, page.year - count + slack)


def _read_this(match: re.Match[str], page: date | None) -> Bounds | None:
    if page is None:
        return None
    step = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}[
        match["tw"].lower()
    ]
    unit = match["tu"].lower()
    if unit == "year":
        return _years(page.year + step, page.year + step)
    if unit == "month":
        month = page.year * 12 + page.month - 1 + step
        return _months(month // 12, month % 12 + 1, month % 12 + 1)
    if unit == "week":
        monday = page - timedelta(days=page.weekday()) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6), True
    if unit in _MONTHS:
        # "last March" is the latest one that is over, "this March" of this year.
        year = page.year
        if step < 0 and _MONTHS[unit] >= page.month:
            year -= 1
        elif step > 0 and _MONTHS[unit] <= page.month:
            year += 1
        return _months(year, _MONTHS[unit], _MONTHS[unit])
    return None


Reader = Callable[[re.Match[str], date | None], Bounds | None]
_PATTERNS: tuple[tuple[str, str, Reader], ...] = (
    ("iso", r"(?P<iy>\d{4})-(?P<im>\d{2})-(?P<id>\d{2})", _read_iso),
    ("figures", r"(?P<f1>\d{1,2})[/.](?P<f2>\d{1,2})[/.](?P<fy>\d{4})", _read_figures),
    (
        "day",
        (
            rf"(?:(?:the )?(?P<d1>{_DAY})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\.?"
            rf"(?:,? (?P<y1>{_YEAR}))?"
            rf"|(?P<m2>{_MONTH})\.? (?:the )?(?P<d2>{_DAY})(?:st|nd|rd|th)?(?!\d)"
            rf"(?:,? (?P<y2>{_YEAR}))?)"
        ),
        _read_day,
    ),
    (
        "quarter",
        (
            rf"(?:Q(?P<q>[1-4])|(?:the )?(?P<qw>first|second|third|fourth|last) quarter)"
            rf"(?:(?: of)?,? (?P<qy>{_YEAR}))?"
        ),
        _read_quarter,
    ),
    ("month", rf"(?P<mm>{_MONTH})\.?(?:,? (?:of )?(?P<my>{_YEAR}))?", _read_month),
    (
        "season_year",
        rf"(?P<season>spring|summer|autumn|fall|winter)(?: of)? (?P<sy>{_YEAR})",
        _read_season,
    ),
    (
        "decade",
        r"(?:(?P<part>early|mid-?|late)[- ])?(?:the )?(?P<dec>(?:1[5-9]|20)\d0)['’]?s",
        _read_decade,
    ),
    (
        "century",
        r"(?P<cent>\d{2}(?:th|st)|nineteenth|twentieth|eighteenth)[- ]century",
        _read_century,
    ),
    (
        "years",
        (
            rf"(?P<ya>{_YEAR})(?:[-–/](?P<yc>\d{{2}}(?!\d))|(?:[-–/]| to | and )(?P<yb>{_YEAR}))"
            r"(?!\d|-)"
        ),
        _read_years,
    ),
    ("year", rf"(?<![$€£\d.,-]){_YEAR}(?![\d%]|[.,]\d|-\d)", _read_year),
    ("near", r"(?:today|tonight|yesterday|tomorrow|this morning|this evening)", _read_near_day),
    ("wd", rf"(?:(?P<wdw>last|next|this|coming|on) )?(?P<wdn>{_WEEKDAY})", _read_weekday),
    (
        "ago",
        rf"(?P<n>{_COUNT}) (?P<u>day|week|month|year)s? (?:ago|earlier today)",
        _read_ago,
    ),
    (
        "this",
        rf"(?P<tw>last|previous|this|current|next|coming) (?P<tu>year|month|week|{_MONTH})",
        _read_this,
    ),
)
_READERS = {name: reader for name, _, reader in _PATTERNS}
# The month "may" is a date only with a capital; of all others the case does not matter.
_ANY = re.compile(
    r"(?<![\w-])(?!may\b)(?i:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _PATTERNS)
    + r")(?!\w)"
)


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


_LONGEST_MONTH = 31


def _length(when: When) -> int:
    return (when.high - when.low).days + 1


def _month_days(when: When) -> tuple[tuple[int, int], tuple[int, int]]:
    return (when.low.month, when.low.day), (when.high.month, when.high.day)
