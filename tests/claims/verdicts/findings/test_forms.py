"""Quantities in a form of their own."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.forms import FORMS
from claims.verdicts.findings.quantity import Hedge, Quantity


def read(text: str) -> list[Quantity]:
    return [quantity for form in FORMS for quantity in form(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("a third of the members", 100 / 3, "%"),
        ("two in five patients", 40, "%"),
        ("1 in 1,000 patients", 0.1, "%"),
        ("half of them", 50, "%"),
        ("it has doubled", 2, "times"),
        ("the third largest exporter", 3, "rank"),
        ("they won 3-1", 3001, "score"),
        ("they lost 1-3", 3001, "score"),
        ("an hour and a half ago", 1.5 / 24, "days"),
        ("drew strips for half a century", 18262.5, "days"),
        ("ran half a mile", 804.672, "m"),
        ("he died at 82.", 82 * 365.25, "days"),
    ],
)
def test_value_and_unit(text: str, value: float, unit: str) -> None:
    (quantity,) = read(text)
    assert (quantity.low, quantity.high) == pytest.approx((value, value))
    assert quantity.unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "a third man",
        "the first half of 2023",
        "18-24 year-olds",
        "a third of March",
        "at 82 people",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    assert read(text) == []


def test_hedge_and_ranked_thing_are_part_of_it() -> None:
    (share,) = read("It lost nearly half of its members.")
    assert (share.label, share.hedge) == ("nearly half", Hedge.NEARLY)
    (rank,) = read("It is the third largest exporter of iron.")
    assert rank.things == ("largest", "exporter")
