"""Numbers with their units and hedges, and what is no quantity."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.quantities import find_quantities
from claims.verdicts.findings.quantity import Hedge, Quantity


def only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("it cost $3-4 bn", 3e9, 4e9, "USD"),
        ("it cost 13.5m USD", 13.5e6, 13.5e6, "USD"),
        ("worth 40 million pounds", 40e6, 40e6, "GBP"),
        ("rose by 5 percentage points", 5, 5, "points"),
        ("cut by 25 basis points", 0.25, 0.25, "points"),
        ("12 km away", 12_000, 12_000, "m"),
        ("about 4,000 square kilometres", 400_000, 400_000, "ha"),
        ("four times as many", 4, 4, "times"),
        ("between 10 and 12 percent", 10, 12, "%"),
        ("stood at 3.5% then", 3.5, 3.5, "%"),
        ("it cost HK$5 billion", 5e9, 5e9, "HK$"),
        ("will not exceed $5 million", 5e6, 5e6, "USD"),
        ("it was 104 degrees", 104, 104, "degrees"),
    ],
)
def test_value_and_unit(text: str, low: float, high: float, unit: str) -> None:
    quantity = only(text)
    assert (quantity.low, quantity.high) == pytest.approx((low, high))
    assert quantity.unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "in 2019",
        "on 4 May",
        "May 4th",
        "Article 50 of the treaty",
        "a Boeing 737 landed",
        "one of them",
        "Louis XIV",
        "the first half of 2023",
        "2024 elections",
        "",
    ],
)
def test_dates_names_and_pronouns_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("nearly 20 km", Hedge.NEARLY),
        ("more than 300 people", Hedge.OVER),
        ("at least 5 deaths", Hedge.AT_LEAST),
        ("up to 10 percent", Hedge.UP_TO),
        ("around 40,000 fans", Hedge.ABOUT),
        ("7 people or more", Hedge.AT_LEAST),
        ("7 people", Hedge.EXACT),
    ],
)
def test_hedge_is_part_of_it(text: str, hedge: Hedge) -> None:
    quantity = only(text)
    assert quantity.hedge is hedge
    assert quantity.label in text
