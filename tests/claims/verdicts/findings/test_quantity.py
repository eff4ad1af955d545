"""What a quantity may stand for, and what bears it out."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.quantities import find_quantities
from claims.verdicts.findings.quantity import Quantity, fits, is_same_thing, possible_values


def only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


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
        ("fell by -5%", "5%", None),
        ("-5%", "-5%", True),
        ("-5%", "8%", False),
        ("half of them", "52 percent", None),
        ("half of them", "58 percent", False),
        ("two thirds of them", "67.4 percent", None),
        ("1,500 pounds", "£1,500", None),
        ("1,500 pounds", "£2 million", False),
        ("20 degrees", "20°C", None),
        ("20 degrees", "35°C", False),
    ],
)
def test_what_bears_it_out(claimed: str, told: str, answer: bool | None) -> None:
    assert fits(only(claimed), only(told)) is answer


@pytest.mark.parametrize(
    ("claimed", "told", "answer"),
    [
        ("20 miners", "30", None),
        ("20 miners", "30 old miners", True),
        ("20 miners", "30 dogs", False),
        ("20 miners", "30 %", None),
        ("20 km", "30 miners", None),
    ],
)
def test_same_thing_by_its_noun(claimed: str, told: str, answer: bool | None) -> None:
    assert is_same_thing(only(claimed), only(told)) is answer


def test_slack_widens_what_is_possible() -> None:
    for text in ("about 20 km", "nearly 20 km", "13 million people", "at least 5 people"):
        low, high = possible_values(only(text), slack=0.0)
        widest_low, widest_high = possible_values(only(text), slack=1.0)
        assert widest_low <= low <= high <= widest_high
