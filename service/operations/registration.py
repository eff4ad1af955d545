"""Registered sources and webhooks: a source has an author, a receiver may be called."""

from __future__ import annotations

from claims.errors import InvalidFields, InvalidInput, SourceError
from claims.registry import RegisteredSource
from claims.settings import Settings
from claims.sources.address import host_and_port
from claims.sources.registering import check_source, find_faults
from claims.sources.vetting import AllowList, check_destination
from claims.webhooks import Webhook
from service.access import issuing
from service.access.caller import find_author
from service.context import ServiceContext
from service.operations.bodies import SourceBody, WebhookBody, WebhookChangeBody
from service.shapes import IssuedWebhook

NO_AUTHOR = "this field is required without a key: say who makes this change"


def put_source(context: ServiceContext, name: str, body: SourceBody) -> RegisteredSource:
    """Store a registered source; it is used from the next check on. Raises InvalidInput."""
    author, faults = find_author(body.by), find_source_faults(name, body)
    if author is None or faults:
        raise InvalidFields(faults)
    source = check_source(body.to_source(name))
    context.store.put_source(source, by=author)
    return source


def find_source_faults(name: str, body: SourceBody) -> tuple[tuple[str, str], ...]:
    """All faults of a source and its change: pairs of a JSON pointer and a message."""
    faults = tuple(find_faults(body.to_source(name)))
    return faults if find_author(body.by) else (*faults, ("/by", NO_AUTHOR))


def create_webhook(context: ServiceContext, body: WebhookBody) -> IssuedWebhook:
    """Store a webhook; events from now on are delivered to it. Raises InvalidInput."""
    check_receiver(context.settings, body.url)
    return issuing.create_webhook(context.store, body.to_webhook())


def change_webhook(context: ServiceContext, webhook_id: str, body: WebhookChangeBody) -> Webhook:
    """Change the given fields or the status of a webhook. Raises NotFound and InvalidInput."""
    if body.url is not None:
        check_receiver(context.settings, body.url)
    return context.store.webhooks.change(webhook_id, body.to_fields(), status=body.status)


def check_receiver(settings: Settings, url: str) -> None:
    """Raise InvalidInput for an address that clearly may not be called; the name is resolved only
    at each delivery."""
    allow = AllowList.parse(settings.webhook_allow, setting="ASSAY_WEBHOOK_ALLOW")
    try:
        check_destination(*host_and_port(url), allow=allow)
    except SourceError as error:
        raise InvalidInput(error.detail, "/url") from None
