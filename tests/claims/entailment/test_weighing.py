"""What findings do to a stance."""

from __future__ import annotations

import numpy as np
import pytest

from claims.entailment.calibration import load_weighing
from claims.entailment.weighing import FEATURES, Weighing, count_gaps, features_of
from claims.types import Finding, FindingResult

SCORES = np.array([[0.6, 0.1, 0.3], [0.6, 0.1, 0.3]], np.float32)
DIFFERS = Finding("quantity", "20", "30", FindingResult.DIFFERS)
ABSENT = Finding("quantity", "40", "", FindingResult.ABSENT)


def test_no_weights_leave_the_scores_as_they_are() -> None:
    assert (Weighing().apply(SCORES, [(DIFFERS,), ()]) == SCORES).all()


def test_a_finding_moves_its_own_row() -> None:
    weighed = Weighing({"figure differs": (-1.0, 1.0)}).apply(SCORES, [(DIFFERS,), ()])
    assert weighed[0, 0] < 0.6
    assert weighed[0, 1] > 0.1
    assert weighed[1] == pytest.approx(SCORES[1])
    assert weighed.sum(axis=1) == pytest.approx(1)


def test_several_of_one_kind_are_told_apart() -> None:
    assert features_of((ABSENT, DIFFERS)) == ("figure differs", "figure missing")
    assert "more than one figure missing" in features_of((ABSENT, ABSENT))
    assert features_of(()) == ()


def test_shipped_weights_have_the_sign_of_their_meaning() -> None:
    weights = load_weighing().weights
    assert weights
    for name, pair in weights.items():
        for weight, sign in zip(pair, FEATURES[name], strict=True):
            assert weight * sign >= 0
            assert sign or not weight


def test_gaps_are_counted_by_sort() -> None:
    name = Finding("name", "Ana Sorel", "", FindingResult.ABSENT)
    assert count_gaps((ABSENT, DIFFERS)) == 1
    assert count_gaps((ABSENT, ABSENT, name)) == 3
    assert count_gaps((DIFFERS,)) == 0
