"""Score the training pairs with a judge, so that training draws its mistakes more often.

    python -m training.scores FILE [--own N] [--judge FOLDER]

Scores the pairs cut from events and N of our own pairs, and appends a line for each to FILE: its id
(training.blind.pair_id) and the probability that the judge gives to its label. Pairs that are in
FILE already are not scored again, so that an interrupted run can resume.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge
from training.blind import pair_id
from training.event_pairs import cut_pairs
from training.events import read_events, split_events
from training.pairs import LABELS, Pair, read_pairs, split_groups

# Default number of our own pairs that are scored.
OWN = 4000
# Number of pairs that are scored between two writes to the file.
_AT_ONCE = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m training.scores", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--own", type=int, default=OWN, help="own pairs scored beside")
    parser.add_argument("--judge", type=Path, default=SHIPPED_FOLDER)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    cuts = [cut.pair for event in split_events(read_events())[0] for cut in cut_pairs(event)]
    own, _ = split_groups(read_pairs())
    pairs = [*cuts, *random.Random(options.seed).sample(own, min(options.own, len(own)))]
    random.Random(options.seed).shuffle(pairs)
    known = read_scores(options.file) if options.file.exists() else {}
    left = [pair for pair in pairs if pair_id(pair) not in known]
    judge = OnnxJudge(options.judge, threads=os.cpu_count() or 1)
    with options.file.open("a", encoding="utf-8") as out:
        for start in range(0, len(left), _AT_ONCE):
            some = left[start : start + _AT_ONCE]
            rows = judge.score([(pair.evidence, pair.claim) for pair in some])
            for pair, row in zip(some, rows, strict=True):
                line = [pair_id(pair), round(float(row[LABELS.index(pair.label)]), 4)]
                out.write(json.dumps(line) + "\n")
            out.flush()
            print(f"  {start + len(some)}/{len(left)} pairs", file=sys.stderr, flush=True)
    return 0


def read_scores(path: Path) -> dict[str, float]:
    """Probability of the label in [0, 1], by pair id."""
    return dict(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def weigh_mistakes(
    pairs: Sequence[Pair], scores: Mapping[str, float], *, least: float
) -> list[float]:
    """Sampling weight of each pair: 1 - probability of its label, at least `least`.

    A pair without a score has the mean weight of those with one.
    """
    found = [scores.get(pair_id(pair)) for pair in pairs]
    known = [max(least, 1 - score) for score in found if score is not None]
    usual = sum(known) / len(known) if known else 1.0
    return [usual if score is None else max(least, 1 - score) for score in found]


def balance_labels(pairs: Sequence[Pair], weights: Sequence[float]) -> list[float]:
    """The weights, scaled so that the pairs of each label have the same total weight.

    The mistakes of a judge are mostly of one label; without this the other labels would be rare.
    """
    totals: Counter[str] = Counter()
    for pair, weight in zip(pairs, weights, strict=True):
        totals[pair.label] += weight
    return [weight / totals[pair.label] for pair, weight in zip(pairs, weights, strict=True)]


def draw_weighted(
    pairs: Sequence[Pair], weights: Sequence[float], count: int, *, seed: int
) -> list[Pair]:
    """Draw `count` of the pairs without replacement, with probability in proportion to weight."""
    rng = random.Random(f"mistakes {seed}")
    # The largest u ** (1 / weight) are a weighted sample without replacement (Efraimidis and
    # Spirakis, 2006).
    keys = [(rng.random() ** (1 / weight), row) for row, weight in enumerate(weights)]
    return [pairs[row] for _, row in sorted(keys, reverse=True)[:count]]


if __name__ == "__main__":
    sys.exit(main())
