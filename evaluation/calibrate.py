"""Fit the calibration of the shipped judge: python -m evaluation.calibrate [--rows N]

Scores a fixed sample of the development sets in SETS and finds the scale and the biases
(claims.entailment.calibration.Calibration) with the lowest mean log loss; every set has the same
weight. Prints log loss and expected calibration error (ECE) before and after, the
ECE of a judge calibrated exactly on as many rows, and the ECE under five-fold cross-validation by
group. Then fits the pooling of long texts (Pooling) on claims against
full pages, with a prior of one half for support. --write writes calibration.json beside the model.
The file holds the fitted numbers only, no text of the development sets.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import CalibratedJudge, Calibration, Pooling, log_odds
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.evidence.pairs import WHOLE_CHARS, cut_evidence
from claims.evidence.passages import score_passages
from claims.ports import Judge
from claims.settings import Settings
from claims.wiring import build_judge
from evaluation.judge import answer
from evaluation.metrics import calibration_error, exact_calibration_error
from evaluation.sets import OWN, LabelledSet, read_sets

SETS = (
    OWN,
    "wice_claim_goldsents.dev",
    "wice_claim_oraclechunks.dev",
    "fever_symmetric_v0.2.dev",
    "fever_train_gold.dev",
    "scifact_rte.dev",
    "cad_snli.dev",
)
PAGES = "wice_claim_fulldoc.dev"
FOLDS = 5

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """A set with the uncalibrated answers of the judge.

    `scores` are probabilities, float32 (n, 3); `labels` and `groups` have one entry per row.
    """

    name: str
    scores: npt.NDArray[np.float32]
    labels: list[str]
    groups: list[str]

    def part(self, rows: npt.NDArray[np.bool_]) -> Scored:
        """The rows where `rows`, bool (n,), is true."""
        chosen = np.flatnonzero(rows)
        return Scored(
            self.name,
            self.scores[chosen],
            [self.labels[row] for row in chosen],
            [self.groups[row] for row in chosen],
        )


def log_loss(scored: Scored, calibration: Calibration) -> float:
    """Mean negative log probability of the labels, in the label space of the set.

    NOT_SUPPORTED covers every stance but SUPPORTED. In a set with neither NEI nor NOT_SUPPORTED
    the neutral column is set to zero and the other two are normalised.
    """
    p = calibration.apply(scored.scores).astype(np.float64)
    if not {"NEI", "NOT_SUPPORTED"} & set(scored.labels):
        p[:, 2] = 0
        p /= p.sum(axis=1, keepdims=True)
    p = np.clip(p, 1e-9, 1)
    columns = {
        "SUPPORTED": p[:, 0],
        "REFUTED": p[:, 1],
        "NEI": p[:, 2],
        "NOT_SUPPORTED": np.clip(1 - p[:, 0], 1e-9, 1),
    }
    return float(np.mean([-np.log(columns[y][row]) for row, y in enumerate(scored.labels)]))


def fit(sets: list[Scored]) -> Calibration:
    """The scale and the two biases with the lowest mean log loss; the neutral bias stays at 0."""

    def loss(x: Vector) -> float:
        if x[0] <= 0.05:
            return float("inf")
        calibration = Calibration(float(x[0]), (float(x[1]), float(x[2]), 0.0))
        # A small L2 penalty towards the identity fixes parameters that the data do not determine.
        return float(np.mean([log_loss(s, calibration) for s in sets])) + 1e-3 * float(
            ((x - [1, 0, 0]) ** 2).sum()
        )

    scale, supports, refutes = search(loss, np.array([1.0, 0.0, 0.0]))
    return Calibration(scale, (supports, refutes, 0.0))


def search(loss: Callable[[Vector], float], start: Vector) -> tuple[float, ...]:
    """Minimise `loss` by coordinate search with halving steps; rounded to three decimals."""
    best, value, step = start, loss(start), 0.4
    while step > 0.01:
        trials = [best + sign * step * axis for axis in np.eye(len(start)) for sign in (1, -1)]
        losses = [loss(trial) for trial in trials]
        if min(losses) < value:
            value, best = min(losses), trials[int(np.argmin(losses))]
        else:
            step /= 2
    return tuple(round(float(number), 3) for number in best)


def ece(scored: Scored, calibration: Calibration) -> float:
    """Expected calibration error of the answers, in the label space of the set."""
    answers, sure = answer(calibration.apply(scored.scores), set(scored.labels))
    return calibration_error([a == y for a, y in zip(answers, scored.labels, strict=True)], sure)


def exact_ece(scored: Scored, calibration: Calibration) -> float:
    """ECE of a judge with the same confidence that is calibrated exactly (see the metric)."""
    _, sure = answer(calibration.apply(scored.scores), set(scored.labels))
    return exact_calibration_error(sure)


def cross_fitted_ece(sets: list[Scored]) -> list[float]:
    """ECE of each set under FOLDS-fold cross-validation: no fit uses the group of the row."""
    calibrated: list[list[npt.NDArray[np.float32]]] = [[] for _ in sets]
    folds = [np.array([hash_fold(g) for g in s.groups]) for s in sets]
    order: list[list[int]] = [[] for _ in sets]
    for fold in range(FOLDS):
        fitted = fit([s.part(f != fold) for s, f in zip(sets, folds, strict=True)])
        for number, (s, f) in enumerate(zip(sets, folds, strict=True)):
            rows = np.flatnonzero(f == fold)
            calibrated[number].append(fitted.apply(s.scores[rows]))
            order[number].extend(rows)
    identity = Calibration()
    return [
        ece(Scored(s.name, np.concatenate(c), [s.labels[r] for r in o], s.groups), identity)
        for s, c, o in zip(sets, calibrated, order, strict=True)
    ]


def hash_fold(group: str) -> int:
    """The fold of a group, from 0 to FOLDS - 1; the same in every run."""
    return sum(str(group).encode()) % FOLDS


def score_set(labelled: LabelledSet, judge: Judge) -> Scored:
    """Score the rows of at most WHOLE_CHARS characters, without calibration or findings."""
    rows = [row for row in labelled.rows if len(row["evidence"]) <= WHOLE_CHARS]
    return Scored(
        labelled.name,
        judge.score([(row["evidence"], row["claim"]) for row in rows]),
        [row["label"] for row in rows],
        [str(row.get("group", row.get("id"))) for row in rows],
    )


@dataclass(frozen=True, slots=True)
class ScoredPages:
    """Claims against full pages.

    `scores` has one float32 array (passages, 3) per claim; `supported` and `folds` are (claims,).
    """

    scores: list[npt.NDArray[np.float32]]
    supported: npt.NDArray[np.bool_]
    folds: npt.NDArray[np.int_]

    def pooled(self, pooling: Pooling) -> Vector:
        """Probability of support of each claim, (claims,)."""
        return np.array([pooling.apply(some)[0] for some in self.scores], dtype=np.float64)


def score_pages(labelled: LabelledSet, judge: CalibratedJudge) -> ScoredPages:
    """Score the passages of each claim as `assay score` does, but without the pooling."""
    questions = [
        (row["claim"], cut_evidence(row["evidence"], row["claim"])) for row in labelled.rows
    ]
    scored = score_passages(questions, judge)
    return ScoredPages(
        [np.array([item.scores for item in some]) for some in scored],
        np.array([row["label"] == "SUPPORTED" for row in labelled.rows]),
        np.array([hash_fold(str(row.get("group", row.get("id")))) for row in labelled.rows]),
    )


def fit_pooling(pages: ScoredPages, chosen: npt.NDArray[np.bool_]) -> Pooling:
    """Minimise log loss over the `chosen` claims, bool (claims,), that have several passages.

    Rows are weighted so that supported and unsupported claims count the same, because the share of
    true claims in use is unknown.
    """
    there = np.array([len(s) > 1 for s in pages.scores]) & chosen
    highest = [s[:, 0].max() for s, keep in zip(pages.scores, there, strict=True) if keep]
    best = log_odds(np.array(highest, dtype=np.float32))
    labels = pages.supported[there]
    weights = np.where(labels, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))

    def loss(x: Vector) -> float:
        odds = x[0] + x[1] * best
        return float(
            (weights * np.logaddexp(0, np.where(labels, -odds, odds))).mean()
        ) + 1e-3 * float(((x - [0, 1]) ** 2).sum())

    return Pooling(*search(loss, np.array([0.0, 1.0])))


def report_pages(pages: ScoredPages) -> Pooling:
    """Fit on all claims; print balanced accuracy and ECE, with and without cross-validation."""
    everything = np.ones(len(pages.supported), dtype=np.bool_)
    fitted = fit_pooling(pages, everything)
    unseen = np.zeros(len(everything))
    for fold in range(FOLDS):
        here = pages.folds == fold
        unseen[here] = pages.pooled(fit_pooling(pages, ~here))[here]
    best = np.array([rows[:, 0].max() for rows in pages.scores])
    print(f"{PAGES}: {len(everything)} claims, {fitted}")
    for name, p in (("maximum", best), ("pooled", pages.pooled(fitted)), ("cross-fitted", unseen)):
        right = (p >= 0.5) == pages.supported
        balanced = (right[pages.supported].mean() + right[~pages.supported].mean()) / 2
        error = calibration_error(list(right), np.maximum(p, 1 - p))
        print(f"  {name:<13} balanced accuracy {balanced:.3f}, ECE {error:.3f}")
    return fitted


def main() -> None:
    """Command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", type=int, default=250, help="rows per set")
    parser.add_argument("--write", action="store_true", help="write calibration.json")
    options = parser.parse_args()
    if not options.shared.is_dir():
        parser.error(f"{options.shared} is not there: the development sets lie in it")
    judge = build_judge(Settings(judge_threads=os.cpu_count() or 1)).judge
    sets = []
    for labelled in read_sets(options.shared, most=options.rows):
        if labelled.name in SETS:
            sets.append(score_set(labelled, judge))
            print(f"scored {sets[-1].name}: {len(sets[-1].labels)}", flush=True)
    calibration = report(sets)
    bare = CalibratedJudge(judge, calibration)
    (whole,) = (s for s in read_sets(options.shared, most=None) if s.name == PAGES)
    pooling = report_pages(score_pages(whole, bare))
    if options.write:
        about = asdict(calibration) | {"pooling": asdict(pooling)}
        (SHIPPED_FOLDER / "calibration.json").write_text(json.dumps(about) + "\n")
        print("wrote calibration.json")


def report(sets: list[Scored]) -> Calibration:
    """Fit the calibration and print log loss and ECE of each set before and after."""
    fitted, identity = fit(sets), Calibration()
    print(f"scale {fitted.scale}, bias {fitted.bias}")
    print(f"{'set':<30} {'log loss':>16} {'ECE':>16} {'exact':>6} {'cross-fitted':>13}")
    for s, held_out in zip(sets, cross_fitted_ece(sets), strict=True):
        print(
            f"{s.name:<30} {log_loss(s, identity):>7.3f} > {log_loss(s, fitted):>6.3f}"
            f" {ece(s, identity):>7.3f} > {ece(s, fitted):>6.3f}"
            f" {exact_ece(s, fitted):>6.3f} {held_out:>13.3f}"
        )
    return fitted


if __name__ == "__main__":
    main()
