"""The rules of a review: which step follows from a request, and which requests are refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from claims.errors import InvalidFields, NoVerdict, ReviewRefused
from claims.reviews.sign_offs import sign
from claims.text import fold
from claims.types import (
    ClaimRecord,
    Decision,
    Person,
    Publication,
    Review,
    ReviewEntry,
    ReviewRequest,
    ReviewState,
    SignOff,
    StaleGrade,
    StaleReason,
)

_SIGNING = (Decision.ACCEPT, Decision.CORRECT)
_NEEDS_REASON = (Decision.CORRECT, Decision.REJECT)


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A review as it is kept.

    `sign_off` is the one in force, `signer` the person who signed it. While a second look is
    awaited, `involved` are the people who may not take it: those who decided first or asked for it.
    The `stale` of `review` is not kept: it depends on the claim and the time.
    """

    review: Review = field(default_factory=Review)
    sign_off: SignOff | None = None
    signer: Person | None = None
    involved: tuple[Person, ...] = ()


def decide(
    kept: ReviewRecord,
    request: ReviewRequest,
    claim: ClaimRecord,
    *,
    entry_id: str,
    person: Person,
    at: datetime,
    two_people: bool,
) -> tuple[ReviewRecord, ReviewEntry]:
    """The review after the request, and the step to keep.

    The review of `claim` says whether the sign-off in force is stale. With `two_people`, a second
    look is taken, and the correction of a published label is published, by another person than
    those who asked for it or signed it. Raises InvalidInput for a request that is incomplete,
    NoVerdict, and ReviewRefused, which says what has to be done first.
    """
    faults = tuple(_find_faults(request, claim))
    if faults:
        raise InvalidFields(faults)
    after = _advance(kept, request, claim, person=person, at=at, two_people=two_people)
    if request.assignee is not None:
        assigned = replace(after.review, assignee=request.assignee or None)
        after = replace(after, review=assigned)
    verdict, has_signed = claim.verdict, after.sign_off is not kept.sign_off
    entry = ReviewEntry(
        id=entry_id,
        at=at,
        by=person.name,
        decision=request.decision,
        label=after.review.label if request.decision else None,
        reason=request.reason,
        note=request.note,
        assignee=after.review.assignee,
        second_look=request.second_look,
        state=after.review.state,
        check=verdict.check if verdict else None,
        proposal=verdict.label if verdict else None,
        sign_off=after.sign_off if has_signed else None,
    )
    return after, entry


def is_same_person(one: Person, other: Person) -> bool:
    """Whether both used one key, or have one name: two keys may be of one person."""
    if one.key_id is not None and one.key_id == other.key_id:
        return True
    return fold(one.name) == fold(other.name)


def _find_faults(request: ReviewRequest, claim: ClaimRecord) -> Iterator[tuple[str, str]]:
    """JSON pointers and messages of what is wrong with the request itself."""
    decision = request.decision
    said = (decision, request.note, request.assignee, request.second_look or None)
    if all(one is None for one in said):
        yield "", "give a decision, a note, an assignee or second_look"
    if decision in _NEEDS_REASON and not request.reason:
        yield "/reason", f"{decision} needs a reason"
    if decision is not Decision.CORRECT and request.label is not None:
        yield "/label", "only the decision correct takes a label"
    if decision is Decision.CORRECT and request.label is None:
        yield "/label", "correct needs a label"
    proposal = claim.verdict.label if claim.verdict else None
    if decision is Decision.CORRECT and request.label is not None and request.label is proposal:
        yield "/label", "the proposal has this label: accept it"
    if decision is Decision.PUBLISH and request.second_look:
        yield "/second_look", "what is published cannot wait for a second look"


def _advance(
    kept: ReviewRecord,
    request: ReviewRequest,
    claim: ClaimRecord,
    *,
    person: Person,
    at: datetime,
    two_people: bool,
) -> ReviewRecord:
    """The review after the decision, or after the request for a second look."""
    decision, before = request.decision, kept.review
    if decision is None:
        return _begin(kept, person, second_look=request.second_look)
    decided = replace(before, decision=decision, by=person.name, at=at, reason=request.reason)
    if decision is Decision.PUBLISH:
        return _publish(kept, decided, claim, person=person, two_people=two_people)
    is_involved = two_people and any(is_same_person(one, person) for one in kept.involved)
    if decision is Decision.REJECT:
        rejected = replace(decided, state=ReviewState.IN_REVIEW, label=None)
        if request.second_look or is_involved:
            return _wait(rejected, (*kept.involved, person))
        return ReviewRecord(replace(rejected, second_look=False))
    if is_involved:
        raise ReviewRefused("a second look is awaited: another person has to take it")
    label = request.label or (claim.verdict.label if claim.verdict else None)
    if label is None:
        raise NoVerdict(f"claim {claim.id} has no verdict yet: there is no proposal to accept")
    if request.second_look:
        waiting = replace(decided, state=ReviewState.IN_REVIEW, label=label)
        return _wait(waiting, (*kept.involved, person))
    signed = replace(decided, state=ReviewState.SIGNED, label=label, second_look=False)
    return ReviewRecord(signed, sign(claim, label, by=person.name, at=at), signer=person)


def _begin(kept: ReviewRecord, person: Person, *, second_look: bool) -> ReviewRecord:
    """The review after a step without a decision."""
    if second_look:
        signers = () if kept.signer is None else (kept.signer,)
        waiting = replace(kept.review, state=ReviewState.IN_REVIEW)
        return _wait(waiting, (*kept.involved, *signers, person))
    if kept.review.state is ReviewState.OPEN:
        return replace(kept, review=replace(kept.review, state=ReviewState.IN_REVIEW))
    return kept


def _wait(review: Review, involved: tuple[Person, ...]) -> ReviewRecord:
    """A review in which nothing is signed until another person has looked."""
    people = tuple(dict.fromkeys(involved))
    return ReviewRecord(replace(review, second_look=True), involved=people)


def _publish(
    kept: ReviewRecord,
    decided: Review,
    claim: ClaimRecord,
    *,
    person: Person,
    two_people: bool,
) -> ReviewRecord:
    """The published review. Raises ReviewRefused without a sign-off that holds."""
    before, signed = kept.review, kept.sign_off
    if before.state is ReviewState.PUBLISHED:
        raise ReviewRefused("it is published: sign again to publish again")
    if signed is None or kept.signer is None:
        raise ReviewRefused("nothing is signed: accept or correct the proposal first")
    because = claim.review.stale_because
    if claim.review.stale is StaleGrade.RED or StaleReason.UNCONFIRMED in because:
        reasons = ", ".join(because)
        raise ReviewRefused(f"the sign-off is stale ({reasons}): sign again")
    changes = before.published is not None and before.published.label is not signed.label
    if two_people and changes and is_same_person(kept.signer, person):
        raise ReviewRefused(
            "this corrects a published label that you have signed yourself: another person has to "
            "publish it"
        )
    published = Publication(signed.label, person.name, decided.at or signed.at)
    review = replace(
        decided,
        state=ReviewState.PUBLISHED,
        label=signed.label,
        reason=decided.reason or before.reason,
        published=published,
    )
    return replace(kept, review=review)
