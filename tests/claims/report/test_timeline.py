"""The timeline of a claim: what has a place in it, and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from claims.report.formatting import Tone
from claims.report.timeline import Lane, Timeline, arrange_timeline
from claims.types import ClaimRecord, Evidence, HistoryEntry, VerdictLabel
from tests.claims.report import records
from tests.claims.samples import NOON, verdict

MARCH, MAY = "2025-03-01", "2025-05-03"


def piece(stance: str, day: str | None, *, number: int = 1, stale: bool = False) -> Evidence:
    """Evidence of this stance on a page of its own."""
    url = f"https://paper{number}.example/story"
    found = records.evidence(stance, "It is.", published_at=day, url=url, publisher=None)
    return replace(found, stale=stale)


def judged(*evidence: Evidence, claimed_at: date | None = None) -> ClaimRecord:
    """A claim with this evidence."""
    concluded = replace(verdict(), evidence=evidence)
    return replace(records.claim("It is.", verdict=concluded), claimed_at=claimed_at)


def entry(check: int, label: VerdictLabel, *, days: int = 0) -> HistoryEntry:
    """A check that many days after NOON."""
    return HistoryEntry(
        check=check,
        checked_at=NOON + timedelta(days=days),
        label=label,
        support=0.9,
        confidence=0.9,
        changed=check > 1,
        scored=True,
    )


def drawn(claim: ClaimRecord, *history: HistoryEntry) -> Timeline:
    """Its timeline."""
    found = arrange_timeline(claim, history)
    assert found is not None
    return found


FIRST = entry(1, VerdictLabel.SUPPORTED)


@pytest.mark.parametrize(
    "claim",
    [
        judged(),
        judged(piece("SUPPORTS", None)),
        judged(piece("SUPPORTS", "2031-01-01")),
        judged(piece("NEUTRAL", MARCH)),
        judged(piece("SUPPORTS", f"{NOON.date()}")),
        judged(claimed_at=NOON.date()),
    ],
)
def test_there_is_no_timeline_without_two_days(claim: ClaimRecord) -> None:
    assert arrange_timeline(claim, [FIRST]) is None


def test_things_are_in_order_of_time_from_edge_to_edge() -> None:
    claim = judged(
        piece("REFUTES", MAY), piece("SUPPORTS", MARCH, number=2), claimed_at=date(2025, 4, 1)
    )
    timeline = drawn(claim, FIRST)
    assert [item.lane for item in timeline.items] == [
        Lane.SUPPORTS, Lane.CLAIM, Lane.REFUTES, Lane.VERDICT,
    ]  # fmt: skip
    places = {lane: marks[0].x for lane, marks in timeline.lanes}
    assert (places[Lane.SUPPORTS], places[Lane.VERDICT]) == (4.0, 96.0)
    assert places[Lane.SUPPORTS] < places[Lane.CLAIM] < places[Lane.REFUTES]
    assert timeline.claim_x == places[Lane.CLAIM]
    assert timeline.words == (
        "From 1 Mar 2025 to 4 Sep 2025. evidence for: 1; evidence against: 1; claim: 1;"
        " verdicts: 1."
    )


def test_only_changes_of_the_label_are_shown() -> None:
    history = [
        FIRST,
        entry(2, VerdictLabel.SUPPORTED, days=10),
        entry(3, VerdictLabel.REFUTED, days=20),
    ]
    timeline = drawn(judged(), *history)
    assert [item.words for item in timeline.items] == [
        "Verdict of check 1: supported",
        "Verdict of check 3: refuted, before: supported",
    ]


def test_marks_that_would_overlap_are_one_with_the_look_of_the_last() -> None:
    history = [
        FIRST,
        entry(2, VerdictLabel.REFUTED, days=1),
        entry(3, VerdictLabel.SUPPORTED, days=90),
    ]
    (lane,) = drawn(judged(), *history).lanes
    assert [(len(mark.items), mark.tone) for mark in lane[1]] == [
        (2, Tone.REFUTED), (1, Tone.SUPPORTED),
    ]  # fmt: skip


def test_item_names_publisher_or_host_and_stale_evidence() -> None:
    claim = judged(piece("SUPPORTS", MARCH, stale=True))
    item = drawn(claim, FIRST).items[0]
    assert (item.title, item.words) == ("paper1.example", "Evidence for, older than the claim")


def test_page_quoted_twice_for_a_side_is_one_item() -> None:
    twice = judged(piece("SUPPORTS", MARCH), piece("SUPPORTS", MARCH), piece("REFUTES", MARCH))
    assert [len(marks) for _, marks in drawn(twice, FIRST).lanes] == [1, 1, 1]
