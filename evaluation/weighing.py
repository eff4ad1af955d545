"""Fit what findings weigh beside the judge: python -m evaluation.weighing [--rows N]

On the sets that calibration uses and on the hand-made cases of evaluation/cases, it finds the
weights (claims.entailment.weighing) of least log loss, each set weighing the same, with the sign
that each feature has by its meaning and a pull towards PRIOR, which decides where a feature is
rare. Prints for each feature how often it is there and what it weighs, and for each set accuracy
and log loss without and with findings, the latter for rows that the fit has not seen.
`python -m evaluation.calibrate --write` keeps the weights.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.stances import CalibratedJudge
from claims.entailment.weighing import FEATURES, Weighing, features_of
from claims.scoring import WHOLE_CHARS, score_passages, whole_passage
from claims.settings import Settings
from claims.types import Passage
from claims.wiring import build_judge
from evaluation import findings
from evaluation.document import DOCS, put_between_marks
from evaluation.judge import answer
from evaluation.sets import LabelledSet, read_sets

# What a finding weighs before any data: enough to count, too little to decide alone. What fits
# speaks against a refutation; for support it weighs nothing before, as what is missing does not:
# the rest of the claim may be wrong, or told elsewhere.
PRIOR = 0.7
# How strongly the prior holds, in rows.
_HOLD = 20.0
# What is kept of the weight of missing names: the sets' evidence has no titles, and names come back
# as pronouns and roles. In the windows of long texts they count in full (calibration.Pooling).
_OF_NAMES = 1 / 3
_STEPS, _RATE = 600, 0.5
FOLDS = 5

Vector = npt.NDArray[np.float64]
_LABELS = ("SUPPORTED", "REFUTED", "NEI", "NOT_SUPPORTED")


@dataclass(frozen=True, slots=True)
class Found:
    """A set: log-probabilities (n, 3), features (n, features), labels and folds."""

    name: str
    logs: Vector
    features: Vector
    labels: tuple[str, ...]
    folds: npt.NDArray[np.int_]

    def part(self, rows: npt.NDArray[np.bool_]) -> Found:
        """The rows where `rows` is true."""
        chosen = tuple(y for y, keep in zip(self.labels, rows, strict=True) if keep)
        return Found(self.name, self.logs[rows], self.features[rows], chosen, self.folds[rows])

    def probabilities(self, weights: Vector) -> Vector:
        """Rows (n, 3) with the findings weighed in; without neutral where the set knows none."""
        logits = self.logs.copy()
        logits[:, :2] += self.features @ weights
        if not {"NEI", "NOT_SUPPORTED"} & set(self.labels):
            logits[:, 2] = -30.0
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def read_set(labelled: LabelledSet, judge: CalibratedJudge) -> Found:
    """The rows of a set that the judge reads as a whole."""
    rows = [row for row in labelled.rows if len(row["evidence"]) <= WHOLE_CHARS]
    questions = [(row["claim"], [whole_passage(row["evidence"])]) for row in rows]
    groups = [str(row.get("group", row.get("id"))) for row in rows]
    return _found(labelled.name, questions, [row["label"] for row in rows], groups, judge)


def read_cases(judge: CalibratedJudge) -> Found:
    """The hand-made cases but those about names: a claim of which all items fit is supported, one
    with an item that clashes is refuted, one with an item that is not there is neither."""
    questions, labels, groups = [], [], []
    for case in findings.read_cases(findings.CASES):
        if case["kind"] == "name":
            continue
        results = {entry["result"] for entry in case["expected"]}
        questions.append((str(case["claim"]), [findings.passage_of(case)]))
        clash = results - {"match", "verbatim", "absent", findings.NONE}
        gap = results & {"absent", findings.NONE}
        labels.append("REFUTED" if clash else "NEI" if gap else "SUPPORTED")
        groups.append(str(case["id"]))
    return _found("hand-made cases", questions, labels, groups, judge)


def _found(
    name: str,
    questions: Sequence[tuple[str, Sequence[Passage]]],
    labels: Sequence[str],
    groups: Sequence[str],
    judge: CalibratedJudge,
) -> Found:
    names = list(FEATURES)
    scored = [item for (item,) in score_passages(questions, judge)]
    features = np.zeros((len(scored), len(names)))
    for row, item in enumerate(scored):
        features[row, [names.index(name) for name in features_of(item.findings)]] = 1.0
    scores = np.array([item.scores for item in scored], dtype=np.float64).reshape(-1, 3)
    return Found(
        name,
        np.log(np.clip(scores, 1e-6, 1.0)),
        features,
        tuple(labels),
        np.array([sum(group.encode()) % FOLDS for group in groups]),
    )


def fit(sets: Sequence[Found]) -> Vector:
    """Weights (features, 2) of least log loss, by steps down the slope that keep the signs."""
    signs = np.array(list(FEATURES.values()), dtype=np.float64)
    prior = PRIOR * signs
    prior[signs[:, 1] <= 0, 0] = 0.0
    weights = prior.copy()
    rows = sum(len(s.labels) for s in sets)
    for step in range(_STEPS):
        slope = 2 * _HOLD / rows * (weights - prior)
        for s in sets:
            slope += s.features.T @ _slope(s, weights)[:, :2] / len(s.labels) / len(sets)
        weights = weights - _RATE * 4 * (1 - step / _STEPS) * slope
        weights = np.where(signs == 0, 0.0, np.where(weights * signs < 0, 0.0, weights))
    for row, name in enumerate(FEATURES):
        if name.endswith("name missing"):
            weights[row] *= _OF_NAMES
    return np.round(weights, 3) + 0.0


def _slope(s: Found, weights: Vector) -> Vector:
    """Of the log loss by the logits, (n, 3)."""
    p = s.probabilities(weights)
    slope = p.copy()
    for row, label in enumerate(s.labels):
        if label == "NOT_SUPPORTED":
            slope[row] = -p[row, 0] * p[row] / max(1e-6, 1 - p[row, 0])
            slope[row, 0] = p[row, 0]
        else:
            slope[row, _LABELS.index(label)] -= 1
    return slope


def measure(s: Found, p: Vector) -> tuple[float, float]:
    """(accuracy, log loss) of probabilities in the set's own label space."""
    answers, _ = answer(p.astype(np.float32), set(s.labels))
    right = np.mean([a == y for a, y in zip(answers, s.labels, strict=True)])
    columns = np.column_stack([p, 1 - p[:, 0]])
    chosen = columns[np.arange(len(p)), [_LABELS.index(label) for label in s.labels]]
    return float(right), float(-np.log(np.clip(chosen, 1e-9, 1)).mean())


