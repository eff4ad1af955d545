"""The forms that change what is there: checks of an article, cancelling, tags, a corrected wording,
and deletion, which is confirmed on a page of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import NotCheckable
from claims.types import ArticleId, ClaimId
from service.caller import needs
from service.context import get_context
from service.dashboard.forms import (
    Filled,
    read_correction_form,
    read_tags_form,
    refuse_uncheckable,
)
from service.intake import (
    cancel_article,
    cancel_claim,
    correct_claim,
    delete_article,
    delete_claim,
    request_checks,
    tag_article,
    tag_claim,
)

_HEADING_CHARS = 200
_NOT_CONFIRMED = {"confirmed": ("Tick this to delete it.",)}


def register_changing(blueprint: Blueprint) -> None:
    """Add these pages and forms to the dashboard."""
    article, claim = "/articles/<article:article_id>", "/claims/<claim:claim_id>"
    blueprint.add_url_rule(f"{article}/change", view_func=show_article_forms)
    blueprint.add_url_rule(f"{claim}/change", view_func=show_claim_forms)
    for path, view in (
        (f"{article}/recheck", recheck_article),
        (f"{article}/cancel", end_article),
        (f"{article}/change/tags", tag_whole_article),
        (f"{article}/change/delete", remove_article),
        (f"{claim}/cancel", end_claim),
        (f"{claim}/change/tags", tag_one_claim),
        (f"{claim}/change/wording", reword_claim),
        (f"{claim}/change/delete", remove_claim),
    ):
        blueprint.add_url_rule(path, view_func=view, methods=["POST"])


@needs(Scope.WRITE)
def recheck_article(article_id: ArticleId) -> AnyResponse:
    """Check all claims of the article again now."""
    request_checks(get_context(), article_id)
    return redirect(f"/articles/{article_id}", 303)


@needs(Scope.WRITE)
def end_article(article_id: ArticleId) -> AnyResponse:
    """End the checks of the article that wait or are under way."""
    cancel_article(get_context(), article_id)
    return redirect(f"/articles/{article_id}", 303)


@needs(Scope.WRITE)
def end_claim(claim_id: ClaimId) -> AnyResponse:
    """End the check of the claim that waits or is under way."""
    cancel_claim(get_context(), claim_id)
    return redirect(f"/claims/{claim_id}", 303)


@needs(Scope.WRITE)
def show_article_forms(article_id: ArticleId) -> Response:
    """The forms for the tags of an article and for its deletion."""
    return _show_article(article_id)


@needs(Scope.WRITE)
def show_claim_forms(claim_id: ClaimId) -> Response:
    """The forms for the tags and the wording of a claim and for its deletion."""
    return _show_claim(claim_id)


@needs(Scope.WRITE)
def tag_whole_article(article_id: ArticleId) -> AnyResponse:
    """Replace the tags of the article."""
    filled = read_tags_form(request.form)
    if filled.body is None:
        return _show_article(article_id, tags=filled)
    tag_article(get_context(), article_id, filled.body.tags)
    return redirect(f"/articles/{article_id}", 303)


@needs(Scope.WRITE)
def tag_one_claim(claim_id: ClaimId) -> AnyResponse:
    """Replace the claim's own tags."""
    filled = read_tags_form(request.form)
    if filled.body is None:
        return _show_claim(claim_id, tags=filled)
    tag_claim(get_context(), claim_id, filled.body.tags)
    return redirect(f"/claims/{claim_id}", 303)


@needs(Scope.WRITE)
def reword_claim(claim_id: ClaimId) -> AnyResponse:
    """Submit the corrected wording, and go to the new claim."""
    filled = read_correction_form(request.form)
    if filled.body is None:
        return _show_claim(claim_id, wording=filled)
    try:
        new_id = correct_claim(get_context(), claim_id, filled.body)
    except NotCheckable as error:
        return _show_claim(claim_id, wording=refuse_uncheckable(filled, error))
    return redirect(f"/claims/{new_id}", 303)


@needs(Scope.WRITE)
def remove_article(article_id: ArticleId) -> AnyResponse:
    """Delete the article with its claims, if that was confirmed."""
    if not request.form.get("confirmed"):
        return _show_article(article_id, deletion=Filled(errors=_NOT_CONFIRMED))
    delete_article(get_context(), article_id)
    return redirect("/", 303)


@needs(Scope.WRITE)
def remove_claim(claim_id: ClaimId) -> AnyResponse:
    """Delete the claim, if that was confirmed."""
    if not request.form.get("confirmed"):
        return _show_claim(claim_id, deletion=Filled(errors=_NOT_CONFIRMED))
    delete_claim(get_context(), claim_id)
    return redirect("/", 303)


def _show_article(article_id: ArticleId, **forms: Filled[Any]) -> Response:
    """The page, with the forms that were sent and are wrong."""
    article = get_context().store.get_article(article_id).record
    heading = article.title or article.url or article.text[:_HEADING_CHARS] or article_id
    return _render(f"/articles/{article_id}", heading, article.tags, forms, article=article)


def _show_claim(claim_id: ClaimId, **forms: Filled[Any]) -> Response:
    claim = get_context().store.get_claim(claim_id).record
    wording: dict[str, Filled[Any]] = {}
    if claim.corrected_by is None:
        wording["wording"] = Filled({"text": claim.text})
    return _render(f"/claims/{claim_id}", claim.text, claim.tags, wording | forms, claim=claim)


def _render(
    address: str,
    heading: str,
    tags: Iterable[str],
    forms: Mapping[str, Filled[Any]],
    **about: object,
) -> Response:
    shown: dict[str, Filled[Any] | None] = {
        "tags": Filled({"tags": "\n".join(tags)}),
        "wording": None,
        "deletion": Filled(),
        **forms,
    }
    page = render_template("change.html", record=address, heading=heading, forms=shown, **about)
    is_wrong = any(form.errors for form in forms.values())
    return make_response(page, 422 if is_wrong else 200)
