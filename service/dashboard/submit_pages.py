"""The page with the forms that submit an article or a claim, and what they do."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import InvalidInput, NotCheckable, QueueFull
from claims.report.schedule_words import EVERY_CHOICES
from service.access.caller import needs
from service.api.waiting import get_waiters
from service.context import get_context
from service.dashboard.chosen_claims import (
    Choice,
    add_known,
    merge_next,
    read_choice,
    read_chosen_form,
    refuse_chosen,
    show_preview,
)
from service.dashboard.forms import (
    Filled,
    list_problems,
    read_article_form,
    read_claim_form,
    read_preview_form,
    refuse_uncheckable,
)
from service.operations import previewing, submitting
from service.operations.bodies import Body

_BUSY = "The service is reading another text: try again in a few seconds. Nothing was submitted."
_NO_NEXT = "There is no claim after this one to merge it with."
LINK_CHARS = 2_000
"""Maximum characters of a link that the address of the page gives; the rest is cut off."""


def register_submitting(blueprint: Blueprint) -> None:
    """Add the page and its forms to the dashboard."""
    blueprint.add_url_rule("/submit", view_func=show_submit)
    blueprint.add_url_rule("/articles", view_func=submit_article, methods=["POST"])
    blueprint.add_url_rule("/claims", view_func=submit_claim, methods=["POST"])


@needs(Scope.READ)
def show_submit() -> Response:
    """The forms; `?url=` is the link of the article, as a bookmark of a browser gives it."""
    url = request.args.get("url", "").strip()[:LINK_CHARS]
    return _render(article=Filled({"url": url}), claim=Filled())


@needs(Scope.WRITE)
def submit_article() -> AnyResponse:
    """Submit the article form; redirect to the article's page, or show the form with its errors.

    With `look`, the value of a button of the form, nothing is submitted: the form is shown again
    with the claims of its text, to edit, merge, leave out and add; with `merge`, the number of one
    of them, it is merged with the next one. The form that shows them submits exactly these.
    """
    choice = read_choice(request.form)
    if choice is not None and "merge" in request.form:
        return _merge(choice)
    if request.form.get("look"):
        return _look(choice)
    if choice is not None:
        return _submit_chosen(choice)
    filled = read_article_form(request.form)
    if filled.body is None:
        return _render(article=filled, claim=Filled())
    try:
        article_id = submitting.submit_article(get_context(), filled.body)
    except NotCheckable as error:
        return _render(article=refuse_uncheckable(filled, error), claim=Filled())
    return redirect(f"/articles/{article_id}", 303)


@needs(Scope.WRITE)
def submit_claim() -> AnyResponse:
    """Submit the claim form; redirect to the claim's page, or show the form with its errors."""
    filled = read_claim_form(request.form)
    if filled.body is None:
        return _render(article=Filled(), claim=filled)
    try:
        claim_id = submitting.submit_claim(get_context().store, filled.body)
    except NotCheckable as error:
        return _render(article=Filled(), claim=refuse_uncheckable(filled, error))
    return redirect(f"/claims/{claim_id}", 303)


def _submit_chosen(choice: Choice) -> AnyResponse:
    """Submit the article with exactly the claims that the form shows, or show its errors."""
    context = get_context()
    filled = read_chosen_form(request.form, choice)
    if filled.body is not None:
        try:
            article_id = submitting.submit_article(context, filled.body)
        except InvalidInput as error:
            filled = refuse_chosen(filled, error, choice)
        else:
            return redirect(f"/articles/{article_id}", 303)
    return _render(article=filled, claim=Filled(), choice=add_known(context.store, choice))


def _merge(choice: Choice) -> Response:
    """The form with one of its claims and the next one as one claim."""
    number = request.form.get("merge", 0, type=int)
    merged = merge_next(choice, number, text=request.form.get("text", ""))
    if merged is not None:
        return _look(merged)
    filled = read_article_form(request.form)
    values = {**filled.values, "claims": "", "added": request.form.get("added", "")}
    alone = replace(filled, values=values, errors={"": (_NO_NEXT,)})
    return _render(article=alone, claim=Filled(), choice=choice)


def _look(earlier: Choice | None) -> Response:
    """The form with the claims of its text, or with what is wrong in it; what was typed stays."""
    filled = read_article_form(request.form)
    asked = read_preview_form(request.form)
    if earlier is not None:
        kept = {"claims": "", "added": request.form.get("added", "")}
        asked = replace(asked, values={**asked.values, **kept})
        filled = replace(filled, values={**filled.values, **kept})
    if filled.body is None or asked.body is None:
        wrong = filled if filled.errors else asked
        return _render(article=wrong, claim=Filled(), choice=earlier)
    try:
        if earlier is None:
            submitting.check_claims(get_context(), filled.body)
        with get_waiters().slot_to_preview():
            preview = previewing.preview_article(get_context(), asked.body)
    except NotCheckable as error:
        return _render(article=refuse_uncheckable(filled, error), claim=Filled())
    except QueueFull:
        busy = replace(filled, errors={"": (_BUSY,)})
        return _render(article=busy, claim=Filled(), choice=earlier)
    choice, shown = show_preview(preview, filled, earlier)
    if earlier is not None:
        choice = add_known(get_context().store, choice)
    return _render(article=shown, claim=Filled(), choice=choice)


def _render(
    *,
    article: Filled[Body],
    claim: Filled[Body],
    choice: Choice | None = None,
) -> Response:
    wrong = (*list_problems(article, "article"), *list_problems(claim, "claim"))
    page = render_template(
        "submit.html",
        article_form=article,
        claim_form=claim,
        wrong=wrong,
        choice=choice,
        every_choices=EVERY_CHOICES,
    )
    return make_response(page, 422 if wrong else 200)
