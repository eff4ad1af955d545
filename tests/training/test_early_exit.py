"""The heads of an early exit, and their table."""

from __future__ import annotations

import numpy as np

from training.early_exit import BARS, LAYERS, Seen, fit_head, render


def test_head_separates_separable_states() -> None:
    rng = np.random.default_rng(3)
    neutral = rng.random(400) < 0.5
    states = rng.normal(size=(400, 6)) * 5 + 2
    states[:, 0] += 20 * neutral
    weights, bias = fit_head(states, neutral)
    sure = 1 / (1 + np.exp(-(states @ weights + bias)))
    assert ((sure > 0.5) == neutral).mean() > 0.9


def test_table_counts_exits_and_lost_pairs() -> None:
    states = np.array([[9.0], [9.0], [-9.0], [-9.0]])
    answers = np.array([[0, 0, 1], [0.9, 0, 0.1], [0.9, 0, 0.1], [0, 0, 1]], dtype=np.float32)
    heads = {layer: (np.array([1.0]), 0.0) for layer in LAYERS}
    lines = render(Seen(dict.fromkeys(LAYERS, states), answers), heads, "ours")
    assert len(lines) == len(LAYERS) * len(BARS)
    assert lines[0] == "| ours | 4 | 0.8 | 0.500 | 0.333 | 0.500 |"
