"""`assay watch`: a submission until it is finished, or the changes of a running service."""

from __future__ import annotations

import io
import json
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import click
from rich import box
from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Column, Table
from rich.text import Text

from claims.cli.output import write_stdout
from claims.cli.terminal import plain, write_lines
from claims.report.formatting import (
    describe_error,
    describe_progress,
    describe_superseded,
    is_busy,
    percent,
)
from claims.shapes import to_json
from claims.types import ArticleId, ArticleRecord, ClaimId, ClaimRecord, Event, EventType
from service.cli.cells import write_moment, write_verdict
from service.cli.connection import connect, is_article, url_option
from service.cli.filters import drop_empty, label_option, repeated_option, tag_option
from service.cli.results import (
    check_finished,
    count_judged,
    print_article,
    print_claims,
    wait_for_article,
    wait_for_claim,
)
from service.client import Client

ALL = "all"
"""The value of --since for all events that are kept."""
_LINES_AROUND = 5
"""Terminal lines used by the head and the frame of the live table."""
_LEAST_ROWS = 3

Record = ArticleRecord | ClaimRecord


@click.command()
@click.argument("record_id", metavar="[ID]", required=False)
@click.option(
    "--since",
    metavar="EVENT|all",
    help="Begin after this event, or with all that are kept.  [default: those to come]",
)
@click.option("--once", is_flag=True, help="End with the last change, instead of waiting for more.")
@repeated_option("--type", EventType, "Type of event")
@label_option
@tag_option
@click.option("--article", metavar="ID", help="Changes of this article and its claims.")
@click.option("--claim", metavar="ID", help="Changes of this claim.")
@url_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines.")
def watch(
    record_id: str | None,
    since: str | None,
    once: bool,
    url: str | None,
    as_json: bool,
    **filters: Any,
) -> None:
    """Watch the article or claim ID until it is judged; without ID, all changes of the service.

    On a terminal a table shows the current state. Elsewhere, and with --json, there is a line for
    each change. Changes are watched until Ctrl-C. If the service requires a key, it is read from
    ASSAY_API_KEY.
    """
    chosen = drop_empty(filters)
    if record_id is None:
        _watch_changes(connect(url), since, chosen, follow=not once, as_json=as_json)
        return
    if since or once or chosen:
        raise click.UsageError("with an ID leave out --since, --once and the filters of changes")
    _watch_record(connect(url), record_id, as_json=as_json)


def _watch_record(client: Client, record_id: str, *, as_json: bool) -> None:
    """Show the claims until all are judged. Raises like `get --wait`."""
    is_live = not as_json and sys.stdout.isatty()
    record: Record
    with _live_table() if is_live else _lines(as_json=as_json) as show:
        if is_article(record_id):
            record = wait_for_article(client, ArticleId(record_id), on_change=show)
        else:
            record = wait_for_claim(client, ClaimId(record_id), on_change=show)
    if is_live and isinstance(record, ClaimRecord):
        print_claims(record)
    elif is_live and isinstance(record, ArticleRecord):
        print_article(record)
    check_finished(record)


@contextmanager
def _live_table() -> Iterator[Callable[[Record], None]]:
    with _start_live() as live:
        yield lambda record: live.update(_draw_record(record), refresh=True)


@contextmanager
def _lines(*, as_json: bool) -> Iterator[Callable[[Record], None]]:
    """Write a line for each claim whose state has changed since the previous version."""
    known: dict[ClaimId, str] = {}

    def show(record: Record) -> None:
        for claim in _list_claims(record):
            state = _describe_state(claim)
            if known.get(claim.id) == state:
                continue
            known[claim.id] = state
            if as_json:
                _write_json(claim)
            else:
                text = plain(claim.text) + describe_superseded(claim.corrected_by)
                write_lines([f"{claim.id}: {plain(state)}: {text}"])

    yield show


def _draw_record(record: Record) -> RenderableType:
    title = count_judged(record) if isinstance(record, ArticleRecord) else None
    table = Table("state", "claim", box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for claim in _list_claims(record):
        text = plain(claim.text) + describe_superseded(claim.corrected_by)
        table.add_row(Text(plain(_describe_state(claim))), Text(text))
    return table if table.row_count else Text(plain(describe_progress(record)))


def _list_claims(record: Record) -> Sequence[ClaimRecord]:
    return record.claims if isinstance(record, ArticleRecord) else (record,)


def _describe_state(claim: ClaimRecord) -> str:
    """Progress while a check is under way, otherwise its verdict or its error."""
    if is_busy(claim.status):
        return describe_progress(claim).lower()
    if claim.error:
        return describe_error(claim.error)
    verdict = claim.verdict
    if verdict is None:
        return describe_progress(claim).lower()
    words = write_verdict(verdict.label, verdict.support, verdict.confidence)
    return words if verdict.confidence is None else f"{words}, {percent(verdict.confidence)}"


def _watch_changes(
    client: Client, since: str | None, filters: dict[str, Any], *, follow: bool, as_json: bool
) -> None:
    """Show the events, without end if `follow`."""
    events = client.changes(
        since=None if since == ALL else since or "now",
        follow=follow,
        **filters,
    )
    if as_json:
        for event in events:
            _write_json(event)
    elif not sys.stdout.isatty():
        for event in events:
            moment, words, heading, record_id = _write_event(event)
            write_lines([f"{moment}  {record_id}: {words} {heading}"])
    else:
        _draw_changes(events)


def _draw_changes(events: Iterator[Event]) -> None:
    """A table of the newest events, which stays on the terminal when they end."""
    with _start_live(is_kept=True) as live:
        shown: deque[Event] = deque(maxlen=max(_LEAST_ROWS, live.console.height - _LINES_AROUND))
        live.update(Text("waiting for changes; Ctrl-C ends"), refresh=True)
        for event in events:
            shown.appendleft(event)
            live.update(_draw_events(shown), refresh=True)


def _draw_events(events: Sequence[Event] | deque[Event]) -> Table:
    columns = [
        Column(name, no_wrap=True, overflow="ellipsis")
        for name in ("time (UTC)", "what happened", "claim, article or tag", "id")
    ]
    table = Table(*columns, box=box.SIMPLE_HEAD)
    for event in events:
        table.add_row(*map(Text, _write_event(event)))
    return table


def _write_event(event: Event) -> tuple[str, str, str, str]:
    """Time, what happened, the start of the claim or article (or the tag), id (or the tag)."""
    words = event.data.text or event.type
    return write_moment(event.at), plain(words), plain(event.data.heading), plain(event.about)


def _write_json(record: object) -> None:
    write_stdout([json.dumps(to_json(record), ensure_ascii=False).encode() + b"\n"])


def _start_live(*, is_kept: bool = False) -> Live:
    # A character that the encoding lacks is written as its escape and does not end the command.
    cast(io.TextIOWrapper, sys.stdout).reconfigure(errors="backslashreplace")
    console = Console(highlight=False)
    return Live(console=console, transient=not is_kept, auto_refresh=False)
