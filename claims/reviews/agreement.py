"""How far reviewers agree, with each other and with the proposals: labels of the same claims as a
matrix, and Cohen's kappa."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from claims.text import fold
from claims.types import Decision, ReviewEntry, ReviewState, VerdictLabel

Matrix = Mapping[tuple[VerdictLabel, VerdictLabel], int]
"""How many claims got which pair of labels: by the first and by the second person."""

_LABELLED = (Decision.ACCEPT, Decision.CORRECT)
_SIGNED = (ReviewState.SIGNED, ReviewState.PUBLISHED)


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


def compare_proposals(reviews: Iterable[Sequence[ReviewEntry]]) -> Matrix:
    """The proposed label with the signed one, of the claims that are signed and had a proposal.

    `reviews` are the steps of one claim each, oldest first; what was seen at the sign-off counts.
    """
    found: Counter[tuple[VerdictLabel, VerdictLabel]] = Counter()
    for steps in reviews:
        signed = next((step.sign_off for step in reversed(steps) if step.sign_off), None)
        if signed and signed.proposal and steps[-1].state in _SIGNED:
            found[signed.proposal, signed.label] += 1
    return found


def list_names(reviews: Iterable[Sequence[ReviewEntry]]) -> dict[str, str]:
    """The name of each person as it was last written, by its folded form."""
    return {fold(step.by): step.by for steps in reviews for step in steps}


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
