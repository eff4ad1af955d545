"""Numbers with their units and hedges, and what is no quantity."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.quantities import find_both, find_quantities
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
        ("it was minus 5 degrees", -5, -5, "degrees"),
        ("it was −5 degrees", -5, -5, "degrees"),
        ("it rose by 20pc", 20, 20, "%"),
        ("it cost 2000 dollars", 2000, 2000, "USD"),
        ("it cost 30 million Canadian dollars", 30e6, 30e6, "CAD"),
        ("it cost 30 million US dollars", 30e6, 30e6, "USD"),
        ("it cost 5 Hong Kong dollars", 5, 5, "HK$"),
        ("between $3 million and $4 million", 3e6, 4e6, "USD"),
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
        "in 2019 dollars",
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
    ("text", "values", "unit"),
    [
        ("rose from $10 to $15", [10, 15], "USD"),
        ("rose from $1 million to $5 million", [1e6, 5e6], "USD"),
        ("rose from 10 to 12 percent", [10, 12], "%"),
        ("rose from 3 to 5 million dollars", [3e6, 5e6], "USD"),
        ("$1 million and $5 million", [1e6, 5e6], "USD"),
    ],
)
def test_beginning_and_end_of_a_change_are_two(text: str, values: list[float], unit: str) -> None:
    found = find_quantities(text)
    assert [quantity.value for quantity in found] == values
    assert {quantity.unit for quantity in found} == {unit}


def test_the_sign_belongs_to_what_is_shown() -> None:
    assert only("fell to about minus 5 degrees").label == "about minus 5 degrees"
    assert only("fell to -5 degrees").label == "-5 degrees"


def test_what_looks_like_a_year_is_a_count_where_the_other_text_counts_it() -> None:
    bare, comma = "It cut 1700 jobs.", "It cut 1,700 jobs."
    for claim, told in ((bare, comma), (comma, bare)):
        assert [[q.value for q in side] for side in find_both(claim, told)] == [[1700], [1700]]
    assert find_both(bare, bare) == ((), ())
    assert find_both(comma, "It cut jobs in 1700.")[1] == ()


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("passed by 14 votes to 9", [("votes",), ("votes",)]),
        ("by four votes against three", [("votes",), ("votes",)]),
        ("14 votes, then 9", [("votes",), ()]),
        ("14 votes to 9 abstentions", [("votes",), ("abstentions",)]),
        ("14 votes to $9", [("votes",), ()]),
    ],
)
def test_a_count_against_another_counts_the_same(text: str, things: list[tuple[str, ...]]) -> None:
    assert [quantity.things for quantity in find_quantities(text)] == things
