"""`assay recheck`, `cancel`, `delete`, `correct`, `change`: change records of a running service."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial

import click

from claims.cli.options import force_option
from claims.cli.terminal import plain, write_lines
from claims.errors import Corrected, NotExtracted, NotFound, TemporaryError
from claims.shapes import to_json
from claims.types import ArticleId, ClaimId
from service.cli import EXIT_PERMANENT
from service.cli.connection import check_claim_id, connect, is_article, json_option, url_option
from service.cli.filters import ask_reader_option, claim_filters, drop_empty
from service.client import Client

_OF_ONE_ID = (NotFound, Corrected, NotExtracted)
"""Errors that concern only one id of a command."""

_ids = click.argument("record_ids", metavar="ID...", nargs=-1, required=True)
_json_lines = click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each ID.")


@click.command()
@click.argument("record_ids", metavar="[ID...]", nargs=-1)
@claim_filters
@ask_reader_option("--ask-reader")
@url_option
@_json_lines
def recheck(
    record_ids: Sequence[str],
    ask_reader: str | None,
    url: str | None,
    as_json: bool,
    **filters: object,
) -> int:
    """Check claims again now: by ID, that of an article for all its claims, or by filters.

    A claim whose check waits or is under way gets no second one. If one ID fails, the others are
    still checked, and the exit status is 2. If the service requires a key, it is read from
    ASSAY_API_KEY.
    """
    chosen = drop_empty(filters)
    if bool(record_ids) == bool(chosen.keys() - {"sort"}):
        raise click.UsageError("give IDs, or filters such as --tag")
    if ask_reader and not record_ids:
        raise click.UsageError("--ask-reader is for claims and articles that are given by ID")
    if not record_ids:
        check = None
        for check in connect(url).recheck_claims(**chosen):
            words = f"{check.id}: check {check.check} will follow"
            write_lines([json.dumps(to_json(check)) if as_json else words])
        if check is None:
            click.echo("no claim that could be checked fits the filters", err=True)
        return 0

    def request(client: Client, record_id: str) -> tuple[dict[str, object], str]:
        if is_article(record_id):
            checks = client.recheck_article(ArticleId(record_id), reader=ask_reader)
            return {"checks": checks}, f"{_number(len(checks), 'claim')} will be checked"
        check = client.recheck(ClaimId(record_id), reader=ask_reader)
        return {"check": check}, f"check {check} will follow"

    return _act_on_each(record_ids, connect(url), request, as_json=as_json)


@click.command()
@_ids
@url_option
@_json_lines
def cancel(record_ids: Sequence[str], url: str | None, as_json: bool) -> int:
    """End the checks of claims that wait or are under way; an article means all its claims.

    The claims stay. If one ID fails, the others are still cancelled, and the exit status is 2. If
    the service requires a key, it is read from ASSAY_API_KEY.
    """

    def end(client: Client, record_id: str) -> tuple[dict[str, object], str]:
        if is_article(record_id):
            ended = client.cancel_article(ArticleId(record_id))
        else:
            ended = client.cancel_claim(ClaimId(record_id))
        return {"cancelled": ended}, f"{_number(ended, 'check')} ended"

    return _act_on_each(record_ids, connect(url), end, as_json=as_json)


@click.command()
@_ids
@click.option("--yes", is_flag=True, help="Do not ask.")
@url_option
@_json_lines
def delete(record_ids: Sequence[str], yes: bool, url: str | None, as_json: bool) -> int:
    """Delete claims with all their checks, or articles with all their claims, permanently.

    On a terminal the command shows what would be deleted, and asks. Elsewhere it needs --yes. An ID
    that was deleted before is no error. If the service requires a key, it is read from
    ASSAY_API_KEY.
    """
    client = connect(url)
    if not yes:
        _confirm(client, record_ids)

    def remove(client: Client, record_id: str) -> tuple[dict[str, object], str]:
        if is_article(record_id):
            client.delete_article(ArticleId(record_id))
        else:
            client.delete_claim(ClaimId(record_id))
        return {"deleted": True}, "deleted"

    return _act_on_each(record_ids, client, remove, as_json=as_json)


@click.command()
@click.argument("claim_id", metavar="ID")
@click.argument("text")
@force_option
@url_option
@json_option
def correct(claim_id: str, text: str, force: bool, url: str | None, as_json: bool) -> None:
    """Submit TEXT as the corrected wording of the claim ID, and print the id of the new claim.

    The new claim has the sources, the context, the tags and the schedule of the old one, which
    keeps its verdict and is not checked again. If the service requires a key, it is read from
    ASSAY_API_KEY.
    """
    check_claim_id(claim_id)
    new_id = connect(url).correct_claim(
        ClaimId(claim_id), {"text": text} | ({"force": True} if force else {})
    )
    write_lines([json.dumps({"id": new_id, "corrects": claim_id}) if as_json else new_id])


@click.command()
@click.argument("record_id", metavar="ID")
@click.option("--add-source", "added", multiple=True, metavar="URL", help="May be repeated.")
@click.option("--remove-source", "removed", multiple=True, metavar="URL", help="May be repeated.")
@url_option
@json_option
def change(
    record_id: str,
    added: Sequence[str],
    removed: Sequence[str],
    url: str | None,
    as_json: bool,
) -> None:
    """Add and remove sources of the claim ID, or of an article and all its claims.

    Print its sources after the change. They are read from the next check on, which
    `assay recheck ID` requests. Removing a source that it does not have is no error. If the service
    requires a key, it is read from ASSAY_API_KEY.
    """
    if not added and not removed:
        raise click.UsageError("say what to change: --add-source, --remove-source")
    client = connect(url)
    if is_article(record_id):
        article_id = ArticleId(record_id)
        add = partial(client.add_article_sources, article_id)
        remove = partial(client.remove_article_sources, article_id)
    else:
        add = partial(client.add_sources, ClaimId(record_id))
        remove = partial(client.remove_sources, ClaimId(record_id))
    sources: tuple[str, ...] = ()
    # Removed first, so that as many as there may be can be replaced.
    for act, given in ((remove, removed), (add, added)):
        sources = act(given) if given else sources
    if as_json:
        write_lines([json.dumps({"id": record_id, "sources": sources})])
    else:
        write_lines(map(plain, sources))


def _act_on_each(
    record_ids: Sequence[str],
    client: Client,
    act: Callable[[Client, str], tuple[dict[str, object], str]],
    *,
    as_json: bool,
) -> int:
    """Act on each id and print the result, as JSON or in words; returns the exit status.

    An id for which the action fails is named on stderr, and the others follow. Any other error ends
    the command; with several ids it names the one at which it happened.
    """
    for record_id in record_ids:
        is_article(record_id)  # raises before anything is changed
    status = 0
    for done, record_id in enumerate(record_ids):
        try:
            shape, words = act(client, record_id)
        except _OF_ONE_ID as error:
            click.echo(f"assay: {record_id}: {plain(str(error))}", err=True)
            status = EXIT_PERMANENT
        except TemporaryError as error:
            raise type(error)(
                f"{record_id}: {error}; {done} of {len(record_ids)} came before it"
            ) from error
        else:
            write_lines(
                [json.dumps({"id": record_id} | shape) if as_json else f"{record_id}: {words}"]
            )
    return status


def _confirm(client: Client, record_ids: Sequence[str]) -> None:
    """Show what would be deleted, and ask. Raises UsageError without a terminal, Abort for "no"."""
    if not sys.stdin.isatty():
        raise click.UsageError("this is no terminal to ask on: give --yes to delete")
    for record_id in record_ids:
        click.echo(f"{record_id}: {plain(_find_heading(client, record_id))}", err=True)
    click.confirm(f"Delete {_number(len(record_ids), 'record')} for good?", abort=True, err=True)


def _find_heading(client: Client, record_id: str) -> str:
    """The claim, or the title of the article with the number of its claims."""
    try:
        if not is_article(record_id):
            return client.get_claim(ClaimId(record_id)).text
        article = client.get_article(ArticleId(record_id))
    except NotFound as error:
        return str(error)
    heading = article.title or article.url or article.text[:80] or "an article"
    return f"{heading} ({_number(len(article.claims), 'claim')})"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
