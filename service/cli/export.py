"""`assay export`: claims of a running service as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import click

from claims.cli.output import check_writable, write_file, write_stdout
from claims.ports import ListEntry
from claims.shapes import to_json
from service.cli.connection import connect, url_option
from service.cli.filters import claim_filters, drop_empty
from service.client import ClaimFilters

SECONDS_BETWEEN_LINES = 2.0
"""Minimum seconds between two lines of progress of `assay export`."""
_EXPORTED = (
    *("id", "claim", "label", "confidence", "support", "status", "created_at", "checked_at"),
    *("article_id", "article_title", "tags"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins like this for a formula."""


@click.command()
@claim_filters
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="The format.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write to this file, not to stdout."
)
@url_option
def export(file_format: str, output: Path | None, url: str | None, **filters: Any) -> None:
    """Write all claims that match the filters, with their last verdicts, as CSV or JSON lines.

    The claims are read page by page, so that an export may have any length. A file is written
    completely or not at all. In CSV, tags are separated by semicolons, and a cell that a
    spreadsheet would run as a formula begins with an apostrophe; JSON lines have every text
    unchanged.

    If the service requires a key, it is read from ASSAY_API_KEY.
    """
    if output is not None:
        check_writable(output)
    found = connect(url).iterate_claims(**cast(ClaimFilters, drop_empty(filters)))
    # The first row is read before anything is written: a refusal leaves no head without rows.
    claims = _count(chain(list(islice(found, 1)), found))
    lines = _write_csv(claims) if file_format == "csv" else map(write_json_line, claims)
    if output is None:
        write_stdout(lines)
    else:
        write_file(output, lines)


def write_json_line(entry: ListEntry) -> bytes:
    """One row as a line of JSON."""
    return json.dumps(to_json(entry), ensure_ascii=False).encode() + b"\n"


def _write_csv(entries: Iterable[ListEntry]) -> Iterator[bytes]:
    yield _write_csv_row(_EXPORTED)
    for entry in entries:
        shape = to_json(entry) | {"claim": entry.title, "tags": ";".join(entry.tags)}
        yield _write_csv_row(_disarm(shape[name]) for name in _EXPORTED)


def _write_csv_row(cells: Iterable[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()


def _disarm(cell: object) -> object:
    """The cell, so that no spreadsheet takes a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _count(entries: Iterable[ListEntry]) -> Iterator[ListEntry]:
    """The same entries; a line on stderr now and then says how many there were."""
    count, said_at = 0, time.monotonic()
    for entry in entries:
        count += 1
        if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            click.echo(f"{count} claims so far", err=True)
            said_at = time.monotonic()
        yield entry
    click.echo(f"{count} claims exported", err=True)
