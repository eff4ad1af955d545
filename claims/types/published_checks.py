"""Published checks: what readers of a desk may see of a claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from claims.types.articles import Claim, ClaimId
from claims.types.labels import VerdictLabel
from claims.types.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCheck:
    """One publication, without the names of those who signed and published it.

    `reason` is that of the publication, or of its sign-off. `verdict` is the one that was signed,
    whose label is another one if people corrected it; None if there was none, or if it was no
    longer stored when the data was upgraded.
    """

    label: VerdictLabel
    at: datetime
    reason: str | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedClaim:
    """A claim with its publications, oldest first; there is at least one.

    `is_reviewed_again` means that the last publication is in doubt: its sign-off is red, or people
    have taken a step since that ended or replaced it, and have not published again.
    `replaced_by` is the claim with the corrected wording, if there is one.
    """

    id: ClaimId
    claim: Claim
    checks: tuple[PublishedCheck, ...]
    is_reviewed_again: bool
    replaced_by: ClaimId | None

    @property
    def last(self) -> PublishedCheck:
        """The last publication, which is in force."""
        return self.checks[-1]

    @property
    def corrections(self) -> tuple[tuple[PublishedCheck, PublishedCheck], ...]:
        """Each publication that changed the label, after the one before it; oldest first."""
        pairs = zip(self.checks, self.checks[1:], strict=False)
        return tuple((before, after) for before, after in pairs if before.label is not after.label)
