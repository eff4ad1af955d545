"""Hedges beside a number."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.hedges import hedge_after, hedge_before
from claims.verdicts.findings.quantity import Hedge


@pytest.mark.parametrize(
    ("text", "hedge", "words"),
    [
        ("it lost nearly ", Hedge.NEARLY, "nearly "),
        ("it lost at least ", Hedge.AT_LEAST, "at least "),
        ("it lost about a ", Hedge.ABOUT, "about a "),
        ("it lost more than ", Hedge.OVER, "more than "),
        ("it will not exceed ", Hedge.UP_TO, "exceed "),
        ("it was not under ", Hedge.EXACT, "under "),
        ("it does not exceed ", Hedge.UP_TO, "exceed "),
        ("it doesn't exceed ", Hedge.UP_TO, "exceed "),
        ("it took no longer than ", Hedge.UP_TO, "longer than "),
        ("it lost ~", Hedge.ABOUT, "~"),
        ("just over ", Hedge.ABOUT, "just over "),
        ("just below ", Hedge.NEARLY, "just below "),
        ("it lost ", Hedge.EXACT, ""),
        ("", Hedge.EXACT, ""),
    ],
)
def test_hedge_before_a_number(text: str, hedge: Hedge, words: str) -> None:
    assert hedge_before(f"{text}20", len(text)) == (hedge, len(words))


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        (" or more", Hedge.AT_LEAST),
        (" people or fewer", Hedge.UP_TO),
        (" people or so", Hedge.ABOUT),
        (" people or dogs", Hedge.EXACT),
    ],
)
def test_hedge_after_a_number(text: str, hedge: Hedge) -> None:
    assert hedge_after(f"20{text}", 2) is hedge
