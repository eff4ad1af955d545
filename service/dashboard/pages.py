"""The pages and their forms. Reads the store, never waits, never judges."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib import metadata

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import InvalidInput
from claims.report.article_view import NumberedClaim, view_article
from claims.report.environment import STATIC_FOLDER, TEMPLATE_FOLDER
from claims.report.formatting import tone_of_claim
from claims.report.schedule_words import EVERY_CHOICES
from claims.report.timeline import arrange_timeline
from claims.types import ArticleId, ClaimId
from claims.verdicts.without_ratings import without_credibility
from service.access.browser_sessions import form_token
from service.access.caller import may, needs
from service.context import get_context
from service.dashboard.article_cards import choose_cards
from service.dashboard.bulk_changes import register_bulk_changes
from service.dashboard.changing import register_changing
from service.dashboard.checks import register_checks
from service.dashboard.confirming import Done, confirm
from service.dashboard.errors import register_errors
from service.dashboard.forms import (
    ADAPTIVE,
    Filled,
    fill_schedule,
    list_problems,
    read_schedule_form,
    refuse,
)
from service.dashboard.list_pages import register_lists
from service.dashboard.quotes import read_excerpts
from service.dashboard.readings import can_be_read, count_readings, show_provisional
from service.dashboard.review_pages import register_reviews
from service.dashboard.rows import arrange_history, count_progress
from service.dashboard.submit_pages import register_submitting
from service.dashboard.tag_pages import NEVER, keep_unshown, register_tags
from service.dashboard.today import register_today
from service.monitoring.reader_state import is_asked
from service.operations import rechecking
from service.operations.claim_reviews import list_missing
from service.operations.schedule_bodies import ScheduleBody

blueprint = Blueprint(
    "dashboard",
    __name__,
    template_folder=str(TEMPLATE_FOLDER),
    static_folder=str(STATIC_FOLDER),
    static_url_path="/pieces",
)
register_errors(blueprint)
register_checks(blueprint)
register_changing(blueprint)
register_bulk_changes(blueprint)
register_reviews(blueprint)
register_today(blueprint)
register_lists(blueprint)
register_submitting(blueprint)
register_tags(blueprint)


@blueprint.get("/articles/<article:article_id>")
@needs(Scope.READ)
def show_article(article_id: ArticleId) -> Response:
    """The text with its claims marked, and a card for each, or for a part (`show`), by `order`."""
    version = get_context().store.get_article_version(article_id)
    return _unless_known(version, lambda: _render_article(article_id))


@blueprint.get("/claims/<claim:claim_id>")
@needs(Scope.READ)
def show_claim(claim_id: ClaimId) -> Response:
    """The verdict, its evidence in context, and all checks so far."""
    version = get_context().store.get_claim_version(claim_id)
    is_unrated = request.args.get("without_credibility") == "1"
    return _unless_known(version, lambda: _render_claim(claim_id, Filled(), is_unrated=is_unrated))


@blueprint.post("/claims/<claim:claim_id>/recheck")
@needs(Scope.WRITE)
def recheck_claim(claim_id: ClaimId) -> AnyResponse:
    """Check the claim again now."""
    get_context().store.recheck_claim(claim_id)
    return confirm(f"/claims/{claim_id}", Done.CHECK_REQUESTED)


@blueprint.post("/claims/<claim:claim_id>/schedule")
@needs(Scope.WRITE)
def set_schedule(claim_id: ClaimId) -> AnyResponse:
    """Check the claim on a schedule, or end its schedule."""
    context = get_context()
    if request.form.get("every") == NEVER:
        context.store.delete_schedule(claim_id)
        left = context.store.get_claim(claim_id).record.schedule
        return confirm(f"/claims/{claim_id}", Done.SCHEDULE_OF_TAG if left else Done.SCHEDULE_ENDED)
    filled = read_schedule_form(request.form)
    if filled.body is None:
        return make_response(_render_claim(claim_id, filled), 422)
    known = context.store.get_claim(claim_id).record.schedule
    body = keep_unshown(filled.body, known, now=context.clock())
    try:
        rechecking.set_schedule(context, claim_id, body)
    except InvalidInput as error:
        return make_response(_render_claim(claim_id, refuse(filled, error)), 422)
    return confirm(f"/claims/{claim_id}", Done.SCHEDULE_SET)


def _render_article(article_id: ArticleId) -> str:
    stored = get_context().store.get_article(article_id)
    article = stored.record
    view = view_article(article, article.claims, article.not_checked)
    schedules = [claim.schedule for claim in article.claims if claim.schedule]
    return render_template(
        "article.html",
        article=article,
        view=view,
        cards=choose_cards(
            view.claims, show=request.args.get("show", ""), order=request.args.get("order", "")
        ),
        readings=count_readings(view.claims),
        progress=count_progress(stored.claims),
        sources=stored.new.options.sources,
        periods={schedule.every for schedule in schedules},
        next_at=min((one.next_at for one in schedules if one.next_at), default=None),
        scheduled=len(schedules),
        as_of_now=get_context().clock(),
    )


def _render_claim(
    claim_id: ClaimId, form: Filled[ScheduleBody], *, is_unrated: bool = False
) -> str:
    context = get_context()
    stored = context.store.get_claim(claim_id)
    claim = show_provisional(stored.record)
    if is_unrated:
        claim = without_credibility(claim, least_confidence=context.settings.min_confidence)
    verdict = claim.verdict
    history = context.store.get_history(claim_id)
    return render_template(
        "claim.html",
        item=NumberedClaim(1, tone_of_claim(claim), claim),
        claim=claim,
        stored=stored,
        missing=list_missing(context, stored) if stored.record.verdict else (),
        is_unrated=is_unrated,
        is_provisional=stored.record.verdict is None and verdict is not None,
        has_reader=bool(context.settings.reader),
        can_read=may(Scope.WRITE) and is_asked(context.settings) and can_be_read(claim),
        excerpts=read_excerpts(context.store, verdict.evidence if verdict else ()),
        history=arrange_history(history),
        timeline=arrange_timeline(claim, history),
        sources_form=Filled({"sources": "\n".join(claim.sources)}),
        schedule_form=form if form.values else fill_schedule(claim.schedule),
        wrong=list_problems(form, ""),
        every_choices=EVERY_CHOICES,
        never=NEVER,
        adaptive=ADAPTIVE,
        as_of_now=context.clock(),
    )


def _unless_known(version: int, render: Callable[[], str]) -> Response:
    """The page, or 304 when the browser has this version: one cheap read, for polling.

    The version is read first, so that a page may be newer than its tag but never older. The tag
    also changes with the release, and with the session, whose token the forms contain.
    """
    parts = f"{_release()}:{form_token()}:{version}"
    tag = hashlib.sha256(parts.encode()).hexdigest()[:32]
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else make_response(render())
    response.set_etag(tag)
    return response


@cache
def _release() -> str:
    return metadata.version("assay")
