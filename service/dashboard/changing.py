"""The forms that change articles and claims: re-check, cancel, tags, sources, corrected wording,
and deletion, which is confirmed on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import InvalidInput, NotCheckable
from claims.report.article_view import name_article
from claims.types import ArticleId, ArticleRecord, ArticleStatus, ClaimId, ClaimRecord
from service.access.caller import needs
from service.context import get_context
from service.dashboard.confirming import Done, confirm
from service.dashboard.forms import (
    Filled,
    list_problems,
    read_correction_form,
    read_sources_form,
    read_tags_form,
    refuse,
    refuse_uncheckable,
)
from service.operations import rechecking, submitting
from service.operations.bodies import Body, SourcesBody

# For an article: its sources are changed together with those of its claims, which are unknown yet.
_WITHOUT_CLAIMS = (ArticleStatus.QUEUED, ArticleStatus.FAILED)
_NOT_CONFIRMED = {"confirmed": ("Tick this to delete it.",)}


class ChangeSources(Protocol):
    """Adds and removes sources of one record."""

    def __call__(self, *, add: Sequence[str], remove: Sequence[str]) -> tuple[str, ...]:
        """The sources after the change. Raises InvalidInput."""
        ...


def register_changing(blueprint: Blueprint) -> None:
    """Add these pages and forms to the dashboard."""
    article, claim = "/articles/<article:article_id>", "/claims/<claim:claim_id>"
    blueprint.add_url_rule(f"{article}/change", view_func=show_article_forms)
    blueprint.add_url_rule(f"{claim}/change", view_func=show_claim_forms)
    for path, view in (
        (f"{article}/recheck", recheck_article),
        (f"{article}/cancel", cancel_article),
        (f"{article}/change/tags", set_article_tags),
        (f"{article}/change/sources", replace_article_sources),
        (f"{article}/change/delete", delete_article),
        (f"{claim}/read", read_claim),
        (f"{claim}/cancel", cancel_claim),
        (f"{claim}/change/tags", set_claim_tags),
        (f"{claim}/change/sources", replace_claim_sources),
        (f"{claim}/change/wording", correct_claim),
        (f"{claim}/change/delete", delete_claim),
    ):
        blueprint.add_url_rule(path, view_func=view, methods=["POST"])


@needs(Scope.WRITE)
def recheck_article(article_id: ArticleId) -> AnyResponse:
    """Check all claims of the article again now."""
    get_context().store.recheck_article(article_id)
    return confirm(f"/articles/{article_id}", Done.CHECKS_REQUESTED)


@needs(Scope.WRITE)
def cancel_article(article_id: ArticleId) -> AnyResponse:
    """End the checks of the article that wait or are under way."""
    ended = get_context().store.cancel_article(article_id)
    done = Done.CHECKS_CANCELLED if ended else Done.NOTHING_CANCELLED
    return confirm(f"/articles/{article_id}", done)


@needs(Scope.WRITE)
def read_claim(claim_id: ClaimId) -> AnyResponse:
    """Have the second reader read the claim now."""
    rechecking.read_claim(get_context(), claim_id)
    return confirm(f"/claims/{claim_id}", Done.READING_REQUESTED)


@needs(Scope.WRITE)
def cancel_claim(claim_id: ClaimId) -> AnyResponse:
    """End the check of the claim that waits or is under way."""
    ended = get_context().store.cancel_claim(claim_id)
    done = Done.CHECK_CANCELLED if ended else Done.NOTHING_CANCELLED
    return confirm(f"/claims/{claim_id}", done)


@needs(Scope.WRITE)
def show_article_forms(article_id: ArticleId) -> Response:
    """The forms for the tags of an article and for its deletion."""
    return _show_article(article_id)


@needs(Scope.WRITE)
def show_claim_forms(claim_id: ClaimId) -> Response:
    """The forms for the tags and the wording of a claim and for its deletion."""
    return _show_claim(claim_id)


@needs(Scope.WRITE)
def set_article_tags(article_id: ArticleId) -> AnyResponse:
    """Replace the tags of the article."""
    known = get_context().store.get_article(article_id).record.tags
    filled = read_tags_form(request.form, known=known)
    if filled.body is None:
        return _show_article(article_id, tags=filled)
    get_context().store.set_article_tags(article_id, filled.body.tags)
    return confirm(f"/articles/{article_id}", Done.TAGS_SAVED)


@needs(Scope.WRITE)
def set_claim_tags(claim_id: ClaimId) -> AnyResponse:
    """Replace the claim's own tags."""
    known = get_context().store.get_claim(claim_id).record.tags
    filled = read_tags_form(request.form, known=known)
    if filled.body is None:
        return _show_claim(claim_id, tags=filled)
    get_context().store.set_claim_tags(claim_id, filled.body.tags)
    return confirm(f"/claims/{claim_id}", Done.TAGS_SAVED)


