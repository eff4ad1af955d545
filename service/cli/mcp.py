"""`assay mcp`: the tools of service/agents.py over standard input and output."""

from __future__ import annotations

import click

from claims.settings import DEFAULT_URL, Settings
from service.agents.server import build_server
from service.cli.connection import connect, url_option

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
    running service. An agent's program starts this command (docs/guides/agents.md). If the service
    requires a key, it is read from ASSAY_API_KEY; it needs the scopes read and write.
    """
    settings = Settings()
    client = connect(url, settings)
    address = url or settings.url or DEFAULT_URL
    build_server(client, address, claims_max=claims_max, tag=tag).run("stdio")
