"""Check-worthiness of a sentence: a logistic model with one weight per feature.

The weights are in worthiness.json with their meaning (`python -m training.worthiness --print`
prints them). They are fitted on debate speech; THRESHOLD is set for news.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from claims.extraction.features import FEATURES, find_features


@dataclass(frozen=True, slots=True)
class WorthinessModel:
    """score = 1 / (1 + exp(-(bias + sum of weight * feature))).

    `cutoff` gave the best F1 on the training sets; extraction does not use it.
    """

    bias: float
    cutoff: float
    weights: Mapping[str, float]

    def score(self, text: str) -> float:
        """Check-worthiness of one sentence in [0, 1]."""
        values = find_features(text)
        logit = self.bias + sum(self.weights[name] * values[name] for name in self.weights)
        return 1.0 / (1.0 + math.exp(-logit))


@cache
def load_model() -> WorthinessModel:
    """The packaged weights, read once."""
    source = files("claims.extraction").joinpath("worthiness.json")
    about = json.loads(source.read_text(encoding="utf-8"))
    weights = {item["feature"]: float(item["weight"]) for item in about["weights"]}
    if set(weights) != set(FEATURES):
        raise ValueError("worthiness.json does not match claims.extraction.features.FEATURES")
    return WorthinessModel(float(about["bias"]), float(about["cutoff"]), weights)


def score_worthiness(sentences: Sequence[str]) -> list[float]:
    """Check-worthiness of each sentence in [0, 1], in input order; no sentences give no scores."""
    model = load_model()
    return [model.score(sentence) for sentence in sentences]
