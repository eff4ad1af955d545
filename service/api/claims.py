"""Claims over HTTP: submit one, list them, get one, check it again, now or on schedule."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.errors import NotFound
from claims.ports import StoredClaim
from claims.shapes import to_json
from claims.types import ClaimId, ClaimRecord, ClaimStatus, Schedule
from claims.verdicts.without_ratings import without_credibility
from service.access.caller import needs
from service.api.answers import (
    LIST_ANSWER,
    accepted,
    answer,
    as_accepted,
    check_cursor,
    claim_links,
    entry_list,
    export_list,
)
from service.api.bodies import BatchBody, ClaimBody, ScheduleBody, SourcesBody, TagsBody
from service.api.example_bodies import (
    BATCH_BODY,
    CLAIM_BODY,
    CORRECTION_BODY,
    SCHEDULE_BODY,
    SOURCES_BODY,
    TAGS_BODY,
)
from service.api.openapi import MISSING, QUEUE_FAILURES, STORE_FAILURES, failures, success
from service.api.queries import (
    ClaimListQuery,
    ConditionHeaders,
    IdempotencyHeaders,
    ReaderQuery,
    RecheckQuery,
    SourcesQuery,
    WaitQuery,
)
from service.api.waiting import Reader, get_waiters
from service.context import get_context
from service.intake import (
    accept_claim,
    accept_claims,
    change_claim_sources,
    correct_claim,
    request_check,
    request_listed_checks,
    request_reading,
    schedule_checks,
    tag_claim,
)
from service.intake import cancel_claim as cancel_checks
from service.intake import delete_claim as remove_claim
from service.intake import delete_schedule as remove_schedule
from service.shapes import (
    Accepted,
    AcceptedList,
    Cancelled,
    CheckAccepted,
    CheckList,
    EntryList,
    ExportList,
    GivenSources,
    HistoryList,
    TagList,
)

blueprint = APIBlueprint("claims", __name__, tag="Claims", url_prefix="/v1/claims")

_FINISHED = frozenset({ClaimStatus.JUDGED, ClaimStatus.FAILED})
_BODY_FAILURES = ("malformed-json", "too-large", "unsupported-media", "invalid-request")
_SUBMISSION_FAILURES = (*_BODY_FAILURES, "not-checkable", "idempotency-mismatch")


@blueprint.post("")
@needs(Scope.WRITE)
@blueprint.input(ClaimBody, example=CLAIM_BODY, arg_name="body")
@blueprint.input(IdempotencyHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="submit_claim",
    responses=success(
        202,
        Accepted,
        "The claim is stored; it will be judged.",
        headers=("Location",),
        example="AcceptedClaim",
    )
    | failures(*_SUBMISSION_FAILURES, *STORE_FAILURES, *QUEUE_FAILURES),
)
def submit_claim(body: ClaimBody, headers: IdempotencyHeaders) -> Response:
    """Submit a single claim to check, without an article.

    If a claim with the same text, claimant, dates, context and sources was submitted before, this
    is nevertheless a new claim, and `repeats` names the earlier one. With the Idempotency-Key of an
    earlier submission, the answer is that of the earlier one.
    """
    claim_id = accept_claim(get_context(), body, idempotency_key=headers.idempotency_key)
    return _accepted(claim_id)


@blueprint.post("/batch")
@needs(Scope.WRITE)
@blueprint.input(BatchBody, example=BATCH_BODY, arg_name="body")
@blueprint.input(IdempotencyHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="submit_claims",
    responses=success(202, AcceptedList, "All are stored, in the order of the body.")
    | failures(*_SUBMISSION_FAILURES, *STORE_FAILURES, *QUEUE_FAILURES),
)
def submit_claims(body: BatchBody, headers: IdempotencyHeaders) -> Response:
    """Submit up to 500 claims: all are accepted or none.

    More than ten claims are bulk, whatever their priority. The Idempotency-Key is that of the whole
    batch.
    """
    ids = accept_claims(get_context(), body.claims, idempotency_key=headers.idempotency_key)
    earlier = get_context().store.find_repeated_claims(ids)
    items = tuple(
        as_accepted(one, claim_links(one), repeats=repeats)
        for one, repeats in zip(ids, earlier, strict=True)
    )
    return answer(to_json(AcceptedList(items)), status=202)


@blueprint.get("")
@needs(Scope.READ)
@blueprint.input(ClaimListQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="list_claims",
    responses=success(200, EntryList, LIST_ANSWER, headers=("Link",))
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES),
)
def list_claims(query: ClaimListQuery) -> Response:
    """List claims that match all parameters, newest first, also those extracted from articles."""
    return entry_list(partial(get_context().store.list_claims, query.to_filter()), query)


@blueprint.get("/export")
@needs(Scope.READ)
@blueprint.input(ClaimListQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="export_claims",
    responses=success(200, ExportList, LIST_ANSWER, headers=("Link",))
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES),
)
def export_claims(query: ClaimListQuery) -> Response:
    """List claims as `list_claims` does, each in full with its last verdict and the evidence."""
    return export_list(partial(get_context().store.export_claims, query.to_filter()), query)


@blueprint.post("/recheck")
@needs(Scope.WRITE)
@blueprint.input(RecheckQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="recheck_claims",
    responses=success(202, CheckList, "The claims of this page that will be checked again.")
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES, *QUEUE_FAILURES),
)
def recheck_claims(query: RecheckQuery) -> Response:
    """Check the claims of a list again now, such as those with a tag: one page of it, or none.

    Takes the filters of the list, at least one. Repeat the request with `next` as `cursor` until
    `next` is null. Corrected claims are left out, and a claim whose check is under way gets no
    second one.
    """
    with check_cursor():
        requested = request_listed_checks(
            get_context(), query.to_filter(), limit=query.limit, cursor=query.cursor
        )
    items = tuple(CheckAccepted(*check) for check in requested.checks.items())
    return answer(to_json(CheckList(items, requested.next)), status=202)


@blueprint.get("/<claim:claim_id>")
@needs(Scope.READ)
@blueprint.input(WaitQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="get_claim",
    responses=success(200, ClaimRecord, "The claim with its last verdict.", headers=("ETag",))
    | success(
        304, None, "The version in If-None-Match is still the current one.", headers=("ETag",)
    )
    | failures(*MISSING, "invalid-request", *STORE_FAILURES),
)
def get_claim(claim_id: ClaimId, query: WaitQuery) -> Response:
    """Get a claim with its last verdict and the evidence.

    During a re-check the status changes and the last verdict stays. With `wait`, the answer comes
    when the status is judged or failed.
    """
    store = get_context().store
    least_confidence = get_context().settings.min_confidence
    reader: Reader[StoredClaim] = Reader(
        read=lambda: store.get_claim(claim_id),
        read_version=lambda: store.get_claim_version(claim_id),
        version_of=lambda stored: stored.version,
        is_finished=lambda stored: stored.record.status in _FINISHED,
        shape_of=lambda stored: to_json(
            without_credibility(stored.record, least_confidence=least_confidence)
            if query.without_credibility
            else stored.record
        ),
    )
    return get_waiters().answer(reader, wait_s=query.wait)


@blueprint.get("/<claim:claim_id>/history")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_history",
    responses=success(200, HistoryList, "Oldest first.") | failures(*MISSING, *STORE_FAILURES),
)
def get_history(claim_id: ClaimId) -> Response:
    """List all checks of a claim that ended in a verdict, oldest first."""
    entries = get_context().store.get_history(claim_id)
    return answer({"items": [to_json(entry) for entry in entries], "next": None})


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
    check = request_check(get_context(), claim_id, reader=query.reader)
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
    return _accepted_check(claim_id, request_reading(get_context(), claim_id))


def _accepted_check(claim_id: ClaimId, check: int) -> Response:
    location = {"Location": claim_links(claim_id)["self"]}
    return answer(to_json(CheckAccepted(claim_id, check)), status=202, headers=location)


@blueprint.post("/<claim:claim_id>/sources")
@needs(Scope.WRITE)
@blueprint.input(SourcesBody, example=SOURCES_BODY, arg_name="body")
@blueprint.doc(
    operation_id="add_sources",
    responses=success(200, GivenSources, "All sources of the claim.")
    | failures(*_BODY_FAILURES, *MISSING, "corrected", *STORE_FAILURES),
)
def add_sources(claim_id: ClaimId, body: SourcesBody) -> Response:
    """Add sources to a claim, which are read from its next check on; request a re-check to use them
    now. An address that the claim already has is not added again.
    """
    sources = change_claim_sources(get_context(), claim_id, add=body.sources)
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
    sources = change_claim_sources(get_context(), claim_id, remove=query.source)
    return answer(to_json(GivenSources(claim_id, sources)))


@blueprint.put("/<claim:claim_id>/schedule")
@needs(Scope.WRITE)
@blueprint.input(ScheduleBody, example=SCHEDULE_BODY, arg_name="body")
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="set_schedule",
    responses=success(200, Schedule, "The schedule, with the next check.")
    | failures(*_BODY_FAILURES, *MISSING, "precondition-failed", "corrected", *STORE_FAILURES),
)
def set_schedule(claim_id: ClaimId, body: ScheduleBody, headers: ConditionHeaders) -> Response:
    """Check a claim again at a regular interval of at least one minute."""
    context = get_context()
    schedule_checks(context, claim_id, body, versions=headers.to_versions())
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
    remove_schedule(get_context(), claim_id, versions=headers.to_versions())
    return Response(status=204)


@blueprint.put("/<claim:claim_id>/tags")
@needs(Scope.WRITE)
@blueprint.input(TagsBody, example=TAGS_BODY, arg_name="body")
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="set_claim_tags",
    responses=success(200, TagList, "The tags that it has now.")
    | failures(*_BODY_FAILURES, *MISSING, "precondition-failed", *STORE_FAILURES),
)
def set_claim_tags(claim_id: ClaimId, body: TagsBody, headers: ConditionHeaders) -> Response:
    """Replace the claim's own tags; the tags of its article do not change."""
    tag_claim(get_context(), claim_id, body.tags, versions=headers.to_versions())
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
    remove_claim(get_context(), claim_id)
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
    cancelled = cancel_checks(get_context(), claim_id)
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
        *_SUBMISSION_FAILURES,
        *MISSING,
        "corrected",
        *STORE_FAILURES,
        *QUEUE_FAILURES,
    ),
)
def correct(claim_id: ClaimId, body: ClaimBody, headers: IdempotencyHeaders) -> Response:
    """Submit the corrected wording of a claim, as a new claim; both claims link to each other.

    Fields that are left out are those of the old claim. The new claim takes over the schedule; the
    old claim keeps its verdict and is not checked again.
    """
    new_id = correct_claim(get_context(), claim_id, body, idempotency_key=headers.idempotency_key)
    return _accepted(new_id)


def _accepted(claim_id: ClaimId) -> Response:
    (repeats,) = get_context().store.find_repeated_claims([claim_id])
    return accepted(claim_id, claim_links(claim_id), repeats=repeats)
