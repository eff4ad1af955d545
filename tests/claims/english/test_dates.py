"""Dates found in a text, their spans, and words and numbers that are not dates."""

from __future__ import annotations

from datetime import date

import pytest

from claims.english.dates import find_dates

PAGE = date(2024, 3, 14)  # a Thursday


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
def test_text_without_a_date_gives_none(text: str) -> None:
    assert find_dates(text.removesuffix(" began"), page_date=PAGE) == ()


def test_dates_have_the_spans_of_their_words() -> None:
    text = "It opened on 4 May 2021 and was closed in Q3."
    found = find_dates(text, page_date=PAGE)
    assert [when.label for when in found] == ["4 May 2021", "Q3"]
    assert [text[when.span.start : when.span.end] for when in found] == ["4 May 2021", "Q3"]
