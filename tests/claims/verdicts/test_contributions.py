"""What is explained adds up to what was concluded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.types import Stance
from claims.verdicts.aggregate import load_model, sigmoid
from claims.verdicts.contributions import explain_decision, explain_sides
from tests.claims.samples import evidence

PIECES = [
    evidence(0.9, 0.05, origin="o1"),
    evidence(0.8, 0.1, origin="o2"),
    evidence(0.05, 0.7, origin="o3"),
]


def test_parts_add_up_to_the_strength() -> None:
    for side in explain_sides(PIECES, load_model()):
        total = sum(part.amount for part in side.parts)
        assert sigmoid(total) == pytest.approx(side.strength)


def test_every_origin_stands_on_its_side() -> None:
    supports, refutes = explain_sides(PIECES, load_model())
    assert [part.origin for part in supports.parts] == ["", "o1", "o2"]
    assert [part.origin for part in refutes.parts] == ["", "o3"]
    assert (supports.stance, refutes.stance) == (Stance.SUPPORTS, Stance.REFUTES)


def test_what_is_stale_has_no_part() -> None:
    old = replace(PIECES[0], stale=True)
    supports, refutes = explain_sides([old, *PIECES[1:]], load_model())
    votes = {part.origin: part.what for part in (*supports.parts, *refutes.parts) if part.origin}
    assert votes == {"o2": "strongest vote, 0.80", "o3": "strongest vote, 0.70"}


def test_nothing_is_explained_as_well() -> None:
    supports, refutes = explain_sides([], load_model())
    assert max(supports.strength, refutes.strength) < 0.5
    assert [part.what for part in supports.parts] == ["before any evidence", "no vote"]


@pytest.mark.parametrize(
    ("supports", "refutes", "words"),
    [
        (0.95, 0.05, "support alone reaches its bar and decides"),
        (0.05, 0.95, "refutation alone reaches its bar and decides"),
        (0.95, 0.95, "both sides reach their bars"),
        (0.3, 0.3, "no side reaches its bar"),
        (0.95, 0.6, "refutation is probable too: supported would have a confidence of 0.34, and"),
        (0.6, 0.95, "support is probable too: refuted would have a confidence of 0.34, and"),
    ],
)
def test_it_is_said_why_the_sides_decide_or_not(
    supports: float, refutes: float, words: str
) -> None:
    assert words in explain_decision(supports, refutes, load_model())
