"""The timeline of a claim: its dated evidence, its own day and its verdicts, placed in time. Pure.

The page draws it as SVG and lists the same things as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from claims.report.formatting import Tone, describe_day, describe_verdict, host_of, tone_of_label
from claims.types import ClaimRecord, Evidence, HistoryEntry, Stance, find_latest_day

# Left and right edge of the marks, in per cent of the width: a mark is drawn around its place.
_LEFT, _RIGHT = 4.0, 96.0
# Marks of one lane that are nearer than this, in per cent, are drawn as one with their number. It
# is the diameter of a mark on a screen of 320 px.
_NEAR = 6.0


class Lane(StrEnum):
    """A row of the timeline; the value is its heading."""

    SUPPORTS = "Evidence for"
    REFUTES = "Evidence against"
    CLAIM = "Claim"
    VERDICT = "Verdicts"


_LANES = {Stance.SUPPORTS: Lane.SUPPORTS, Stance.REFUTES: Lane.REFUTES}
_TONES = {Stance.SUPPORTS: Tone.SUPPORTED, Stance.REFUTES: Tone.REFUTED}


@dataclass(frozen=True, slots=True)
class DatedItem:
    """A thing with a day: its lane, its look, and its text; `url` and `title` of a page."""

    day: date
    lane: Lane
    tone: Tone
    words: str
    url: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Items that are drawn in one place; `x` is in per cent of the width, `tone` of the last."""

    x: float
    items: tuple[DatedItem, ...]

    @property
    def tone(self) -> Tone:
        """The look of the last item."""
        return self.items[-1].tone

    @property
    def words(self) -> str:
        """The items as text, for a tooltip."""
        return "; ".join(f"{describe_day(one.day)}: {one.title or one.words}" for one in self.items)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lanes with marks, from `first` to `last` day; `items` are all of them in order of time.

    `claim_x` is the place of the claim's day in per cent of the width, None without one.
    """

    first: date
    last: date
    lanes: tuple[tuple[Lane, tuple[Mark, ...]], ...]
    items: tuple[DatedItem, ...]
    claim_x: float | None

    @property
    def words(self) -> str:
        """What it shows, as a sentence."""
        counts = [
            f"{lane.lower()}: {sum(len(mark.items) for mark in marks)}"
            for lane, marks in self.lanes
        ]
        return f"From {describe_day(self.first)} to {describe_day(self.last)}. {'; '.join(counts)}."


def arrange_timeline(claim: ClaimRecord, history: Iterable[HistoryEntry]) -> Timeline | None:
    """The timeline of a claim; None unless two things have different days.

    `history` is oldest first. Neutral evidence, and pages without a day, are left out.
    """
    items = sorted(_list_items(claim, history), key=lambda one: one.day)
    if not items or items[0].day == items[-1].day:
        return None
    first, last = items[0].day, items[-1].day

    def place(day: date) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * ((day - first) / (last - first)), 2)

    lanes = []
    for lane in Lane:
        of_lane = [(place(one.day), one) for one in items if one.lane is lane]
        if of_lane:
            lanes.append((lane, tuple(_group(of_lane))))
    return Timeline(
        first,
        last,
        lanes=tuple(lanes),
        items=tuple(items),
        claim_x=place(claim.claimed_at) if claim.claimed_at else None,
    )


def _list_items(claim: ClaimRecord, history: Iterable[HistoryEntry]) -> Iterator[DatedItem]:
    evidence = claim.verdict.evidence if claim.verdict else ()
    of_page = {(one.page.url, one.stance): one for one in reversed(evidence)}
    yield from filter(None, map(_write_evidence, of_page.values()))
    if claim.claimed_at:
        who = f" by {claim.claimant}" if claim.claimant else ""
        yield DatedItem(claim.claimed_at, Lane.CLAIM, Tone.PENDING, f"Claim made{who}")
    before: HistoryEntry | None = None
    for entry in history:
        if before is None or entry.label is not before.label:
            yield _write_verdict(entry, before)
        before = entry


def _write_evidence(item: Evidence) -> DatedItem | None:
    day = find_latest_day(item.page)
    if day is None or item.stance not in _LANES:
        return None
    publisher = item.page.publisher or host_of(item.page.url)
    stale = ", older than the claim" if item.stale else ""
    lane = _LANES[item.stance]
    return DatedItem(
        day,
        lane,
        _TONES[item.stance],
        f"{lane.value}{stale}",
        url=item.page.url,
        title=publisher,
    )


def _write_verdict(entry: HistoryEntry, before: HistoryEntry | None) -> DatedItem:
    label = describe_verdict(entry.label, entry.support, entry.confidence)
    earlier = f", before: {tone_of_label(before.label).word.lower()}" if before else ""
    return DatedItem(
        entry.checked_at.date(),
        Lane.VERDICT,
        tone_of_label(entry.label),
        f"Verdict of check {entry.check}: {label.lower()}{earlier}",
    )


def _group(placed: Sequence[tuple[float, DatedItem]]) -> Iterator[Mark]:
    """The marks of a lane, left to right; `placed` is in this order."""
    group: list[tuple[float, DatedItem]] = []
    for x, item in placed:
        if group and x - group[0][0] >= _NEAR:
            yield Mark(group[-1][0], tuple(one for _, one in group))
            group = []
        group.append((x, item))
    if group:
        yield Mark(group[-1][0], tuple(one for _, one in group))
