"""Registered sources over HTTP: list, get, register, change or remove one, and list its changes."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.errors import NotFound
from claims.registry import RegisteredSource
from claims.shapes import to_json
from service.access.caller import find_author, needs
from service.api.answers import answer
from service.api.example_bodies import SOURCE_BODY
from service.api.openapi import STORE_FAILURES, failures, success
from service.api.queries import AuthorQuery
from service.context import get_context
from service.operations.bodies import SourceBody
from service.operations.registration import NO_AUTHOR, put_source
from service.problems.problem_answers import FieldError, invalid_request, missing
from service.shapes import SourceChangeList, SourceList

blueprint = APIBlueprint("sources", __name__, tag="Sources", url_prefix="/v1/sources")


@blueprint.get("")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="list_sources",
    responses=success(200, SourceList, "All registered sources, ordered by name.")
    | failures(*STORE_FAILURES),
)
def list_sources() -> Response:
    """List the registered sources."""
    registry = get_context().store.get_registry()
    return answer(to_json(SourceList(registry.sources, None)))


@blueprint.get("/<source:name>")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_source",
    responses=success(200, RegisteredSource, "The source.")
    | failures("not-found", *STORE_FAILURES),
)
def get_source(name: str) -> Response:
    """Get a registered source."""
    return answer(to_json(find_source(name)))


@blueprint.put("/<source:name>")
@needs(Scope.WRITE)
@blueprint.input(SourceBody, example=SOURCE_BODY, arg_name="body")
@blueprint.doc(
    operation_id="put_source",
    responses=success(200, RegisteredSource, "The source as it is stored.")
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        *STORE_FAILURES,
    ),
)
def replace_source(name: str, body: SourceBody) -> Response:
    """Register a source, or replace all its fields. The change is stored with its author."""
    return answer(to_json(put_source(get_context(), name, body)))


@blueprint.delete("/<source:name>")
@needs(Scope.WRITE)
@blueprint.input(AuthorQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="delete_source",
    responses=success(204, None, "The source is removed; verdicts that cite its pages stay.")
    | failures("not-found", "invalid-request", *STORE_FAILURES),
)
def delete_source(name: str, query: AuthorQuery) -> Response:
    """Remove a registered source. The record of its changes stays."""
    author = find_author(query.by)
    if author is None:
        raise invalid_request([FieldError(NO_AUTHOR, parameter="by")])
    try:
        get_context().store.delete_source(name, by=author)
    except NotFound as error:
        raise missing(str(error)) from error
    return Response(status=204)


@blueprint.get("/<source:name>/changes")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_source_changes",
    responses=success(200, SourceChangeList, "Oldest first.")
    | failures("not-found", *STORE_FAILURES),
)
def get_source_changes(name: str) -> Response:
    """List the changes of a source, with author and time; also of a source that was removed."""
    try:
        changes = get_context().store.get_source_changes(name)
    except NotFound as error:
        raise missing(str(error)) from error
    return answer(to_json(SourceChangeList(changes, None)))


def find_source(name: str) -> RegisteredSource:
    """The source of this name. Raises Problem(not-found)."""
    source = get_context().store.get_registry().find_named(name)
    if source is None:
        raise missing(f"no registered source {name}")
    return source
