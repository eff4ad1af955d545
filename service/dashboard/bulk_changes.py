"""The page that changes what is chosen in a list: tags, checks, assignee, deletion.

Each is changed by the operation that changes one; those that cannot be changed are named, and the
others are changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import (
    AssayError,
    Gone,
    InvalidInput,
    NotFound,
    StoreUnavailable,
    Unreadable,
    VersionChanged,
)
from claims.limits import check_tags
from claims.ports import Store
from claims.report.article_view import name_article
from claims.text import fold
from claims.types import ArticleId, ClaimId
from service.access.caller import current_actor, needs
from service.context import get_context
from service.dashboard.confirming import PASSING, Done, confirm
from service.dashboard.forms import Filled, list_problems, read_review_form, read_tags_form, refuse
from service.operations.bodies import Body
from service.operations.ids import ARTICLE_ID, CLAIM_ID
from service.operations.reviewing import NO_REVIEWER, find_reviewer, review_claim

CHOSEN_MAX = 100
"""Maximum records that are changed at once; a page of a list has 25."""
_TRIES = 5
"""Attempts to change the tags of a record that somebody else changes at the same time."""
_NO_TAG = "Give at least one tag."

Change = Callable[[str], object]
"""Changes the record with an id. Raises AssayError."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record with a list of its own: the word for one, the list, and the form of ids."""

    noun: str
    path: str
    id_pattern: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A record that was chosen, with its text or title."""

    id: str
    title: str


CLAIMS = Kind("claim", "/claims", CLAIM_ID)
ARTICLES = Kind("article", "/articles", ARTICLE_ID)


def register_bulk_changes(blueprint: Blueprint) -> None:
    """Add these pages to the dashboard."""
    for path, view, method in (
        ("/claims/change", show_chosen_claims, "GET"),
        ("/claims/change", change_claims, "POST"),
        ("/claims/assign", assign_claims, "POST"),
        ("/articles/change", show_chosen_articles, "GET"),
        ("/articles/change", change_articles, "POST"),
    ):
        blueprint.add_url_rule(path, view_func=view, methods=[method])


@needs(Scope.READ)
def show_chosen_claims() -> Response:
    """The forms for the claims in `id`; `back` is the query of the list."""
    return _show(CLAIMS, request.args)


@needs(Scope.READ)
def show_chosen_articles() -> Response:
    """The forms for the articles in `id`."""
    return _show(ARTICLES, request.args)


@needs(Scope.WRITE)
def change_claims() -> AnyResponse:
    """Do the action of the form with each claim."""
    return _change(CLAIMS)


@needs(Scope.WRITE)
def change_articles() -> AnyResponse:
    """Do the action of the form with each article."""
    return _change(ARTICLES)


@needs(Scope.REVIEW)
def assign_claims() -> AnyResponse:
    """Name the person who is to decide about each claim; an empty field names nobody."""
    filled = read_review_form(request.form)
    if filled.body is not None and find_reviewer(filled.body) is None:
        filled = refuse(filled, InvalidInput(NO_REVIEWER, "/by"))
    if filled.body is None:
        return _show(CLAIMS, request.form, forms={"assign": filled})
    assignee = request.form.get("assignee", "").strip()
    body = filled.body.model_copy(update={"assignee": assignee})
    return _apply(
        CLAIMS,
        lambda claim_id: review_claim(get_context(), ClaimId(claim_id), body),
        done=Done.CHOSEN_ASSIGNED,
    )


def _change(kind: Kind) -> AnyResponse:
    store, action = get_context().store, request.form.get("action")
    is_claim = kind is CLAIMS
    if action == "recheck":
        recheck: Change = (
            (lambda one: store.recheck_claim(ClaimId(one)))
            if is_claim
            else (lambda one: store.recheck_article(ArticleId(one)))
        )
        return _apply(kind, recheck, done=Done.CHOSEN_RECHECKED)
    if action == "delete":
        if not request.form.get("confirmed"):
            unsure: Filled[Body] = Filled(errors={"confirmed": ("Tick this to delete them.",)})
            return _show(kind, request.form, forms={"deletion": unsure})
        delete: Change = (
            (lambda one: store.delete_claim(ClaimId(one)))
            if is_claim
            else (lambda one: store.delete_article(ArticleId(one)))
        )
        return _apply(kind, delete, done=Done.CHOSEN_DELETED)
    if action not in ("tag", "untag"):
        raise InvalidInput("there is no such action", "/action")
    filled = read_tags_form(request.form, known=())
    if filled.body is not None and not filled.body.tags:
        filled = replace(filled, body=None, errors={"tags": (_NO_TAG,)})
    if filled.body is None:
        return _show(kind, request.form, forms={action: filled})
    merge = _add_tags if action == "tag" else _remove_tags
    change = partial(_change_tags, store, merge=partial(merge, filled.body.tags))
    done = Done.CHOSEN_TAGGED if action == "tag" else Done.CHOSEN_UNTAGGED
    return _apply(kind, change, done=done)


def _change_tags(
    store: Store, record_id: str, *, merge: Callable[[Sequence[str]], list[str]]
) -> None:
    """Replace the tags of a record by those that `merge` makes of them; raises VersionChanged if
    others change it all the time."""
    for left in reversed(range(_TRIES)):
        try:
            if record_id.startswith("c_"):
                claim = store.get_claim(ClaimId(record_id))
                tags, versions = merge(claim.record.tags), frozenset({claim.version})
                store.set_claim_tags(ClaimId(record_id), tags, versions=versions)
            else:
                article = store.get_article(ArticleId(record_id))
                tags, versions = merge(article.record.tags), frozenset({article.version})
                store.set_article_tags(ArticleId(record_id), tags, versions=versions)
            return
        except VersionChanged:
            if not left:
                raise


def _add_tags(new: Sequence[str], before: Sequence[str]) -> list[str]:
    known = set(map(fold, before))
    tags = [*before, *(tag for tag in new if fold(tag) not in known)]
    check_tags(tags)
    return tags


def _remove_tags(unwanted: Sequence[str], before: Sequence[str]) -> list[str]:
    folded = set(map(fold, unwanted))
    return [tag for tag in before if fold(tag) not in folded]


def _apply(kind: Kind, change: Change, *, done: Done) -> AnyResponse:
    """Change each record that was chosen; then the list, or the records that were not changed, with
    the reasons. Raises StoreUnavailable."""
    ids = _read_ids(kind, request.form)
    if not ids:
        return _show(kind, request.form)
    failed: dict[str, str] = {}
    for record_id in ids:
        try:
            change(record_id)
        except StoreUnavailable:
            raise
        except AssayError as error:
            failed[record_id] = error.message if isinstance(error, InvalidInput) else str(error)
    if not failed:
        return confirm(_find_list(kind, request.form), done, count=len(ids))
    return _show(
        kind,
        request.form,
        failed=failed,
        done=done.describe_count(len(ids) - len(failed), kind.noun),
    )


def _read_ids(kind: Kind, form: MultiDict[str, str]) -> list[str]:
    """The ids that were chosen, each once. Raises InvalidInput for too many."""
    ids = [one for one in form.getlist("id") if re.fullmatch(kind.id_pattern, one)]
    if len(ids) > CHOSEN_MAX:
        raise InvalidInput(f"too many are chosen: {len(ids)}, maximum {CHOSEN_MAX}", "/id")
    return list(dict.fromkeys(ids))


def _find_list(kind: Kind, form: MultiDict[str, str]) -> str:
    """The address of the list as it was."""
    query = [pair for pair in parse_qsl(form.get("back", "")) if pair[0] not in PASSING]
    return f"{kind.path}?{urlencode(query)}" if query else kind.path


def _find_chosen(store: Store, record_id: str) -> Chosen | None:
    try:
        if record_id.startswith("c_"):
            return Chosen(record_id, store.get_claim(ClaimId(record_id)).record.text)
        return Chosen(record_id, name_article(store.get_article(ArticleId(record_id)).record))
    except (NotFound, Gone):
        return None
    except Unreadable:
        return Chosen(record_id, record_id)


def _show(
    kind: Kind,
    form: MultiDict[str, str],
    *,
    failed: Mapping[str, str] | None = None,
    done: str = "",
    forms: Mapping[str, Filled[Body]] | None = None,
) -> Response:
    """The page, with the forms that were sent with errors; of records that `failed` only these."""
    ids = list(failed) if failed else _read_ids(kind, form)
    found = [_find_chosen(get_context().store, one) for one in ids]
    chosen = [one for one in found if one is not None]
    titles = {one.id: one.title for one in chosen}
    forms = forms or {}
    prefixes = {"untag": "untag", "assign": "review"}
    wrong = [(("", f"{titles.get(one, one)}: {why}")) for one, why in (failed or {}).items()]
    wrong += [
        entry
        for name, filled in forms.items()
        for entry in list_problems(filled, prefixes.get(name, ""))
    ]
    if not chosen and not failed:
        wrong = [("", f"Choose at least one {kind.noun} in the list that is still there.")]
    empty: Filled[Body] = Filled()
    page = render_template(
        "bulk_change.html",
        kind=kind,
        chosen=chosen,
        missing=len(ids) - len(chosen),
        back=form.get("back", ""),
        list_address=_find_list(kind, form),
        forms=dict.fromkeys(("tag", "untag", "assign", "deletion"), empty) | dict(forms),
        needs_name=current_actor().key_id is None,
        changed=done,
        wrong=wrong,
    )
    return make_response(page, (409 if failed else 422) if wrong else 200)
