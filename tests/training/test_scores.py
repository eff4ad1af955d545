"""Mistakes are drawn more often; an interrupted scoring resumes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from training.blind import pair_id
from training.pairs import Pair
from training.scores import balance_labels, draw_weighted, read_scores, weigh_mistakes

PAIRS = [
    Pair(f"It rained on day {n}.", "It rained.", "SUPPORTED", f"x:{n}", "k") for n in range(400)
]
SCORES = {pair_id(pair): 0.02 if row % 4 == 0 else 0.98 for row, pair in enumerate(PAIRS)}


def count_wrong(drawn: list[Pair]) -> int:
    return sum(SCORES[pair_id(pair)] < 0.5 for pair in drawn)


def draw(scores: dict[str, float], seed: int = 1) -> list[Pair]:
    return draw_weighted(PAIRS, weigh_mistakes(PAIRS, scores, least=0.15), 100, seed=seed)


def test_wrongly_judged_pairs_are_drawn_more_often_and_never_twice() -> None:
    drawn = draw(SCORES)
    assert len(set(drawn)) == 100
    assert drawn == draw(SCORES) != draw(SCORES, seed=2)
    assert 50 < count_wrong(drawn) < 100


def test_pair_without_a_score_has_the_mean_probability() -> None:
    assert 10 < count_wrong(draw({})) < 45
    half = {pair_id(pair): SCORES[pair_id(pair)] for pair in PAIRS[:200]}
    assert 25 < sum(pair in PAIRS[200:] for pair in draw(half)) < 75


def test_scores_are_read_by_the_id_of_the_pair(tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(row) + "\n" for row in SCORES.items()))
    assert read_scores(tmp_path / "s.jsonl") == SCORES


def test_labels_have_equal_total_weight() -> None:
    pairs = [*PAIRS[:9], replace(PAIRS[9], label="NEI")]
    weights = balance_labels(pairs, [2.0] * 9 + [1.0])
    assert sum(weights[:9]) == pytest.approx(1)
    assert weights[9] == pytest.approx(1)
