"""`assay export`: claims of a running service as CSV, JSON lines, Markdown or an HTML report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import cast

import click

from claims.cli.output import check_writable, write_file, write_stdout
from claims.ports import ExportedClaim
from claims.report.exports import ExportFormat, write_export
from claims.types import ArticleId, ArticleRecord
from service.cli.connection import connect, url_option
from service.cli.filters import claim_filters, drop_empty
from service.client import ClaimFilters, Client

SECONDS_BETWEEN_LINES = 2.0
"""Minimum seconds between two lines of progress of `assay export`."""


@click.command()
@claim_filters
@click.option(
    "--format",
    "file_format",
    type=click.Choice(list(map(str, ExportFormat))),
    default=ExportFormat.CSV.value,
    show_default=True,
    help="The format.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write to this file, not to stdout."
)
@url_option
def export(file_format: str, output: Path | None, url: str | None, **filters: object) -> None:
    """Write all claims that match the filters, with their verdicts, as CSV, JSON lines, Markdown or
    HTML.

    The claims are read page by page, so that an export may have any length. A file is written
    completely or not at all. What nobody has signed off is marked: DRAFT, not signed off. JSON
    lines have all fields of each claim, with every text unchanged. In CSV, tags are separated by
    semicolons; sources, quotations, the addresses of their pages and the hashes of these have a
    line each; and text that a spreadsheet would run as a formula begins with an apostrophe. HTML is
    the report of `assay check`; with --article it has the text of the article.

    If the service requires a key, it is read from ASSAY_API_KEY.
    """
    if output is not None:
        check_writable(output)
    client, chosen = connect(url), ExportFormat(file_format)
    found = client.export_claims(**cast(ClaimFilters, drop_empty(filters)))
    # The first row is read before anything is written: a refusal leaves no head without rows.
    claims = _count(chain(list(islice(found, 1)), found))
    article = _find_article(client, filters) if chosen is ExportFormat.HTML else None
    content = write_export(claims, chosen, article=article)
    if output is None:
        write_stdout(content)
    else:
        write_file(output, content)


def _find_article(client: Client, filters: dict[str, object]) -> ArticleRecord | None:
    """The article whose claims are exported, if the filters name one."""
    article_id = filters["article"]
    return client.get_article(ArticleId(str(article_id))) if article_id else None


def _count(claims: Iterable[ExportedClaim]) -> Iterator[ExportedClaim]:
    """The same claims; regular lines on stderr give their number so far."""
    count, said_at = 0, time.monotonic()
    for claim in claims:
        count += 1
        if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            click.echo(f"{count} claims so far", err=True)
            said_at = time.monotonic()
        yield claim
    click.echo(f"{count} claims exported", err=True)