@needs(Scope.WRITE)
def replace_article_sources(article_id: ArticleId) -> AnyResponse:
    """Replace the sources of the article and its claims with those of the form, and check them
    again if it asks for that (`again`)."""
    store = get_context().store
    article = store.get_article(article_id).record
    change = partial(store.change_article_sources, article_id)
    filled = _change_sources(article.sources, change)
    if filled.body is None:
        return _show_article(article_id, sources=filled)
    return _confirm_sources(f"/articles/{article_id}", partial(store.recheck_article, article_id))


@needs(Scope.WRITE)
def replace_claim_sources(claim_id: ClaimId) -> AnyResponse:
    """Replace the sources of the claim with those of the form, and check it again if that asks for
    it (`again`)."""
    store = get_context().store
    claim = store.get_claim(claim_id).record
    filled = _change_sources(claim.sources, partial(store.change_claim_sources, claim_id))
    if filled.body is None:
        return _show_claim(claim_id, sources=filled)
    return _confirm_sources(f"/claims/{claim_id}", partial(store.recheck_claim, claim_id))


def _confirm_sources(record: str, recheck: Callable[[], object]) -> AnyResponse:
    if not request.form.get("again"):
        return confirm(record, Done.SOURCES_SAVED)
    recheck()
    return confirm(record, Done.SOURCES_CHECKED)


def _change_sources(before: Sequence[str], change: ChangeSources) -> Filled[SourcesBody]:
    """Add the form's new sources and remove the others; the result has no body if that fails."""
    filled = read_sources_form(request.form)
    if filled.body is None:
        return filled
    wanted = filled.body.sources
    added = [url for url in wanted if url not in before]
    try:
        change(add=added, remove=[url for url in before if url not in wanted])
    except InvalidInput as error:
        return refuse(filled, error)
    return filled


@needs(Scope.WRITE)
def correct_claim(claim_id: ClaimId) -> AnyResponse:
    """Submit the corrected wording, and go to the new claim."""
    filled = read_correction_form(request.form)
    if filled.body is None:
        return _show_claim(claim_id, wording=filled)
    try:
        new_id = submitting.correct_claim(get_context().store, claim_id, filled.body)
    except NotCheckable as error:
        return _show_claim(claim_id, wording=refuse_uncheckable(filled, error))
    return confirm(f"/claims/{new_id}", Done.WORDING_ACCEPTED)


@needs(Scope.WRITE)
def delete_article(article_id: ArticleId) -> AnyResponse:
    """Delete the article with its claims, if that was confirmed."""
    if not request.form.get("confirmed"):
        return _show_article(article_id, deletion=Filled(errors=_NOT_CONFIRMED))
    get_context().store.delete_article(article_id)
    return confirm("/articles", Done.ARTICLE_DELETED)


@needs(Scope.WRITE)
def delete_claim(claim_id: ClaimId) -> AnyResponse:
    """Delete the claim, if that was confirmed."""
    if not request.form.get("confirmed"):
        return _show_claim(claim_id, deletion=Filled(errors=_NOT_CONFIRMED))
    get_context().store.delete_claim(claim_id)
    return confirm("/claims", Done.CLAIM_DELETED)


def _show_article(article_id: ArticleId, **forms: Filled[Body]) -> Response:
    """The page, with the forms that were sent with errors."""
    article = get_context().store.get_article(article_id).record
    return _render(f"/articles/{article_id}", article, forms)


def _show_claim(claim_id: ClaimId, **forms: Filled[Body]) -> Response:
    claim = get_context().store.get_claim(claim_id).record
    wording: dict[str, Filled[Body]] = {}
    if claim.corrected_by is None:
        wording["wording"] = Filled({"text": claim.text})
    return _render(f"/claims/{claim_id}", claim, wording | forms)


def _may_change_sources(record: ArticleRecord | ClaimRecord) -> bool:
    if isinstance(record, ClaimRecord):
        return record.corrected_by is None
    return record.status not in _WITHOUT_CLAIMS


def _render(
    address: str, record: ArticleRecord | ClaimRecord, forms: Mapping[str, Filled[Body]]
) -> Response:
    if isinstance(record, ClaimRecord):
        heading, kind = record.text, "claim"
    else:
        heading, kind = name_article(record), "article"
    sources: Filled[SourcesBody] | None = None
    if _may_change_sources(record):
        sources = Filled({"sources": "\n".join(record.sources)})
    shown: dict[str, Filled[Body] | None] = {
        "tags": Filled({"tags": "\n".join(record.tags)}),
        "sources": sources,
        "wording": None,
        "deletion": Filled(),
        **forms,
    }
    wrong = [
        entry
        for name, form in forms.items()
        for entry in list_problems(form, "wording" if name == "wording" else "")
    ]
    page = render_template(
        "change.html",
        record=address,
        heading=heading,
        forms=shown,
        wrong=wrong,
        **{kind: record},
    )
    return make_response(page, 422 if wrong else 200)
