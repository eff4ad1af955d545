"""`assay mcp`: the tools of service/agents/ over standard input and output."""

from __future__ import annotations

import click

from claims.cli.check import read_settings
from claims.settings import DEFAULT_URL, Settings
from service.cli.connection import connect, url_option
from service.client import ServiceUnreachable

CLAIMS_MAX = 100
"""Claims and articles that one session submits, unless an option says otherwise."""


@click.command()
@click.option(
    "--claims",
    "claims_max",
    type=click.IntRange(1, 10_000),
    default=CLAIMS_MAX,
    show_default=True,
    help="Maximum claims and articles that this session submits.",
)
@click.option(
    "--tag", default="mcp", show_default=True, help="Tag of all that this session submits."
)
@url_option
def mcp(claims_max: int, tag: str, url: str | None) -> None:
    """Serve tools to an agent by the Model Context Protocol, over standard input and output.

    The tools verify_claim, check_article, find_evidence, get_claim and recent_changes use a
    running service. Without --url and ASSAY_URL, where none runs, the first three check in this
    process and keep nothing. An agent's program starts this command (docs/guides/agents.md). If
    the service requires a key, it is read from ASSAY_API_KEY; it needs the scopes read and write.
    """
    settings = Settings()
    client = connect(url, settings)
    try:
        client.check_alive()
    except ServiceUnreachable:
        if url or settings.url:
            raise
        click.echo(
            f"assay: no service runs at {DEFAULT_URL}: claims are checked in this process, and "
            "nothing is kept. Start one with: assay up",
            err=True,
        )
        from service.agents.local import serve_here

        with serve_here(read_settings(()), claims_max=claims_max) as server:
            server.run("stdio")
        return
    from service.agents.server import build_server

    build_server(client, client.url, claims_max=claims_max, tag=tag).run("stdio")
