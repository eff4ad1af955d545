"""Numbers as news write them."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,5 and 1.5 and 1,500 and 1 500", [1.5, 1.5, 1500, 1500]),
        ("13.5 million, 6m, 3bn, 2 tn", [13.5e6, 6e6, 3e9, 2e12]),
        ("a dozen, three dozen", [12, 36]),
        ("twenty-one; three hundred and twenty-one thousand", [21, 321_000]),
        ("half a million and two and a half million", [500_000, 2_500_000]),
        ("one and a half", [1.5]),
        ("five hundred million, two hundred thousand", [5e8, 2e5]),
        ("$1.2B, 140mph, 10 m high", [1.2e9, 140, 10]),
        ("1" * 40, []),
        ("1" + ",000" * 8, [1e24]),
        ("the 4th of 12", [4, 12]),
    ],
)
def test_value_is_read_in_digits_and_words(text: str, values: list[float]) -> None:
    assert [number.value for number in find_numbers(text)] == pytest.approx(values)


@pytest.mark.parametrize(
    "text",
    [
        "call +49 30 901820 45 today",
        "ISBN 978-3-16-148410-0",
        "on 02/03/2025",
        "at 10:30",
        "at 5 p.m.",
        "version 2.4.1",
        "the G20 and COVID-19",
    ],
)
def test_codes_dates_and_times_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == ()


def test_a_number_without_end_is_no_crash() -> None:
    for gap in (",", " ", "\u00a0"):
        assert all(number.value < 1e30 for number in find_numbers("1" + f"{gap}000" * 150))


def test_step_tells_how_exactly_it_was_written() -> None:
    steps = [number.step for number in find_numbers("13.5 million, 1,500, 42, 0.25")]
    assert steps == pytest.approx([100_000, 100, 1, 0.01])
