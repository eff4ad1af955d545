"""`assay history`: all checks of a claim that ended in a verdict."""

from __future__ import annotations

from collections.abc import Iterator

import click

from claims.cli.output import write_json
from claims.cli.table import print_table
from claims.cli.terminal import plain, write_lines
from claims.report.changed_sentences import (
    ChangedPage,
    describe_judged_again,
    list_changed_pages,
    list_unavailable,
    write_marked,
)
from claims.report.formatting import describe_causes, describe_code
from claims.shapes import to_json
from claims.types import Cause, ClaimId, HistoryEntry
from service.cli.cells import write_moment, write_share, write_verdict
from service.cli.connection import check_claim_id, connect, json_option, url_option

_COLUMNS = ("check", "checked (UTC)", "verdict", "support", "conf.", "what changed")


@click.command()
@click.argument("claim_id", metavar="ID")
@url_option
@json_option
def history(claim_id: str, url: str | None, as_json: bool) -> None:
    """Print all checks of the claim ID that ended in a verdict, oldest first.

    `assay replay ID --check N` judges one of them again. If the service requires a key, it is read
    from ASSAY_API_KEY.
    """
    check_claim_id(claim_id)
    entries = connect(url).get_history(ClaimId(claim_id))
    if as_json:
        write_json([to_json(entry) for entry in entries])
    elif entries:
        print_table(_COLUMNS, map(_write_row, entries))
    else:
        write_lines(["no check has ended yet"])


def _write_row(entry: HistoryEntry) -> tuple[str, ...]:
    return (
        str(entry.check),
        write_moment(entry.checked_at),
        write_verdict(entry.label, entry.support, entry.confidence),
        write_share(entry.support),
        write_share(entry.confidence),
        "\n".join(_list_changes(entry)),
    )


def _list_changes(entry: HistoryEntry) -> Iterator[str]:
    """A line for each difference from the previous check."""
    if entry.changed:
        yield f"the verdict. {describe_causes(entry.causes)}".rstrip()
    elif Cause.PASSAGES in entry.causes:
        yield describe_judged_again(entry)
    yield from (
        f"could not be read, its last text is evidence: {plain(url)}" for url in entry.failing
    )
    yield from (
        f"could not be read, an archived copy is evidence: {plain(url)}" for url in entry.archived
    )
    if entry.diff:
        turned = dict.fromkeys(entry.turned_by, ", turned the verdict")
        for words, urls in (
            ("new page", entry.diff.appeared),
            ("no longer available", list_unavailable(entry.diff)),
        ):
            yield from (f"{words}: {plain(url)}{turned.get(url, '')}" for url in urls)
        for lost in entry.diff.gone:
            reason = describe_code(lost.code)
            yield f"page gone: {plain(lost.url)}{turned.get(lost.url, '')}. {reason}"
        for page in list_changed_pages(entry.diff):
            yield f"changed page: {plain(page.url)}{turned.get(page.url, '')}"
            yield from _list_sentences(page)
        if entry.diff.further:
            yield f"{entry.diff.further} further changed sentences"


def _list_sentences(page: ChangedPage) -> Iterator[str]:
    """Each changed sentence as it was and as it is, with its changed words in brackets."""
    for change in page.changes:
        if change.before:
            yield f"- {plain(write_marked(change.before, '[', ']'))}"
        if change.after:
            yield f"+ {plain(write_marked(change.after, '[', ']'))}"
