"""`assay record` and `assay signing-key`: signed evidence records of a running service."""

from __future__ import annotations

from pathlib import Path

import click

from claims.cli.output import check_writable, format_json, write_file, write_outcome, write_stdout
from claims.shapes import to_json
from claims.types import ClaimId
from service.cli.connection import check_claim_id, connect, json_option, url_option


@click.command()
@click.argument("claim_id", metavar="ID")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write to this file, not to stdout."
)
@url_option
def record(claim_id: str, output: Path | None, url: str | None) -> None:
    """Print the signed record of the claim ID: verdict, quotations, hashes of the pages, readers.

    The signature shows that the record was not changed since the service issued it, not that
    anything in it is true. `assay verify-record` verifies it. If the service requires a key, it is
    read from ASSAY_API_KEY.
    """
    check_claim_id(claim_id)
    if output is not None:
        check_writable(output)
    content = [format_json(to_json(connect(url).get_record(ClaimId(claim_id))))]
    if output is None:
        write_stdout(content)
    else:
        write_file(output, content)


@click.command()
@url_option
@json_option
def signing_key(url: str | None, as_json: bool) -> None:
    """Print the public key with which the service signs records, for --key of verify-record.

    If the service requires a key of the API, it is read from ASSAY_API_KEY.
    """
    found = connect(url).get_signing_key()
    write_outcome(to_json(found), found.key, as_json=as_json)
