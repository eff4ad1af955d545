"""Figures: how they are read, and what an absent one does to support."""

from __future__ import annotations

import numpy as np
import pytest

from claims.verdicts.aggregate import BEARING
from claims.verdicts.figures import find_absent, find_figures
from claims.verdicts.findings import ABSENT, MATCH, cap_support, find_quantities
from tests.claims.samples import passage


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$13.5 million and $6m, 3bn", [13_500_000, 6_000_000, 3_000_000_000]),
        ("twenty-one people, eleven of them children", [21, 11]),
        ("three decades, thirty years", [30, 30]),
        ("1,234.5 tons on September 2nd, 2025", [1234.5, 2, 2025]),
        ("40 to 47 percent, 40–47 %", [40, 47, 40, 47]),
        ("two dozen", [24]),
        ("G20, COVID-19 and B52s are names", []),
        ("", []),
    ],
)
def test_figures_are_read_with_their_scale(text: str, values: list[float]) -> None:
    assert [figure.value for figure in find_figures(text)] == values


def test_a_label_names_a_figure_as_a_reader_would() -> None:
    text = "On September 4, $13.5 million or 70 percent of it, 6 million dollars, 11 dead in 2025."
    assert [figure.label for figure in find_figures(text)] == [
        "September 4",
        "$13.5 million",
        "70 percent",
        "6 million dollars",
        "11",
        "2025",
    ]


@pytest.mark.parametrize(
    ("claim", "told", "absent"),
    [
        ("Support comes to $30 million.", "It is worth nearly 20 million dollars.", ["30 million"]),
        ("11 people died.", "Eleven people died.", []),
        ("The war lasted three decades.", "They fought for thirty years.", []),
        ("Two gangs were named.", "Los Lobos and Los Choneros were named.", []),
        ("It rose by 47 percent since 2019.", "It rose by 47 % since 2024.", ["2019"]),
        ("It rose.", "It fell by 3 %.", []),
        ("11 people died.", "It was on 11 September.", ["11"]),
        ("They met on September 4.", "They met on the 4th.", []),
        ("They met on September 4.", "4 people met.", ["4"]),
    ],
)
def test_absent_figures(claim: str, told: str, absent: list[str]) -> None:
    assert [figure.text for figure in find_absent(claim, told)] == absent


def test_support_without_the_figure_is_capped_below_what_decides() -> None:
    scores = np.array([[0.9, 0.04, 0.06], [0.9, 0.04, 0.06], [0.1, 0.8, 0.1]], dtype=np.float32)
    claim = "Support comes to $30 million."
    texts = ["It is worth 20 million.", "It is worth $30 million.", "It is worth 20 million."]
    findings = [find_quantities(claim, passage(text)) for text in texts]
    assert [[f.result for f in found] for found in findings] == [[ABSENT], [MATCH], [ABSENT]]
    capped = cap_support(scores, findings)
    assert capped[0, 0] <= BEARING
    np.testing.assert_allclose(capped.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(capped[1:], scores[1:])
    assert scores[0, 0] == np.float32(0.9)
