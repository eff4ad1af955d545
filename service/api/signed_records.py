"""Signed evidence records over HTTP, and the key that verifies them."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.shapes import to_json
from claims.types import ClaimId
from service.access.caller import needs
from service.api.answers import answer
from service.api.openapi import MISSING, STORE_FAILURES, failures, success
from service.context import get_context
from service.operations import recording
from service.shapes import PublicKey, SignedRecord

blueprint = APIBlueprint("records", __name__, tag="Checks", url_prefix="/v1")


@blueprint.get("/claims/<claim:claim_id>/record")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_record",
    responses=success(200, SignedRecord, "The record in a DSSE envelope.")
    | failures(*MISSING, "no-verdict", *STORE_FAILURES),
)
def get_record(claim_id: ClaimId) -> Response:
    """Get a claim with its last verdict and the evidence as a signed record.

    The signature shows that the record was not changed since this service issued it; it does not
    show that the claim, the pages or the verdict are true. `assay verify-record` verifies it.
    """
    return answer(recording.get_record(get_context(), claim_id))


@blueprint.get("/signing-key")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_signing_key",
    responses=success(200, PublicKey, "The public key.") | failures(*STORE_FAILURES),
)
def get_signing_key() -> Response:
    """Get the public key with which this service signs its records."""
    return answer(to_json(recording.get_public_key(get_context())))
