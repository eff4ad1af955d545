"""Relative dates, which are counted from the date of the page."""

from __future__ import annotations

from datetime import date

import pytest

from claims.english.dates import find_dates

PAGE = date(2024, 3, 14)  # a Thursday


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("yesterday", "2024-03-13", "2024-03-13"),
        ("on Tuesday", "2024-03-12", "2024-03-19"),
        ("last quarter", "2023-10-01", "2023-12-31"),
        ("last month", "2024-02-01", "2024-02-29"),
        ("two years ago", "2021-01-01", "2023-12-31"),
        ("last Tuesday", "2024-03-05", "2024-03-12"),
        ("Q3", "2024-07-01", "2024-09-30"),
        ("last May", "2023-05-01", "2023-05-31"),
        ("this week", "2024-03-11", "2024-03-17"),
    ],
)
def test_relative_date_gives_a_range_of_days(text: str, low: str, high: str) -> None:
    (when,) = find_dates(text, page_date=PAGE)
    assert (when.low, when.high) == (date.fromisoformat(low), date.fromisoformat(high))


def test_relative_date_is_ignored_without_the_day_of_the_page() -> None:
    assert find_dates("It happened last Tuesday, two weeks ago, yesterday.") == ()


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize(
    "text", ["yesterday", "tomorrow", "last Tuesday", "next Sunday", "on Friday", "9 weeks ago"]
)
def test_days_beyond_the_calendar_are_no_date(text: str, day: date) -> None:
    for when in find_dates(text, page_date=day):
        assert date.min <= when.low <= when.high <= date.max
