"""`assay export`: claims of a running service as CSV or JSON lines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import cast

import click

from claims.cli.output import check_writable, write_file, write_stdout
from claims.ports import ExportedClaim, ListEntry
from claims.shapes import to_json
from claims.text import fold, fold_spaces
from claims.types import Reading, Verdict
from service.cli.connection import connect, url_option
from service.cli.csv_cells import write_row
from service.cli.filters import claim_filters, drop_empty
from service.client import ClaimFilters

SECONDS_BETWEEN_LINES = 2.0
"""Minimum seconds between two lines of progress of `assay export`."""
_COLUMNS = (
    *("id", "claim", "label", "confidence", "support", "status", "created_at", "checked_at"),
    *("article_id", "article_title", "tags", "claimant", "claimed_at", "explanation"),
    *("quotations", "addresses", "sources", "corrected_by", "strength", "reader"),
    *("review", "review_label", "review_by", "review_at", "review_reason", "stale"),
)
_OF_VERDICT = ("label", "confidence", "support", "checked_at", "explanation", "strength")


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
def export(file_format: str, output: Path | None, url: str | None, **filters: object) -> None:
    """Write all claims that match the filters, with their verdicts, as CSV or JSON lines.

    The claims are read page by page, so that an export may have any length. A file is written
    completely or not at all. JSON lines have all fields of each claim, with every text unchanged.
    In CSV, tags are separated by semicolons; sources, quotations and the addresses of their pages
    have a line each; and text that a spreadsheet would run as a formula begins with an apostrophe.

    If the service requires a key, it is read from ASSAY_API_KEY.
    """
    if output is not None:
        check_writable(output)
    found = connect(url).export_claims(**cast(ClaimFilters, drop_empty(filters)))
    # The first row is read before anything is written: a refusal leaves no head without rows.
    claims = _count(chain(list(islice(found, 1)), found))
    lines = _write_csv(claims) if file_format == "csv" else map(write_json_line, claims)
    if output is None:
        write_stdout(lines)
    else:
        write_file(output, lines)


def write_json_line(row: ListEntry | ExportedClaim) -> bytes:
    """One row as a line of JSON."""
    return json.dumps(to_json(row), ensure_ascii=False).encode() + b"\n"


def _write_csv(claims: Iterable[ExportedClaim]) -> Iterator[bytes]:
    yield write_row(_COLUMNS)
    for claim in claims:
        cells = _write_cells(claim)
        yield write_row(cells[name] for name in _COLUMNS)


def _write_cells(claim: ExportedClaim) -> dict[str, object]:
    """The cells of a claim by column, together with the other fields of its JSON form."""
    shape: dict[str, object] = to_json(claim)
    given = shape["verdict"]
    verdict = given if isinstance(given, dict) else {}
    review = to_json(claim.review)
    own = set(map(fold, claim.tags))
    evidence = claim.verdict.evidence if claim.verdict else ()
    return shape | {
        "claim": claim.text,
        **{name: verdict.get(name) for name in _OF_VERDICT},
        "tags": ";".join(
            [*claim.tags, *(tag for tag in claim.article_tags if fold(tag) not in own)]
        ),
        "quotations": "\n".join(f"{one.stance}: {fold_spaces(one.quote)}" for one in evidence),
        "addresses": "\n".join(one.page.url for one in evidence),
        "sources": "\n".join(claim.sources),
        "reader": _write_reader(claim.verdict),
        "review": claim.review.state,
        **{f"review_{name}": review[name] for name in ("label", "by", "at", "reason")},
        "stale": claim.review.stale,
    }


def _write_reader(verdict: Verdict | None) -> str:
    """The second reader with its label, or the code of the reason why there is no reading; "" if no
    reader is set up."""
    said = verdict.reader if verdict else None
    if isinstance(said, Reading):
        return f"{said.model}: {said.label}"
    return said.skipped if said else ""


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
