"""Pairs of claims that mean the same or nearly so: `python -m evaluation.returns [--errors]`.

Measures claims/verdicts/returned_claims.py on evaluation/cases/returns/pairs.jsonl: the pairs on
which the rules were completed, and the blind ones, which were written at the same time and looked
at only as a total. Half of the pairs mean the same; the others differ in a figure, a name, a day,
a negation, a direction, the scope or another part.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.entailment.calibration import CalibratedJudge
from claims.settings import Settings
from claims.verdicts.returned_claims import Statement, find_difference, judge_same
from claims.wiring import build_judge

PAIRS = Path(__file__).parent / "cases" / "returns" / "pairs.jsonl"
PRECISION, RECALL = 0.98, 0.8
"""What the rules have to reach on all pairs together."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims, whether they mean the same, and in what they differ or how they are reworded."""

    one: str
    other: str
    same: bool
    kind: str
    blind: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a pair; `because` is the rule that found a difference, or "judge"."""

    pair: Pair
    same: bool
    because: str


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision and recall of "means the same", each in [0, 1]."""

    pairs: int
    precision: float
    recall: float


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    """All pairs, in the order of the file."""
    return [Pair(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def answer_pairs(pairs: Sequence[Pair], judge: CalibratedJudge) -> list[Answer]:
    """One answer for each pair, in order. The judge reads those that the rules leave."""
    statements = [(Statement(pair.one), Statement(pair.other)) for pair in pairs]
    found = [find_difference(*both) for both in statements]
    left = [both for both, because in zip(statements, found, strict=True) if because is None]
    judged = iter(judge_same(left, judge))
    return [
        Answer(pair, not because and next(judged), because or "judge")
        for pair, because in zip(pairs, found, strict=True)
    ]


def rate(answers: Sequence[Answer]) -> Rates:
    """The rates of these answers; a rate without anything to divide by is 1."""
    said = [one for one in answers if one.same]
    right = sum(one.pair.same for one in said)
    wanted = sum(one.pair.same for one in answers)
    return Rates(
        len(answers), right / len(said) if said else 1.0, right / wanted if wanted else 1.0
    )


def main() -> int:
    """Print the table; returns exit code 1 below PRECISION or RECALL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list what is wrong, no blind pairs")
    options = parser.parse_args()
    judge = build_judge(Settings(judge_threads=os.cpu_count() or 1))
    answers = answer_pairs(read_pairs(), judge)
    sys.stdout.write("| pairs | number | precision | recall |\n|---|---:|---:|---:|\n")
    sets = {
        "on which the rules were completed": [one for one in answers if not one.pair.blind],
        "kept apart": [one for one in answers if one.pair.blind],
        "all": answers,
    }
    for name, some in sets.items():
        rates = rate(some)
        sys.stdout.write(
            f"| {name} | {rates.pairs} | {rates.precision:.3f} | {rates.recall:.3f} |\n"
        )
    for one in answers if options.errors else ():
        if one.same != one.pair.same and not one.pair.blind:
            sys.stdout.write(
                f"{'linked' if one.same else 'missed'} ({one.pair.kind}, {one.because}): "
                f"{one.pair.one} | {one.pair.other}\n"
            )
    rates = rate(answers)
    return 0 if rates.precision >= PRECISION and rates.recall >= RECALL else 1


if __name__ == "__main__":
    sys.exit(main())
