"""What was given up over HTTP: try again what the service itself was at fault for."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.ports import Retried
from claims.shapes import to_json
from service.api.answers import answer, check_cursor
from service.api.bodies import ListQuery
from service.api.openapi import STORE_FAILURES, failures, success
from service.context import get_context
from service.intake import retry_failed

blueprint = APIBlueprint("failed", __name__, tag="Claims", url_prefix="/v1/failed")


@blueprint.post("/retry")
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="retry_failed",
    responses=success(200, Retried, "How many of this piece are tried again.")
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES, "queue-full"),
)
def retry(query: ListQuery) -> Response:
    """Try again what failed for a fault of the service.

    Looks at up to `limit` articles or claims, tries again those whose `error.fault` is `service`,
    and tells where to go on: ask with `cursor` until `next` is null. What is under way again is
    left alone, so it does no harm to ask twice.
    """
    with check_cursor():
        retried = retry_failed(get_context(), limit=query.limit, cursor=query.cursor)
    return answer(to_json(retried))
