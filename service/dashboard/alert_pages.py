"""The page of alerts with the form that adds one, and the page that unsubscribes."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.alerts import AT_ONCE, DEFAULT_EVENTS
from claims.errors import InvalidInput, NotFound, QueueFull, WebhookDisabled
from claims.report.formatting import tone_of_label
from claims.types import EventType, VerdictLabel
from service.access.caller import needs
from service.context import get_context
from service.dashboard.confirming import Done, confirm
from service.dashboard.errors import page_of, register_errors
from service.dashboard.forms import Filled, list_problems, read_alert_form, refuse
from service.operations.alerting import AlertBody, create_alert, unsubscribe

_CHOICES = tuple(event for event in EventType if event is not EventType.WEBHOOK_PING)
_CHOSEN_FIRST: Filled[AlertBody] = Filled({"events": "\n".join(DEFAULT_EVENTS), "when": AT_ONCE})
_UNKNOWN = "No alert belongs to this link. It was deleted, or the link is not complete."

blueprint = Blueprint("alert_pages", __name__)
register_errors(blueprint)


@blueprint.get("/alerts")
@needs(Scope.ADMIN)
def show_alerts() -> Response:
    """All alerts with their last deliveries, and the form to add one."""
    return _list(_CHOSEN_FIRST)


@blueprint.post("/alerts")
@needs(Scope.ADMIN)
def add_alert() -> AnyResponse:
    """Add an alert, or show the form with its errors."""
    filled = read_alert_form(request.form)
    if filled.body is None:
        return _list(filled)
    try:
        create_alert(get_context(), filled.body)
    except InvalidInput as error:
        return _list(refuse(filled, error))
    return confirm("/alerts", Done.ALERT_ADDED)


@blueprint.post("/alerts/<alert:alert_id>/test")
@needs(Scope.ADMIN)
def test_alert(alert_id: str) -> AnyResponse:
    """Send a test message."""
    try:
        get_context().store.alerts.test(alert_id)
    except (WebhookDisabled, QueueFull) as error:
        return page_of(409, "No test was sent", str(error))
    return confirm("/alerts", Done.ALERT_TESTED)


@blueprint.post("/alerts/<alert:alert_id>/delete")
@needs(Scope.ADMIN)
def delete_alert(alert_id: str) -> AnyResponse:
    """Delete an alert."""
    get_context().store.alerts.delete(alert_id)
    return confirm("/alerts", Done.ALERT_DELETED)


@blueprint.get("/unsubscribe/<alert:alert_id>/<token>")
def show_unsubscribe(alert_id: str, token: str) -> AnyResponse:
    """Ask before anything is changed: mail programs open links to look at them."""
    return _page_of_recipient(alert_id, token, is_done=False)


@blueprint.post("/unsubscribe/<alert:alert_id>/<token>")
def end_alert(alert_id: str, token: str) -> AnyResponse:
    """Switch the alert off, by the button or by the one click of a mail program (RFC 8058)."""
    if not unsubscribe(get_context(), alert_id, token):
        return page_of(404, "Unknown link", _UNKNOWN)
    return _page_of_recipient(alert_id, token, is_done=True)


def _page_of_recipient(alert_id: str, token: str, *, is_done: bool) -> Response:
    path = f"/unsubscribe/{alert_id}/{token}"
    return make_response(render_template("unsubscribe.html", path=path, is_done=is_done))


def _list(form: Filled[AlertBody]) -> Response:
    store, wrong = get_context().store, list_problems(form, "alert")
    rows = []
    for alert in store.alerts.list_alerts():
        try:
            deliveries = store.alerts.list_deliveries(alert.id)
        except NotFound:  # deleted meanwhile
            continue
        rows.append((alert, deliveries[0] if deliveries else None))
    page = render_template(
        "alerts.html",
        rows=rows,
        form=form,
        wrong=wrong,
        choices=_CHOICES,
        labels={label.value: tone_of_label(label).word for label in VerdictLabel},
    )
    return make_response(page, 422 if wrong else 200)
