"""Events over HTTP: the events after a known one, for programs, and the newest as a feed."""

from __future__ import annotations

from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import Response, request

from claims.access import Scope
from claims.errors import InvalidInput
from claims.ports import EventPage
from claims.report.events import add_text
from service.access.caller import needs
from service.access.shown_by_request import KEY_PARAMETER
from service.api.answers import write_answer
from service.api.atom import MIMETYPE, write_feed
from service.api.openapi import STORE_FAILURES, failures, success
from service.api.queries import ChangesQuery, FeedQuery
from service.api.waiting import get_waiters
from service.context import get_context
from service.problems.problem_answers import FieldError, invalid_request
from service.shapes import EventList

blueprint = APIBlueprint("changes", __name__, tag="Changes", url_prefix="/v1")


@blueprint.get("/changes")
@needs(Scope.READ)
@blueprint.input(ChangesQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="list_changes",
    responses=success(200, EventList, "Oldest first; `next` is always given.")
    | failures("events-gone", "invalid-request", *STORE_FAILURES),
)
def list_changes(query: ChangesQuery) -> Response:
    """List the events after a known one, and wait for the next.

    Ask again with `since` set to `next`, also after an answer without items: each event then comes
    exactly once, in order.
    """
    store, only = get_context().store, query.to_filter()
    page = EventPage((), query.since)

    def look() -> bool:
        nonlocal page
        try:
            page = store.list_events(since=page.next, limit=query.limit, only=only)
        except InvalidInput as error:
            raise invalid_request([FieldError(error.message, parameter="since")]) from error
        return bool(page.items)

    get_waiters().wait(look, wait_s=query.wait)
    events = tuple(map(add_text, page.items))
    return write_answer(EventList(events, page.next or ""))


@blueprint.get("/changes.atom")
@needs(Scope.READ, in_address=Scope.FEED)
@blueprint.input(FeedQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="get_feed",
    responses=success(200, None, "An Atom feed.", headers=("ETag",), mimetypes=(MIMETYPE,))
    | success(304, None, "The feed has not changed.", headers=("ETag",))
    | failures("invalid-request", *STORE_FAILURES),
)
def get_feed(query: FeedQuery) -> Response:
    """Get the newest changes as an Atom feed; each set of filters has its own address.

    For a feed reader that sends no header, create a key with only the scope `feed` and add it as
    `key`.
    """
    page = get_context().store.list_latest_events(
        before=query.before, limit=query.limit, only=query.to_filter()
    )
    site = request.url_root.rstrip("/")
    given = [item for item in request.args.items(multi=True) if item[0] != "before"]
    chosen = sorted(item for item in given if item[0] != KEY_PARAMETER)
    older = None
    if page.next is not None:
        older = f"{site}{request.path}?{urlencode([*given, ('before', page.next)])}"
    feed = write_feed(
        tuple(map(add_text, page.items)),
        name=f"{request.host}{request.path}?{urlencode(chosen)}",
        site=site,
        address=f"{site}{request.full_path.rstrip('?')}",
        older=older,
    )
    response = Response(feed, mimetype=MIMETYPE)
    response.add_etag()
    response.make_conditional(request)
    return response
