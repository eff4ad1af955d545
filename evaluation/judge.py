"""The judge on the labelled development sets: what `make eval` prints for each."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.text import words
from evaluation.metrics import accuracy, balanced_accuracy, calibration_error, macro_f1

SEED = 7
_LABELS = ("SUPPORTED", "REFUTED", "NEI")
_NEGATIONS = {"no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "without", "t"}

Rows = Sequence[dict[str, str]]
Scores = npt.NDArray[np.float32]
ScorePairs = Callable[[Sequence[tuple[str, str]]], Scores]


@dataclass(frozen=True, slots=True)
class SetResult:
    """One development set: rates in [0, 1], `pairs` rows measured of `of` in the set."""

    name: str
    pairs: int
    of: int
    accuracy: float
    macro_f1: float
    balanced_accuracy: float
    ece: float
    majority: float
    lexical: float


def find_sets(shared: Path) -> list[Path]:
    """The development sets, by name."""
    return sorted((shared / "data" / "verification" / "dev").glob("*.jsonl.gz"))


def read_rows(path: Path, *, most: int | None) -> tuple[list[dict[str, str]], int]:
    """A fixed random sample of at most `most` rows (None: all), and how many there are."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    random.Random(SEED).shuffle(rows)  # noqa: S311 - a sample, no secret
    return rows[:most], len(rows)


def corpus_hash(shared: Path) -> str:
    """One hash over all development sets: figures compare only within one."""
    digest = hashlib.sha256()
    for path in find_sets(shared):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def measure_set(path: Path, score: ScorePairs, *, most: int | None) -> SetResult:
    """Judge the rows of one set and compare with its labels and with the baselines."""
    rows, total = read_rows(path, most=most)
    scores = score([(row["evidence"], row["claim"]) for row in rows])
    labels = [row["label"] for row in rows]
    answers, confidence = answer(scores, set(labels))
    lexical, _ = answer(lexical_scores(rows), set(labels))
    return SetResult(
        name=path.name.removesuffix(".jsonl.gz"),
        pairs=len(rows),
        of=total,
        accuracy=accuracy(labels, answers),
        macro_f1=macro_f1(labels, answers),
        balanced_accuracy=balanced_accuracy(labels, answers),
        ece=calibration_error([t == a for t, a in zip(labels, answers, strict=True)], confidence),
        majority=max(labels.count(label) for label in set(labels)) / len(labels),
        lexical=accuracy(labels, lexical),
    )


def answer(scores: Scores, labels: set[str]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Answers in the label space of a set, with the probability of each.

    Sets that know NOT_SUPPORTED ask whether "supports" reaches a half; sets without NEI choose
    between the two others.
    """
    if "NOT_SUPPORTED" in labels:
        table = np.stack([scores[:, 0], 1 - scores[:, 0]], axis=1)
        names: tuple[str, ...] = ("SUPPORTED", "NOT_SUPPORTED")
    elif "NEI" in labels:
        table, names = scores, _LABELS
    else:
        table = scores[:, :2] / np.maximum(scores[:, :2].sum(axis=1, keepdims=True), 1e-9)
        names = _LABELS[:2]
    best = table.argmax(axis=1)
    return [names[row] for row in best], np.asarray(table.max(axis=1), dtype=np.float64)


def lexical_scores(rows: Rows) -> Scores:
    """The baseline without a model: shared words support, a lone negation refutes."""
    return np.array([_lexical(row["evidence"], row["claim"]) for row in rows], dtype=np.float32)


def _lexical(evidence: str, claim: str) -> tuple[float, float, float]:
    asked, there = set(words(claim)), set(words(evidence))
    shared = len(asked & there) / max(1, len(asked))
    negated = bool(asked & _NEGATIONS) != bool(there & _NEGATIONS)
    if shared < 0.5:
        return 0.1, 0.1, 0.8
    return (0.2, 0.6, 0.2) if negated else (shared, (1 - shared) / 2, (1 - shared) / 2)
