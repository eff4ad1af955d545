"""When a sign-off is stale, and how urgent that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.reviews import find_grade, find_stale_reasons, sign
from claims.types import (
    ClaimId,
    ClaimRecord,
    JudgeName,
    SignOff,
    StaleGrade,
    StaleReason,
    VerdictChange,
    VerdictLabel,
)
from tests.claims.reviews.reviewed import claim, judged_as
from tests.claims.samples import NOON, evidence

SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED
SIGNED = sign(claim(), SUPPORTED, by="Anna", at=NOON)


def find(
    signed: SignOff, now: ClaimRecord, *, days: float = 0, days_max: int = 180
) -> tuple[StaleReason, ...]:
    """The reasons that many days after the sign-off."""
    return find_stale_reasons(signed, now, now=NOON + timedelta(days=days), days_max=days_max)


def with_verdict(of: ClaimRecord, **fields: object) -> ClaimRecord:
    """The claim with these fields of its verdict changed."""
    return replace(of, verdict=replace(judged_as(of), **fields))  # type: ignore[arg-type]


def test_check_that_found_the_same_again_leaves_a_sign_off_fresh() -> None:
    later = NOON + timedelta(days=2)
    assert find(SIGNED, with_verdict(claim(), check=7, checked_at=later, confidence=0.71)) == ()


def test_turned_verdict_is_red() -> None:
    reasons = find(SIGNED, claim(REFUTED))
    assert StaleReason.VERDICT_TURNED in reasons
    assert find_grade(reasons) is StaleGrade.RED


def test_change_that_waits_for_its_confirmation_is_yellow() -> None:
    other = replace(evidence(0.05, 0.9), quote="Nobody died.")
    turned = with_verdict(claim(REFUTED), evidence=(other,))
    waiting = replace(turned, unconfirmed=VerdictChange(SUPPORTED, 2, NOON))
    reasons = find(SIGNED, waiting)
    assert (reasons, find_grade(reasons)) == ((StaleReason.UNCONFIRMED,), StaleGrade.YELLOW)
    assert find_grade(find(SIGNED, turned)) is StaleGrade.RED


def test_change_that_waits_does_not_hide_an_announced_one() -> None:
    waiting = replace(
        claim(VerdictLabel.CONFLICTING_EVIDENCE), unconfirmed=VerdictChange(REFUTED, 3, NOON)
    )
    assert StaleReason.VERDICT_TURNED in find(SIGNED, waiting)


def test_proposal_that_comes_to_the_signed_label_is_yellow() -> None:
    corrected = sign(claim(SUPPORTED), REFUTED, by="Anna", at=NOON)
    assert find(corrected, claim(REFUTED)) == (StaleReason.PROPOSAL_AGREES,)


def test_missing_quotation_is_red() -> None:
    other = replace(evidence(0.9, 0.05), quote="Twelve people died.")
    reasons = find(SIGNED, with_verdict(claim(), evidence=(other,)))
    assert reasons == (StaleReason.QUOTATION_GONE, StaleReason.EVIDENCE_CHANGED)


def test_quotation_on_a_changed_page_is_yellow() -> None:
    (piece,) = judged_as(claim()).evidence
    moved = replace(piece, page=replace(piece.page, sha256="bb"))
    reasons = find(SIGNED, with_verdict(claim(), evidence=(moved,)))
    assert (reasons, find_grade(reasons)) == ((StaleReason.PAGE_CHANGED,), StaleGrade.YELLOW)


def test_quotation_with_other_line_breaks_is_the_same() -> None:
    (piece,) = judged_as(claim()).evidence
    wrapped = replace(piece, quote="Eleven people\n  died.")
    reasons = find(SIGNED, with_verdict(claim(), evidence=(wrapped,)))
    assert StaleReason.QUOTATION_GONE not in reasons


def test_quotation_is_found_behind_new_evidence() -> None:
    new = replace(evidence(0.95, 0.01), quote="All eleven died.")
    reasons = find(SIGNED, with_verdict(claim(), evidence=(new, *judged_as(claim()).evidence)))
    assert reasons == (StaleReason.EVIDENCE_CHANGED,)


def test_another_judge_is_yellow() -> None:
    reasons = find(SIGNED, with_verdict(claim(), judge=JudgeName("test-judge", "2")))
    assert reasons == (StaleReason.READERS_CHANGED,)


def test_superseded_claim_is_red() -> None:
    reasons = find(SIGNED, replace(claim(), corrected_by=ClaimId("c_2")))
    assert reasons == (StaleReason.CLAIM_CHANGED,)


@pytest.mark.parametrize(
    ("days", "days_max", "is_old"),
    [(180, 180, False), (180.1, 180, True), (9999, 0, False), (-0.5, 1, False), (-2, 1, True)],
)
def test_age_counts_from_the_limit_and_a_future_day_is_not_fresh(
    days: float, days_max: int, is_old: bool
) -> None:
    assert (find(SIGNED, claim(), days=days, days_max=days_max) != ()) == is_old


def test_correction_without_a_verdict_is_stale_only_after_another_verdict() -> None:
    signed = sign(claim(None), REFUTED, by="Anna", at=NOON)
    assert find(signed, claim(None)) == ()
    assert find(signed, claim(REFUTED)) == (StaleReason.PROPOSAL_AGREES,)
    assert find(signed, claim(SUPPORTED)) == (StaleReason.VERDICT_TURNED,)


def test_failed_recheck_that_keeps_its_verdict_leaves_a_sign_off_fresh() -> None:
    assert find(SIGNED, claim()) == ()


LABELS = st.sampled_from(VerdictLabel)


@given(LABELS, LABELS, LABELS)
def test_red_needs_another_label_than_the_signed_one(
    proposal: VerdictLabel, label: VerdictLabel, later: VerdictLabel
) -> None:
    signed = sign(claim(proposal), label, by="Anna", at=NOON)
    grade = find_grade(find(signed, claim(later)))
    expected = (
        None if later is proposal else StaleGrade.YELLOW if later is label else StaleGrade.RED
    )
    assert grade is expected


@given(st.sets(st.sampled_from(StaleReason)))
def test_more_reasons_never_lower_the_grade(reasons: set[StaleReason]) -> None:
    ranks = [None, StaleGrade.YELLOW, StaleGrade.RED]
    whole = ranks.index(find_grade(reasons))
    assert all(ranks.index(find_grade(reasons - {one})) <= whole for one in reasons)
