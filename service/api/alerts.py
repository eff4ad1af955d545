"""Alerts over HTTP: add, list, test and delete alerts, and list their deliveries."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.alerts import Alert
from claims.shapes import to_json
from service.access.caller import needs
from service.api.answers import answer
from service.api.example_bodies import ALERT_BODY
from service.api.openapi import MISSING, STORE_FAILURES, failures, success
from service.context import get_context
from service.operations.alerting import AlertBody, create_alert
from service.shapes import AlertList, DeliveryList, DeliveryRequested

blueprint = APIBlueprint("alerts", __name__, tag="Alerts", url_prefix="/v1/alerts")

_BODY_FAILURES = ("malformed-json", "too-large", "unsupported-media", "invalid-request")


@blueprint.post("")
@needs(Scope.ADMIN)
@blueprint.input(AlertBody, example=ALERT_BODY, arg_name="body")
@blueprint.doc(
    operation_id="create_alert",
    responses=success(201, Alert, "The alert.", headers=("Location",))
    | failures(*_BODY_FAILURES, *STORE_FAILURES),
)
def create(body: AlertBody) -> Response:
    """Add an alert: future events that pass its filter are written to people.

    `target` is an e-mail address or, for `slack`, the address of a hook. Without `events`: changes
    of verdicts, pages that are gone, stale sign-offs. `labels`, `tags` and `article` filter as in
    GET /v1/changes. An alert sends at most 20 messages in 24 hours; further events wait for the
    next one.
    """
    alert = create_alert(get_context(), body)
    return answer(to_json(alert), status=201, headers={"Location": f"/v1/alerts/{alert.id}"})


@blueprint.get("")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="list_alerts",
    responses=success(200, AlertList, "All of them, oldest first.") | failures(*STORE_FAILURES),
)
def list_alerts() -> Response:
    """List the alerts."""
    return answer(to_json(AlertList(get_context().store.alerts.list_alerts(), None)))


@blueprint.get("/<alert:alert_id>")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="get_alert",
    responses=success(200, Alert, "The alert.") | failures(*MISSING, *STORE_FAILURES),
)
def get_alert(alert_id: str) -> Response:
    """Get an alert, with whether and since when its messages fail, or why it is switched off."""
    return answer(to_json(get_context().store.alerts.get(alert_id)))


@blueprint.delete("/<alert:alert_id>")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="delete_alert",
    responses=success(204, None, "It is deleted, with its deliveries.")
    | failures("not-found", *STORE_FAILURES),
)
def delete(alert_id: str) -> Response:
    """Delete an alert."""
    get_context().store.alerts.delete(alert_id)
    return Response(status=204)


@blueprint.post("/<alert:alert_id>/test")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="test_alert",
    responses=success(202, DeliveryRequested, "The message is sent at once.")
    | failures(*MISSING, "webhook-disabled", "queue-full", *STORE_FAILURES),
)
def test(alert_id: str) -> Response:
    """Send a test message to this alert only, also between two digests. Takes no body.

    Its outcome is in the list of deliveries.
    """
    event_id = get_context().store.alerts.test(alert_id)
    links = {"deliveries": f"/v1/alerts/{alert_id}/deliveries"}
    return answer(to_json(DeliveryRequested(alert_id, event_id, links)), status=202)


@blueprint.get("/<alert:alert_id>/deliveries")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="list_alert_deliveries",
    responses=success(200, DeliveryList, "The newest attempt first.")
    | failures(*MISSING, *STORE_FAILURES),
)
def list_deliveries(alert_id: str) -> Response:
    """List the waiting events of an alert, and the last 200 that were sent or given up."""
    deliveries = get_context().store.alerts.list_deliveries(alert_id)
    return answer(to_json(DeliveryList(deliveries, None)))
