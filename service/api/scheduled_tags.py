"""Schedules of tags over HTTP: set, get, list or delete one."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.errors import NotFound
from claims.shapes import to_json
from claims.types import TagSchedule
from service.access.caller import needs
from service.api.answers import answer
from service.api.example_bodies import SCHEDULE_BODY
from service.api.openapi import STORE_FAILURES, failures, success
from service.context import get_context
from service.operations import rechecking
from service.operations.schedule_bodies import ScheduleBody
from service.problems.problem_answers import missing
from service.shapes import TagScheduleList

blueprint = APIBlueprint("tag_schedules", __name__, tag="Claims", url_prefix="/v1/tags")


@blueprint.get("/schedules")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="list_tag_schedules",
    responses=success(200, TagScheduleList, "All schedules of tags, ordered by tag.")
    | failures(*STORE_FAILURES),
)
def list_tag_schedules() -> Response:
    """List the schedules of tags."""
    return answer(to_json(TagScheduleList(get_context().store.tag_schedules.list_all(), None)))


@blueprint.get("/<tag:tag>/schedule")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_tag_schedule",
    responses=success(200, TagSchedule, "The schedule.") | failures("not-found", *STORE_FAILURES),
)
def get_tag_schedule(tag: str) -> Response:
    """Get the schedule of a tag, in any case."""
    try:
        return answer(to_json(get_context().store.tag_schedules.get(tag)))
    except NotFound as error:
        raise missing(str(error)) from error


@blueprint.put("/<tag:tag>/schedule")
@needs(Scope.WRITE)
@blueprint.input(ScheduleBody, example=SCHEDULE_BODY, arg_name="body")
@blueprint.doc(
    operation_id="set_tag_schedule",
    responses=success(200, TagSchedule, "The schedule as it is stored.")
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        "not-found",
        *STORE_FAILURES,
    ),
)
def set_tag_schedule(tag: str, body: ScheduleBody) -> Response:
    """Check all claims with a tag on a schedule, those that get the tag later as well.

    A claim's own schedule, or that of its article's claims, comes before it. Of several tags the
    first one with a schedule counts, the claim's own before those of its article. A claim that
    loses the tag loses the schedule.
    """
    return answer(to_json(rechecking.set_tag_schedule(get_context(), tag, body)))


@blueprint.delete("/<tag:tag>/schedule")
@needs(Scope.WRITE)
@blueprint.doc(
    operation_id="delete_tag_schedule",
    responses=success(204, None, "The claims with the tag lose the schedule.")
    | failures("not-found", *STORE_FAILURES),
)
def delete_tag_schedule(tag: str) -> Response:
    """Delete the schedule of a tag; checks under way continue."""
    try:
        get_context().store.tag_schedules.delete(tag)
    except NotFound as error:
        raise missing(str(error)) from error
    return Response(status=204)
