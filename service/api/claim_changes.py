"""Changes of a claim over HTTP: check it again, now or on schedule, correct, tag or delete it."""

from __future__ import annotations

from flask import Response

from claims.access import Scope
from claims.errors import NotFound
from claims.shapes import to_json
from claims.types import ClaimId, Schedule
from service.access.caller import needs
from service.api.answers import answer, claim_links
from service.api.claims import BODY_FAILURES, SUBMISSION_FAILURES, accepted_claim, blueprint
from service.api.example_bodies import CORRECTION_BODY, SCHEDULE_BODY, SOURCES_BODY, TAGS_BODY
from service.api.openapi import MISSING, QUEUE_FAILURES, STORE_FAILURES, failures, success
from service.api.queries import ConditionHeaders, IdempotencyHeaders, ReaderQuery, SourcesQuery
from service.context import get_context
from service.operations import rechecking, submitting
from service.operations.bodies import ClaimBody, SourcesBody, TagsBody
from service.operations.schedule_bodies import ScheduleBody
from service.shapes import Accepted, Cancelled, CheckAccepted, GivenSources, TagList


@blueprint.post("/<claim:claim_id>/recheck")
@needs(Scope.WRITE)
@blueprint.input(ReaderQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="recheck_claim",
    responses=success(202, CheckAccepted, "The claim will be checked again.", headers=("Location",))
    | failures(*MISSING, "invalid-request", "corrected", *STORE_FAILURES, *QUEUE_FAILURES),
)
def recheck_claim(claim_id: ClaimId, query: ReaderQuery) -> Response:
    """Check a claim again now. If a check is under way, no second one starts. Takes no body."""
    check = get_context().store.recheck_claim(claim_id, reader=query.reader)
    return _accepted_check(claim_id, check)


@blueprint.post("/<claim:claim_id>/read")
@needs(Scope.WRITE)
@blueprint.doc(
    operation_id="read_claim",
    responses=success(202, CheckAccepted, "The claim will be read.", headers=("Location",))
    | failures(
        *(*MISSING, "corrected", "no-reader", "no-verdict", *STORE_FAILURES, *QUEUE_FAILURES)
    ),
)
def read_claim(claim_id: ClaimId) -> Response:
    """Have the second reader read the passages of the claim's last verdict now.

    This is a check that fetches nothing. Its verdict is that of judge and reader together; until
    the reader has answered, `provisional` has the judge's verdict. Takes no body.
    """
    return _accepted_check(claim_id, rechecking.read_claim(get_context(), claim_id))


def _accepted_check(claim_id: ClaimId, check: int) -> Response:
    location = {"Location": claim_links(claim_id)["self"]}
    return answer(to_json(CheckAccepted(claim_id, check)), status=202, headers=location)


@blueprint.post("/<claim:claim_id>/sources")
@needs(Scope.WRITE)
@blueprint.input(SourcesBody, example=SOURCES_BODY, arg_name="body")
@blueprint.doc(
    operation_id="add_sources",
    responses=success(200, GivenSources, "All sources of the claim.")
    | failures(*BODY_FAILURES, *MISSING, "corrected", *STORE_FAILURES),
)
def add_sources(claim_id: ClaimId, body: SourcesBody) -> Response:
    """Add sources to a claim, which are read from its next check on; request a re-check to use them
    now. An address that the claim already has is not added again.
    """
    sources = get_context().store.change_claim_sources(claim_id, add=body.sources)
    return answer(to_json(GivenSources(claim_id, sources)))


@blueprint.delete("/<claim:claim_id>/sources")
@needs(Scope.WRITE)
@blueprint.input(SourcesQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="remove_sources",
    responses=success(200, GivenSources, "The remaining sources.")
    | failures("invalid-request", *MISSING, "corrected", *STORE_FAILURES),
)
def remove_sources(claim_id: ClaimId, query: SourcesQuery) -> Response:
    """Remove sources of a claim, which are not read from its next check on.

    The last verdict stays as it is.
    """
    sources = get_context().store.change_claim_sources(claim_id, remove=query.source)
    return answer(to_json(GivenSources(claim_id, sources)))


