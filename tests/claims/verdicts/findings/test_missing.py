"""What of a claim nothing in a passage fits, and what follows without being said."""

from __future__ import annotations

from datetime import date

import pytest

from claims.verdicts.findings.comparing import propose
from claims.verdicts.findings.missing import find_missing

CLAIM = "The new ferry terminal at Port Halden cost 13.5 million dollars."


def test_missing_is_what_nothing_fits() -> None:
    found = find_missing(CLAIM, "The terminal was opened in 2020.", title="Halden news")
    assert [(f.kind, f.claim) for f in found] == [("quantity", "13.5 million dollars")]
    assert not list(find_missing(CLAIM, "It cost 13.5 million USD."))
    assert not list(find_missing("It rose this year, in 2024.", "x", page_date=date(2024, 3, 1)))


@pytest.mark.parametrize(
    ("passage", "page_date"),
    [
        ("Ada Norin was mayor of Kelm from 1998 until 2010.", None),
        ("Ada Norin became mayor of Kelm in 2012.", date(2024, 5, 1)),
    ],
)
def test_a_duration_between_two_dates_is_not_missing(passage: str, page_date: date | None) -> None:
    claim = "Ada Norin was mayor of Kelm for 12 years."
    assert list(find_missing(claim, passage, page_date=page_date)) == []
    assert propose(claim, passage, page_date=page_date) == ()
    shorter = "Ada Norin was mayor of Kelm for 9 years."
    assert [found.claim for found in find_missing(shorter, passage)] == ["9 years"]


def test_a_date_open_on_one_side_is_missing_where_no_date_is_told() -> None:
    claim = "Tom Birch was jailed after 4 May 2021."
    (found,) = find_missing(claim, "Tom Birch was jailed.", page_date=date(2024, 1, 5))
    assert found.claim == "after 4 May 2021"
    assert list(find_missing(claim, "Tom Birch was jailed in June 2022.")) == []


def test_what_may_be_is_neither_missing_nor_contradicted() -> None:
    claim = "The bridge at Kelm will open in 2031."
    assert propose(claim, "The bridge at Kelm will not open before 2030.") == ()


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("It cut 1,700 jobs.", "It cut 1700 jobs."),
        ("It cut 1700 jobs.", "It cut 1,700 jobs."),
        ("It cost 2000 dollars.", "It cost $2000."),
        ("It was 20 degrees there.", "It was 20°C there."),
        ("About one in 20 may be ill.", "About one in 20 people may be ill."),
        ("It rose from 10 percent to 12 percent.", "It rose from 10 to 12 percent."),
    ],
)
def test_the_same_in_another_form_is_not_missing(claim: str, passage: str) -> None:
    assert list(find_missing(claim, passage)) == []


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("It cut 1,700 jobs.", "It cut jobs in 1700.", "1,700"),
        ("Pay rose to $15.", "Pay rose from $10 to $20.", "$15"),
        ("It lost $30 million.", "It lost 30 million Canadian dollars.", "$30 million"),
    ],
)
def test_what_only_looks_alike_is_missing(claim: str, passage: str, missing: str) -> None:
    assert [found.claim for found in find_missing(claim, passage)] == [missing]
