"""What stands in a signed evidence record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from claims.errors import NoVerdict
from claims.types import ClaimId, ClaimRecord, Review, SignOff, Verdict

STATEMENT = (
    "This record states what one instance of Assay has read, quoted and concluded. Its signature "
    "shows that the record has not been changed since that instance issued it. It does not show "
    "that the claim, the pages or the verdict are true."
)
"""The words that every record carries."""


@dataclass(frozen=True, slots=True)
class RecordedClaim:
    """What was checked."""

    id: ClaimId
    text: str
    claimant: str | None
    claimed_at: date | None
    context: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """A claim with its last verdict: the quotations, for each the address of its page, the sha256
    of the page's text and the time of the fetch; the judge and the second reader.

    `review` says what people have decided, with `draft` as long as nobody has signed; `sign_off`
    has the hashes of what was signed. `issuer` is the name of the publisher, "" if it is not set,
    `public_key` that of the instance (Ed25519, 32 bytes in hexadecimal).
    """

    statement: str = STATEMENT
    issued_at: datetime
    issuer: str
    release: str
    public_key: str
    claim: RecordedClaim
    verdict: Verdict
    review: Review
    sign_off: SignOff | None


def write_record(
    claim: ClaimRecord,
    sign_off: SignOff | None,
    *,
    issuer: str,
    release: str,
    public_key: str,
    at: datetime,
) -> EvidenceRecord:
    """The record of a claim as it is now. Raises NoVerdict."""
    if claim.verdict is None:
        raise NoVerdict(f"claim {claim.id} has no verdict yet: there is nothing to record")
    return EvidenceRecord(
        issued_at=at,
        issuer=issuer,
        release=release,
        public_key=public_key,
        claim=RecordedClaim(claim.id, claim.text, claim.claimant, claim.claimed_at, claim.context),
        verdict=claim.verdict,
        review=claim.review,
        sign_off=sign_off,
    )
