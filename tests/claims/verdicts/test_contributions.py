"""The contributions of prior and origins add up to the log-odds of each side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.types import LEAST_CONFIDENCE, Evidence, Stance
from claims.verdicts.aggregate import Side, VerdictModel, load_model
from claims.verdicts.contributions import explain_decision, explain_sides
from tests.claims.samples import evidence

PIECES = [
    evidence(0.9, 0.05, origin="o1"),
    evidence(0.8, 0.1, origin="o2"),
    evidence(0.05, 0.7, origin="o3"),
]


def test_parts_add_up_to_the_odds() -> None:
    for side in explain_sides(PIECES, load_model()):
        assert sum(part.amount for part in side.parts) == pytest.approx(side.odds)


def test_every_origin_contributes_to_its_side() -> None:
    supports, refutes = explain_sides(PIECES, load_model())
    assert [part.origin for part in supports.parts] == ["", "o1", "o2", "o3"]
    assert [part.origin for part in refutes.parts] == ["", "o3", "o2", "o1"]
    assert all(part.amount == 0 for part in (supports.parts[3], *refutes.parts[2:]))
    assert (supports.stance, refutes.stance) == (Stance.SUPPORTS, Stance.REFUTES)


def test_stale_evidence_contributes_nothing() -> None:
    old = replace(PIECES[0], stale=True)
    supports, refutes = explain_sides([old, *PIECES[1:]], load_model())
    votes = {part.origin: part.what for part in (*supports.parts, *refutes.parts) if part.origin}
    assert votes.keys() == {"o2", "o3"}
    assert supports.parts[1].what == "strongest vote, 0.80"


def test_nothing_is_explained_as_well() -> None:
    supports, refutes = explain_sides([], load_model())
    assert max(supports.odds, refutes.odds) < 0
    assert [part.what for part in supports.parts] == ["before any evidence", "no vote"]


YES, NO = evidence(0.9, 0.05), evidence(0.05, 0.9, origin="o2")
LIKELY, UNLIKELY = Side(0.0, 1.0, 0.5), Side(-9.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("items", "sides", "words"),
    [
        ([YES], (LIKELY, UNLIKELY), "supported has the probability 0.90, at least the"),
        ([NO], (UNLIKELY, LIKELY), "refuted has the probability 0.90, at least the th"),
        ([evidence(0.5, 0.1)], (LIKELY, UNLIKELY), "below the threshold of 0.55, and origins do"),
        ([YES, NO], (LIKELY, LIKELY), "below the threshold of 0.55, and origins disagree"),
        (
            [evidence(0.29, 0.1)],
            (Side(5.0, 1.0, 0.5), UNLIKELY),
            "supported has the probability 0.98, but no origin clearly says so",
        ),
    ],
)
def test_it_is_said_why_the_probabilities_give_the_label(
    items: list[Evidence], sides: tuple[Side, Side], words: str
) -> None:
    assert words in explain_decision(items, VerdictModel(*sides, -1.0), LEAST_CONFIDENCE)
