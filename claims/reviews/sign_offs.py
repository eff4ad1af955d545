"""Sign-offs: hashes of the claim, the verdict and the evidence that a person has seen."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256

from claims.types import ClaimRecord, Reading, SignOff, Verdict, VerdictLabel


def sign(claim: ClaimRecord, label: VerdictLabel, *, by: str, at: datetime) -> SignOff:
    """The sign-off of `label` for the claim with its last verdict."""
    verdict = claim.verdict
    deciding = verdict.evidence[0] if verdict and verdict.evidence else None
    return SignOff(
        label=label,
        by=by,
        at=at,
        check=verdict.check if verdict else None,
        proposal=verdict.label if verdict else None,
        claim=digest_claim(claim),
        verdict=digest_verdict(verdict) if verdict else None,
        quotation=digest_quotation(deciding.quote) if deciding else None,
        page=deciding.page.sha256 if deciding else None,
        judge=digest_readers(verdict) if verdict else None,
    )


def digest_claim(claim: ClaimRecord) -> str:
    """The hash of what is claimed: wording, claimant, day and context."""
    return _digest(claim.text, claim.claimant, str(claim.claimed_at or ""), claim.context)


def digest_verdict(verdict: Verdict) -> str:
    """The hash of label, strength and evidence: equal for a check that found the same again."""
    evidence = [(piece.page.url, piece.quote, piece.side) for piece in verdict.evidence]
    return _digest(verdict.label, verdict.strength, evidence)


def digest_quotation(quote: str) -> str:
    """The hash of a quotation, without its line breaks and runs of spaces."""
    return _digest(" ".join(quote.split()))


def digest_readers(verdict: Verdict) -> str:
    """The hash of the names of the judge and, if one has read, of the second reader."""
    reader = verdict.reader
    name = (reader.model, reader.instruction) if isinstance(reader, Reading) else None
    return _digest(verdict.judge.name, verdict.judge.version, name)


def _digest(*parts: object) -> str:
    """SHA-256 of the parts as JSON, which escapes halves of surrogate pairs."""
    return sha256(json.dumps(parts).encode()).hexdigest()
