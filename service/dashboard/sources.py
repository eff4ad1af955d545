"""The pages of registered sources: the list, and one source with its changes and their authors."""

from __future__ import annotations

from dataclasses import fields, replace

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import InvalidFields, InvalidInput, NotFound
from claims.registry import RegisteredSource, SourceKind
from service.access.caller import find_author, needs
from service.context import get_context
from service.dashboard.confirming import Done, confirm
from service.dashboard.errors import register_errors
from service.dashboard.forms import (
    SOURCE_LISTS,
    Filled,
    list_problems,
    read_source_form,
    refuse,
)
from service.operations.bodies import SourceBody
from service.operations.registration import find_source_faults, put_source

_DECIDING = {"/address": {"address", "kind"}, "/domains": {"domains", "address"}}
"""Fields that must be valid before the other fields can be checked."""

blueprint = Blueprint("source_pages", __name__)
register_errors(blueprint)


@blueprint.get("/sources")
@needs(Scope.READ)
def show_sources() -> Response:
    """All registered sources, and the form to register one more."""
    return _list(Filled())


@blueprint.post("/sources")
@needs(Scope.WRITE)
def register_source() -> AnyResponse:
    """Register the form's source; redirect to its page, or show the form with its errors."""
    name = request.form.get("name", "").strip()
    filled = _read(name)
    if get_context().store.get_registry().find_named(name):
        taken = {"name": ("There is already a source of this name: change it on its page.",)}
        filled = replace(filled, body=None, errors={**filled.errors, **taken})
    filled = _put(name, filled)
    if filled.body is None:
        return _list(filled)
    return confirm(f"/sources/{name}", Done.SOURCE_REGISTERED)


@blueprint.get("/sources/<source:name>")
@needs(Scope.READ)
def show_source(name: str) -> Response:
    """One source, even if it was removed: its changes stay."""
    return _show(name, None)


@blueprint.post("/sources/<source:name>")
@needs(Scope.WRITE)
def change_source(name: str) -> AnyResponse:
    """Change one source by its form; back to its page, with the errors if there are any."""
    filled = _put(name, _read(name))
    if filled.body is None:
        return _show(name, filled)
    return confirm(f"/sources/{name}", Done.SOURCE_SAVED)


@blueprint.post("/sources/<source:name>/remove")
@needs(Scope.WRITE)
def remove_source(name: str) -> AnyResponse:
    """Remove the source; like any other change this needs an author."""
    by = find_author(request.form.get("by", "").strip())
    if not by or not by.isprintable():
        wrong: Filled[SourceBody] = Filled(
            errors={"removed_by": ("Name the author of this change.",)}
        )
        return _show(name, wrong)
    get_context().store.delete_source(name, by=by[:200])
    return confirm("/sources", Done.SOURCE_REMOVED)


def _read(name: str) -> Filled[SourceBody]:
    """The form with all its errors, in single fields and between fields."""
    filled = read_source_form(request.form)
    sound = {key: value for key, value in request.form.items() if key not in filled.errors}
    body = filled.body or read_source_form(sound).body
    if body is None:
        return filled
    faults = [
        (pointer, message)
        for pointer, message in find_source_faults(name, body)
        if not filled.errors.keys() & _DECIDING.get(pointer, {pointer.split("/")[1]})
    ]
    return refuse(filled, InvalidFields(tuple(faults))) if faults else filled


def _put(name: str, filled: Filled[SourceBody]) -> Filled[SourceBody]:
    """Store the source of the form; a form with errors is returned with them."""
    if filled.body is None:
        return filled
    try:
        put_source(get_context(), name, filled.body)
    except InvalidInput as error:
        return refuse(filled, error)
    return filled


def _list(filled: Filled[SourceBody]) -> Response:
    registry = get_context().store.get_registry()
    page = render_template(
        "sources.html",
        sources=registry.sources,
        form=filled,
        wrong=list_problems(filled, "source"),
        kinds=list(SourceKind),
    )
    return make_response(page, 422 if filled.errors else 200)


def _show(name: str, filled: Filled[SourceBody] | None) -> Response:
    store = get_context().store
    source = store.get_registry().find_named(name)
    changes = store.get_source_changes(name)
    if source is None and not changes:
        raise NotFound(f"no registered source {name}")
    if filled is None or not filled.values:
        filled = Filled(_fill(source) if source else {}, errors=filled.errors if filled else {})
    page = render_template(
        "source.html",
        name=name,
        source=source,
        changes=tuple(reversed(changes)),
        form=filled,
        wrong=list_problems(filled, "source"),
        kinds=list(SourceKind),
    )
    return make_response(page, 422 if filled.errors else 200)


def _fill(source: RegisteredSource) -> dict[str, str]:
    """The fields of the form as a person would type them."""
    given = {field.name: getattr(source, field.name) for field in fields(source)}
    return {
        name: "\n".join(value) if name in SOURCE_LISTS else str(value)
        for name, value in given.items()
        if value is not None
    }
