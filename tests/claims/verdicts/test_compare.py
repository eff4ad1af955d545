"""When a re-check scores, and what its history entry says."""

from __future__ import annotations

from dataclasses import replace

from claims.types import Gathered, JudgeName, PageDifference, Passage, VerdictLabel
from claims.verdicts.compare import find_difference, needs_scoring, write_entry
from tests.claims.samples import JUDGE, gathered, passage, reference, verdict

A1, A2 = reference("https://a.example", sha256="a1"), reference("https://a.example", sha256="a2")
B, C = reference("https://b.example", sha256="b"), reference("https://c.example", sha256="c")


def told(*passages: Passage) -> Gathered:
    return replace(gathered(), passages=passages)


ONE, TWO = passage("Eleven died."), passage("Twelve died.", url="https://b.example")


def test_unchanged_passages_need_no_scoring() -> None:
    assert not needs_scoring(told(ONE, TWO), before=told(TWO, ONE), last=verdict(), judge=JUDGE)


def test_other_text_a_lost_page_another_origin_or_judge_need_scoring() -> None:
    before, newer = told(ONE, TWO), JudgeName("test-judge", "2")
    elsewhere = passage("Twelve died.", url="https://b.example", origin="o2")
    for now in (told(ONE, passage("13 died.")), told(ONE), told(ONE, elsewhere)):
        assert needs_scoring(now, before=before, last=verdict(), judge=JUDGE)
    assert needs_scoring(before, before=before, last=verdict(), judge=newer)


def test_stale_page_that_gives_another_day_needs_scoring() -> None:
    old = replace(A1, published_at="2001-05-01")
    looked_over = replace(old, modified_at="2025-09-01")
    judged = verdict(VerdictLabel.SUPPORTED)
    stale = replace(judged, evidence=(replace(judged.evidence[0], page=old, stale=True),))
    fresh = replace(judged, evidence=(replace(judged.evidence[0], page=old),))
    before = gathered(old)
    assert needs_scoring(gathered(looked_over), before=before, last=stale, judge=JUDGE)
    assert not needs_scoring(before, before=before, last=stale, judge=JUDGE)
    assert not needs_scoring(gathered(looked_over), before=before, last=fresh, judge=JUDGE)


def test_first_check_needs_scoring() -> None:
    assert needs_scoring(told(ONE), before=None, last=None, judge=JUDGE)


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
