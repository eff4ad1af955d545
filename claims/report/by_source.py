"""Groups the quotations of a verdict by side, and each side by independent source. Pure functions.

A quotation is on the side of its stance, which people see. A source that says both is on both
sides, under the same number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.evidence.order import Pieces, find_leading
from claims.evidence.sides import CONTRARY
from claims.report.formatting import percent
from claims.report.sides import Quotation, list_quotations
from claims.types import Evidence, OriginTie, PageReference, SharedOrigin, Stance, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShown:
    """An origin on one side: its quotations there, and its pages.

    `pages` are those that are quoted here, `further` the addresses of its other pages; `tie` is the
    reason why several pages are one origin. `vote` in [0, 1] is the highest weight of a quotation
    for this side; `left_out` says in words why the verdict does not count the source on this side,
    "" if it does.
    """

    origin: str
    quotations: tuple[Quotation, ...]
    pages: tuple[PageReference, ...]
    further: tuple[str, ...] = ()
    tie: OriginTie | None = None
    vote: float
    left_out: str = ""

    @property
    def page_count(self) -> int:
        """The number of its pages, quoted or not."""
        return len(self.pages) + len(self.further)


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side with its independent sources, those that count first; NEUTRAL takes no side."""

    stance: Stance
    sources: tuple[SourceShown, ...]


def describe_side(side: SideShown) -> str:
    """How much a side rests on, as "2 independent sources, 3 pages, the strongest with 97 %"."""
    pages = sum(source.page_count for source in side.sources)
    sources = _count(len(side.sources), "independent source")
    votes = [source.vote for source in side.sources if not source.left_out]
    words = [sources, _count(pages, "page")]
    if side.stance is not Stance.NEUTRAL:
        if len(votes) < len(side.sources):
            words.append(f"{len(votes) or 'none'} counted in the verdict")
        if votes:
            words.append(f"the strongest with {percent(max(votes))}")
    return ", ".join(words)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def group_by_source(verdict: Verdict | None, *, is_rated: bool = True) -> tuple[SideShown, ...]:
    """Both sides, that of the verdict first, then what takes no side if there is any.

    Nothing without evidence. `is_rated` False: as if no source were rated.
    """
    if verdict is None or not verdict.evidence:
        return ()
    leading = find_leading(verdict.label, verdict.support)
    first = Stance.REFUTES if leading is Stance.REFUTES else Stance.SUPPORTS
    quotations = list_quotations(verdict)
    pieces = Pieces.of(verdict.evidence, verdict.label, is_rated=is_rated)
    shared = {one.origin: one for one in reversed(verdict.coverage.shared_origins)}
    stances = (first, CONTRARY[first], Stance.NEUTRAL)
    sides = (
        SideShown(stance, _group(_take(quotations, stance), pieces, shared)) for stance in stances
    )
    return tuple(side for side in sides if side.sources or side.stance is not Stance.NEUTRAL)


def _take(quotations: Iterable[Quotation], stance: Stance) -> list[Quotation]:
    return [one for one in quotations if one.item.stance is stance]


def _group(
    quotations: Sequence[Quotation], pieces: Pieces, shared: dict[str, SharedOrigin]
) -> tuple[SourceShown, ...]:
    by_origin: dict[str, list[Quotation]] = {}
    for one in quotations:
        by_origin.setdefault(one.item.page.origin, []).append(one)
    sources = [
        _show(origin, some, pieces, shared.get(origin)) for origin, some in by_origin.items()
    ]
    return tuple(sorted(sources, key=lambda source: bool(source.left_out)))


def _show(
    origin: str, quotations: Sequence[Quotation], pieces: Pieces, shared: SharedOrigin | None
) -> SourceShown:
    pages = {one.item.page.url: one.item.page for one in quotations}
    return SourceShown(
        origin=origin,
        quotations=tuple(quotations),
        pages=tuple(pages.values()),
        further=tuple(url for url in shared.urls if url not in pages) if shared else (),
        tie=shared.why if shared else None,
        vote=max(pieces.weigh(one.item) for one in quotations),
        left_out=_find_reason(origin, [one.item for one in quotations], pieces),
    )


def _find_reason(origin: str, items: Sequence[Evidence], pieces: Pieces) -> str:
    """Why no item is a voice of the side that all of them take; "" if one is, or none takes one."""
    stance = items[0].stance
    if stance is Stance.NEUTRAL or any(map(pieces.is_voice, items)):
        return ""
    if all(item.stale for item in items):
        return "older than the claim"
    if pieces.sides.get(origin) is CONTRARY[stance]:
        return "it says the opposite more clearly"
    return "not clear enough"
