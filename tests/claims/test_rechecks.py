"""Later checks of a claim: what is scored again, what changed, and which page is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.types import Cause, Gathered, PageChange, Verdict, VerdictLabel
from tests.claims.fakes import (
    COUNTING,
    DIED,
    CountingJudge,
    Web,
    address,
    again,
    check_of,
    decide,
    gather,
)
from tests.claims.samples import NOON


def test_recheck_with_unchanged_passages_keeps_the_verdict_and_scores_nothing() -> None:
    web, bare = Web(a=DIED), CountingJudge()
    judge = CalibratedJudge(bare, Calibration())
    first = gather(check_of("a"), web)
    verdict, entry = decide(check_of("a"), first, judge=judge)
    assert (entry.scored, entry.changed) == (True, False)
    scored = bare.pairs
    later = NOON + timedelta(days=1)
    kept, entry = decide(again(check_of("a"), verdict), first, judge=judge, now=later, before=first)
    assert bare.pairs == scored
    assert (kept.label, kept.check, kept.checked_at) == (verdict.label, 2, later)
    assert (entry.scored, entry.changed, entry.diff) == (False, False, None)


def test_recheck_with_another_least_confidence_weighs_anew_and_says_so() -> None:
    web = Web(a=DIED)
    found = gather(check_of("a"), web)
    verdict, _ = decide(check_of("a"), found)
    assert verdict.label is VerdictLabel.SUPPORTED
    strict = replace(COUNTING, least_confidence=1.0)
    other, entry = decide(again(check_of("a"), verdict), found, judge=strict, before=found)
    assert (other.label, entry.causes) == (VerdictLabel.NOT_ENOUGH_EVIDENCE, (Cause.RULE,))
    assert "leans to support but is not enough" in other.explanation


def test_recheck_of_a_changed_page_scores_and_names_the_page() -> None:
    web = Web(a=DIED)
    first = gather(check_of("a"), web)
    verdict, _ = decide(check_of("a"), first)
    web.texts[address("a")] = "Nobody died in the strike on the boat, it now turns out."
    check = again(check_of("a"), verdict)
    second = gather(check, web)
    changed, entry = decide(check, second, before=first)
    assert changed.label is VerdictLabel.REFUTED
    assert entry.changed
    assert entry.diff is not None
    assert entry.diff.changed == (PageChange(address("a")),)
    assert entry.turned_by == (address("a"),)


def check_again(verdict: Verdict, web: Web, before: Gathered) -> tuple[Verdict, Gathered]:
    """The next check of a claim with two sources."""
    check = again(check_of("a", "b"), verdict)
    found = gather(check, web)
    return decide(check, found, before=before)[0], found


def test_verdict_names_the_page_that_decided_before_and_is_gone_until_it_is_found_again() -> None:
    text = DIED
    web = Web(a=text, b=f"By Monday the navy confirmed what we reported: {text}")
    found = gather(check_of("a", "b"), web)
    first, _ = decide(check_of("a", "b"), found)
    assert first.evidence[0].page.url == address("a")
    assert first.lost_page is None
    del web.texts[address("a")]
    second, found = check_again(first, web, found)
    assert second.label is first.label is VerdictLabel.SUPPORTED
    lost = second.lost_page
    assert lost is not None
    assert (lost.page.url, lost.check, lost.since, lost.code) == (address("a"), 1, 2, "http-404")
    assert lost.quote == first.evidence[0].quote
    third, found = check_again(second, web, found)
    assert third.lost_page == lost  # also where nothing is judged again
    web.texts[address("a")] = text
    fourth, _ = check_again(third, web, found)
    assert fourth.lost_page is None


def test_verdict_names_the_page_that_decided_before_and_says_something_else_now() -> None:
    web = Web(a=DIED, b="The strike. The boat.")
    found = gather(check_of("a", "b"), web)
    first, _ = decide(check_of("a", "b"), found)
    web.texts[address("a")] = "Nothing is known of the strike on the boat."
    second, found = check_again(first, web, found)
    assert second.lost_page is not None
    assert (second.lost_page.page.url, second.lost_page.code) == (address("a"), "changed")
    web.texts[address("a")] = "The strike on the boat killed eleven people.\n\nUpdated on Monday."
    third, _ = check_again(replace(first, check=2), web, found)
    assert third.evidence[0].quote == first.evidence[0].quote
    assert third.lost_page is None  # the page changed, but not what was quoted


def test_recheck_without_scoring_explains_what_was_looked_at_this_time() -> None:
    web = Web()
    nothing = gather(check_of("a"), web)
    verdict, _ = decide(check_of("a"), nothing)
    assert "could not be used" in verdict.explanation
    web.texts[address("a")] = "Gardens."
    check = again(check_of("a"), verdict)
    found = gather(check, web)
    kept, entry = decide(check, found, before=nothing)
    assert not entry.scored
    assert "Nothing in 1 page" in kept.explanation
