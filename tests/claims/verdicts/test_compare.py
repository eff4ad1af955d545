"""Causes for which a re-check scores again, and the history entry that it writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from claims.types import (
    Cause,
    Check,
    Claim,
    Gathered,
    JudgeName,
    PageChange,
    PageDifference,
    Passage,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.compare import find_causes, find_lost_page, write_entry
from tests.claims.samples import JUDGE, NOON, evidence, gathered, passage, reference, verdict

A1, A2 = reference("https://a.example", sha256="a1"), reference("https://a.example", sha256="a2")
B, C = reference("https://b.example", sha256="b"), reference("https://c.example", sha256="c")


def told(*passages: Passage) -> Gathered:
    return replace(gathered(), passages=passages)


ONE, TWO = passage("Eleven died."), passage("Twelve died.", url="https://b.example")


CLAIM = Claim(text="The death toll rose to eleven.", sentence="", claimed_at=date(2025, 9, 4))
DAY = timedelta(days=1)


def check_after(last: Verdict | None) -> Check:
    return Check(claim=CLAIM, number=2, requested_at=NOON, last=last)


def causes(
    now: Gathered, *, before: Gathered | None, last: Verdict | None, judge: JudgeName = JUDGE
) -> set[Cause]:
    return set(find_causes(check_after(last), now, before=before, judge=judge))


def test_unchanged_passages_need_no_scoring() -> None:
    assert not causes(told(ONE, TWO), before=told(TWO, ONE), last=verdict())


def test_other_text_and_a_lost_page_are_other_passages() -> None:
    before = told(ONE, TWO)
    for now in (told(ONE, passage("13 died.")), told(ONE)):
        assert causes(now, before=before, last=verdict()) == {Cause.PASSAGES}


def test_another_origin_and_another_judge_are_causes_of_their_own() -> None:
    before, newer = told(ONE, TWO), JudgeName("test-judge", "2")
    elsewhere = passage("Twelve died.", url="https://b.example", origin="o2")
    assert causes(told(ONE, elsewhere), before=before, last=verdict()) == {Cause.ORIGINS}
    assert causes(before, before=before, last=verdict(), judge=newer) == {Cause.JUDGE}
    assert causes(told(elsewhere), before=before, last=verdict(), judge=newer) == {
        Cause.PASSAGES,
        Cause.ORIGINS,
        Cause.JUDGE,
    }


def test_origins_that_are_only_renumbered_are_a_cause_as_well() -> None:
    """Origins are renumbered when a page without passages cannot be fetched in this check."""
    before = told(replace(ONE, page=replace(ONE.page, origin="o2")))
    now = told(replace(ONE, page=replace(ONE.page, origin="o1")))
    assert causes(now, before=before, last=verdict()) == {Cause.ORIGINS}


def test_stale_page_with_another_day_is_judged_again() -> None:
    old = replace(A1, published_at="2001-05-01")
    looked_over = replace(old, modified_at="2025-09-01")
    judged = verdict(VerdictLabel.SUPPORTED)
    stale = replace(judged, evidence=(replace(judged.evidence[0], page=old, stale=True),))
    fresh = replace(judged, evidence=(replace(judged.evidence[0], page=old),))
    before = gathered(old)
    assert causes(gathered(looked_over), before=before, last=stale) == {Cause.STALE}
    assert not causes(before, before=before, last=stale)
    assert not causes(gathered(looked_over), before=gathered(looked_over), last=fresh)


@pytest.mark.parametrize(
    ("about", "cause"),
    [
        ({"title": "Another title"}, Cause.PAGE_DETAILS),
        ({"published_at": "2025-01-02"}, Cause.PAGE_DETAILS),  # "last week" now means another week
        ({"source": "renamed", "credibility": 0.9}, Cause.SOURCES),
        ({"credibility": 0.2}, Cause.SOURCES),
    ],
)
def test_another_title_day_or_source_is_the_cause(about: dict[str, Any], cause: Cause) -> None:
    now = replace(ONE, page=replace(ONE.page, **about))
    assert causes(told(now, TWO), before=told(ONE, TWO), last=verdict()) == {cause}


def test_another_time_of_fetching_or_of_the_day_needs_none() -> None:
    dated = replace(ONE, page=replace(ONE.page, published_at="2025-01-02T08:00:00Z"))
    later = replace(dated.page, published_at="2025-01-02T09:00:00Z", fetched_at=NOON + DAY)
    now = replace(dated, page=replace(later, modified_at="2025-01-05"))
    assert not causes(told(now), before=told(dated), last=verdict())


def test_page_that_is_found_to_be_old_is_the_cause_and_so_is_a_copy_that_came_or_went() -> None:
    old, copy = replace(A1, published_at="2001-05-01"), replace(B, published_at="2025-09-01")
    judged = verdict(VerdictLabel.SUPPORTED)
    believed, stale = (
        replace(judged, evidence=(replace(judged.evidence[0], page=old, stale=is_stale),))
        for is_stale in (False, True)
    )
    alone, both = gathered(old), gathered(old, copy)
    assert causes(alone, before=both, last=believed) == {Cause.STALE}
    assert causes(both, before=alone, last=stale) == {Cause.STALE}
    assert not causes(both, before=both, last=believed)


def test_first_check_and_one_after_which_nothing_was_kept_are_weighed() -> None:
    assert causes(told(ONE), before=None, last=None) == {Cause.FIRST_CHECK}
    assert causes(told(ONE), before=None, last=verdict()) == {Cause.NOTHING_KEPT}


def test_entry_marks_a_changed_label_with_its_difference() -> None:
    difference = PageDifference(changed=(PageChange("https://a.example"),))
    entry = write_entry(
        replace(verdict(VerdictLabel.REFUTED, check=2), confidence=0.7),
        last=verdict(VerdictLabel.SUPPORTED),
        causes=(Cause.PASSAGES,),
        difference=difference,
    )
    assert entry.changed
    assert entry.diff == difference
    assert (entry.support, entry.confidence) == (0.5, 0.7)
    assert (entry.scored, entry.causes) == (True, (Cause.PASSAGES,))


def test_first_entry_is_no_change_and_an_empty_difference_is_left_out() -> None:
    entry = write_entry(
        verdict(VerdictLabel.SUPPORTED),
        last=None,
        causes=(Cause.FIRST_CHECK,),
        difference=PageDifference(),
    )
    assert not entry.changed
    assert entry.diff is None


@pytest.mark.parametrize("gone", [0, 1])
def test_either_page_on_which_a_conflict_rests_is_missed(gone: int) -> None:
    pages = (B, C)
    items = [
        replace(evidence(0.1, 0.88), page=replace(B, origin="o1")),
        replace(evidence(0.85, 0.1), page=replace(C, origin="o2")),
    ]
    last = replace(verdict(VerdictLabel.CONFLICTING_EVIDENCE), evidence=tuple(items))
    lost = find_lost_page(check_after(last), gathered(pages[1 - gone]), evidence=())
    assert lost and lost.page.url == pages[gone].url
    assert find_lost_page(check_after(last), gathered(*pages), evidence=()) is None
