"""The fields of a webhook or alert in its hash, written and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from claims.sources.address import host_and_port
from claims.store.encoding import from_ms
from claims.store.outbox import join_values
from claims.text import fold
from claims.types import ArticleId, EventType, VerdictLabel
from claims.webhooks import Webhook, WebhookStatus

FIELDS = (
    *("url", "types", "labels", "tag", "article", "created_ms", "created_by", "previous_ms"),
    *("failing_ms", "disabled_ms", "disabled_why"),
)


def write_filter(fields: Mapping[str, Any]) -> list[str]:
    """Fields of NewWebhook, by name, as names and values of the hash in turn."""
    words: dict[str, str] = {}
    for name, value in fields.items():
        match name:
            case "url":
                words |= {"url": value, "host": host_and_port(value)[0]}
            case "events":
                words["types"] = join_values(value)
            case "tags":
                words |= {
                    "tag": "\n".join(value),
                    "folded_tag": join_values(list(map(fold, value))),
                }
            case "labels":
                words["labels"] = join_values(value)
            case _:
                words[name] = value or ""
    return [word for pair in words.items() for word in pair]


def read_webhook(webhook_id: str, row: Sequence[str | None], now_ms: int) -> Webhook:
    """The webhook with these values of FIELDS."""
    return read_webhook_row(webhook_id, dict(zip(FIELDS, row, strict=True)), from_ms(now_ms))


def read_webhook_row(webhook_id: str, fields: Mapping[str, str | None], now: datetime) -> Webhook:
    """The webhook with these fields of its hash."""
    previous = _read_time(fields["previous_ms"])
    return Webhook(
        id=webhook_id,
        url=fields["url"] or "",
        events=tuple(map(EventType, (fields["types"] or "").split())),
        labels=tuple(map(VerdictLabel, (fields["labels"] or "").split())),
        tags=tuple(filter(None, (fields["tag"] or "").split("\n"))),
        article=ArticleId(fields["article"]) if fields["article"] else None,
        status=WebhookStatus.DISABLED if fields["disabled_ms"] else WebhookStatus.ACTIVE,
        created_at=from_ms(fields["created_ms"] or 0),
        created_by=fields["created_by"] or "",
        previous_until=previous if previous and previous > now else None,
        failing_since=_read_time(fields["failing_ms"]),
        disabled_at=_read_time(fields["disabled_ms"]),
        disabled_why=fields["disabled_why"],
    )


def _read_time(text: str | None) -> datetime | None:
    return None if text is None else from_ms(text)
