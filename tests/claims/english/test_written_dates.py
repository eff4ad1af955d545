"""Absolute dates, which need no date of the page."""

from __future__ import annotations

from datetime import date

import pytest

from claims.english.dates import find_dates
from claims.english.written_dates import months, one_day, years


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("4 May 2021", "2021-05-04", "2021-05-04"),
        ("May 4th, 2021", "2021-05-04", "2021-05-04"),
        ("the 4th of May 2021", "2021-05-04", "2021-05-04"),
        ("2021-05-04", "2021-05-04", "2021-05-04"),
        ("25/03/2025", "2025-03-25", "2025-03-25"),
        ("02/03/2025", "2025-02-01", "2025-03-31"),
        ("May 2021", "2021-05-01", "2021-05-31"),
        ("Q3 2022", "2022-07-01", "2022-09-30"),
        ("the third quarter of 2022", "2022-07-01", "2022-09-30"),
        ("the 1990s", "1990-01-01", "1999-12-31"),
        ("2015-2019", "2015-01-01", "2019-12-31"),
        ("2021/22", "2021-01-01", "2022-12-31"),
        ("the 19th century", "1801-01-01", "1900-12-31"),
    ],
)
def test_written_date_gives_a_range_of_days(text: str, low: str, high: str) -> None:
    (when,) = find_dates(text)
    assert (when.low, when.high) == (date.fromisoformat(low), date.fromisoformat(high))


def test_date_without_a_year_is_marked() -> None:
    day, month = find_dates("on 29 February, in March")
    assert not day.year_known
    assert not month.year_known


def test_impossible_days_give_no_date() -> None:
    assert one_day(2023, 2, 29) is None
    assert years(0, 5) is None
    assert years(2024, 2023) is None
    assert months(2024, 2, 2) == (date(2024, 2, 1), date(2024, 2, 29), True)
