"""Calibration, and pooling of the passages of a long text."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from claims.entailment.calibration import Calibration, Pooling, load_calibration, load_pooling

ROWS = st.lists(
    st.tuples(*[st.floats(0.001, 1)] * 3), min_size=1, max_size=5
).map(lambda rows: np.array([np.array(r) / sum(r) for r in rows], dtype=np.float32))  # fmt: skip


@given(ROWS)
def test_pooled_row_sums_to_one(rows: np.ndarray) -> None:
    pooled = load_pooling().apply(rows)
    assert abs(float(pooled.sum()) - 1) < 1e-5
    assert (pooled >= -1e-6).all()


@given(ROWS)
def test_pooling_returns_a_single_passage_unchanged(rows: np.ndarray) -> None:
    np.testing.assert_array_equal(Pooling().apply(rows[:1]), rows[0])


def test_supporting_window_among_neutral_ones_gives_support() -> None:
    rows = np.array([[0.02, 0.03, 0.95], [0.9, 0.02, 0.08], [0.8, 0.02, 0.18]], dtype=np.float32)
    assert Pooling().apply(rows).argmax() == 0


def test_refuting_window_among_neutral_ones_gives_refutation() -> None:
    rows = np.array([[0.02, 0.9, 0.08], [0.02, 0.03, 0.95], [0.1, 0.3, 0.6]], dtype=np.float32)
    assert Pooling().apply(rows).argmax() == 1


def test_pooling_of_no_passages_is_neutral() -> None:
    assert Pooling().apply(np.zeros((0, 3), dtype=np.float32)).tolist() == [0, 0, 1]


@given(ROWS)
def test_identity_calibration_changes_nothing(rows: np.ndarray) -> None:
    np.testing.assert_allclose(Calibration().apply(rows), rows, atol=1e-4)


def test_shipped_calibration_keeps_the_order_of_pairs() -> None:
    support = np.linspace(0.05, 0.9, 30, dtype=np.float32)
    rows = np.stack([support, (1 - support) * 0.3, (1 - support) * 0.7], axis=1)
    calibrated = load_calibration().apply(rows)[:, 0]
    assert (np.diff(calibrated) > 0).all()
