"""`assay list`: articles and claims of a running service, by their filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar, cast

import click
from rich.table import Column

from claims.cli.output import write_stdout
from claims.cli.table import print_table
from claims.cli.terminal import plain, write_lines
from claims.ports import ListEntry
from claims.report.exports import write_json_line
from claims.report.formatting import describe_status, describe_superseded, tone_of_label
from claims.report.messages import LOOK_REASONS
from claims.reviews.queue_order import QueuedClaim
from service.cli.cells import write_moment, write_share, write_verdict
from service.cli.connection import connect, url_option
from service.cli.filters import article_filters, claim_filters, drop_empty, tag_option
from service.client import ArticleFilters, ClaimFilters
from service.client.reviews import QueueFilters

Entry = TypeVar("Entry", bound=ListEntry)
LISTED = 50
"""Maximum rows without --limit."""

_CLAIM_COLUMNS = (Column("id", no_wrap=True), "verdict", "conf.", "checked (UTC)", "claim", "tags")
_QUEUE_COLUMNS = (Column("id", no_wrap=True), "verdict", "conf.", "why", "claim", "assignee")
_ARTICLE_COLUMNS = (
    Column("id", no_wrap=True),
    "status",
    "verdicts",
    "added (UTC)",
    "title",
    "tags",
)

_limit = click.option(
    "--limit", type=click.IntRange(1), default=LISTED, show_default=True, help="Maximum rows."
)
_json_lines = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON lines, one object for each row."
)


@click.group("list")
def list_records() -> None:
    """List articles or claims of a running service, newest first.

    If the service requires a key, it is read from ASSAY_API_KEY.
    """


@list_records.command("claims")
@claim_filters
@_limit
@url_option
@_json_lines
def list_claims(limit: int, url: str | None, as_json: bool, **filters: object) -> None:
    """List claims that match all filters, also those that were read from articles."""
    found = connect(url).iterate_claims(**cast(ClaimFilters, drop_empty(filters)))
    _print_list(islice(found, limit), _CLAIM_COLUMNS, _write_claim, as_json=as_json)


@list_records.command("queue")
@tag_option
@click.option("--article", metavar="ID", help="Article from which the claim was read.")
@click.option("--assignee", metavar="NAME", help="To whom the review is assigned.")
@click.option(
    "--limit", type=click.IntRange(1, 200), default=LISTED, show_default=True, help="Maximum rows."
)
@url_option
@_json_lines
def list_queue(url: str | None, as_json: bool, **filters: object) -> None:
    """List the claims that are most worth a look by a person, with the reasons."""
    found = connect(url).get_review_queue(**cast(QueueFilters, drop_empty(filters)))
    _print_list(found, _QUEUE_COLUMNS, _write_queued, as_json=as_json)


@list_records.command("articles")
@article_filters
@_limit
@url_option
@_json_lines
def list_articles(limit: int, url: str | None, as_json: bool, **filters: object) -> None:
    """List articles that match all filters."""
    found = connect(url).iterate_articles(**cast(ArticleFilters, drop_empty(filters)))
    _print_list(islice(found, limit), _ARTICLE_COLUMNS, _write_article, as_json=as_json)


def _print_list(
    entries: Iterable[Entry],
    columns: tuple[str | Column, ...],
    write_row: Callable[[Entry], tuple[str, ...]],
    *,
    as_json: bool,
) -> None:
    if as_json:
        write_stdout(map(write_json_line, entries))
    elif rows := list(map(write_row, entries)):
        print_table(columns, rows)
    else:
        write_lines(["nothing matches"])


def _write_claim(entry: ListEntry) -> tuple[str, ...]:
    return (
        entry.id,
        write_verdict(entry.label, entry.support, entry.confidence)
        or describe_status(entry.status).lower(),
        write_share(entry.confidence),
        write_moment(entry.checked_at),
        plain(entry.title) + describe_superseded(entry.corrected_by),
        plain(", ".join(entry.tags)),
    )


def _write_queued(claim: QueuedClaim) -> tuple[str, ...]:
    return (
        claim.id,
        write_verdict(claim.label, claim.support, claim.confidence),
        write_share(claim.confidence),
        "\n".join(LOOK_REASONS[reason] for reason in claim.because),
        plain(claim.title),
        plain(claim.assignee or ""),
    )


def _write_article(entry: ListEntry) -> tuple[str, ...]:
    verdicts = [f"{n} {tone_of_label(label).word.lower()}" for label, n in entry.summary.items()]
    return (
        entry.id,
        describe_status(entry.status).lower(),
        "\n".join(verdicts),
        write_moment(entry.created_at),
        plain(entry.title),
        plain(", ".join(entry.tags)),
    )
