"""`assay retry --failed`: retry articles and claims that failed for a fault of the service."""

from __future__ import annotations

import click

from claims.cli.output import write_outcome
from claims.errors import QueueFull
from service.cli.connection import connect, json_option, url_option


@click.command()
@click.option("--failed", is_flag=True, help="Retry all that failed for a fault of the service.")
@url_option
@json_option
def retry(failed: bool, url: str | None, as_json: bool) -> None:
    """Retry the articles and claims that failed for a fault of a running service.

    Faults of the service are a judge that could not be used, a defect, and a time limit; the
    submission was in order (`error.fault` is `service`). Articles are extracted again, claims are
    checked again. A second run does no harm. If the service requires a key, it is read from
    ASSAY_API_KEY.
    """
    if not failed:
        raise click.UsageError("choose what to retry: --failed")
    client = connect(url)
    articles = claims = 0
    cursor: str | None = None
    while True:
        try:
            piece = client.retry_failed(cursor=cursor)
        except QueueFull as error:
            raise QueueFull(
                f"{_count(articles, claims)}, but no more: {error}; run this command again later"
            ) from None
        articles, claims = articles + piece.articles, claims + piece.claims
        cursor = piece.next
        if cursor is None:
            break
        if piece.articles or piece.claims:
            click.echo(f"{_count(articles, claims)} so far", err=True)
    shape = {"articles": articles, "claims": claims}
    write_outcome(shape, _count(articles, claims), as_json=as_json)


def _count(articles: int, claims: int) -> str:
    return (
        f"{articles} {'article' if articles == 1 else 'articles'} and "
        f"{claims} {'claim' if claims == 1 else 'claims'} are tried again"
    )
