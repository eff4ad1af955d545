"""The second reader over HTTP: its state and tokens, and the request of missed readings."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.shapes import to_json
from service.access.caller import needs
from service.api.answers import answer, check_cursor
from service.api.openapi import QUEUE_FAILURES, STORE_FAILURES, failures, success
from service.api.queries import ListQuery, UsageQuery
from service.context import get_context
from service.instance_shapes import ReaderState
from service.monitoring.reader_state import describe_reader
from service.operations.rechecking import catch_up_readings
from service.shapes import CheckAccepted, CheckList

blueprint = APIBlueprint("reader", __name__, tag="Reader", url_prefix="/v1/reader")


@blueprint.get("")
@needs(Scope.READ)
@blueprint.input(UsageQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="get_reader",
    responses=success(200, ReaderState, "The second reader; `model` is null where none is set.")
    | failures("invalid-request", *STORE_FAILURES),
)
def get_reader(query: UsageQuery) -> Response:
    """Get the second reader: model, when it reads, its test, tokens by day and key, endpoint."""
    context = get_context()
    usage = context.store.readings.read_usage(query.days)
    return answer(to_json(describe_reader(context.settings, usage)))


@blueprint.post("/catch-up")
@needs(Scope.WRITE)
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="catch_up_readings",
    responses=success(202, CheckList, "The claims of this page that will be read.")
    | failures(
        *("invalid-cursor", "invalid-request", "no-reader", *STORE_FAILURES, *QUEUE_FAILURES)
    ),
)
def catch_up(query: ListQuery) -> Response:
    """Read the claims that were not read for lack of tokens or of an answer: one page, or none.

    Repeat the request with `next` as `cursor` until `next` is null. The readings are bulk. A claim
    whose check is under way gets no second one.
    """
    with check_cursor():
        requested = catch_up_readings(get_context(), limit=query.limit, cursor=query.cursor)
    items = tuple(CheckAccepted(*check) for check in requested.checks.items())
    return answer(to_json(CheckList(items, requested.next)), status=202)
