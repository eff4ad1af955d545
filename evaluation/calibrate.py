"""Fit the calibration of the shipped judge: python -m evaluation.calibrate [--rows N]

Scores a fixed sample of the development sets whose labels tell what the service asks, and finds
the scale and the biases (claims.entailment.calibration.Calibration) of least log loss, each set
weighing the same. Prints log loss and ECE before and after, and five-fold by group; with --write it
writes calibration.json beside the model. No development text enters the file: four numbers do.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import Calibration, combine_windows
from claims.entailment.onnx import SHIPPED_FOLDER
from claims.ports import Judge
from claims.scoring import cut_evidence
from claims.settings import Settings
from claims.wiring import build_judge
from evaluation.judge import answer
from evaluation.metrics import calibration_error
from evaluation.sets import OWN, LabelledSet, read_sets

SETS = (
    OWN,
    "wice_claim_goldsents.dev",
    "wice_claim_oraclechunks.dev",
    "wice_claim_fulldoc.dev",
    "fever_symmetric_v0.2.dev",
    "fever_train_gold.dev",
    "scifact_rte.dev",
    "cad_snli.dev",
)
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Scored:
    """A set with the judge's uncalibrated answers: (n, 3) probabilities, labels, groups."""

    name: str
    scores: npt.NDArray[np.float32]
    labels: list[str]
    groups: list[str]

    def part(self, rows: npt.NDArray[np.bool_]) -> Scored:
        """The rows where `rows` is true."""
        chosen = np.flatnonzero(rows)
        return Scored(
            self.name,
            self.scores[chosen],
            [self.labels[row] for row in chosen],
            [self.groups[row] for row in chosen],
        )


def log_loss(scored: Scored, calibration: Calibration) -> float:
    """Mean negative log probability of the labels, in the set's own label space.

    NOT_SUPPORTED is anything but SUPPORTED; a set without NEI says nothing about neutral.
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
    """Least mean log loss by pattern search over scale and two biases (neutral's is 0)."""
    best = np.array([1.0, 0.0, 0.0])

    def loss(x: npt.NDArray[np.float64]) -> float:
        calibration = Calibration(float(x[0]), (float(x[1]), float(x[2]), 0.0))
        # A faint pull towards the identity settles directions the data does not.
        return float(np.mean([log_loss(s, calibration) for s in sets])) + 1e-3 * float(
            ((x - [1, 0, 0]) ** 2).sum()
        )

    value, step = loss(best), 0.4
    while step > 0.01:
        trials = [best + sign * step * axis for axis in np.eye(3) for sign in (1, -1)]
        losses = [loss(trial) if trial[0] > 0.05 else np.inf for trial in trials]
        if min(losses) < value:
            value, best = min(losses), trials[int(np.argmin(losses))]
        else:
            step /= 2
    return Calibration(
        round(float(best[0]), 3), (round(float(best[1]), 3), round(float(best[2]), 3), 0.0)
    )


def ece(scored: Scored, calibration: Calibration) -> float:
    """Expected calibration error of the answers in the set's own label space."""
    answers, sure = answer(calibration.apply(scored.scores), set(scored.labels))
    return calibration_error([a == y for a, y in zip(answers, scored.labels, strict=True)], sure)


def cross_fitted_ece(sets: list[Scored]) -> list[float]:
    """ECE of each set, every row calibrated by a fit that has not seen its group."""
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
    """The fold of a group, the same in every run."""
    return sum(str(group).encode()) % FOLDS


def score_set(labelled: LabelledSet, judge: Judge) -> Scored:
    """Windows combined, nothing calibrated and nothing corrected by findings."""
    rows = labelled.rows
    return Scored(
        labelled.name,
        np.array([_score_windows(row["evidence"], row["claim"], judge) for row in rows]),
        [row["label"] for row in rows],
        [str(row.get("group", row.get("id"))) for row in rows],
    )


def _score_windows(evidence: str, claim: str, judge: Judge) -> npt.NDArray[np.float32]:
    windows = cut_evidence(evidence, claim)
    return combine_windows(judge.score([(window.text, claim) for window in windows]))


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", type=int, default=250, help="rows per set")
    parser.add_argument("--write", action="store_true", help="write calibration.json")
    options = parser.parse_args()
    judge = build_judge(Settings(judge_threads=os.cpu_count() or 1)).judge
    sets = []
    for labelled in read_sets(options.shared, most=options.rows):
        if labelled.name in SETS:
            sets.append(score_set(labelled, judge))
            print(f"scored {sets[-1].name}: {len(sets[-1].labels)}", flush=True)
    report(sets, write=options.write)


def report(sets: list[Scored], *, write: bool) -> None:
    """Print the effect, and write the file if asked."""
    fitted, identity = fit(sets), Calibration()
    print(f"scale {fitted.scale}, bias {fitted.bias}")
    print(f"{'set':<30} {'log loss':>16} {'ECE':>16} {'cross-fitted':>13}")
    for s, held_out in zip(sets, cross_fitted_ece(sets), strict=True):
        print(
            f"{s.name:<30} {log_loss(s, identity):>7.3f} > {log_loss(s, fitted):>6.3f}"
            f" {ece(s, identity):>7.3f} > {ece(s, fitted):>6.3f} {held_out:>13.3f}"
        )
    if not write:
        return
    target = SHIPPED_FOLDER / "calibration.json"
    target.write_text(json.dumps({"scale": fitted.scale, "bias": fitted.bias}) + "\n")
    print(f"wrote {target.name}")


if __name__ == "__main__":
    main()
