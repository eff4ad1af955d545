"""When a sign-off is stale: the claim, its verdict or the evidence is not what was signed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from claims.reviews.sign_offs import (
    digest_claim,
    digest_quotation,
    digest_readers,
    digest_verdict,
)
from claims.types import ClaimRecord, SignOff, StaleGrade, StaleReason, Verdict

# A clock may be behind the one that stamped the sign-off by this much, or was set back.
_CLOCKS_APART = timedelta(days=1)
# Reasons that a check on schedule finds, and that count only when a further check confirms them.
_HELD = frozenset({StaleReason.VERDICT_TURNED, StaleReason.QUOTATION_GONE})


def find_stale_reasons(
    signed: SignOff, claim: ClaimRecord, *, now: datetime, days_max: int
) -> tuple[StaleReason, ...]:
    """Why the sign-off is stale for the claim as it is now, red reasons first; () if it is not.

    A sign-off is too old after `days_max` days; 0 means never.
    """
    found = set(_compare(signed, claim))
    age = now - signed.at
    if days_max and not -_CLOCKS_APART <= age <= timedelta(days=days_max):
        found.add(StaleReason.OLD)
    return tuple(reason for reason in StaleReason if reason in found)


def find_grade(reasons: Iterable[StaleReason]) -> StaleGrade | None:
    """The grade of all reasons together: red if one of them is."""
    grades = {reason.grade for reason in reasons}
    return StaleGrade.RED if StaleGrade.RED in grades else next(iter(grades), None)


def _compare(signed: SignOff, claim: ClaimRecord) -> Iterator[StaleReason]:
    if claim.corrected_by or digest_claim(claim) != signed.claim:
        yield StaleReason.CLAIM_CHANGED
    if claim.verdict is None:
        return
    found = set(_compare_verdict(signed, claim.verdict))
    waiting = claim.unconfirmed
    if waiting is not None and waiting.before is signed.proposal and found & _HELD:
        found = (found - _HELD) | {StaleReason.UNCONFIRMED}
    yield from found


def _compare_verdict(signed: SignOff, verdict: Verdict) -> Iterator[StaleReason]:
    if verdict.label is not signed.proposal:
        agrees = verdict.label is signed.label
        yield StaleReason.PROPOSAL_AGREES if agrees else StaleReason.VERDICT_TURNED
    elif digest_verdict(verdict) != signed.verdict:
        yield StaleReason.EVIDENCE_CHANGED
    if signed.judge is not None and digest_readers(verdict) != signed.judge:
        yield StaleReason.READERS_CHANGED
    if signed.quotation is not None:
        pages = [
            piece.page.sha256
            for piece in verdict.evidence
            if digest_quotation(piece.quote) == signed.quotation
        ]
        if not pages:
            yield StaleReason.QUOTATION_GONE
        elif signed.page not in pages:
            yield StaleReason.PAGE_CHANGED
