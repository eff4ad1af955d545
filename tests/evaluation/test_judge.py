"""Answers in the label space of a set; the lexical baseline; the table in the document."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.document import put_between_marks
from evaluation.floors import collect
from evaluation.judge import answer, lexical_scores, measure_set
from evaluation.real.mirrored import MirrorsRead, Turned
from evaluation.sets import LabelledSet

SCORES = np.array([[0.6, 0.3, 0.1], [0.3, 0.1, 0.6]], dtype=np.float32)


@pytest.mark.parametrize(
    ("labels", "answers"),
    [
        ({"SUPPORTED", "REFUTED", "NEI"}, ["SUPPORTED", "NEI"]),
        ({"SUPPORTED", "NOT_SUPPORTED"}, ["SUPPORTED", "NOT_SUPPORTED"]),
        ({"SUPPORTED", "REFUTED"}, ["SUPPORTED", "SUPPORTED"]),
    ],
)
def test_answers_are_labels_of_the_set(labels: set[str], answers: list[str]) -> None:
    found, confidence = answer(SCORES, labels)
    assert found == answers
    assert ((confidence >= 0.5) & (confidence <= 1)).all()


def test_lexical_baseline_uses_shared_words_and_negation() -> None:
    rows = [
        {"evidence": "Eleven people died.", "claim": "Eleven people died."},
        {"evidence": "Eleven people died.", "claim": "Eleven people never died."},
        {"evidence": "Rain fell.", "claim": "Eleven people died."},
    ]
    assert lexical_scores(rows).argmax(axis=1).tolist() == [0, 1, 2]


def test_table_replaces_the_text_between_its_marks(tmp_path: Path) -> None:
    document = tmp_path / "quality.md"
    document.write_text("a\n<!-- make eval: begin -->\nold\n<!-- make eval: end -->\nb\n")
    put_between_marks("| new |", "make eval", document)
    assert document.read_text() == (
        "a\n<!-- make eval: begin -->\n| new |\n<!-- make eval: end -->\nb\n"
    )
    with pytest.raises(ValueError, match="no marks"):
        put_between_marks("| new |", "make bench", document)


@pytest.mark.parametrize(("other", "area"), [("NOT_SUPPORTED", 0.75), ("REFUTED", None)])
def test_floor_of_a_support_only_set_is_the_area_under_the_curve(
    other: str, area: float | None
) -> None:
    labels = ["SUPPORTED", "SUPPORTED", other, other]
    rows = [
        {"claim": f"claim {n}", "evidence": "", "label": label, "group": str(n)}
        for n, label in enumerate(labels)
    ]
    support = np.array([0.9, 0.3, 0.4, 0.1], dtype=np.float32)
    scores = np.stack([support, 1 - support, 0 * support], axis=1)
    result = measure_set(LabelledSet("s", rows, 4), lambda _: scores)
    assert result.area == area
    no_mirrors = MirrorsRead([], [], Turned(0, 0.0, 0.0, 0.0))
    figures = collect([result], [], [], [], no_mirrors)["s"].figures
    assert figures == ({"area under the curve": 0.75} if area else {"accuracy": 0.75})
