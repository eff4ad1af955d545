"""Alerts: the body that adds one, what it needs of the settings, and unsubscribing."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints, WithJsonSchema

from claims.access import RECIPIENT
from claims.alerts import (
    AT_ONCE,
    DEFAULT_EVENTS,
    TARGET_MAX,
    Alert,
    NewAlert,
    check_mail_address,
    check_when,
    make_alert_id,
    make_unsubscribe_token,
)
from claims.errors import InvalidFields, InvalidInput
from claims.local_times import TIME
from claims.settings import Settings
from claims.sources.address import parse_source_url
from claims.types import ArticleId
from claims.webhooks import AlertKind
from service.context import ServiceContext
from service.operations.bodies import Body
from service.operations.fields import ChosenTags, EventTypes, Labels, Line
from service.operations.ids import ArticleIdText
from service.operations.registration import check_receiver

When = Annotated[
    str,
    StringConstraints(max_length=60),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^({AT_ONCE}|{TIME} [A-Za-z0-9_+/-]+)$",
            "maxLength": 60,
            "description": f'"{AT_ONCE}", the default, or the time of a daily digest and its zone: '
            "07:30 Europe/Berlin.",
        }
    ),
]
Target = Annotated[Line, StringConstraints(max_length=TARGET_MAX)]


class AlertBody(Body):
    """An alert to add: how and where to send it, which events, and when."""

    kind: AlertKind
    target: Target
    events: EventTypes | None = None
    labels: Labels | None = None
    tags: ChosenTags | None = None
    article: ArticleIdText | None = None
    when: When | None = None

    def to_alert(self) -> NewAlert:
        """The alert, with a new id and a new token."""
        return NewAlert(
            id=make_alert_id(),
            kind=self.kind,
            target=self.target,
            events=tuple(dict.fromkeys(self.events or DEFAULT_EVENTS)),
            labels=tuple(dict.fromkeys(self.labels or ())),
            tags=tuple(self.tags or ()),
            article=ArticleId(self.article) if self.article else None,
            when=self.when or AT_ONCE,
            token=make_unsubscribe_token(),
        )


def create_alert(context: ServiceContext, body: AlertBody) -> Alert:
    """Store an alert, for the events from now on. Raises InvalidFields and InvalidInput."""
    faults = tuple(_find_faults(context.settings, body))
    if faults:
        raise InvalidFields(faults)
    return context.store.alerts.create(body.to_alert())


def unsubscribe(context: ServiceContext, alert_id: str, token: str) -> bool:
    """Switch an alert off for its recipient; False when no alert has this token."""
    return context.store.acting_as(RECIPIENT).alerts.unsubscribe(alert_id, token)


def _find_faults(settings: Settings, body: AlertBody) -> list[tuple[str, str]]:
    """Pairs of a JSON pointer and a message."""
    faults = []
    for pointer, check in (
        ("/kind", lambda: _check_settings(settings, body.kind)),
        ("/target", lambda: _check_target(settings, body)),
        ("/when", lambda: check_when(body.when or AT_ONCE)),
    ):
        try:
            check()
        except InvalidInput as error:
            faults.append((pointer, error.message))
    return faults


def _check_settings(settings: Settings, kind: AlertKind) -> None:
    needed: dict[str, object] = {"ASSAY_PUBLIC_URL": settings.public_url}
    if kind is AlertKind.MAIL:
        needed |= {"ASSAY_SMTP_URL": settings.smtp_url, "ASSAY_MAIL_FROM": settings.mail_from}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise InvalidInput(f"the service cannot send this: it needs {', '.join(missing)}")


def _check_target(settings: Settings, body: AlertBody) -> None:
    if body.kind is AlertKind.MAIL:
        check_mail_address(body.target)
        return
    check_receiver(settings, parse_source_url(body.target))
