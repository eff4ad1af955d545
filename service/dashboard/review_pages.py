"""The page of a review (the proposal, all steps, the form for the next one), and the queue."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import KEY_NAME_CHARS, Scope
from claims.errors import InvalidInput, NoVerdict, ReviewRefused, VersionChanged
from claims.ports import ClaimFilter
from claims.report.article_view import NumberedClaim
from claims.report.formatting import tone_of_claim, tone_of_label
from claims.report.messages import DECISIONS
from claims.types import ClaimId, ClaimRecord, Decision, VerdictLabel
from service.access.caller import current_actor, needs
from service.context import get_context
from service.dashboard.confirming import Done, confirm
from service.dashboard.forms import Filled, list_problems, read_review_form, refuse
from service.dashboard.rows import arrange_list
from service.operations import reviewing
from service.operations.review_queue import list_queue
from service.operations.reviewing import ReviewBody

QUEUED = 50
"""Maximum claims of the queue on its page."""
DECISION_CHOICES = {
    Decision.ACCEPT: "Accept the proposal and sign it",
    Decision.CORRECT: "Correct it: sign another label",
    Decision.REJECT: "Reject it: sign nothing",
    Decision.PUBLISH: "Publish what is signed",
}
"""The decisions as the form offers them."""


def register_reviews(blueprint: Blueprint) -> None:
    """Add the page and its form to the dashboard."""
    blueprint.add_url_rule("/review", view_func=show_queue)
    path = "/claims/<claim:claim_id>/review"
    blueprint.add_url_rule(path, view_func=show_review)
    blueprint.add_url_rule(path, view_func=review_claim, methods=["POST"])


@needs(Scope.READ)
def show_queue() -> Response:
    """The claims that are most worth a look, those of one person with `?assignee=`."""
    assignee = request.args.get("assignee", "").strip()[:KEY_NAME_CHARS]
    chosen = ClaimFilter(assignee=assignee or None)
    queue = list_queue(get_context(), chosen, limit=QUEUED)
    rows = arrange_list(queue, repeats=[None] * len(queue))
    page = render_template(
        "queue.html", rows=list(zip(rows, queue, strict=True)), assignee=assignee, most=QUEUED
    )
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response


@needs(Scope.READ)
def show_review(claim_id: ClaimId) -> Response:
    """The proposal, the steps so far and, for those who may review, the form."""
    claim = get_context().store.get_claim(claim_id).record
    return _render(claim, Filled({"assignee": claim.review.assignee or ""}))


@needs(Scope.REVIEW)
def review_claim(claim_id: ClaimId) -> AnyResponse:
    """Take the step of the form; a step that is refused leaves what was typed on the page."""
    context = get_context()
    claim = context.store.get_claim(claim_id).record
    filled = read_review_form(request.form)
    if filled.body is None:
        return _render(claim, filled)
    try:
        reviewing.review_claim(context, claim_id, _complete(filled.body, claim))
    except InvalidInput as error:
        return _render(claim, refuse(filled, error))
    except (NoVerdict, ReviewRefused, VersionChanged) as error:
        words = str(error)
        refused = f"{words[:1].upper()}{words[1:]}."
        # The page shows the claim as it is now, so that the next attempt is about that.
        values = {name: value for name, value in filled.values.items() if name != "check"}
        filled = Filled(values, errors={"": (refused,)})
        return _render(context.store.get_claim(claim_id).record, filled, status=409)
    return confirm(f"/claims/{claim_id}", Done.REVIEW_SAVED)


def _complete(body: ReviewBody, claim: ClaimRecord) -> ReviewBody:
    """The body with the check that was seen, and with the assignee if the form changes the one that
    it showed; emptied, it names nobody."""
    shown = request.form.get("assigned", claim.review.assignee or "")
    named = request.form.get("assignee", shown).strip()
    assignee = None if named == shown else named
    seen = {"check": request.form.get("check", type=int), "assignee": assignee}
    return body.model_copy(update=seen)


def _render(claim: ClaimRecord, form: Filled[ReviewBody], *, status: int = 422) -> Response:
    """The page; with errors in the form, with this status."""
    wrong = list_problems(form, "review")
    page = render_template(
        "review.html",
        claim=claim,
        item=NumberedClaim(1, tone_of_claim(claim), claim),
        steps=get_context().store.reviews.get_steps(claim.id),
        form=form,
        wrong=wrong,
        decisions=DECISION_CHOICES,
        decided=DECISIONS,
        labels={label.value: tone_of_label(label).word for label in VerdictLabel},
        needs_name=current_actor().key_id is None,
    )
    return make_response(page, status if wrong else 200)
