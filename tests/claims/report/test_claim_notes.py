"""What is said of a claim beside its verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claims.report.claim_notes import describe_notice, describe_same
from claims.types import (
    ClaimId,
    ClaimRecord,
    Evidence,
    Notice,
    ReviewState,
    SameClaim,
    VerdictLabel,
)
from tests.claims.report.records import claim
from tests.claims.samples import NOON, evidence, verdict

SAME = SameClaim(
    ClaimId("c_1"),
    "Eleven died.",
    VerdictLabel.REFUTED,
    NOON,
    ReviewState.PUBLISHED,
    VerdictLabel.REFUTED,
    NOON,
)


def judged(*found: Evidence, days: int | None = None) -> ClaimRecord:
    """A claim with this evidence, made so many days before its check."""
    concluded = replace(verdict(), evidence=found)
    on = None if days is None else concluded.checked_at.date() - timedelta(days=days)
    return replace(claim("Eleven died."), verdict=concluded, claimed_at=on)


def test_earlier_claim_is_described_with_its_verdict_and_review() -> None:
    day = f"{NOON.day} {NOON:%b %Y}"
    assert describe_same(SAME) == f"Refuted, checked {day}. Published: refuted."
    still_open = replace(SAME, review=ReviewState.OPEN, signed=None)
    assert describe_same(still_open) == f"Refuted, checked {day}."


@pytest.mark.parametrize(
    ("supporting", "refuting", "notices"),
    [
        (0, 0, ()),
        (1, 0, (Notice.ONE_ORIGIN,)),
        (2, 0, ()),
        (3, 0, (Notice.ONE_SIDED,)),
        (3, 1, ()),
    ],
)
def test_notices_follow_from_the_origins_of_each_side(
    supporting: int, refuting: int, notices: tuple[Notice, ...]
) -> None:
    found = [evidence(0.9, 0.05, origin=f"s{n}") for n in range(supporting)]
    found += [evidence(0.05, 0.9, origin=f"r{n}") for n in range(refuting)]
    assert judged(*found).notices == notices


def test_stale_evidence_makes_no_notice() -> None:
    assert judged(replace(evidence(0.9, 0.05), stale=True)).notices == ()


@pytest.mark.parametrize(
    ("parties", "label", "is_said"),
    [
        ((True, True), VerdictLabel.SUPPORTED, True),
        ((True, False), VerdictLabel.SUPPORTED, False),
        ((False, False), VerdictLabel.SUPPORTED, False),
        ((True, True), VerdictLabel.REFUTED, False),
    ],
)
def test_support_by_parties_alone_is_said(
    parties: tuple[bool, ...], label: VerdictLabel, is_said: bool
) -> None:
    found = tuple(replace(evidence(0.9, 0.05), party=one) for one in parties)
    concluded = replace(verdict(), label=label, evidence=found)
    record = replace(claim("Eleven died."), verdict=concluded)
    assert (Notice.ONLY_PARTY in record.notices) is is_said


def test_stale_support_confirms_no_party() -> None:
    found = (replace(evidence(0.9, 0.05), party=True), replace(evidence(0.9, 0.05), stale=True))
    concluded = replace(verdict(), label=VerdictLabel.SUPPORTED, evidence=found)
    assert Notice.ONLY_PARTY in replace(claim("Eleven died."), verdict=concluded).notices
    only_stale = replace(concluded, evidence=found[1:])
    assert Notice.ONLY_PARTY not in replace(claim("Eleven died."), verdict=only_stale).notices


@pytest.mark.parametrize(("days", "is_early"), [(0, True), (1, True), (2, False), (None, False)])
def test_a_claim_checked_within_a_day_has_early_reports(days: int | None, is_early: bool) -> None:
    assert (Notice.EARLY_REPORTS in judged(days=days).notices) is is_early


def test_every_notice_has_a_sentence() -> None:
    assert all(describe_notice(notice).endswith(".") for notice in Notice)
