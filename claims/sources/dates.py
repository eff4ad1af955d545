"""Dates in the forms that pages, feeds and sitemaps use. Pure functions."""

from __future__ import annotations

from datetime import date, datetime
from email.utils import parsedate_to_datetime

# "4 September 2025" and "September 4, 2025", as in the meta tags of small sites.
_WRITTEN = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%Y/%m/%d")


def read_date(text: str) -> str | None:
    """The date or datetime in ISO 8601, from the forms that pages use; None for other text."""
    text = text.strip()[:60]
    try:
        if len(text) <= 10:
            return date.fromisoformat(text).isoformat()
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass
    for written in _WRITTEN:
        try:
            return datetime.strptime(text, written).date().isoformat()  # noqa: DTZ007  a day only
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, OverflowError):  # a year of twenty digits
        return None
