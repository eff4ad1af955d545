"""`assay alerts`: the alerts of a running service."""

from __future__ import annotations

from collections.abc import Sequence

import click

from claims.cli.output import write_json, write_outcome
from claims.cli.terminal import plain, write_lines
from claims.shapes import to_json
from claims.types import EventType
from claims.webhooks import AlertKind
from service.cli.connection import connect, json_option, url_option
from service.cli.webhook_commands import (
    article_option,
    label_option,
    show_outcome,
    tag_option,
)

_id = click.argument("alert_id", metavar="ID")


@click.group()
def alerts() -> None:
    """Add and test alerts: people are written to by mail or in a chat when something changes.

    If the service requires a key, it is read from ASSAY_API_KEY; it needs the scope admin.
    """


@alerts.command()
@click.argument("target", metavar="TARGET")
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(list(map(str, EventType))),
    help="An event; may be repeated.  [default: verdict.changed, page.vanished, review.stale]",
)
@label_option
@tag_option
@article_option
@click.option(
    "--digest",
    metavar="TIME",
    help="Once a day at this time, with its zone: '07:30 Europe/Berlin'.  [default: at once]",
)
@url_option
@json_option
def add(
    target: str,
    events: Sequence[str],
    labels: Sequence[str],
    tags: Sequence[str],
    article: str | None,
    digest: str | None,
    url: str | None,
    as_json: bool,
) -> None:
    """Write to TARGET, a mail address or the address of a hook that takes Slack's messages."""
    kind = AlertKind.SLACK if "://" in target else AlertKind.MAIL
    chosen: dict[str, object] = {"labels": list(labels), "tags": list(tags), "article": article}
    chosen |= {"events": list(events) or None, "when": digest}
    alert = connect(url).create_alert(kind, target, **chosen)
    write_outcome(to_json(alert), alert.id, as_json=as_json)


@alerts.command("list")
@url_option
@json_option
def list_alerts(url: str | None, as_json: bool) -> None:
    """List all alerts, oldest first."""
    found = connect(url).list_alerts()
    if as_json:
        write_json([to_json(alert) for alert in found])
        return
    lines = [
        plain(f"{a.id}  {a.status:<8}  {a.when:<20}  {a.target}  {','.join(a.events)}")
        for a in found
    ]
    write_lines(lines or ["there is no alert"])


@alerts.command()
@_id
@url_option
@json_option
def show(alert_id: str, url: str | None, as_json: bool) -> None:
    """Show an alert, and whether its messages fail."""
    shape = to_json(connect(url).get_alert(alert_id))
    if as_json:
        write_json(shape)
        return
    values = {name: value for name, value in shape.items() if value not in (None, [])}
    write_lines(
        plain(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
        for name, value in values.items()
    )


@alerts.command()
@_id
@url_option
@json_option
def test(alert_id: str, url: str | None, as_json: bool) -> None:
    """Send a test message, and wait for the outcome. Exits with 1 if it fails."""
    client = connect(url)
    event_id = client.test_alert(alert_id)
    show_outcome(lambda: client.list_alert_deliveries(alert_id), event_id, as_json=as_json)


@alerts.command()
@_id
@url_option
@json_option
def delete(alert_id: str, url: str | None, as_json: bool) -> None:
    """Delete an alert with its deliveries."""
    connect(url).delete_alert(alert_id)
    shape = {"id": alert_id, "deleted": True}
    write_outcome(shape, f"{alert_id} is deleted", as_json=as_json)
