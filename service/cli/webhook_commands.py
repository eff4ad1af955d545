"""`assay webhooks`: the webhooks of a running service, and their deliveries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import click

from claims.cli.output import write_json, write_outcome
from claims.cli.terminal import plain, write_lines
from claims.errors import TemporaryError
from claims.shapes import to_json
from claims.types import EventType, VerdictLabel
from claims.webhooks import Delivery, DeliveryStatus, Webhook
from service.cli.connection import connect, json_option, url_option
from service.shapes import IssuedWebhook

PING_S = 15.0
"""Seconds for which `ping` waits for the outcome: longer than a delivery may take."""
LOOK_EVERY_S = 0.3

_WIDTHS = (34, 10, 40)

_id = click.argument("webhook_id", metavar="ID")
label_option = click.option(
    "--label",
    "labels",
    multiple=True,
    type=click.Choice(list(map(str, VerdictLabel))),
    help="Only claims with this label; may be repeated.",
)
tag_option = click.option(
    "--tag",
    "tags",
    multiple=True,
    help="Only claims and articles with this tag, and the tag; may be repeated: one is enough.",
)
article_option = click.option("--article", metavar="ID", help="Only this article and its claims.")


@click.group()
def webhooks() -> None:
    """Make and test webhooks: events are delivered to their addresses, signed.

    If the service requires a key, it is read from ASSAY_API_KEY; it needs the scope admin.
    """


@webhooks.command("create")
@click.argument("address", metavar="URL")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(list(map(str, EventType))),
    help="An event to deliver; may be repeated.  [default: verdict.created, verdict.changed]",
)
@label_option
@tag_option
@article_option
@url_option
@json_option
def create(
    address: str,
    events: Sequence[str],
    labels: Sequence[str],
    tags: Sequence[str],
    article: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Deliver events to URL, and print the id and the secret: the only time that it is shown."""
    chosen = events or (EventType.VERDICT_CREATED, EventType.VERDICT_CHANGED)
    filters: dict[str, object] = {"labels": list(labels), "tags": list(tags), "article": article}
    client = connect(url)
    issued = client.create_webhook(address, chosen, **filters)
    _print_issued(issued, client.url, as_json=as_json)


@webhooks.command("list")
@url_option
@json_option
def list_webhooks(url: str | None, as_json: bool) -> None:
    """List all webhooks, oldest first."""
    found = connect(url).list_webhooks()
    if as_json:
        write_json([to_json(webhook) for webhook in found])
    elif found:
        write_lines([_row("id", "status", "address", "events"), *map(_write_webhook, found)])
    else:
        write_lines(["there is no webhook"])


@webhooks.command()
@_id
@url_option
@json_option
def show(webhook_id: str, url: str | None, as_json: bool) -> None:
    """Show a webhook, and whether its receiver fails."""
    shape = to_json(connect(url).get_webhook(webhook_id))
    if as_json:
        write_json(shape)
        return
    values = {name: value for name, value in shape.items() if value not in (None, [])}
    write_lines(plain(f"{name}: {_write_value(value)}") for name, value in values.items())


@webhooks.command()
@_id
@url_option
@json_option
def ping(webhook_id: str, url: str | None, as_json: bool) -> None:
    """Deliver a test event, and wait for the outcome. Exits with 1 if it fails."""
    client = connect(url)
    event_id = client.ping_webhook(webhook_id)
    show_outcome(lambda: client.list_deliveries(webhook_id), event_id, as_json=as_json)


@webhooks.command()
@_id
@url_option
@json_option
def rotate(webhook_id: str, url: str | None, as_json: bool) -> None:
    """Replace the secret of a webhook, and print id and secret. For a day both secrets sign."""
    client = connect(url)
    _print_issued(client.rotate_webhook(webhook_id), client.url, as_json=as_json)


