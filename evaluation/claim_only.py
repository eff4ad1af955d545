"""The baseline that never sees the evidence: words of the claim, naive Bayes, cross-fitted.

Labels it can guess are labels the claim gives away (Poliak et al., *SEM 2018: "Hypothesis only
baselines"), and a set where it is strong measures less than it seems to.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from claims.text import words

FOLDS = 5
_SMOOTHING = 1.0


def cross_fitted_accuracy(
    claims: Sequence[str], labels: Sequence[str], *, groups: Sequence[str]
) -> float:
    """Accuracy in [0, 1] of guesses made for each fold from the other folds; groups stay whole."""
    names = sorted(set(labels))
    truth = np.array([names.index(label) for label in labels])
    folds = _folds(groups)
    features = [frozenset(_features(claim)) for claim in claims]
    right = 0
    for fold in range(FOLDS):
        seen = [row for row in range(len(claims)) if folds[row] != fold]
        weights, prior = _fit([features[row] for row in seen], truth[seen], len(names))
        for row in np.flatnonzero(folds == fold):
            scores = prior + sum((weights[f] for f in features[row] if f in weights), 0.0)
            right += int(np.argmax(scores)) == truth[row]
    return right / max(1, len(claims))


def _features(claim: str) -> Iterator[str]:
    """Words and pairs of neighbours, with the claim's beginning and end."""
    tokens = ["<", *words(claim), ">"]
    yield from tokens
    yield from (f"{a} {b}" for a, b in itertools.pairwise(tokens))


def _folds(groups: Sequence[str]) -> npt.NDArray[np.int64]:
    """A fold for each row, by the order in which its group first appears."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(group, len(first)) % FOLDS for group in groups])


def _fit(
    features: Sequence[frozenset[str]], truth: npt.NDArray[np.int64], labels: int
) -> tuple[dict[str, npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """Log odds of each feature for each label, and the log share of the labels."""
    counts: dict[str, npt.NDArray[np.float64]] = defaultdict(lambda: np.full(labels, _SMOOTHING))
    for row, label in zip(features, truth, strict=True):
        for feature in row:
            counts[feature][label] += 1
    rows = np.bincount(truth, minlength=labels) + 2 * _SMOOTHING
    weights = {
        name: np.log(count / rows) for name, count in counts.items() if count.sum() > labels + 1
    }
    return weights, np.log(rows / rows.sum())
