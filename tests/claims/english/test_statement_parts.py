"""Parts of a statement that no rewording may change."""

from __future__ import annotations

from datetime import date

import pytest

from claims.english.statement_parts import is_opposite, read_parts, write_alike


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("It cost 1.5 million euros.", ("1500000 €",)),
        ("It cost €1,500,000.", ("1500000 €",)),
        ("It holds 2bn cubic metres.", ("2000000000",)),
        ("It is 4,810 m high.", ("4810 m",)),
        ("A dozen schools closed.", ("12",)),
        ("Two thirds of them voted.", ("66.666667 %",)),
        ("It lent 30 000 books.", ("30000",)),
        ("More than one million copies.", ("> 1000000",)),
        ("At least forty-two people.", ("≥ 42",)),
        ("Rates rose to 4.5%.", ("to 4.5 %",)),
        ("Rates rose by 4.5 per cent.", ("4.5 %",)),
        ("One of them left in 2019.", ()),
    ],
)
def test_figures_have_one_form(text: str, figures: tuple[str, ...]) -> None:
    assert read_parts(text).figures == figures


def test_days_are_equal_in_each_form() -> None:
    forms = ["on 4 May 2019", "on May 4, 2019", "on Saturday, 4 May 2019", "on 2019-05-04"]
    assert {read_parts(f"It ended {form}.").dates for form in forms} == {
        frozenset({(date(2019, 5, 4), date(2019, 5, 4), True)})
    }


def test_relative_days_count_from_the_day_of_the_claim() -> None:
    early, late = (
        read_parts("Exports fell last month.", on=date(2025, month, 10)).dates for month in (3, 4)
    )
    assert early
    assert early != late


def test_opposites_are_found_in_both_directions() -> None:
    rose, fell = read_parts("Prices rose."), read_parts("Prices fell.")
    assert is_opposite(rose, fell)
    assert is_opposite(fell, rose)
    assert not is_opposite(rose, read_parts("Prices increased."))


def test_a_judge_reads_figures_days_and_contractions_in_one_form() -> None:
    one = write_alike("It wasn't sold for 1.5 million euros on Monday 4 May 2020.")
    assert one == write_alike("It was not sold for €1,500,000 on May 4, 2020.")
