"""What of a claim's figures follows from those of a passage by plain arithmetic. Pure functions.

Such a figure is neither missing nor contradicted, whatever the passage says word for word.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from claims.verdicts.findings.quantity import DURATION, Quantity, possible_values
from claims.verdicts.findings.when import When

# Of so many figures of a passage sums and differences are tried.
_MOST_PARTS = 40
# Two dates are as many years apart as the claim says, give or take a part of a year.
_DAYS_PER_YEAR = 365.25


def follows(claimed: Quantity, others: Sequence[Quantity]) -> bool:
    """Whether the claim's value follows from two of the passage by plain arithmetic."""
    values = [other.value for other in others if other.unit == claimed.unit][:_MOST_PARTS]
    shares = [other.value / 100 for other in others if other.unit == "%"][:_MOST_PARTS]
    results = [a + b for n, a in enumerate(values) for b in values[n + 1 :]]
    results += [abs(a - b) for n, a in enumerate(values) for b in values[n + 1 :]]
    results += [value * share for value in values for share in [*shares, 0.5, 2.0]]
    if claimed.unit == "%":
        results += [100 - value for value in values]
    if len(values) > 2:
        results.append(sum(values))
    low, high = possible_values(claimed, slack=0.0)
    return any(low - 1e-9 <= result <= high + 1e-9 for result in results)


def years_between(days: Sequence[When], page_date: date | None) -> frozenset[int]:
    """How many years lie between any two dates, or a date and the day of the page."""
    known = sorted({when.low.year for when in days if when.year_known})[:_MOST_PARTS]
    ends = {*known, page_date.year} if page_date else known
    return frozenset(abs(end - start) for start in known for end in ends if end != start)


def lies_between(claimed: Quantity, years: frozenset[int]) -> bool:
    """Whether a duration may be what lies between two dates of the passage."""
    if claimed.unit != DURATION:
        return False
    return any(abs(claimed.value / _DAYS_PER_YEAR - gap) < 1.0 for gap in years)
