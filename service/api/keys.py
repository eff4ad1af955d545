"""API keys over HTTP: create, list, rotate and revoke keys."""

from __future__ import annotations

from datetime import timedelta

from apiflask import APIBlueprint
from flask import Response

from claims.access import ApiKey, Scope
from claims.errors import NotFound
from claims.shapes import to_json
from claims.times import parse_grace
from service.access.caller import needs
from service.access.issuing import create_key, rotate_key
from service.api.answers import answer
from service.api.example_bodies import KEY_BODY
from service.api.openapi import STORE_FAILURES, failures, success
from service.api.queries import GraceQuery
from service.context import get_context
from service.operations.bodies import KeyBody
from service.problems.problem_answers import missing
from service.shapes import IssuedKey, KeyList

blueprint = APIBlueprint("keys", __name__, tag="Keys", url_prefix="/v1/keys")


@blueprint.post("")
@needs(Scope.ADMIN)
@blueprint.input(KeyBody, example=KEY_BODY, arg_name="body")
@blueprint.doc(
    operation_id="create_key",
    responses=success(
        201, IssuedKey, "The key, with its text, shown this once.", headers=("Location",)
    )
    | failures(
        "malformed-json", "too-large", "unsupported-media", "invalid-request", *STORE_FAILURES
    ),
)
def create(body: KeyBody) -> Response:
    """Create a key. Keep its text: only a hash of it is stored.

    A key can create only keys with scopes that it has itself, and with no later expiry than its
    own; without `expires_at` the new key gets the expiry of the key that creates it.
    """
    issued = create_key(
        get_context().store, name=body.name, scopes=body.scopes, expires_at=body.expires_at
    )
    return _issued(issued, status=201, Location=f"/v1/keys/{issued.id}")


@blueprint.get("")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="list_keys",
    responses=success(200, KeyList, "All of them, newest first.") | failures(*STORE_FAILURES),
)
def list_keys() -> Response:
    """List the keys, including those that were revoked or have expired."""
    return answer(to_json(KeyList(get_context().store.api_keys.list_keys(), None)))


@blueprint.get("/<key:key_id>")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="get_key",
    responses=success(200, ApiKey, "The key, without its secret.")
    | failures("not-found", *STORE_FAILURES),
)
def get_key(key_id: str) -> Response:
    """Get a key: its scopes, its expiry and its last use, to the minute."""
    try:
        stored = get_context().store.api_keys.get(key_id)
    except NotFound as error:
        raise missing(str(error)) from error
    return answer(to_json(stored.key))


@blueprint.delete("/<key:key_id>")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="revoke_key",
    responses=success(204, None, "It is refused from now on, and its sessions have ended.")
    | failures("not-found", *STORE_FAILURES),
)
def revoke(key_id: str) -> Response:
    """Revoke a key permanently. It stays in the list."""
    try:
        get_context().store.api_keys.revoke(key_id)
    except NotFound as error:
        raise missing(str(error)) from error
    return Response(status=204)


@blueprint.post("/<key:key_id>/rotate")
@needs(Scope.ADMIN)
@blueprint.input(GraceQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="rotate_key",
    responses=success(200, IssuedKey, "The key with its new text, shown this once.")
    | failures("not-found", "invalid-request", *STORE_FAILURES),
)
def rotate(key_id: str, query: GraceQuery) -> Response:
    """Replace the secret of a key; the old one is accepted for the time `grace`. Takes no body.

    Refused for a key with a scope that the caller's key lacks, or with a later expiry.
    """
    grace = parse_grace(query.grace) if query.grace is not None else timedelta(0)
    try:
        issued = rotate_key(get_context().store, key_id, grace=grace)
    except NotFound as error:
        raise missing(str(error)) from error
    return _issued(issued)


def _issued(issued: IssuedKey, *, status: int = 200, **headers: str) -> Response:
    """An answer with a secret, which no cache may store."""
    return answer(to_json(issued), status=status, headers={"Cache-Control": "no-store", **headers})
