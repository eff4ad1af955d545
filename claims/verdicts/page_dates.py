"""The day a page was published, as far as its word can be taken. Pure functions."""

from __future__ import annotations

from datetime import date

_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def read_day(published_at: str | None) -> date | None:
    """The day of an ISO 8601 date or time; None where there is none, or none that can be."""
    try:
        day = date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None
    # Year 1 is how some systems write that they do not know.
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
