"""Check-worthiness on ct24_dev: F1 and average precision, beside the baseline "has a figure".

    python -m evaluation.worthiness [--shared ../shared]

The cutoff for F1 is the one that was best on the training sets; it is not tuned here.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

from claims.extraction import score_worthiness
from claims.extraction.features import find_features
from claims.extraction.worthiness import load_model
from evaluation.metrics import average_precision, f1

DEVELOPMENT_SET = Path("data", "checkworthiness", "ct24_dev.jsonl.gz")


def evaluate(shared: Path) -> dict[str, float]:
    """n, positives (share), f1, average_precision, cutoff, baseline_f1, baseline_average_precision.

    `shared` is the folder with the measuring data. All but n lie in [0, 1].
    """
    with gzip.open(shared / DEVELOPMENT_SET, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    labels = [bool(row["label"]) for row in rows]
    texts = [str(row["text"]) for row in rows]
    scores = score_worthiness(texts)
    cutoff = load_model().cutoff
    figure = [find_features(text)["figure"] for text in texts]
    return {
        "n": float(len(rows)),
        "positives": sum(labels) / len(labels),
        "f1": f1(labels, [score >= cutoff for score in scores], positive=True),
        "average_precision": average_precision(labels, scores),
        "cutoff": cutoff,
        "baseline_f1": f1(labels, [value > 0 for value in figure], positive=True),
        "baseline_average_precision": average_precision(labels, figure),
    }


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.worthiness", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    for name, value in evaluate(parser.parse_args().shared).items():
        print(f"{name:<28} {value:.4g}")


if __name__ == "__main__":
    main()