@blueprint.put("/<claim:claim_id>/schedule")
@needs(Scope.WRITE)
@blueprint.input(ScheduleBody, example=SCHEDULE_BODY, arg_name="body")
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="set_schedule",
    responses=success(200, Schedule, "The schedule, with the next check.")
    | failures(*BODY_FAILURES, *MISSING, "precondition-failed", "corrected", *STORE_FAILURES),
)
def set_schedule(claim_id: ClaimId, body: ScheduleBody, headers: ConditionHeaders) -> Response:
    """Check a claim again at a regular interval of at least one minute, or as often as its pages
    change."""
    context = get_context()
    rechecking.set_schedule(context, claim_id, body, versions=headers.to_versions())
    schedule = context.store.get_claim(claim_id).record.schedule
    if schedule is None:  # deleted by another request between the two steps
        raise NotFound(claim_id)
    return answer(to_json(schedule))


@blueprint.delete("/<claim:claim_id>/schedule")
@needs(Scope.WRITE)
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="delete_schedule",
    responses=success(204, None, "The claim is no longer checked on schedule.")
    | failures(*MISSING, "precondition-failed", *STORE_FAILURES),
)
def delete_schedule(claim_id: ClaimId, headers: ConditionHeaders) -> Response:
    """Stop checking a claim on schedule; a check that is under way continues."""
    get_context().store.delete_schedule(claim_id, versions=headers.to_versions())
    return Response(status=204)


@blueprint.put("/<claim:claim_id>/tags")
@needs(Scope.WRITE)
@blueprint.input(TagsBody, example=TAGS_BODY, arg_name="body")
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="set_claim_tags",
    responses=success(200, TagList, "The tags that it has now.")
    | failures(*BODY_FAILURES, *MISSING, "precondition-failed", *STORE_FAILURES),
)
def set_claim_tags(claim_id: ClaimId, body: TagsBody, headers: ConditionHeaders) -> Response:
    """Replace the claim's own tags; the tags of its article do not change."""
    get_context().store.set_claim_tags(claim_id, body.tags, versions=headers.to_versions())
    return answer(to_json(TagList(tuple(body.tags))))


@blueprint.delete("/<claim:claim_id>")
@needs(Scope.WRITE)
@blueprint.doc(
    operation_id="delete_claim",
    responses=success(204, None, "The claim is deleted.") | failures("not-found", *STORE_FAILURES),
)
def delete_claim(claim_id: ClaimId) -> Response:
    """Delete a claim with its verdicts, its history and the pages of its checks.

    Pages that other claims cite stay. From then on the id answers 410; deleting it again is no
    error.
    """
    get_context().store.delete_claim(claim_id)
    return Response(status=204)


@blueprint.post("/<claim:claim_id>/cancel")
@needs(Scope.WRITE)
@blueprint.doc(
    operation_id="cancel_claim",
    responses=success(200, Cancelled, "Nothing of the claim waits or is under way any more.")
    | failures(*MISSING, *STORE_FAILURES),
)
def cancel_claim(claim_id: ClaimId) -> Response:
    """End the check of a claim that waits or is under way; the claim stays. Takes no body.

    The claim keeps its last verdict; a claim without one fails with the code `cancelled`. A
    schedule continues.
    """
    cancelled = get_context().store.cancel_claim(claim_id)
    return answer(to_json(Cancelled(claim_id, cancelled)))


@blueprint.post("/<claim:claim_id>/correct")
@needs(Scope.WRITE)
@blueprint.input(ClaimBody, example=CORRECTION_BODY, arg_name="body")
@blueprint.input(IdempotencyHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="correct_claim",
    responses=success(
        202,
        Accepted,
        "The new claim is stored; it will be judged.",
        headers=("Location",),
        example="AcceptedClaim",
    )
    | failures(
        *SUBMISSION_FAILURES,
        *MISSING,
        "corrected",
        *STORE_FAILURES,
        *QUEUE_FAILURES,
    ),
)
def correct_claim(claim_id: ClaimId, body: ClaimBody, headers: IdempotencyHeaders) -> Response:
    """Submit the corrected wording of a claim, as a new claim; both claims link to each other.

    Fields that are left out are those of the old claim. The new claim takes over the schedule; the
    old claim keeps its verdict and is not checked again.
    """
    new_id = submitting.correct_claim(
        get_context().store, claim_id, body, idempotency_key=headers.idempotency_key
    )
    return accepted_claim(new_id)