@webhooks.command()
@_id
@url_option
@json_option
def deliveries(webhook_id: str, url: str | None, as_json: bool) -> None:
    """List the waiting and the last deliveries of a webhook, newest attempt first."""
    found = connect(url).list_deliveries(webhook_id)
    if as_json:
        write_json([to_json(delivery) for delivery in found])
    else:
        lines = [f"{plain(delivery.event_id)}  {write_delivery(delivery)}" for delivery in found]
        write_lines(lines or ["nothing was delivered yet"])


@webhooks.command()
@_id
@click.argument("event_id", metavar="EVENT")
@url_option
@json_option
def redeliver(webhook_id: str, event_id: str, url: str | None, as_json: bool) -> None:
    """Deliver an event again, by its id in the list of deliveries or of changes."""
    connect(url).redeliver(webhook_id, event_id)
    shape = {"id": webhook_id, "event_id": event_id}
    write_outcome(shape, f"{event_id} is delivered again", as_json=as_json)


@webhooks.command()
@_id
@url_option
@json_option
def enable(webhook_id: str, url: str | None, as_json: bool) -> None:
    """Switch a webhook on again, for the events from now on."""
    webhook = connect(url).change_webhook(webhook_id, {"status": "active"})
    write_outcome(to_json(webhook), f"{webhook_id} is switched on", as_json=as_json)


@webhooks.command()
@_id
@url_option
@json_option
def delete(webhook_id: str, url: str | None, as_json: bool) -> None:
    """Delete a webhook with its secrets and its deliveries."""
    connect(url).delete_webhook(webhook_id)
    shape = {"id": webhook_id, "deleted": True}
    write_outcome(shape, f"{webhook_id} is deleted", as_json=as_json)


def show_outcome(
    read_deliveries: Callable[[], Iterable[Delivery]], event_id: str, *, as_json: bool
) -> None:
    """Wait for the first attempt to deliver an event, and print it. Exits with 1 if it fails.

    Raises TemporaryError when there is no attempt in time.
    """
    delivery = _wait_for_attempt(read_deliveries, event_id)
    if delivery is None:
        raise TemporaryError(f"no attempt within {PING_S:.0f} s: does a worker run that delivers?")
    if as_json:
        write_json(to_json(delivery))
    else:
        write_lines([write_delivery(delivery)])
    if delivery.status is not DeliveryStatus.DELIVERED:
        click.get_current_context().exit(1)


def _wait_for_attempt(
    read_deliveries: Callable[[], Iterable[Delivery]], event_id: str
) -> Delivery | None:
    """The delivery after its first attempt; None when there was none in time."""
    deadline = time.monotonic() + PING_S
    while time.monotonic() < deadline:
        for delivery in read_deliveries():
            is_over = delivery.status_code is not None or delivery.error is not None
            if delivery.event_id == event_id and is_over:
                return delivery
        time.sleep(LOOK_EVERY_S)
    return None


def _print_issued(issued: IssuedWebhook, service: str, *, as_json: bool) -> None:
    if as_json:
        write_json(to_json(issued))
        return
    click.echo(f"At {service}. The id and the secret, which is not shown again:", err=True)
    click.echo(f"{issued.id} {issued.secret}")


def _write_webhook(webhook: Webhook) -> str:
    return _row(webhook.id, webhook.status, webhook.url, ",".join(webhook.events))


def write_delivery(delivery: Delivery) -> str:
    """The state, such as "verdict.changed waiting until 2026-01-05 09:30, attempt 2: it answered
    503"."""
    until = _write_moment(delivery.next_attempt_at)
    state = f"waiting until {until}" if until else str(delivery.status)
    took = f" in {delivery.duration_ms} ms" if delivery.duration_ms is not None else ""
    why = f": {delivery.error}" if delivery.error else ""
    return plain(f"{delivery.type} {state}, attempt {delivery.attempts}{took}{why}")


def _write_moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def _write_value(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _row(*cells: str) -> str:
    texts = list(map(plain, cells))
    return "  ".join([*(t.ljust(w) for t, w in zip(texts, _WIDTHS, strict=False)), *texts[3:]])
