"""The pages of webhooks: the list, one webhook with its deliveries, and the forms to change it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import LOCAL, Scope
from claims.errors import Gone, InvalidInput, NotFound, QueueFull, WebhookDisabled
from claims.report.events import find_page, write_headline
from claims.report.formatting import Tone, tone_of_label
from claims.types import Event, EventType, VerdictLabel
from claims.webhooks import (
    ATTEMPTS_MAX,
    Delivery,
    DeliveryStatus,
    Webhook,
    WebhookStatus,
)
from service.access.caller import needs
from service.access.issuing import rotate_webhook
from service.context import ServiceContext, get_context
from service.dashboard.confirming import Done, confirm
from service.dashboard.errors import register_errors
from service.dashboard.forms import Filled, list_problems, read_webhook_form, refuse
from service.operations.bodies import WebhookBody, WebhookChangeBody
from service.operations.registration import change_webhook, create_webhook
from service.shapes import IssuedWebhook

SECRET_S = 300.0
"""Seconds for which a new secret is stored, to be shown when its page is loaded."""
SOON = timedelta(minutes=1)
"""The page updates itself for an attempt that is due within this time."""
CHOICES = tuple(event for event in EventType if event is not EventType.WEBHOOK_PING)
_CHOSEN_FIRST: Filled[WebhookBody] = Filled(
    {"events": f"{EventType.VERDICT_CREATED}\n{EventType.VERDICT_CHANGED}"}
)
_NOT_CONFIRMED = "Tick this to delete it."
_EVENT_GONE = "This event is no longer kept, so it cannot be sent again."
_DISABLED = "This webhook is switched off: switch it on first."
_FULL = "Too many events wait for this webhook already. Try again when some were delivered."

blueprint = Blueprint("webhook_pages", __name__)
register_errors(blueprint)


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery with its event, if that is still kept, and the tone and words of its state."""

    delivery: Delivery
    event: Event | None
    headline: str
    tone: Tone
    state: str

    @property
    def page(self) -> str | None:
        """The path of the page of what the event is about, unless that was deleted."""
        is_deleted = self.delivery.type.endswith(".deleted")
        return find_page(self.event) if self.event and not is_deleted else None


@blueprint.get("/webhooks")
@needs(Scope.ADMIN)
def show_webhooks() -> Response:
    """All webhooks, and the form to create one."""
    return _list(_CHOSEN_FIRST)


@blueprint.post("/webhooks")
@needs(Scope.ADMIN)
def add_webhook() -> AnyResponse:
    """Create a webhook; redirect to its page with its secret, or show the form with its errors."""
    filled = read_webhook_form(request.form)
    if filled.body is None:
        return _list(filled)
    try:
        issued = create_webhook(get_context(), filled.body)
    except InvalidInput as error:
        return _list(refuse(filled, error))
    return _to_secret(issued)


@blueprint.get("/webhooks/<webhook:webhook_id>")
@needs(Scope.ADMIN)
def show_webhook(webhook_id: str) -> Response:
    """One webhook with its deliveries, and once its new secret."""
    name = request.args.get("secret")
    secret = get_context().store.sessions.take_once(f"{webhook_id} {name}") if name else None
    return _show(webhook_id, secret=secret)


@blueprint.post("/webhooks/<webhook:webhook_id>/ping")
@needs(Scope.ADMIN)
def test_webhook(webhook_id: str) -> AnyResponse:
    """Deliver a test event."""
    webhooks = get_context().store.webhooks
    return _request(webhook_id, Done.TEST_SENT, lambda: webhooks.ping(webhook_id))


@blueprint.post("/webhooks/<webhook:webhook_id>/again/<event:event_id>")
@needs(Scope.ADMIN)
def send_again(webhook_id: str, event_id: str) -> AnyResponse:
    """Deliver an event again."""
    webhooks = get_context().store.webhooks
    try:
        return _request(
            webhook_id, Done.EVENT_SENT, lambda: webhooks.redeliver(webhook_id, event_id)
        )
    except Gone:
        raise
    except NotFound:
        return _show(webhook_id, problem=_EVENT_GONE, status=404)


def _request(webhook_id: str, done: Done, ask: Callable[[], object]) -> AnyResponse:
    """Request a delivery; back to the page of the webhook, with the reason if it is refused."""
    try:
        ask()
    except WebhookDisabled:
        return _show(webhook_id, problem=_DISABLED, status=409)
    except QueueFull:
        return _show(webhook_id, problem=_FULL, status=503)
    return confirm(f"/webhooks/{webhook_id}", done)


@blueprint.post("/webhooks/<webhook:webhook_id>/enable")
@needs(Scope.ADMIN)
def enable_webhook(webhook_id: str) -> AnyResponse:
    """Switch a webhook on again, for the events from now on."""
    return _switch(webhook_id, WebhookStatus.ACTIVE)


@blueprint.post("/webhooks/<webhook:webhook_id>/disable")
@needs(Scope.ADMIN)
def disable_webhook(webhook_id: str) -> AnyResponse:
    """Switch a webhook off."""
    return _switch(webhook_id, WebhookStatus.DISABLED)


def _switch(webhook_id: str, status: WebhookStatus) -> AnyResponse:
    change_webhook(get_context(), webhook_id, WebhookChangeBody(status=status))
    is_active = status is WebhookStatus.ACTIVE
    done = Done.WEBHOOK_ENABLED if is_active else Done.WEBHOOK_DISABLED
    return confirm(f"/webhooks/{webhook_id}", done)


@blueprint.get("/webhooks/<webhook:webhook_id>/change")
@needs(Scope.ADMIN)
def show_forms(webhook_id: str) -> Response:
    """The forms that change a webhook, replace its secret and delete it."""
    return _show_forms(webhook_id)


