"""Verdicts, times and shares as the cells of a table."""

from __future__ import annotations

from datetime import UTC, datetime

from claims.report.formatting import UNSURE_WORDS, is_unsure, percent, tone_of_label


def describe_verdict(label: str | None, confidence: float | None) -> str:
    """ "supported", "refuted (low confidence)"; empty without a verdict."""
    if label is None:
        return ""
    unsure = f" ({UNSURE_WORDS})" if is_unsure(label, confidence) else ""
    return f"{tone_of_label(label).word.lower()}{unsure}"


def write_moment(moment: datetime | None) -> str:
    """ "2026-01-04 10:31", in UTC; empty for none."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def write_share(share: float | None) -> str:
    """In whole per cent; empty for none."""
    return "" if share is None else percent(share)
