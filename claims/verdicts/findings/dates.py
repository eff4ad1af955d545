"""The dates of a text, each as a range of days. Pure functions.

written_dates.py and relative_dates.py have the forms. A relative date is resolved by the day the
page was published, and left out where that is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from claims.types import Span
from claims.verdicts.findings import relative_dates, written_dates
from claims.verdicts.findings.date_bounds import open_end
from claims.verdicts.findings.lexicon import MONTH, WEEKDAY
from claims.verdicts.findings.when import Days, When

_WRITTEN = {name: read for name, _, read in written_dates.FORMS}
_RELATIVE = {name: read for name, _, read in relative_dates.FORMS}
_FORMS = (*written_dates.FORMS, *relative_dates.FORMS)
# The month "may" is a date only with a capital; of all others the case does not matter.
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


def find_dates(text: str, *, page_date: date | None = None) -> tuple[When, ...]:
    """All dates of a text in order, none overlapping; `page_date` is when it was published."""
    found = []
    for match in _ANY.finditer(text):
        days = None if _is_name(text, match) else _read(match, page_date)
        if days is not None and (when := open_end(text, Span(*match.span()), days)):
            found.append(when)
    return tuple(found)


def leave_out_counts(dates: Iterable[When], counts: Iterable[Span]) -> tuple[When, ...]:
    """The dates without bare years that turned out to be counts (quantities.find_both)."""
    taken = tuple(counts)
    return tuple(
        when
        for when in dates
        if not (
            when.label.isdigit() and any(span.start <= when.span.start < span.end for span in taken)
        )
    )


def _read(match: re.Match[str], page_date: date | None) -> Days | None:
    form = str(match.lastgroup)  # the group of the form closes after all within it
    if form in _WRITTEN:
        return _WRITTEN[form](match)
    return _RELATIVE[form](match, page_date) if page_date else None


def _is_name(text: str, match: re.Match[str]) -> bool:
    """Whether it is (part of) a name, or a month in small letters and so another word."""
    before = text[max(0, match.start() - 24) : match.start()]
    if match["weekday"]:
        return _HOLIDAY.search(before) is not None
    if match["month"] and match[0][0].islower():
        return True
    if match["year"] or (match["month"] and not match["my"]):
        return bool(_NAMED.search(before) and not _NOT_NAMED.search(before))
    return False
