"""The fit of the verdict model, on events and on pages with labels for support only."""

from __future__ import annotations

import numpy as np
import pytest

from claims.types import Evidence, VerdictLabel
from evaluation.diagram import coverage_by_risk, reliability
from evaluation.verdicts import (
    Case,
    conclude_all,
    count_strengths,
    decide,
    describe_confidence,
    describe_risk,
    find_probabilities,
    find_unseen_probabilities,
    fit,
    list_failures,
    share_in_both,
)
from tests.claims.samples import evidence

S, R, C, N = (
    VerdictLabel.SUPPORTED,
    VerdictLabel.REFUTED,
    VerdictLabel.CONFLICTING_EVIDENCE,
    VerdictLabel.NOT_ENOUGH_EVIDENCE,
)
YES = evidence(0.95, 0.02)
NO = evidence(0.02, 0.95, origin="o2")
UNSURE = evidence(0.6, 0.2)


def cases(count: int, labels: set[VerdictLabel], *pieces: Evidence) -> list[Case]:
    return [Case(f"g{n}", pieces, frozenset(labels), "kind", "A claim.") for n in range(count)]


CASES = [
    *cases(60, {S}, YES),
    *cases(60, {R}, NO),
    *cases(20, {C}, YES, NO),
    *cases(30, {S}, UNSURE),
    *cases(30, {N}, UNSURE),
    *cases(60, {N}),
]


def test_fitted_probabilities_match_the_observed_shares() -> None:
    model = fit(CASES)
    some = [CASES[0], CASES[60], CASES[120], CASES[140], CASES[-1]]
    probable = find_probabilities(some, model)
    assert probable.sum(axis=1) == pytest.approx(1.0)
    assert decide(some, probable)[:3] == [S, R, C]
    assert decide(some, probable)[4] is N
    assert probable[3, 0] == pytest.approx(0.5, abs=0.2)
    assert min(model.supports.first, model.refutes.first) > 0
    assert min(model.supports.further, model.refutes.further) >= 0


def test_higher_minimum_confidence_decides_fewer_claims() -> None:
    probable = find_probabilities(CASES, fit(CASES))
    shares = [
        np.mean([answer in {S, R} for answer in decide(CASES, probable, least)])
        for least in (0.5, 0.7, 1.0)
    ]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0


def test_support_only_labels_are_used_in_the_fit() -> None:
    plain = [*cases(20, {S}, YES), *cases(20, {N}, UNSURE), *cases(20, {R}, NO)]
    pages = [*cases(80, {S, C}, UNSURE), *cases(8, {R, N}, UNSURE)]
    (without,), (taught,) = (
        find_probabilities([Case("x", (UNSURE,), frozenset({S}))], fit(some))
        for some in (plain, [*plain, *pages])
    )
    assert taught[0] > without[0] + 0.1


def test_cross_validation_leaves_out_the_event_of_each_row() -> None:
    odd = [Case("odd", (YES,), frozenset({N}))] * 40
    (seen,) = find_probabilities(odd[:1], fit([*CASES, *odd]))
    unseen = find_unseen_probabilities([*CASES, *odd])[-1]
    assert unseen[0] > seen[0] + 0.05


def test_tables_show_risk_and_calibration() -> None:
    probable = np.array([[0.7, 0.1, 0.1, 0.1], [0.53, 0.05, 0.1, 0.32]])
    some = cases(2, {S}, YES)
    answers = decide(some, probable)
    assert answers == [S, N]
    assert "| 0.50 | 1.000 | 1.000 | 0.000 | 0.000 | 0.000 |" in describe_risk(some, probable)
    assert "| 0.60 | 0.500 | 0.500 | 0.000 | 0.000 | 0.000 |" in describe_risk(some, probable)
    sure = np.array([0.7, 0.3])
    table = describe_confidence(answers, [True, False], sure)
    assert "| supported or refuted | 1 | 0.700 | 1.000 | 0.300 |" in table
    assert "| not enough evidence | 1 | 0.300 | 0.000 | 0.300 |" in table


def test_a_claim_counts_in_both_if_it_is_right_in_event_and_mirror() -> None:
    pairs = [Case(g, (YES,), frozenset({S}), "kind", c) for g, c in ("ea", "ea", "eb", "fa", "eb")]
    assert share_in_both(pairs, [True, True, True, True, False]) == 0.5
    assert share_in_both(pairs[3:4], [True]) == 0.0


def test_verdicts_of_each_strength_are_counted() -> None:
    probable = np.array([[0.9, 0.0, 0.0, 0.1], [0.7, 0.1, 0.0, 0.2], [0.2, 0.45, 0.0, 0.35]])
    assert count_strengths([S, R, R], conclude_all([S, S, N], probable)) == {
        "firm": {"verdicts": 1, "right": 1},
        "probable": {"verdicts": 1, "right": 0},
        "leaning": {"verdicts": 0, "right": 0},
    }
    leaning = np.array([[0.1, 0.55, 0.0, 0.35]])
    assert count_strengths([R], conclude_all([N], leaning))["leaning"] == {
        "verdicts": 1,
        "right": 1,
    }


def test_undecided_passages_take_no_side_in_the_measurement() -> None:
    neutral = Case("g", (evidence(0.45, 0.0),), frozenset({N}))
    assert decide([neutral], np.array([[0.9, 0.0, 0.0, 0.1]])) == [N]


def test_wrong_decisions_are_listed_with_their_deciding_sentence() -> None:
    wrong = Case("g", (YES,), frozenset({R}), "figure", "It is so.")
    right = Case("g", (YES,), frozenset({S}), "figure", "It is right.")
    shown = list_failures([right, wrong], [S, S], np.array([0.9, 0.8]))
    assert shown == f"- supported with 0.80, expected refuted (figure): It is so.<br>“{YES.quote}”"


def test_diagrams_are_well_formed_svg() -> None:
    for drawing in (
        reliability([0.9, 0.1, 0.55], [True, False, True]),
        coverage_by_risk([(0.1, 0.0), (1.0, 0.4)]),
    ):
        assert drawing.startswith("<svg ")
        assert drawing.endswith("</svg>\n")
