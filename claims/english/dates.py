"""Finds the dates of a text, each as a range of days. Pure functions.

written_dates.py and relative_dates.py have the forms. A relative date is resolved with the day on
which the page was published, and left out if that is unknown. A date that limits others ("before
1900", "by the end of 2030") is open on one side: all days before it, or all after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from claims.english import relative_dates, written_dates
from claims.english.quantities import MONTH, WEEKDAY
from claims.english.written_dates import Days
from claims.types import Span

_WRITTEN = {name: read for name, _, read in written_dates.FORMS}
_RELATIVE = {name: read for name, _, read in relative_dates.FORMS}
_FORMS = (*written_dates.FORMS, *relative_dates.FORMS)
# The month "may" is a date only with a capital; for all other months the case does not matter.
_ANY = re.compile(
    r"(?<![\w-])(?!may\b)(?i:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern, _ in _FORMS)
    + r")(?!\w)"
)
# "Euro 2024", "Forestry Act 2011": the year is part of a name.
_NAMED = re.compile(r"\b[A-Z][\w’'-]+ $")
_NOT_NAMED = re.compile(
    rf"\b(?:In|Since|By|Of|The|From|Until|During|Before|After|Late|Early|{MONTH}|{WEEKDAY}"
    r"|spring|summer|autumn|winter|fall)\.? $",
    re.IGNORECASE,
)
_HOLIDAY = re.compile(r"\b(?:Good|Black|Ash|Super|Palm|Maundy|Shrove|Cyber) $")
_BOUND = re.compile(
    r"\b(?:(?P<before>before|prior to|(?:no|not) later than|earlier than)"
    r"|(?P<by>by)|(?P<after>after|later than))"
    r"(?: the)?(?: (?P<edge>end|close|start|beginning) of(?: the)?)? $",
    re.IGNORECASE,
)
# A negation reverses the limit: "will not open before 2030" means after it, or on it.
_DENIED = re.compile(r"(?:\b(?:not|never|nor|until)|n['’]t)\b[^.!?;]*$", re.IGNORECASE)
# The distance to a date is not read: "two weeks before 4 May", "shortly after 1900", "the day
# after".
_MEASURED = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)"
    r"|morning|evening|just|right|shortly|soon|immediately|long|well|even|until|till|on or) $",
    re.IGNORECASE,
)
_MOST_BEFORE = 80  # maximum characters before a date that are searched for these words
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class When:
    """The days from `low` to `high`, as written at `span`.

    Without `year_known` the year is only a placeholder: only month and day were written.
    """

    label: str
    span: Span
    low: date
    high: date
    year_known: bool = True


def find_dates(text: str, *, page_date: date | None = None) -> tuple[When, ...]:
    """All dates of a text in order, none overlapping; `page_date` is the day of publication."""
    found = []
    for match in _ANY.finditer(text):
        days = None if _is_name(text, match) else _read_days(match, page_date)
        if days is not None and (when := _open_end(text, Span(*match.span()), days)):
            found.append(when)
    return tuple(found)


def _read_days(match: re.Match[str], page_date: date | None) -> Days | None:
    form = str(match.lastgroup)  # the group of the form closes after all within it
    if form in _WRITTEN:
        return _WRITTEN[form](match)
    if page_date is None:
        return None
    try:
        return _RELATIVE[form](match, page_date)
    except OverflowError:  # "last Tuesday" in the first week of the calendar
        return None


def _is_name(text: str, match: re.Match[str]) -> bool:
    """Whether the match is (part of) a name, or a month in small letters, which is another word."""
    before = text[max(0, match.start() - 24) : match.start()]
    if match["weekday"]:
        return _HOLIDAY.search(before) is not None
    if match["month"] and match[0][0].islower():
        return True
    if match["year"] or (match["month"] and not match["my"]):
        return bool(_NAMED.search(before) and not _NOT_NAMED.search(before))
    return False


def _open_end(text: str, span: Span, days: Days) -> When | None:
    """The days at `span` with the word that limits them; None if the days are then not clear.

    A date without its year limits nothing: it is returned as written.
    """
    before = text[max(0, span.start - _MOST_BEFORE) : span.start]
    match = _BOUND.search(before)
    if not match or not days.year_known:
        return When(text[span.start : span.end], span, *days)
    if _MEASURED.search(before[: match.start()]) or _DENIED.search(before[: match.start()]):
        return None
    start = span.start - len(match[0])
    low, high = _open(match, days)
    return When(text[start : span.end], Span(start, span.end), low, high)


def _open(match: re.Match[str], days: Days) -> tuple[date, date]:
    edge = (match["edge"] or "").lower()
    at_start, at_end = edge in {"start", "beginning"}, edge in {"end", "close"}
    if match["after"]:
        return (days.low if at_start else _move(days.high, _DAY)), date.max
    if match["by"] or at_end or "later" in match[0].lower():
        return date.min, days.low if at_start else days.high
    return date.min, _move(days.low, -_DAY)


def _move(day: date, by: timedelta) -> date:
    """The day moved by `by`; the first and the last possible day stay unchanged."""
    return day if day in {date.min, date.max} else day + by