def _unseen(sets: Sequence[Found]) -> list[Vector]:
    """Probabilities of every row by a fit that has not seen its group."""
    unseen = [np.zeros_like(s.logs) for s in sets]
    for fold in range(FOLDS):
        fitted = fit([s.part(s.folds != fold) for s in sets])
        for s, p in zip(sets, unseen, strict=True):
            p[s.folds == fold] = s.probabilities(fitted)[s.folds == fold]
    return unseen


def report(sets: Sequence[Found], *, write: bool = False) -> Weighing:
    """Fit on all, print what the features weigh and what they are worth on unseen rows.

    With `write` the tables go into docs/quality.md as well.
    """
    weights = fit(sets)
    seen = np.sum([s.features.sum(axis=0) for s in sets], axis=0)
    lines = [
        "| feature | rows | supports | refutes |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {count:.0f} | {s:+.2f} | {r:+.2f} |"
            for name, count, (s, r) in zip(FEATURES, seen, weights, strict=True)
        ),
        "",
        "| set | rows | accuracy without | with | log loss without | with |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    none = np.zeros_like(weights)
    for s, p in zip(sets, _unseen(sets), strict=True):
        before, after = measure(s, s.probabilities(none)), measure(s, p)
        lines.append(
            f"| {s.name} | {len(s.labels)} | {before[0]:.3f} | {after[0]:.3f} "
            f"| {before[1]:.3f} | {after[1]:.3f} |"
        )
    table = "\n".join(lines)
    print(table)
    if write:
        put_between_marks(table, "weighing", DOCS / "quality.md")
    return Weighing(
        {
            name: (float(s), float(r))
            for name, (s, r) in zip(FEATURES, weights, strict=True)
            if s or r
        }
    )


def read_all(
    judge: CalibratedJudge, shared: Path, names: Sequence[str], *, rows: int
) -> list[Found]:
    """The named sets and the hand-made cases; `judge` must not weigh findings yet."""
    sets = []
    for labelled in read_sets(shared, most=rows):
        if labelled.name in names:
            sets.append(read_set(labelled, judge))
            print(f"read {labelled.name}: {len(sets[-1].labels)}", flush=True)
    return [*sets, read_cases(judge)]


def main() -> None:
    """Fit and print."""
    from evaluation.calibrate import SETS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", type=int, default=250, help="rows per set")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/quality.md")
    options = parser.parse_args()
    whole = build_judge(Settings(judge_threads=os.cpu_count() or 1))
    judge = CalibratedJudge(whole.judge, whole.calibration)
    report(read_all(judge, options.shared, SETS, rows=options.rows), write=options.write)


if __name__ == "__main__":
    main()
