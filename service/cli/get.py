"""`assay get`: an article or a claim of a running service, with verdicts and evidence."""

from __future__ import annotations

import click

from claims.cli.output import write_json
from claims.shapes import to_json
from claims.types import ArticleId, ClaimId
from service.cli.connection import connect, is_article, json_option, url_option
from service.cli.results import (
    print_article,
    print_claims,
    wait_and_print_article,
    wait_and_print_claim,
)


@click.command()
@click.argument("record_id", metavar="ID")
@click.option("--wait", is_flag=True, help="Wait until all is judged.")
@url_option
@json_option
def get(record_id: str, wait: bool, url: str | None, as_json: bool) -> None:
    """Print the article or claim ID: verdicts, evidence, and what was not read.

    The table is that of `assay check`. If the service requires a key, it is read from
    ASSAY_API_KEY.
    """
    of_article = is_article(record_id)
    client = connect(url)
    article_id, claim_id = ArticleId(record_id), ClaimId(record_id)
    if wait and of_article:
        wait_and_print_article(client, article_id, as_json=as_json)
    elif wait:
        wait_and_print_claim(client, claim_id, as_json=as_json)
    elif as_json:
        record = client.get_article(article_id) if of_article else client.get_claim(claim_id)
        write_json(to_json(record))
    elif of_article:
        print_article(client.get_article(article_id))
    else:
        print_claims(client.get_claim(claim_id))
