"""Metrics against values computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.metrics import (
    accuracy,
    area_under_curve,
    average_precision,
    balanced_accuracy,
    calibration_error,
    exact_calibration_error,
    f1,
    macro_f1,
)

LABELS = ["a", "a", "a", "b"]
ANSWERS = ["a", "a", "b", "b"]


def test_accuracies_match_values_computed_by_hand() -> None:
    assert accuracy(LABELS, ANSWERS) == 0.75
    assert balanced_accuracy(LABELS, ANSWERS) == pytest.approx((2 / 3 + 1) / 2)


def test_f1_matches_a_value_computed_by_hand() -> None:
    assert f1(LABELS, ANSWERS, positive="a") == pytest.approx(0.8)
    assert f1(LABELS, ANSWERS, positive="b") == pytest.approx(2 / 3)
    assert f1(LABELS, ANSWERS, positive="c") == 0
    assert macro_f1(LABELS, ANSWERS) == pytest.approx((0.8 + 2 / 3) / 2)


def test_average_precision_matches_a_value_computed_by_hand() -> None:
    assert average_precision([True, False, True], [0.9, 0.8, 0.7]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([False], [0.5]) == 0


def test_area_under_curve_matches_a_value_computed_by_hand() -> None:
    labels = [True, True, False, False]
    assert area_under_curve(labels, [0.9, 0.4, 0.5, 0.1]) == pytest.approx(3 / 4)
    assert area_under_curve(labels, [0.9, 0.4, 0.4, 0.1]) == pytest.approx(3.5 / 4)
    assert area_under_curve(labels, [0.09, 0.08, 0.02, 0.01]) == 1  # no threshold of 0.5
    assert area_under_curve([True], [0.5]) == 0.5


def test_calibration_error_matches_a_value_computed_by_hand() -> None:
    assert calibration_error([True, False], np.array([0.95, 0.95])) == pytest.approx(0.45)
    assert calibration_error([True, True, False, True], [0.75] * 4) == pytest.approx(0)


def test_exact_calibration_error_shrinks_with_the_number_of_rows() -> None:
    few, many = [0.55, 0.65, 0.75, 0.85, 0.95] * 24, [0.55, 0.65, 0.75, 0.85, 0.95] * 2000
    assert 0.04 < exact_calibration_error(few) < 0.09
    assert exact_calibration_error(many) < 0.01
    assert exact_calibration_error([1.0] * 20) == 0.0
