"""Names that swap their roles around a verb."""

from __future__ import annotations

import pytest

from claims.english.proper_names import find_names
from claims.evidence.findings.roles import find_swap

CLAIM = "In May Calder Town beat Elmont Rovers."


@pytest.mark.parametrize(
    "passage",
    ["Elmont Rovers beat Calder Town.", "Calder Town were defeated by the Elmont Rovers."],
)
def test_winner_and_loser_trade_places(passage: str) -> None:
    swap = find_swap(CLAIM, find_names(CLAIM), passage)
    assert swap is not None
    assert (swap.first.text, swap.second.text) == ("Calder Town", "Elmont Rovers")
    assert passage[swap.place.start : swap.place.end] == passage.removesuffix(".")


@pytest.mark.parametrize(
    "passage",
    [
        "Elmont Rovers were defeated by Calder Town.",
        "Elmont Rovers were beaten by Calder Town.",
        "Elmont Rovers beat Calder Town. In May, Calder Town beat Elmont Rovers.",
        "Elmont Rovers met Calder Town.",
        "Elmont Rovers were beaten when Calder Town came.",
        "Elmont Rovers left. Calder Town beat them.",
        "",
    ],
)
def test_no_swap(passage: str) -> None:
    assert find_swap(CLAIM, find_names(CLAIM), passage) is None


def test_replaced_with_has_the_opposite_roles_of_replaced_by() -> None:
    claim = "Ada Norin replaced Tom Birch."
    names = find_names(claim)
    assert find_swap(claim, names, "Tom Birch was replaced with Ada Norin.") is None
    assert find_swap(claim, names, "Ada Norin was replaced by Tom Birch.") is not None
    assert find_swap(claim, names, "Tom Birch is replacing Ada Norin.") is not None
