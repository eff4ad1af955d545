"""Verdicts, times and shares as the cells of a table."""

from __future__ import annotations

from datetime import UTC, datetime

from claims.report.formatting import describe_verdict, percent


def write_verdict(label: str | None, support: float | None, confidence: float | None) -> str:
    """ "supported", "probably refuted"; empty without a verdict."""
    return "" if label is None else describe_verdict(label, support, confidence).lower()


def write_moment(moment: datetime | None) -> str:
    """ "2026-01-04 10:31", in UTC; empty for none."""
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def write_share(share: float | None) -> str:
    """In whole per cent; empty for none."""
    return "" if share is None else percent(share)
