"""Comparison of two verdicts: the differences listed, their order, and those ignored."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from claims.types import Finding, Probabilities, Span, Stance, VerdictLabel
from claims.verdicts.differences import Difference, find_differences
from tests.claims.samples import NOON, reference, verdict

THEN = verdict(VerdictLabel.SUPPORTED)
(PIECE,) = THEN.evidence
ABOUT = {"quote": PIECE.quote, "url": PIECE.page.url}


def test_equal_verdicts_do_not_differ() -> None:
    assert find_differences(THEN, THEN) == ()


def test_number_and_time_of_the_check_and_the_place_of_a_quotation_do_not_count() -> None:
    moved = replace(PIECE, span=Span(7, 26), page=reference(sha256="bb"))
    later = replace(THEN, check=2, checked_at=NOON + timedelta(days=1), evidence=(moved,))
    assert find_differences(THEN, later) == ()


def test_differences_of_the_verdict_come_before_those_of_evidence() -> None:
    now = replace(
        THEN,
        label=VerdictLabel.NOT_ENOUGH_EVIDENCE,
        support=None,
        confidence=0.25,
        explanation="No.",
        evidence=(),
    )
    assert find_differences(THEN, now) == (
        Difference("label", "SUPPORTED", "NOT_ENOUGH_EVIDENCE"),
        Difference("support", 0.5, None),
        Difference("confidence", 0.7, 0.25),
        Difference("explanation", "Because.", "No."),
        Difference("evidence", "SUPPORTS", None, **ABOUT),
    )


def test_each_side_of_a_piece_of_evidence_is_compared() -> None:
    other = replace(
        PIECE,
        stance=Stance.REFUTES,
        probabilities=Probabilities(0.1, 0.8, 0.1),
        findings=(Finding("name", "Ana Sorel", "Ole Brandt", "differs", "mayor in the passage"),),
    )
    assert find_differences(THEN, replace(THEN, evidence=(other,))) == (
        Difference("stance", "SUPPORTS", "REFUTES", **ABOUT),
        Difference(
            "probabilities",
            "supports 0.9000, refutes 0.0500, neutral 0.0500",
            "supports 0.1000, refutes 0.8000, neutral 0.1000",
            **ABOUT,
        ),
        Difference(
            "findings", "", "name: Ana Sorel / Ole Brandt: differs (mayor in the passage)", **ABOUT
        ),
    )


def test_new_evidence_is_a_difference() -> None:
    other = replace(PIECE, quote="Ten.", probabilities=Probabilities(0.1, 0.8, 0.1))
    now = replace(THEN, evidence=(PIECE, other))
    assert find_differences(THEN, now) == (
        Difference("evidence", None, "REFUTES", "Ten.", PIECE.page.url),
    )
