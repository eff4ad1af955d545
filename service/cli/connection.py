"""How commands reach a running service: the option that names it, and a client for it."""

from __future__ import annotations

import click

from claims.settings import Settings
from service.client import DEFAULT_URL, Client

url_option = click.option(
    "--url", default=DEFAULT_URL, show_default=True, help="Where the service answers."
)


def connect(url: str, settings: Settings | None = None) -> Client:
    """A client for the service at `url`, with the token of ASSAY_API_TOKEN. Raises InvalidInput."""
    token = (settings or Settings()).api_token
    return Client(url, token=token.get_secret_value() if token else None)
