"""Figures and dates of a claim that nothing in a passage fits. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from claims.types import Finding, FindingResult
from claims.verdicts.findings.arithmetic import follows, lies_between, years_between
from claims.verdicts.findings.dates import find_dates, leave_out_counts
from claims.verdicts.findings.quantities import find_both
from claims.verdicts.findings.quantity import DURATION, fits, is_same_unit
from claims.verdicts.findings.when import fits as fits_date


def find_missing(
    claim: str, passage: str, *, title: str = "", page_date: date | None = None
) -> Iterator[Finding]:
    """A finding for each figure and date of the claim that nothing in the passage or title fits.

    It says nothing of what is true: the passage may be about something else. The year the page was
    published is known without being said.
    """
    told = f"{title}\n{passage}"
    items, amounts = find_both(claim, told)
    days = find_dates(told, page_date=page_date)
    years = years_between(days, page_date)
    for item in items:
        if (
            item.is_small_word
            or any(fits(item, other) is not False for other in amounts if is_same_unit(item, other))
            or follows(item, amounts)
            or lies_between(item, years)
        ):
            continue
        yield _missing("date" if item.unit == DURATION else "quantity", item.label)
    for when in leave_out_counts(find_dates(claim), (item.span for item in items)):
        if page_date and not when.is_open and when.low <= page_date <= when.high:
            continue
        if any(fits_date(when, other) is not False for other in days):
            continue
        yield _missing("date", when.label)


def _missing(kind: str, label: str) -> Finding:
    return Finding(kind, label, "", FindingResult.ABSENT, "nowhere in the passage or its title")
