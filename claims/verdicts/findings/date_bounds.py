"""Dates that bound others: "before 1900", "after 4 May 2021", "by the end of 2030". Pure functions.

Such a date is open on one side: all days before it, or all after it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from claims.types import Span
from claims.verdicts.findings.when import Days, When

_BOUND = re.compile(
    r"\b(?:(?P<before>before|prior to|(?:no|not) later than|earlier than)"
    r"|(?P<by>by)|(?P<after>after|later than))"
    r"(?: the)?(?: (?P<edge>end|close|start|beginning) of(?: the)?)? $",
    re.IGNORECASE,
)
# What is denied is the contrary: "will not open before 2030" says after it, or on it.
_DENIED = re.compile(r"(?:\b(?:not|never|nor|until)|n['’]t)\b[^.!?;]*$", re.IGNORECASE)
# "Two weeks before 4 May", "shortly after 1900", "the day after": how far away is not read.
_MEASURED = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)"
    r"|morning|evening|just|right|shortly|soon|immediately|long|well|even|until|till|on or) $",
    re.IGNORECASE,
)
_MOST_BEFORE = 80  # characters
_DAY = timedelta(days=1)


def open_end(text: str, span: Span, days: Days) -> When | None:
    """The days at `span` with the word that bounds them; None if that does not tell which they are.

    A date without its year bounds nothing: it stays as written.
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
    """The next or the last day; the first and the last one that there is stay."""
    return day if day in {date.min, date.max} else day + by
