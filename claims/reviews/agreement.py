"""How far two reviewers agree: their labels of the same claims as a matrix, and Cohen's kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from claims.text import fold
from claims.types import Decision, ReviewEntry, VerdictLabel

Matrix = Mapping[tuple[VerdictLabel, VerdictLabel], int]
"""How many claims got which pair of labels: by the first and by the second person."""

_LABELLED = (Decision.ACCEPT, Decision.CORRECT)


def list_labels(steps: Iterable[ReviewEntry]) -> dict[str, VerdictLabel]:
    """The last label that each person decided, by folded name; `steps` are oldest first."""
    return {
        fold(step.by): step.label
        for step in steps
        if step.decision in _LABELLED and step.label is not None
    }


def compare_people(
    reviews: Iterable[Sequence[ReviewEntry]],
) -> dict[tuple[str, str], Matrix]:
    """For each two people, in the order of the alphabet, the labels of the claims that both have
    decided. `reviews` are the steps of one claim each."""
    found: dict[tuple[str, str], Counter[tuple[VerdictLabel, VerdictLabel]]] = {}
    for steps in reviews:
        labels = list_labels(steps)
        for one, other in combinations(sorted(labels), 2):
            found.setdefault((one, other), Counter())[labels[one], labels[other]] += 1
    return dict(sorted(found.items()))


def measure_agreement(matrix: Matrix) -> tuple[float, float]:
    """The share of equal labels, in [0, 1], and Cohen's kappa (Cohen 1960), in [-1, 1].

    Kappa is the agreement beyond that of two people who draw labels as often as these two gave
    them; 1 if that alone would make all equal. Raises ValueError for no claim.
    """
    total = sum(matrix.values())
    if not total:
        raise ValueError("no claim was decided by both")
    equal = sum(count for (one, other), count in matrix.items() if one is other) / total
    by_chance = sum(
        _share(matrix, 0, label, total) * _share(matrix, 1, label, total) for label in VerdictLabel
    )
    return equal, 1.0 if by_chance == 1 else (equal - by_chance) / (1 - by_chance)


def _share(matrix: Matrix, person: int, label: VerdictLabel, total: int) -> float:
    return sum(count for pair, count in matrix.items() if pair[person] is label) / total
