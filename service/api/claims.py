"""Claims over HTTP: submit, list and get them. Changes of one: claim_changes.py."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.ports import StoredClaim
from claims.shapes import to_json
from claims.types import ClaimId, ClaimRecord, ClaimStatus
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
from service.api.example_bodies import BATCH_BODY, CLAIM_BODY
from service.api.openapi import MISSING, QUEUE_FAILURES, STORE_FAILURES, failures, success
from service.api.queries import ClaimListQuery, IdempotencyHeaders, RecheckQuery, WaitQuery
from service.api.waiting import Reader, get_waiters
from service.context import get_context
from service.operations import submitting
from service.operations.bodies import BatchBody, ClaimBody
from service.shapes import (
    Accepted,
    AcceptedList,
    CheckAccepted,
    CheckList,
    EntryList,
    ExportList,
    HistoryList,
)

blueprint = APIBlueprint("claims", __name__, tag="Claims", url_prefix="/v1/claims")

_FINISHED = frozenset({ClaimStatus.JUDGED, ClaimStatus.FAILED})
BODY_FAILURES = ("malformed-json", "too-large", "unsupported-media", "invalid-request")
SUBMISSION_FAILURES = (*BODY_FAILURES, "not-checkable", "idempotency-mismatch")


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
    | failures(*SUBMISSION_FAILURES, *STORE_FAILURES, *QUEUE_FAILURES),
)
def submit_claim(body: ClaimBody, headers: IdempotencyHeaders) -> Response:
    """Submit a single claim to check, without an article.

    If a claim with the same text, claimant, dates, context and sources was submitted before, this
    is nevertheless a new claim, and `repeats` names the earlier one. With the Idempotency-Key of an
    earlier submission, the answer is that of the earlier one.
    """
    claim_id = submitting.submit_claim(
        get_context().store, body, idempotency_key=headers.idempotency_key
    )
    return accepted_claim(claim_id)


@blueprint.post("/batch")
@needs(Scope.WRITE)
@blueprint.input(BatchBody, example=BATCH_BODY, arg_name="body")
@blueprint.input(IdempotencyHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="submit_claims",
    responses=success(202, AcceptedList, "All are stored, in the order of the body.")
    | failures(*SUBMISSION_FAILURES, *STORE_FAILURES, *QUEUE_FAILURES),
)
def submit_claims(body: BatchBody, headers: IdempotencyHeaders) -> Response:
    """Submit up to 500 claims: all are accepted or none.

    More than ten claims are bulk, whatever their priority. The Idempotency-Key is that of the whole
    batch.
    """
    store = get_context().store
    ids = submitting.submit_claims(store, body.claims, idempotency_key=headers.idempotency_key)
    earlier = store.find_repeated_claims(ids)
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
        requested = get_context().store.recheck_claims(
            query.to_filter(), limit=query.limit, cursor=query.cursor, reader=query.ask_reader
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
        shape_of=lambda stored: (
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


def accepted_claim(claim_id: ClaimId) -> Response:
    """The answer to a submission that is stored, with the earlier one that it repeats."""
    (repeats,) = get_context().store.find_repeated_claims([claim_id])
    return accepted(claim_id, claim_links(claim_id), repeats=repeats)
