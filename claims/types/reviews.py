"""Reviews: what people decide about the verdict of a claim, which is a proposal to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from claims.types.labels import VerdictLabel


class Decision(StrEnum):
    """What a person decides about the proposal, the last verdict of a claim."""

    ACCEPT = "accept"  # signs the label of the proposal
    CORRECT = "correct"  # signs another label, with a reason
    REJECT = "reject"  # signs no label: the claim stays in review, with a reason
    PUBLISH = "publish"  # publishes the label that was signed


class ReviewState(StrEnum):
    """How far the review of a claim has come."""

    OPEN = "open"  # nobody has begun
    IN_REVIEW = "in-review"  # begun, rejected, or waiting for a second look
    SIGNED = "signed"
    PUBLISHED = "published"


class StaleGrade(StrEnum):
    """How urgent it is to look again at what was signed."""

    YELLOW = "yellow"
    RED = "red"


class StaleReason(StrEnum):
    """Why a sign-off is stale, the red reasons first. A red one and UNCONFIRMED refuse
    publication."""

    VERDICT_TURNED = "verdict-turned"  # the proposal has another label than the signed one
    QUOTATION_GONE = "quotation-gone"  # the deciding quotation
    CLAIM_CHANGED = "claim-changed"  # its wording
    UNCONFIRMED = "unconfirmed"  # a change that a further check confirms or takes back
    PROPOSAL_AGREES = "proposal-agrees"  # it has changed to the label that was signed
    EVIDENCE_CHANGED = "evidence-changed"  # or the strength of the proposal
    PAGE_CHANGED = "page-changed"  # the page around the deciding quotation
    READERS_CHANGED = "readers-changed"  # another judge or second reader has concluded
    OLD = "old"  # older than the service allows

    @property
    def grade(self) -> StaleGrade:
        """The grade of this reason alone."""
        return StaleGrade.RED if self in _RED else StaleGrade.YELLOW


_RED = frozenset(
    {StaleReason.VERDICT_TURNED, StaleReason.QUOTATION_GONE, StaleReason.CLAIM_CHANGED}
)


class Draft(StrEnum):
    """The words that everything carries which nobody has signed as it is now."""

    UNSIGNED = "DRAFT, not signed off"
    BROKEN = "DRAFT, the sign-off does not hold any more"  # it is red


class LookReason(StrEnum):
    """Why a claim is worth a look, the strongest reason first."""

    DOES_NOT_HOLD = "does-not-hold"  # what was signed: its sign-off is red
    DISAGREEMENT = "disagreement"  # of the judge and the second reader
    LOW_CONFIDENCE = "low-confidence"
    FRESH_CHANGE = "fresh-change"  # another label in the last seven days
    SOMETHING_CHANGED = "something-changed"  # since it was signed: its sign-off is yellow


@dataclass(frozen=True, slots=True)
class Person:
    """Who reviews: the name that is shown, and the id of the key that was used, if there is one."""

    name: str
    key_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """What a person asks for: a decision, or a note, an assignee or a second look without one.

    `label` is for CORRECT only. An `assignee` of None stays who it is; "" is nobody. With
    `second_look` nothing is signed before another person has decided.
    """

    decision: Decision | None = None
    label: VerdictLabel | None = None
    reason: str | None = None
    note: str | None = None
    assignee: str | None = None
    second_look: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """A signed label with hashes of what it was based on: SHA-256 in hexadecimal.

    `check` and `proposal` are the number and the label of the verdict that was seen. `claim` is the
    hash of the claim with claimant, day and context, `verdict` that of label, strength and
    evidence, `quotation` that of the deciding quotation, `page` that of the text of its page,
    `judge` that of the names of the judge and the second reader. Without a verdict, or without
    evidence, those of what is missing are None.
    """

    label: VerdictLabel
    by: str
    at: datetime
    check: int | None
    proposal: VerdictLabel | None
    claim: str
    verdict: str | None
    quotation: str | None
    page: str | None
    judge: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """A published label: by whom, and when."""

    label: VerdictLabel
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review of a claim as it is now.

    `decision`, `label`, `by`, `at` and `reason` are those of the last decision; a publication
    without a reason keeps that of the sign-off. `label` is the signed one, or the one that waits
    for a second look. `published` stays while a later sign-off is
    not published. `stale` and `stale_because` compare the sign-off with the claim as it is now:
    they are computed at each reading, and None and empty without a sign-off. `draft` follows from
    `state` and `stale`; it is None if the label is signed or published, and the sign-off holds.
    """

    state: ReviewState = ReviewState.OPEN
    decision: Decision | None = None
    label: VerdictLabel | None = None
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None
    assignee: str | None = None
    second_look: bool = False
    published: Publication | None = None
    stale: StaleGrade | None = None
    stale_because: tuple[StaleReason, ...] = ()
    draft: Draft | None = Draft.UNSIGNED

    def __post_init__(self) -> None:
        object.__setattr__(self, "draft", _find_draft(self.state, self.stale))


def _find_draft(state: ReviewState, stale: StaleGrade | None) -> Draft | None:
    if state not in (ReviewState.SIGNED, ReviewState.PUBLISHED):
        return Draft.UNSIGNED
    return Draft.BROKEN if stale is StaleGrade.RED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEntry:
    """One step of a review, which is never changed later.

    `check` and `proposal` are the number and the label of the verdict that was seen, `state` and
    `assignee` those after the step. `sign_off` is what it signed, if anything.
    """

    id: str
    at: datetime
    by: str
    decision: Decision | None
    label: VerdictLabel | None
    reason: str | None
    note: str | None
    assignee: str | None
    second_look: bool
    state: ReviewState
    check: int | None
    proposal: VerdictLabel | None
    sign_off: SignOff | None = None
