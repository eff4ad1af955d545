"""`assay claimreview`: the signed review of a claim as ClaimReview, and what is missing in it."""

from __future__ import annotations

import click

from claims.cli.output import write_json
from claims.report.claim_review import lint_claim_review
from claims.types import ClaimId
from service.cli.connection import check_claim_id, connect, url_option


@click.command()
@click.argument("claim_id", metavar="ID")
@click.option("--page", metavar="URL", help="Address of the page with the whole check.")
@click.option("--unreviewed", is_flag=True, help="Print it before a sign-off, too, as a draft.")
@url_option
def claimreview(claim_id: str, page: str | None, unreviewed: bool, url: str | None) -> None:
    """Print the signed review of the claim ID as ClaimReview of schema.org, in JSON-LD.

    What is missing in it is printed to stderr. Without a sign-off that holds, or without --page, it
    is refused; with --unreviewed it is printed all the same, and says that it is a draft. If the
    service requires a key, it is read from ASSAY_API_KEY.
    """
    check_claim_id(claim_id)
    markup = connect(url).get_claim_review(ClaimId(claim_id), page=page, unreviewed=unreviewed)
    write_json(markup)
    for one in lint_claim_review(markup):
        click.echo(f"{one.need}: {one.pointer}: {one.detail}", err=True)
