"""Composed cases, the fit of both sides and the bars."""

from __future__ import annotations

import numpy as np
import pytest

from claims.verdicts.aggregate import Side, VerdictModel
from evaluation.composed import Case
from evaluation.diagram import coverage_by_risk, reliability
from evaluation.verdicts import (
    at_bars,
    choose_bar,
    choose_bars,
    fit_side,
    fit_trust,
    strengths,
)
from tests.claims.samples import evidence


def case(s: float, r: float, supports: bool, refutes: bool, group: str = "g") -> Case:
    return Case(group, (evidence(s, r),), supports, refutes)


CASES = [
    *(case(0.95, 0.02, True, False, f"a{n}") for n in range(30)),
    *(case(0.6, 0.2, n % 2 == 0, False, f"b{n}") for n in range(30)),
    *(case(0.02, 0.9, False, True, f"c{n}") for n in range(30)),
    *(case(0.1, 0.1, False, False, f"d{n}") for n in range(30)),
]
MODEL = VerdictModel(Side(0.0, 1.0, 0.4), Side(0.0, 1.0, 0.4))


def test_fit_gives_probabilities_that_hold() -> None:
    side = fit_side(CASES, 0)
    assert side.first > 0
    assert side.strength([0.95]) > 0.85
    assert side.strength([0.6]) == pytest.approx(0.5, abs=0.2)
    assert side.strength([]) < 0.1


def test_bar_is_the_lowest_that_keeps_the_risk() -> None:
    p = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, True])
    assert choose_bar(p, right, 0.0) == pytest.approx(0.8, abs=0.001)
    assert choose_bar(p, right, 0.3) == pytest.approx(0.6, abs=0.001)
    assert choose_bar(p, ~right, 0.0) == 1.0


def test_strict_bars_leave_little_wrong() -> None:
    found = strengths(CASES, MODEL)
    strict = at_bars(CASES, found, choose_bars(CASES, found, MODEL, 0.02))
    assert strict.wrong <= 0.02
    loose = at_bars(CASES, found, MODEL)
    assert loose.coverage > 0.7
    assert 0 < loose.wrong < 0.3


def test_conflicts_are_counted() -> None:
    both = Case("g", (evidence(0.95, 0.0), evidence(0.0, 0.95, origin="o2")), True, True)
    point = at_bars([both], strengths([both], MODEL), MODEL)
    assert (point.conflicts, point.coverage) == (1.0, 0.0)


def test_diagrams_are_whole_svg() -> None:
    for drawing in (
        reliability([0.9, 0.1, 0.55], [True, False, True]),
        coverage_by_risk([(0.1, 0.0), (1.0, 0.4)]),
    ):
        assert drawing.startswith("<svg ")
        assert drawing.endswith("</svg>\n")


def test_trust_turns_probabilities_into_how_often_they_hold() -> None:
    p = np.array([0.9] * 40 + [0.6] * 40)
    right = [True] * 24 + [False] * 16 + [True] * 12 + [False] * 28
    trust = fit_trust(p, right)
    assert trust.confidence(0.9) == pytest.approx(0.6, abs=0.02)
    assert trust.confidence(0.6) == pytest.approx(0.3, abs=0.02)


def test_trust_never_falls() -> None:
    assert fit_trust(np.array([0.9, 0.1] * 20), [False, True] * 20).slope == 0.0
