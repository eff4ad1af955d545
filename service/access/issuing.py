"""Creates API keys and webhooks, and rotates their secrets; each secret is returned only once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from claims.access import (
    ApiKey,
    NewKey,
    Scope,
    digest_secret,
    make_key_id,
    make_secret,
    write_key,
)
from claims.ports import Store
from claims.webhooks import NewWebhook, Webhook, make_webhook_secret
from service.shapes import IssuedKey, IssuedWebhook


def create_key(
    store: Store,
    *,
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None,
) -> IssuedKey:
    """Create a key. Raises the errors of ApiKeys.create."""
    secret, wanted = make_secret(), set(scopes)
    new = NewKey(
        id=make_key_id(),
        digest=digest_secret(secret),
        name=name,
        scopes=tuple(scope for scope in Scope if scope in wanted),
        expires_at=expires_at,
    )
    return _issue(store.api_keys.create(new), secret)


def rotate_key(store: Store, key_id: str, *, grace: timedelta) -> IssuedKey:
    """Replace the secret of a key. Raises the errors of ApiKeys.rotate."""
    secret = make_secret()
    key = store.api_keys.rotate(key_id, digest_secret(secret), grace_s=grace.total_seconds())
    return _issue(key, secret)


def _issue(key: ApiKey, secret: str) -> IssuedKey:
    return IssuedKey(key.id, key.name, key.scopes, key.expires_at, write_key(key.id, secret))


def create_webhook(store: Store, new: NewWebhook) -> IssuedWebhook:
    """Create a webhook. Raises the errors of Webhooks.create."""
    return _show_secret(store.webhooks.create(new), new.secret)


def rotate_webhook(store: Store, webhook_id: str) -> IssuedWebhook:
    """Replace the secret of a webhook. Raises the errors of Webhooks.rotate."""
    secret = make_webhook_secret()
    return _show_secret(store.webhooks.rotate(webhook_id, secret), secret)


def _show_secret(webhook: Webhook, secret: str) -> IssuedWebhook:
    return IssuedWebhook(
        id=webhook.id,
        url=webhook.url,
        events=webhook.events,
        labels=webhook.labels,
        tags=webhook.tags,
        article=webhook.article,
        status=webhook.status,
        secret=secret,
    )
