"""Where sentences are split: how outcomes are counted, and what the rules reach at least."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.splitting import SETS, measure, read_labels

CASE = {
    "sentence": "Acme closed a plant and sold the site, and Bell, which owns it, left.",
    "cuts": ["sold the", "Bell"],
    "optional": ["owns it"],
}


def test_each_position_has_one_outcome(tmp_path: Path) -> None:
    path = tmp_path / "splits.jsonl"
    path.write_text(json.dumps(CASE))
    sentence = str(CASE["sentence"])
    found = [sentence.index(words) for words in ("sold", "owns", "left")]
    counts = measure(path, lambda _: found)
    assert dict(counts) == {"right": 1, "wrong": 1, "missed": 1, "optional": 1}


def test_ambiguous_label_is_refused() -> None:
    with pytest.raises(ValueError, match="'and' is 2 times"):
        read_labels(CASE | {"cuts": ["and"]})


def test_splitting_rules_reach_their_measured_counts() -> None:
    counts = measure(SETS["splits"])
    assert counts["right"] >= 48
    assert counts["wrong"] <= 1
