"""What a number counts, how it is hedged, and what bears it out."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.quantities import Hedge, Quantity, find_quantities
from claims.verdicts.findings.ranges import fits


def only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("it cost $3-4 bn", 3e9, 4e9, "USD"),
        ("it cost 13.5m USD", 13.5e6, 13.5e6, "USD"),
        ("worth 40 million pounds", 40e6, 40e6, "GBP"),
        ("a third of the members", 100 / 3, 100 / 3, "%"),
        ("two in five patients", 40, 40, "%"),
        ("half of them", 50, 50, "%"),
        ("rose by 5 percentage points", 5, 5, "points"),
        ("cut by 25 basis points", 0.25, 0.25, "points"),
        ("12 km away", 12_000, 12_000, "m"),
        ("about 4,000 square kilometres", 400_000, 400_000, "ha"),
        ("it has doubled", 2, 2, "times"),
        ("four times as many", 4, 4, "times"),
        ("the third largest exporter", 3, 3, "rank"),
        ("an hour and a half ago", 1.5 / 24, 1.5 / 24, "days"),
        ("between 10 and 12 percent", 10, 12, "%"),
        ("1 in 1,000 patients", 0.1, 0.1, "%"),
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


@pytest.mark.parametrize(
    ("claimed", "told", "answer"),
    [
        ("nearly 20 km", "19.6 km", True),
        ("nearly 20 km", "27 km", False),
        ("almost 40,000 fans", "39,000 fans", True),
        ("more than 300 people", "310 people", True),
        ("more than 300 people", "290 people", False),
        ("more than 300 people", "300 people", None),
        ("at least 5 people", "5 people", True),
        ("13 million people", "13.2 million people", True),
        ("13 million people", "15 million people", False),
        ("13 million people", "13 billion people", False),
        ("12 people", "13 people", False),
        ("100 miles", "161 km", True),
        ("half of them", "50 percent", True),
        ("5 percent", "5 percentage points", None),
        ("20 people", "nearly 20 people", None),
        ("15 people", "nearly 20 people", False),
        ("$3-4 bn", "$3.6 billion", True),
        ("12 percent", "about 12 percent", None),
        ("50 percent", "51 percent", False),
        ("4 percent", "4.2 percent", None),
        ("100 dead", "103 dead", False),
        ("just over 1,000 people", "5,000 people", False),
        ("not exceed $5 million", "$6 million", False),
        ("fell by -5%", "5%", False),
    ],
)
def test_what_bears_it_out(claimed: str, told: str, answer: bool | None) -> None:
    assert fits(only(claimed), only(told)) is answer
