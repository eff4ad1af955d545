"""`assay reader read` and `catch-up`: request readings of claims from a running service.

`assay reader test` and `show` (claims/cli/reader.py) need no service.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from claims.cli.output import write_outcome
from claims.cli.reader import reader
from claims.cli.terminal import write_lines
from claims.errors import QueueFull
from claims.types import ClaimId
from service.cli.connection import check_claim_id, connect, json_option, url_option

__all__ = ["reader"]


@reader.command()
@click.argument("claim_ids", metavar="ID...", nargs=-1, required=True)
@url_option
@json_option
def read(claim_ids: Sequence[str], url: str | None, as_json: bool) -> None:
    """Have claims of a running service read now, from the passages of their last verdict.

    Nothing is fetched. If the service requires a key, it is read from ASSAY_API_KEY.
    """
    for claim_id in claim_ids:
        check_claim_id(claim_id)
    client = connect(url)
    for claim_id in claim_ids:
        check = client.read_claim(ClaimId(claim_id))
        shape = json.dumps({"id": claim_id, "check": check})
        write_lines([shape if as_json else f"{claim_id}: will be read in check {check}"])


@reader.command("catch-up")
@url_option
@json_option
def catch_up(url: str | None, as_json: bool) -> None:
    """Have the claims of a running service read that were not read because the tokens of the day
    were spent, or the reader did not answer.

    A second run does no harm. If the service requires a key, it is read from ASSAY_API_KEY.
    """
    client = connect(url)
    claims, cursor = 0, None
    while True:
        try:
            page = client.catch_up_readings(cursor=cursor)
        except QueueFull as error:
            raise QueueFull(
                f"{_count(claims)}, but no more: {error}; run this command again later"
            ) from None
        claims, cursor = claims + len(page.items), page.next
        if cursor is None:
            break
        if page.items:
            click.echo(f"{_count(claims)} so far", err=True)
    write_outcome({"claims": claims}, _count(claims), as_json=as_json)


def _count(claims: int) -> str:
    return f"{claims} {'claim is' if claims == 1 else 'claims are'} read"