@blueprint.post("/webhooks/<webhook:webhook_id>/change")
@needs(Scope.ADMIN)
def alter_webhook(webhook_id: str) -> AnyResponse:
    """Change one webhook by its form; redirect to its page, or show the form with its errors."""
    known = get_context().store.webhooks.get(webhook_id).tags
    filled = read_webhook_form(request.form, known=known)
    if filled.body is None:
        return _show_forms(webhook_id, change=filled)
    try:
        # With all fields: a filter that is empty in the form is removed.
        body = WebhookChangeBody.model_validate(filled.body.model_dump())
        change_webhook(get_context(), webhook_id, body)
    except InvalidInput as error:
        return _show_forms(webhook_id, change=refuse(filled, error))
    return confirm(f"/webhooks/{webhook_id}", Done.WEBHOOK_SAVED)


@blueprint.post("/webhooks/<webhook:webhook_id>/rotate")
@needs(Scope.ADMIN)
def rotate_secret(webhook_id: str) -> AnyResponse:
    """Replace the secret, and show the new one."""
    return _to_secret(rotate_webhook(get_context().store, webhook_id))


@blueprint.post("/webhooks/<webhook:webhook_id>/change/delete")
@needs(Scope.ADMIN)
def remove_webhook(webhook_id: str) -> AnyResponse:
    """Delete the webhook, if that was confirmed."""
    if not request.form.get("confirmed"):
        wrong: Filled[WebhookBody] = Filled(errors={"confirmed": (_NOT_CONFIRMED,)})
        return _show_forms(webhook_id, deletion=wrong)
    get_context().store.webhooks.delete(webhook_id)
    return confirm("/webhooks", Done.WEBHOOK_DELETED)


def _to_secret(issued: IssuedWebhook) -> AnyResponse:
    """Redirect to the page of a webhook, which shows its secret once: a reload neither shows the
    secret again nor creates another."""
    name = secrets.token_urlsafe(16)
    get_context().store.sessions.keep_once(f"{issued.id} {name}", issued.secret, ttl_s=SECRET_S)
    return redirect(f"/webhooks/{issued.id}?secret={name}", 303)


def _list(form: Filled[WebhookBody]) -> Response:
    store = get_context().store
    webhooks = store.webhooks.list_webhooks()
    page = render_template(
        "webhooks.html",
        webhooks=webhooks,
        last=store.webhooks.find_last_deliveries([webhook.id for webhook in webhooks]),
        form=form,
        wrong=list_problems(form, "webhook"),
        choices=CHOICES,
        labels=_name_labels(),
    )
    return make_response(page, 422 if form.errors else 200)


def _show(
    webhook_id: str, *, secret: str | None = None, problem: str | None = None, status: int = 200
) -> Response:
    context = get_context()
    webhook = context.store.webhooks.get(webhook_id)
    rows = _arrange(context, webhook)
    page = render_template(
        "webhook.html",
        webhook=webhook,
        is_local=webhook.created_by == LOCAL.name,
        rows=rows,
        waits=secret is None and any(_is_soon(context, row.delivery) for row in rows),
        attempts_max=ATTEMPTS_MAX,
        labels=_name_labels(),
        secret=secret,
        wrong=[("", problem)] if problem else [],
    )
    response = make_response(page, status)
    if secret is not None:
        response.headers["Cache-Control"] = "no-store"
    elif status == 200:  # polled while an event is delivered
        response.add_etag()
        response.make_conditional(request)
    return response


def _show_forms(webhook_id: str, **forms: Filled[WebhookBody]) -> Response:
    webhook = get_context().store.webhooks.get(webhook_id)
    shown = {"change": Filled(_fill(webhook)), "deletion": Filled(), **forms}
    wrong = (*list_problems(shown["change"], "webhook"), *list_problems(shown["deletion"], ""))
    # Test events are always sent, but a program may have chosen them as well.
    choices = tuple(each for each in EventType if each in CHOICES or each in webhook.events)
    page = render_template(
        "webhook_change.html",
        webhook=webhook,
        forms=shown,
        wrong=wrong,
        choices=choices,
        labels=_name_labels(),
    )
    return make_response(page, 422 if wrong else 200)


def _fill(webhook: Webhook) -> dict[str, str]:
    """The fields of the form as a person would type them."""
    return {
        "url": webhook.url,
        "events": "\n".join(webhook.events),
        "labels": "\n".join(webhook.labels),
        "tags": "\n".join(webhook.tags),
        "article": webhook.article or "",
    }


def _arrange(context: ServiceContext, webhook: Webhook) -> tuple[Row, ...]:
    deliveries = context.store.webhooks.list_deliveries(webhook.id)
    events = context.store.find_events([delivery.event_id for delivery in deliveries])
    return tuple(_make_row(delivery, events.get(delivery.event_id)) for delivery in deliveries)


def _make_row(delivery: Delivery, event: Event | None) -> Row:
    headline = write_headline(event) if event else ""
    match delivery.status:
        case DeliveryStatus.DELIVERED:
            return Row(delivery, event, headline, Tone.SUPPORTED, "Delivered")
        case DeliveryStatus.FAILED:
            return Row(delivery, event, headline, Tone.REFUTED, "Failed")
        case DeliveryStatus.WAITING if delivery.error:
            return Row(delivery, event, headline, Tone.CONFLICTING, "Will retry")
        case DeliveryStatus.WAITING:
            return Row(delivery, event, headline, Tone.PENDING, "Being delivered")


def _is_soon(context: ServiceContext, delivery: Delivery) -> bool:
    due = delivery.next_attempt_at
    return due is not None and due <= context.clock() + SOON


def _name_labels() -> dict[str, str]:
    return {label.value: tone_of_label(label).word for label in VerdictLabel}
