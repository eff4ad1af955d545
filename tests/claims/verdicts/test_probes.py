"""Probes: the claim asked again with the passage's own figure."""

from __future__ import annotations

import numpy as np
import pytest

from claims.verdicts.probes import add_title, apply_probes, make_probes
from tests.claims.samples import passage


@pytest.mark.parametrize(
    ("claim", "told", "asked"),
    [
        (
            "They have been under sanctions since 2019.",
            "Both gangs have been under US sanctions since 2024, for 3 months.",
            ["They have been under sanctions since 2024."],
        ),
        (
            "Support comes to $30 million.",
            "It is worth $20 million, or 7 percent.",
            ["Support comes to $20 million."],
        ),
        (
            "Killings rose by 47 percent in 2025.",
            "In 2025 killings rose by 40 percent; 12 died in May.",
            ["Killings rose by 40 percent in 2025."],
        ),
        ("On September 4, 9 met.", "On September 5, 9 met.", ["On September 5, 9 met."]),
        ("11 died.", "Eleven died; 14 were hurt.", []),
        ("11 died in 3 towns.", "14 died.", []),
        ("Many died.", "14 died.", []),
    ],
)
def test_a_figure_is_replaced_by_one_of_its_kind(claim: str, told: str, asked: list[str]) -> None:
    assert [probe.claim for probe in make_probes(claim, [passage(told)])] == asked


def test_a_supported_probe_refutes_the_claim_and_says_both_figures() -> None:
    passages = [passage("Gardens."), passage("Sanctions since 2024."), passage("Until 2007.")]
    probes = make_probes("Sanctions since 2019.", passages)
    assert [probe.row for probe in probes] == [1, 2]
    scores = np.full((3, 3), (0.3, 0.2, 0.5), dtype=np.float32)
    answers = np.array([[0.9, 0.05, 0.05], [0.4, 0.3, 0.3]], dtype=np.float32)
    raised, findings = apply_probes(scores, probes, answers)
    np.testing.assert_allclose(raised.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(raised[1], (0.03, 0.92, 0.05), atol=1e-6)
    np.testing.assert_allclose(raised[[0, 2]], scores[[0, 2]])
    assert set(findings) == {1}
    assert (findings[1].claim, findings[1].evidence, findings[1].result) == (
        "2019",
        "2024",
        "differs",
    )


def test_without_probes_nothing_changes() -> None:
    scores = np.full((1, 3), 1 / 3, dtype=np.float32)
    raised, findings = apply_probes(scores, (), np.zeros((0, 3), dtype=np.float32))
    np.testing.assert_array_equal(raised, scores)
    assert findings == {}


def test_the_title_is_put_in_front_once() -> None:
    assert add_title(passage("It rose.")) == "A title. It rose."
    assert add_title(passage("A title\nIt rose.")) == "A title\nIt rose."
