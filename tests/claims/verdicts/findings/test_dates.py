"""Dates as ranges of days, and what bears them out."""

from __future__ import annotations

from datetime import date

import pytest

from claims.verdicts.findings.dates import When, find_dates, fits

PAGE = date(2024, 3, 14)  # a Thursday


def only(text: str) -> When:
    (when,) = find_dates(text, page_date=PAGE)
    return when


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
        ("yesterday", "2024-03-13", "2024-03-13"),
        ("on Tuesday", "2024-03-12", "2024-03-19"),
        ("last quarter", "2023-10-01", "2023-12-31"),
        ("last month", "2024-02-01", "2024-02-29"),
        ("two years ago", "2021-01-01", "2023-12-31"),
    ],
)
def test_range_of_days(text: str, low: str, high: str) -> None:
    when = only(text)
    assert (when.low, when.high) == (date.fromisoformat(low), date.fromisoformat(high))


@pytest.mark.parametrize(
    "text",
    [
        "you may go",
        "30/02/2024",
        "Good Friday",
        "Euro 2024 began",
        "a march",
        "99/99/9999",
        "2,019 people",
        "Theresa May",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text.removesuffix(" began"), page_date=PAGE) == ()


def test_relative_date_needs_the_day_of_the_page() -> None:
    assert find_dates("It happened last Tuesday, two weeks ago, yesterday.") == ()


@pytest.mark.parametrize(
    ("claimed", "told", "answer"),
    [
        ("in 2021", "on 4 May 2021", True),
        ("on 4 May 2021", "in 2021", None),
        ("in 2020", "on 4 May 2021", False),
        ("on 4 May", "May 4, 2021", True),
        ("on 5 May", "May 4, 2021", False),
        ("on 4 May 2021", "on 4 May", None),
        ("in March", "on 4 May", False),
        ("in March 2024", "yesterday", True),
        ("12 March 2024", "on Tuesday", None),
    ],
)
def test_what_bears_it_out(claimed: str, told: str, answer: bool | None) -> None:
    assert fits(only(claimed), only(told)) is answer
