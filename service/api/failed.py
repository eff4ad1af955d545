"""Failed articles and claims over HTTP: retry those that failed for a fault of the service."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.ports import Retried
from claims.shapes import to_json
from service.access.caller import needs
from service.api.answers import answer, check_cursor
from service.api.openapi import QUEUE_FAILURES, STORE_FAILURES, failures, success
from service.api.queries import ListQuery
from service.context import get_context

blueprint = APIBlueprint("failed", __name__, tag="Claims", url_prefix="/v1/failed")


@blueprint.post("/retry")
@needs(Scope.WRITE)
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="retry_failed",
    responses=success(200, Retried, "The numbers of articles and claims that are tried again.")
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES, *QUEUE_FAILURES),
)
def retry(query: ListQuery) -> Response:
    """Retry the articles and claims that failed for a fault of the service.

    One request looks at up to `limit` articles or claims and retries those whose `error.fault` is
    `service`. Repeat the request with `next` as `cursor` until `next` is null. Articles and claims
    that are under way again are skipped, so a repeated request does no harm.
    """
    with check_cursor():
        retried = get_context().store.retry_failed(limit=query.limit, cursor=query.cursor)
    return answer(to_json(retried))
