"""Dates as submitted and as given by pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InvalidInput
from claims.times import parse_day
from claims.types import (
    ArchivedCopy,
    find_day_limit,
    find_latest_day,
    find_published_day,
    read_day,
)
from tests.claims.samples import NOON, page

DAY = date(2025, 9, 4)


@pytest.mark.parametrize(
    "text", ["2025-09-04", "2025-09-04T23:59:59Z", "2025-09-04T00:30+14:00", "2025-09-04 10:00"]
)
def test_submitted_date_or_datetime_gives_its_day_as_written(text: str) -> None:
    assert parse_day(text) == DAY


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2025", "2025-09", "20250904", "2025-W36-4", "2025-02-30", "04/09/2025",
     "2025-09-04x", "2025-09-044", "2025-09-04T25:00", " 2025-09-04", "２０２５-09-04", "\ud800"],
)  # fmt: skip
def test_text_that_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="such as 2025-09-04"):
        parse_day(text)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_iso_date_is_parsed_to_itself(day: date) -> None:
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31T23:59Z"])
def test_implausible_year_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="between 1900 and 2200"):
        parse_day(text)


@given(st.text())
def test_any_text_gives_a_day_or_none(text: str) -> None:
    assert read_day(text) is None or isinstance(read_day(text), date)


@pytest.mark.parametrize(
    ("published_at", "day"),
    [
        ("2025-09-04T10:00:00+00:00", DAY),
        ("2025-09-05", date(2025, 9, 5)),  # already the date in time zones ahead of UTC
        ("2025-09-06", None),
        ("2099-01-01", None),
        ("0001-01-01", None),
        (None, None),
    ],
)
def test_publication_day_after_the_fetch_is_ignored(
    published_at: str | None, day: date | None
) -> None:
    assert find_published_day(replace(page(), published_at=published_at)) == day


@pytest.mark.parametrize(
    ("published_at", "modified_at", "day"),
    [
        ("2001-05-01", "2025-08-30T08:00:00Z", date(2025, 8, 30)),
        ("2025-08-30", "2001-05-01", date(2025, 8, 30)),
        ("2001-05-01", "2099-01-01", date(2001, 5, 1)),
        (None, "2025-08-30", date(2025, 8, 30)),
        (None, None, None),
    ],
)
def test_latest_day_is_that_of_the_last_change(
    published_at: str | None, modified_at: str | None, day: date | None
) -> None:
    given = replace(page(), published_at=published_at, modified_at=modified_at)
    assert find_latest_day(given) == day


@pytest.mark.parametrize(
    ("published_at", "taken_on", "day"),
    [
        (None, None, None),
        (None, date(2024, 3, 3), date(2024, 3, 3)),
        ("2001-05-01", date(2024, 3, 3), date(2001, 5, 1)),
        ("2025-05-01", date(2024, 3, 3), date(2024, 3, 3)),
        ("2025-05-01", None, date(2025, 5, 1)),
    ],
)
def test_text_of_an_archived_copy_is_not_later_than_the_copy(
    published_at: str | None, taken_on: date | None, day: date | None
) -> None:
    copy = ArchivedCopy("https://archive.example/x", taken_on) if taken_on else None
    assert find_day_limit(replace(page(), published_at=published_at, archived=copy)) == day


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_latest_day_is_at_most_one_day_after_the_fetch(moment: datetime) -> None:
    day = find_latest_day(replace(page(), published_at=moment.isoformat()))
    assert day is None or (day - NOON.date()).days <= 1
