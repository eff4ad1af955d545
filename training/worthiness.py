"""Fit the weights of the check-worthiness model, or print them with their meaning.

    python -m training.worthiness [--shared ../shared]   fits and writes worthiness.json
    python -m training.worthiness --print                prints the shipped weights

Logistic regression on the features of claims/extraction/check_worthiness.py, fitted by Newton's
method, so that the same sentences always give the same weights. The training data contain several
hundred sentences of the development set; these are left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from claims.extraction.check_worthiness import FEATURES, find_features

WEIGHTS = Path(__file__).resolve().parents[1] / "claims" / "extraction" / "worthiness.json"
TRAINING_SETS = ("ct24_train", "claimbuster_train")
LEFT_OUT = "ct24_dev"
# Penalty on squared weights; between 0.1 and 10 the figures on ct24_dev do not change.
_L2 = 1.0
# Maximum number of Newton steps.
_STEPS = 50

Array = npt.NDArray[np.float64]


def read_labelled(path: Path) -> list[tuple[str, int]]:
    """(sentence, label) of each line of a gzipped JSON Lines file; label 1 is check-worthy."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["text"], int(row["label"])) for row in rows]


def fit_logistic(features: Array, labels: Array, *, l2: float = _L2) -> tuple[Array, float]:
    """(weights (d,), bias) that minimise total log loss plus l2/2 * |weights|^2.

    `features` is float64 (n, d), `labels` float64 (n,) of 0 and 1.
    """
    inputs = np.hstack([features, np.ones((len(features), 1))])
    penalty = np.full(inputs.shape[1], l2)
    penalty[-1] = 0.0
    solution = np.zeros(inputs.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-inputs @ solution))
        slope = inputs.T @ (chance - labels) + penalty * solution
        curve = (inputs * (chance * (1.0 - chance))[:, None]).T @ inputs + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        solution = solution - step
        if np.abs(step).max() < 1e-10:
            break
    return solution[:-1], float(solution[-1])


def fit(folder: Path) -> dict[str, Any]:
    """The content of worthiness.json, fitted on the sets in `folder`."""
    held_out = {text for text, _ in read_labelled(folder / f"{LEFT_OUT}.jsonl.gz")}
    rows = _unique(
        row
        for name in TRAINING_SETS
        for row in read_labelled(folder / f"{name}.jsonl.gz")
        if row[0] not in held_out
    )
    found = [find_features(text) for text, _ in rows]
    values = np.array([[features[name] for name in FEATURES] for features in found])
    labels = np.array([label for _, label in rows], dtype=np.float64)
    weights, bias = fit_logistic(values, labels)
    scores = 1.0 / (1.0 + np.exp(-(values @ weights + bias)))
    return {
        "form": "score = 1 / (1 + exp(-(bias + sum of weight * feature)))",
        "data": f"{len(rows)} sentences of {', '.join(TRAINING_SETS)}, without those of {LEFT_OUT}",
        "prior": round(float(labels.mean()), 3),
        "cutoff": round(best_cutoff(labels, scores), 3),
        "bias": round(bias, 3),
        "weights": [
            {"feature": name, "weight": round(float(weight), 3), "meaning": FEATURES[name]}
            for name, weight in zip(FEATURES, weights, strict=True)
        ],
    }


def best_cutoff(labels: Array, scores: Array) -> float:
    """The threshold on `scores` (n,) with the highest F1; `labels` (n,) are 0 or 1."""
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(labels[order])
    f1 = 2.0 * found / (np.arange(1, len(labels) + 1) + labels.sum())
    return float(scores[order][int(f1.argmax())])


def _unique(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The first row of each sentence, in order."""
    first: dict[str, int] = {}
    for text, label in rows:
        first.setdefault(text, label)
    return list(first.items())


def describe(about: dict[str, Any]) -> str:
    """The weights as a text table, the largest absolute value first."""
    lines = [
        about["form"],
        f"fitted on {about['data']}",
        f"{about['prior']:.1%} of them are worth checking; best F1 there from {about['cutoff']}",
        "",
    ]
    lines.append(f"{'bias':<14} {about['bias']:+.3f}")
    lines.extend(
        f"{item['feature']:<14} {item['weight']:+.3f}  {item['meaning']}"
        for item in sorted(about["weights"], key=lambda item: -abs(item["weight"]))
    )
    return "\n".join(lines)


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.worthiness", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--print", action="store_true", dest="show")
    options = parser.parse_args()
    if not options.show:
        about = fit(options.shared / "data" / "checkworthiness")
        WEIGHTS.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    print(describe(json.loads(WEIGHTS.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
