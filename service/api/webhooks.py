"""Webhooks over HTTP: create, change, test and delete webhooks, and list their deliveries."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.shapes import to_json
from claims.webhooks import Webhook
from service.access.caller import needs
from service.access.issuing import rotate_webhook
from service.api.answers import answer
from service.api.example_bodies import WEBHOOK_BODY, WEBHOOK_CHANGE_BODY
from service.api.openapi import MISSING, STORE_FAILURES, failures, success
from service.context import get_context
from service.operations.bodies import WebhookBody, WebhookChangeBody
from service.operations.registration import change_webhook, create_webhook
from service.shapes import DeliveryList, DeliveryRequested, IssuedWebhook, WebhookList

blueprint = APIBlueprint("webhooks", __name__, tag="Webhooks", url_prefix="/v1/webhooks")

_BODY_FAILURES = ("malformed-json", "too-large", "unsupported-media", "invalid-request")


@blueprint.post("")
@needs(Scope.ADMIN)
@blueprint.input(WebhookBody, example=WEBHOOK_BODY, arg_name="body")
@blueprint.doc(
    operation_id="create_webhook",
    responses=success(
        201, IssuedWebhook, "The webhook, with its secret, shown this once.", headers=("Location",)
    )
    | failures(*_BODY_FAILURES, *STORE_FAILURES),
)
def create(body: WebhookBody) -> Response:
    """Create a webhook. Future events that pass its filter are delivered to it.

    `labels`, `tags` and `article` filter as in GET /v1/changes. Keep the secret: messages are
    signed with it, by the specification Standard Webhooks.
    """
    issued = create_webhook(get_context(), body)
    return _issued(issued, status=201, Location=f"/v1/webhooks/{issued.id}")


@blueprint.get("")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="list_webhooks",
    responses=success(200, WebhookList, "All of them, oldest first.") | failures(*STORE_FAILURES),
)
def list_webhooks() -> Response:
    """List the webhooks, without their secrets."""
    return answer(to_json(WebhookList(get_context().store.webhooks.list_webhooks(), None)))


@blueprint.get("/<webhook:webhook_id>")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="get_webhook",
    responses=success(200, Webhook, "The webhook, without its secret.")
    | failures(*MISSING, *STORE_FAILURES),
)
def get_webhook(webhook_id: str) -> Response:
    """Get a webhook, with whether and since when its receiver fails."""
    return answer(to_json(get_context().store.webhooks.get(webhook_id)))


@blueprint.patch("/<webhook:webhook_id>")
@needs(Scope.ADMIN)
@blueprint.input(WebhookChangeBody, example=WEBHOOK_CHANGE_BODY, arg_name="body")
@blueprint.doc(
    operation_id="change_webhook",
    responses=success(200, Webhook, "The webhook as it is now.")
    | failures(*_BODY_FAILURES, *MISSING, *STORE_FAILURES),
)
def change(webhook_id: str, body: WebhookChangeBody) -> Response:
    """Change the given fields of a webhook; null removes a filter.

    `status` switches it off, and waiting deliveries are given up; or on again, for events from then
    on.
    """
    return answer(to_json(change_webhook(get_context(), webhook_id, body)))


@blueprint.delete("/<webhook:webhook_id>")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="delete_webhook",
    responses=success(204, None, "It is deleted, with its secrets and its deliveries.")
    | failures("not-found", *STORE_FAILURES),
)
def delete(webhook_id: str) -> Response:
    """Delete a webhook."""
    get_context().store.webhooks.delete(webhook_id)
    return Response(status=204)


@blueprint.post("/<webhook:webhook_id>/rotate")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="rotate_webhook",
    responses=success(200, IssuedWebhook, "The webhook with its new secret, shown this once.")
    | failures(*MISSING, *STORE_FAILURES),
)
def rotate(webhook_id: str) -> Response:
    """Replace the secret of a webhook. Takes no body.

    For a day each message has two signatures, with the new and with the previous secret.
    """
    return _issued(rotate_webhook(get_context().store, webhook_id))


@blueprint.post("/<webhook:webhook_id>/ping")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="ping_webhook",
    responses=success(202, DeliveryRequested, "The event is delivered at once.")
    | failures(*MISSING, "webhook-disabled", "queue-full", *STORE_FAILURES),
)
def ping(webhook_id: str) -> Response:
    """Deliver a test event, `webhook.ping`, to this webhook only. Takes no body.

    Its outcome is in the list of deliveries.
    """
    return _requested(webhook_id, get_context().store.webhooks.ping(webhook_id))


@blueprint.get("/<webhook:webhook_id>/deliveries")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="list_deliveries",
    responses=success(200, DeliveryList, "The newest attempt first.")
    | failures(*MISSING, *STORE_FAILURES),
)
def list_deliveries(webhook_id: str) -> Response:
    """List the waiting deliveries of a webhook, and the last 200 that have ended."""
    return answer(
        to_json(DeliveryList(get_context().store.webhooks.list_deliveries(webhook_id), None))
    )


@blueprint.post("/<webhook:webhook_id>/deliveries/<event:event_id>/redeliver")
@needs(Scope.ADMIN)
@blueprint.doc(
    operation_id="redeliver",
    responses=success(202, DeliveryRequested, "The event is delivered at once.")
    | failures(*MISSING, "webhook-disabled", "queue-full", *STORE_FAILURES),
)
def redeliver(webhook_id: str, event_id: str) -> Response:
    """Deliver an event again, with the same `webhook-id`. Takes no body.

    Any event that is still kept can be delivered, also one that does not pass the filter.
    """
    get_context().store.webhooks.redeliver(webhook_id, event_id)
    return _requested(webhook_id, event_id)


def _requested(webhook_id: str, event_id: str) -> Response:
    links = {"deliveries": f"/v1/webhooks/{webhook_id}/deliveries"}
    return answer(to_json(DeliveryRequested(webhook_id, event_id, links)), status=202)


def _issued(issued: IssuedWebhook, *, status: int = 200, **headers: str) -> Response:
    """An answer with a secret, which no cache may store."""
    return answer(to_json(issued), status=status, headers={"Cache-Control": "no-store", **headers})
