"""When a re-check scores, and what its history entry says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from claims.types import (
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Gathered,
    JudgeName,
    PageDifference,
    Passage,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.compare import find_difference, needs_scoring, write_entry
from tests.claims.samples import JUDGE, NOON, gathered, passage, reference, verdict

A1, A2 = reference("https://a.example", sha256="a1"), reference("https://a.example", sha256="a2")
B, C = reference("https://b.example", sha256="b"), reference("https://c.example", sha256="c")


def told(*passages: Passage) -> Gathered:
    return replace(gathered(), passages=passages)


ONE, TWO = passage("Eleven died."), passage("Twelve died.", url="https://b.example")


CLAIM = ClaimRecord(
    id=ClaimId("c_1"), article_id=None, text="The death toll rose to eleven.", span=None,
    sentence="", claimant=None, claimed_at=date(2025, 9, 4), check_worthiness=1.0, kinds=(),
    needs_context=False, status=ClaimStatus.JUDGING,
)  # fmt: skip
DAY = timedelta(days=1)


def needs(
    now: Gathered, *, before: Gathered | None, last: Verdict | None, judge: JudgeName = JUDGE
) -> bool:
    return needs_scoring(CLAIM, now, before=before, last=last, judge=judge)


def test_unchanged_passages_need_no_scoring() -> None:
    assert not needs(told(ONE, TWO), before=told(TWO, ONE), last=verdict())


def test_other_text_a_lost_page_another_origin_or_judge_need_scoring() -> None:
    before, newer = told(ONE, TWO), JudgeName("test-judge", "2")
    elsewhere = passage("Twelve died.", url="https://b.example", origin="o2")
    for now in (told(ONE, passage("13 died.")), told(ONE), told(ONE, elsewhere)):
        assert needs(now, before=before, last=verdict())
    assert needs(before, before=before, last=verdict(), judge=newer)


def test_stale_page_that_gives_another_day_needs_scoring() -> None:
    old = replace(A1, published_at="2001-05-01")
    looked_over = replace(old, modified_at="2025-09-01")
    judged = verdict(VerdictLabel.SUPPORTED)
    stale = replace(judged, evidence=(replace(judged.evidence[0], page=old, stale=True),))
    fresh = replace(judged, evidence=(replace(judged.evidence[0], page=old),))
    before = gathered(old)
    assert needs(gathered(looked_over), before=before, last=stale)
    assert not needs(before, before=before, last=stale)
    assert not needs(gathered(looked_over), before=gathered(looked_over), last=fresh)


@pytest.mark.parametrize(
    "about",
    [
        {"title": "Another title"},
        {"published_at": "2025-01-02"},  # "last week" is another week now
        {"source": "renamed", "credibility": 0.9},
        {"credibility": 0.2},
    ],
)
def test_another_title_day_or_source_needs_scoring(about: dict[str, Any]) -> None:
    now = replace(ONE, page=replace(ONE.page, **about))
    assert needs(told(now, TWO), before=told(ONE, TWO), last=verdict())


def test_another_time_of_fetching_or_of_the_day_needs_none() -> None:
    dated = replace(ONE, page=replace(ONE.page, published_at="2025-01-02T08:00:00Z"))
    later = replace(dated.page, published_at="2025-01-02T09:00:00Z", fetched_at=NOON + DAY)
    now = replace(dated, page=replace(later, modified_at="2025-01-05"))
    assert not needs(told(now), before=told(dated), last=verdict())


def test_page_that_is_found_to_be_old_needs_scoring_and_so_does_a_copy_that_came_or_went() -> None:
    old, copy = replace(A1, published_at="2001-05-01"), replace(B, published_at="2025-09-01")
    judged = verdict(VerdictLabel.SUPPORTED)
    believed, stale = (
        replace(judged, evidence=(replace(judged.evidence[0], page=old, stale=is_stale),))
        for is_stale in (False, True)
    )
    alone, both = gathered(old), gathered(old, copy)
    assert needs(alone, before=both, last=believed)
    assert needs(both, before=alone, last=stale)
    assert not needs(both, before=both, last=believed)


def test_first_check_needs_scoring() -> None:
    assert needs(told(ONE), before=None, last=None)


def test_difference_names_what_appeared_vanished_and_changed() -> None:
    assert find_difference(gathered(A2, C), before=gathered(A1, B)) == PageDifference(
        appeared=("https://c.example",),
        vanished=("https://b.example",),
        changed=("https://a.example",),
    )


def test_entry_marks_a_changed_label_with_its_difference() -> None:
    difference = PageDifference(changed=("https://a.example",))
    entry = write_entry(
        verdict(VerdictLabel.REFUTED, check=2),
        last=verdict(VerdictLabel.SUPPORTED),
        scored=True,
        difference=difference,
    )
    assert entry.changed
    assert entry.diff == difference


def test_first_entry_is_no_change_and_an_empty_difference_is_left_out() -> None:
    entry = write_entry(
        verdict(VerdictLabel.SUPPORTED), last=None, scored=True, difference=PageDifference()
    )
    assert not entry.changed
    assert entry.diff is None
