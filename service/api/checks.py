"""Checks and pages over HTTP: the evidence of a verdict, even after its links are dead."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.errors import Gone, NotFound
from claims.shapes import to_json
from claims.types import CheckRecord, ClaimId, Page
from service.access.caller import needs
from service.api.answers import answer
from service.api.openapi import MISSING, STORE_FAILURES, failures, success
from service.context import get_context
from service.problems.problem_answers import missing

blueprint = APIBlueprint("checks", __name__, tag="Checks", url_prefix="/v1")


@blueprint.get("/claims/<claim:claim_id>/checks/<int:check>")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_check",
    responses=success(200, CheckRecord, "The gathered pages and passages, and the verdict.")
    | failures(*MISSING, *STORE_FAILURES),
)
def get_check(claim_id: ClaimId, check: int) -> Response:
    """Get one check of a claim: the pages that it read, by hash, and its verdict.

    `history` lists the numbers of the checks. A passage is a span of the text of a page: `page` is
    the index of the page in `pages`, from 0; the text is at /v1/pages/{sha256}.
    """
    try:
        record = get_context().store.get_check(claim_id, check)
    except Gone:
        raise
    except NotFound as error:
        raise missing(str(error)) from error
    return answer(to_json(record))


@blueprint.get("/pages/<sha256:sha256>")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_page",
    responses=success(200, Page, "The page as it was first read.")
    | failures("not-found", *STORE_FAILURES),
)
def get_page(sha256: str) -> Response:
    """Get a page by the sha256 of its text, as it was when this text was first read.

    If a later check read the same text, that check has the server's answer of its time. A page
    shows the text that this service read, not who wrote it.
    """
    try:
        page = get_context().store.get_page(sha256)
    except NotFound as error:
        raise missing(str(error)) from error
    return answer(to_json(page))
