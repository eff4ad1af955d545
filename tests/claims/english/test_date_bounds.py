"""Date ranges with one open end (before, after, by)."""

from __future__ import annotations

from datetime import date

import pytest

from claims.english.dates import find_dates


@pytest.mark.parametrize(
    ("text", "label", "low", "high"),
    [
        ("It was found before 1900.", "before 1900", date.min, date(1899, 12, 31)),
        ("It was sold after 4 May 2021.", "after 4 May 2021", date(2021, 5, 5), date.max),
        ("It will end by 2030.", "by 2030", date.min, date(2030, 12, 31)),
        (
            "It opens by the end of May 2030.",
            "by the end of May 2030",
            date.min,
            date(2030, 5, 31),
        ),
        (
            "It is due no later than 1 May 2030.",
            "no later than 1 May 2030",
            date.min,
            date(2030, 5, 1),
        ),
        (
            "It closed after the start of 2010.",
            "after the start of 2010",
            date(2010, 1, 1),
            date.max,
        ),
        (
            "It closed before the end of 2010.",
            "before the end of 2010",
            date.min,
            date(2010, 12, 31),
        ),
        ("It began in 1990.", "1990", date(1990, 1, 1), date(1990, 12, 31)),
    ],
)
def test_bounding_word_opens_one_side_of_the_range(
    text: str, label: str, low: date, high: date
) -> None:
    (when,) = find_dates(text)
    assert (when.label, when.low, when.high) == (label, low, high)
    assert text[when.span.start : when.span.end] == label


@pytest.mark.parametrize(
    "text",
    [
        "It came two weeks before 4 May 2021.",
        "He died shortly after 1900.",
        "It will not open before 2030.",
        "The bridge won't be ready by 2030.",
    ],
)
def test_unclear_bounds_give_no_dates(text: str) -> None:
    assert find_dates(text) == ()


@pytest.mark.parametrize("text", ["after 31.12.9999", "after 9999-12-31", "before 0001-01-01"])
def test_open_range_stays_within_the_calendar(text: str) -> None:
    (when,) = find_dates(f"It ends {text}.")
    assert when.low <= when.high
