"""The schedule of a tag: the page with its form, and what the lists of this tag say about it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.errors import InvalidInput, NotFound, Unreadable
from claims.ports import Store
from claims.report.schedule_words import EVERY_CHOICES
from claims.times import parse_duration
from claims.types import Schedule, TagSchedule
from service.access.caller import needs
from service.context import get_context
from service.dashboard.confirming import Done, confirm
from service.dashboard.forms import (
    ADAPTIVE,
    Filled,
    fill_schedule,
    list_problems,
    read_schedule_form,
    refuse,
)
from service.operations import rechecking
from service.operations.schedule_bodies import AdaptiveBody, ScheduleBody

NEVER = "never"
"""The option of a schedule form that ends the schedule."""


@dataclass(frozen=True, slots=True)
class ListedTag:
    """The tag by which a list is filtered, with its schedule."""

    name: str
    schedule: TagSchedule | None


def register_tags(blueprint: Blueprint) -> None:
    """Add the page and its form to the dashboard."""
    path = "/tags/<tag:tag>/schedule"
    blueprint.add_url_rule(path, view_func=show_tag_schedule)
    blueprint.add_url_rule(path, view_func=set_tag_schedule, methods=["POST"])


@needs(Scope.WRITE)
def show_tag_schedule(tag: str) -> Response:
    """The schedule of a tag, and the form that sets or removes it."""
    return _render(rechecking.check_tag(tag), Filled())


@needs(Scope.WRITE)
def set_tag_schedule(tag: str) -> AnyResponse:
    """Set, pause or remove the schedule of a tag, or show the form with its errors."""
    tag, context = rechecking.check_tag(tag), get_context()
    path = f"/tags/{quote(tag, safe='')}/schedule"
    if request.form.get("every") == NEVER:
        with suppress(NotFound):  # it was removed before
            context.store.tag_schedules.delete(tag)
        return confirm(path, Done.TAG_SCHEDULE_REMOVED)
    filled = read_schedule_form(request.form)
    if filled.body is None:
        return _render(tag, filled)
    known = _find_schedule(context.store, tag)
    body = keep_unshown(filled.body, known, now=context.clock())
    try:
        rechecking.set_tag_schedule(context, tag, body)
    except InvalidInput as error:
        refused = refuse(filled, error)
        # An error of no single field, such as too many schedules, is shown at the period.
        errors = {name or "every": messages for name, messages in refused.errors.items()}
        return _render(tag, replace(refused, errors=errors))
    return confirm(path, Done.TAG_SCHEDULE_SET)


def find_listed_tag(store: Store, tag: str) -> ListedTag | None:
    """The tag of a list with its schedule; None without a tag, or when that cannot be read."""
    if not tag:
        return None
    try:
        return ListedTag(tag, _find_schedule(store, tag))
    except Unreadable:
        return None


def keep_unshown(
    body: ScheduleBody, known: Schedule | TagSchedule | None, *, now: datetime
) -> ScheduleBody:
    """The schedule with what the present one has and the form cannot show.

    This is the time on its last day, if the form has the same day or no such field, and the bounds
    of an adaptive schedule.
    """
    if known is None:
        return body
    kept: dict[str, object] = {}
    if known.until is not None and known.until > now:
        is_same = body.until and known.until.date() == body.until.date()
        if is_same or "until" not in request.form:
            kept["until"] = known.until
    bounds = known.adaptive
    if bounds and body.adaptive and not (body.at and parse_duration(bounds.min).days < 1):
        kept["adaptive"] = AdaptiveBody(min=bounds.min, max=bounds.max)
    return body.model_copy(update=kept)


def _find_schedule(store: Store, tag: str) -> TagSchedule | None:
    try:
        return store.tag_schedules.get(tag)
    except NotFound:
        return None


def _render(tag: str, form: Filled[ScheduleBody]) -> Response:
    schedule = _find_schedule(get_context().store, tag)
    wrong = list_problems(form, "")
    page = render_template(
        "tag_schedule.html",
        tag=tag,
        schedule=schedule,
        schedule_form=form if form.values else fill_schedule(schedule),
        wrong=wrong,
        every_choices=EVERY_CHOICES,
        never=NEVER,
        adaptive=ADAPTIVE,
    )
    return make_response(page, 422 if wrong else 200)
