"""How far the people who review claims agree, with each other and with the proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claims.ports import ClaimFilter, ReviewFilter, Store
from claims.reviews.agreement import (
    Matrix,
    compare_people,
    compare_proposals,
    list_names,
    measure_agreement,
)
from claims.types import ClaimId
from service.operations.review_queue import collect_claims

COMPARED = 500
"""Maximum claims of each state of a review that are compared, the newest first."""
_BEGUN = (ReviewFilter.IN_REVIEW, ReviewFilter.SIGNED, ReviewFilter.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The labels of `total` claims from two sides. `equal` of them have one label on both.

    `rows` and `columns` name the sides: the first and the second label of a pair in `matrix`.
    `kappa` is Cohen's, in [-1, 1].
    """

    rows: str
    columns: str
    matrix: Matrix
    total: int
    equal: int
    kappa: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of each two people, those with most claims first, and of the proposals with
    what was signed (None without one). `claims` have a review; `is_partial`: there are more."""

    people: Sequence[Comparison]
    proposals: Comparison | None
    claims: int
    is_partial: bool

    @property
    def total(self) -> int:
        """How many times two people decided one claim."""
        return sum(one.total for one in self.people)

    @property
    def equal(self) -> int:
        """How many of these are with one label."""
        return sum(one.equal for one in self.people)


def read_agreement(store: Store) -> Agreement:
    """The agreement in the reviews that are stored. Raises StoreUnavailable."""
    listed = [collect_claims(store, ClaimFilter(review=state), limit=COMPARED) for state in _BEGUN]
    ids = [ClaimId(entry.id) for entries in listed for entry in entries]
    reviews = store.reviews.list_steps(ids)
    names = list_names(reviews)
    people = [
        _compare(names[one], names[other], matrix)
        for (one, other), matrix in compare_people(reviews).items()
    ]
    proposed = compare_proposals(reviews)
    return Agreement(
        people=sorted(people, key=lambda pair: -pair.total),
        proposals=_compare("Proposed", "Signed", proposed) if proposed else None,
        claims=len(reviews),
        is_partial=any(len(entries) == COMPARED for entries in listed),
    )


def _compare(rows: str, columns: str, matrix: Matrix) -> Comparison:
    _, kappa = measure_agreement(matrix)
    equal = sum(count for (one, other), count in matrix.items() if one is other)
    return Comparison(rows, columns, matrix, sum(matrix.values()), equal, kappa)
