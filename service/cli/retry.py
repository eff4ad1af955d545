"""`assay retry --failed`: try again what a running service gave up for a fault of its own."""

from __future__ import annotations

import click

from claims.errors import QueueFull
from service.cli.connection import connect, url_option


@click.command()
@click.option("--failed", is_flag=True, help="All that failed for a fault of the service.")
@url_option
def retry(failed: bool, url: str | None) -> None:
    """Try again what a running service gave up for a fault of its own.

    Such a fault is a judge that could not be used, a defect, or a time limit; what was handed in
    had no part in it (`error.fault` is `service`). An article is read again, a claim is checked
    again. It does no harm to run it twice. The token of the service, where one is asked for, is
    read from ASSAY_API_TOKEN.
    """
    if not failed:
        raise click.UsageError("say what to try again: --failed")
    client = connect(url)
    articles = claims = 0
    cursor: str | None = None
    while True:
        try:
            piece = client.retry_failed(cursor=cursor)
        except QueueFull as error:
            raise QueueFull(
                f"{_count(articles, claims)}, and no more fit: {error}; run this again later"
            ) from None
        articles, claims = articles + piece.articles, claims + piece.claims
        cursor = piece.next
        if cursor is None:
            break
        if piece.articles or piece.claims:
            click.echo(f"{_count(articles, claims)} so far", err=True)
    click.echo(_count(articles, claims))


def _count(articles: int, claims: int) -> str:
    return (
        f"{articles} {'article' if articles == 1 else 'articles'} and "
        f"{claims} {'claim' if claims == 1 else 'claims'} are tried again"
    )
