"""What a date may stand for, and what bears it out."""

from __future__ import annotations

from datetime import date

import pytest

from claims.verdicts.findings.dates import find_dates
from claims.verdicts.findings.when import When, fits, months, one_day, years

PAGE = date(2024, 3, 14)  # a Thursday


def only(text: str) -> When:
    (when,) = find_dates(text, page_date=PAGE)
    return when


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


def test_days_that_no_calendar_has() -> None:
    assert one_day(2023, 2, 29) is None
    assert years(0, 5) is None
    assert years(2024, 2023) is None
    assert months(2024, 2, 2) == (date(2024, 2, 1), date(2024, 2, 29), True)
