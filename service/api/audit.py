"""The audit log over HTTP: who changed what and when."""

from __future__ import annotations

from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.ports import AuditPage
from claims.shapes import to_json
from service.access.caller import needs
from service.api.answers import answer, check_cursor
from service.api.openapi import STORE_FAILURES, failures, success
from service.api.queries import AuditQuery
from service.context import get_context
from service.shapes import AuditList

blueprint = APIBlueprint("audit", __name__, tag="Keys", url_prefix="/v1/audit")


@blueprint.get("")
@needs(Scope.ADMIN)
@blueprint.input(AuditQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="list_audit",
    responses=success(200, AuditList, "Newest first.", headers=("Link",))
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES),
)
def list_audit(query: AuditQuery) -> Response:
    """List who changed what, newest first.

    With `actor`, `action` or `object` one request examines a limited part of the log: follow `next`
    until it is null, also after a page with few entries or none.
    """
    page = read_entries(query)
    headers = {}
    if page.next_cursor is not None:
        asked = query.model_dump(mode="json", exclude_none=True) | {"cursor": page.next_cursor}
        headers["Link"] = f'</v1/audit?{urlencode(asked)}>; rel="next"'
    return answer(to_json(AuditList(page.items, page.next_cursor)), headers=headers)


def read_entries(query: AuditQuery) -> AuditPage:
    """The page of the audit log for this query. Raises Problem(invalid-cursor)."""
    with check_cursor():
        return get_context().store.audit.read(
            limit=query.limit,
            cursor=query.cursor,
            actor=query.actor,
            action=query.action,
            object=query.object,
            since=query.since,
            until=query.until,
        )
