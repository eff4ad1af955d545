"""The option --url of commands that use a running service, and the client that they use."""

from __future__ import annotations

import click

from claims.settings import DEFAULT_URL, Settings
from service.client import Client

url_option = click.option(
    "--url", help=f"Address of the service.  [default: ASSAY_URL, else {DEFAULT_URL}]"
)


def connect(url: str | None, settings: Settings | None = None) -> Client:
    """A client for the service at `url` or ASSAY_URL, with ASSAY_API_KEY, else ASSAY_API_TOKEN.

    Raises InvalidInput.
    """
    settings = settings or Settings()
    token = settings.api_key or settings.api_token
    return Client(
        url or settings.url or DEFAULT_URL, token=token.get_secret_value() if token else None
    )
