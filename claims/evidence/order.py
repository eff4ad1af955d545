"""Put the evidence of a verdict in order, the deciding piece first. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from claims.evidence.sides import (
    CONTRARY,
    LEADING,
    counts_as_quoted,
    find_sides,
    takes_a_side,
    unrate,
    weighted_sides,
)
from claims.types import Evidence, Stance, VerdictLabel

_EVEN = 0.5  # the `support` of a claim whose two sides are equally strong


@dataclass(frozen=True, slots=True)
class Pieces:
    """The evidence of a verdict in its order, and the side that each origin takes."""

    items: tuple[Evidence, ...]
    sides: Mapping[str, Stance]
    is_rated: bool

    @classmethod
    def of(cls, evidence: Iterable[Evidence], label: VerdictLabel, *, is_rated: bool) -> Self:
        """`is_rated` False: as if no source were rated, though ratings are still named."""
        items = tuple(evidence)
        rated = items if is_rated else map(unrate, items)
        return cls(items, find_sides(rated, label), is_rated)

    def counts(self, item: Evidence) -> bool:
        """Whether the item may take a side for its origin, by the judge or as it is quoted."""
        rated = item if self.is_rated else unrate(item)
        return takes_a_side(rated) or counts_as_quoted(rated)

    def weigh(self, item: Evidence) -> float:
        """The weight of the item for its side, in [0, 1]; a reader's quotation counts in full."""
        rated = item if self.is_rated else unrate(item)
        return 1.0 if counts_as_quoted(rated) else max(weighted_sides(rated))

    def is_voice(self, item: Evidence) -> bool:
        """Whether the item is evidence for the side that its origin takes."""
        return item.side is self.sides.get(item.page.origin) and self.counts(item)

    def list_voices(self, side: Stance) -> list[Evidence]:
        """The evidence for a side from the origins that take it."""
        return [one for one in self.items if one.side is side and self.is_voice(one)]


def put_deciding_first(
    label: VerdictLabel,
    evidence: Sequence[Evidence],
    *,
    support: float | None = None,
    is_rated: bool = True,
) -> tuple[Evidence, ...]:
    """Evidence in order of display, the deciding piece first.

    First comes evidence for the side of the label, or for the side that `support` leans to where
    nothing is decided. Within it, and within the rest, the order is: evidence for the side that its
    origin takes, then evidence that is not stale, then evidence whose most probable stance is its
    side, then a second reader's quotations, then the highest weighted probability. Equal pieces
    keep their order. `is_rated` False: as if no source were rated.
    """
    leading = find_leading(label, support)
    pieces = Pieces.of(evidence, label, is_rated=is_rated)

    def place(item: Evidence) -> tuple[bool, bool, bool, bool, float, float]:
        is_other = leading is not None and item.side is not leading
        is_unclear = item.stance is not item.side
        likely = item.probabilities.of(item.quoted_for) if item.quoted_for else 0.0
        return (
            is_other,
            not pieces.is_voice(item),
            item.stale,
            is_unclear,
            -pieces.weigh(item),
            -likely,
        )

    return tuple(sorted(evidence, key=place))


def find_leading(label: VerdictLabel, support: float | None) -> Stance | None:
    """The side of the label, or the one that an undecided verdict leans to; None for none."""
    if label is VerdictLabel.NOT_ENOUGH_EVIDENCE and support is not None:
        return Stance.SUPPORTS if support >= _EVEN else Stance.REFUTES
    return LEADING.get(label)


def list_cited_first(
    label: VerdictLabel, evidence: Sequence[Evidence], *, is_rated: bool = True
) -> tuple[Evidence, ...]:
    """The evidence cited first: the deciding piece, or the first of each side if they disagree.

    `evidence` is in the order of `put_deciding_first`; nothing for NOT_ENOUGH_EVIDENCE.
    """
    if label is VerdictLabel.CONFLICTING_EVIDENCE:
        return find_opposed(Pieces.of(evidence, label, is_rated=is_rated))
    return tuple(evidence[:1]) if label in LEADING else ()


def find_opposed(pieces: Pieces) -> tuple[Evidence, ...]:
    """The first piece of each side, from an origin that takes that side if there is one."""
    found = []
    for side in CONTRARY:
        of_side = [item for item in pieces.items if item.side is side]
        found += [*pieces.list_voices(side), *of_side][:1]
    return tuple(found)
