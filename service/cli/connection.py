"""Shared by commands that use a running service: the option --url, the client, ids of records."""

from __future__ import annotations

import re

import click

from claims.cli.terminal import plain
from claims.errors import InvalidInput
from claims.settings import DEFAULT_URL, Settings
from service.client import Client

_ID = re.compile(r"([ac])_[A-Za-z0-9_-]+")

url_option = click.option(
    "--url", help=f"Address of the service.  [default: ASSAY_URL, else {DEFAULT_URL}]"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def connect(url: str | None, settings: Settings | None = None) -> Client:
    """A client for the service at `url` or ASSAY_URL, with ASSAY_API_KEY, else ASSAY_API_TOKEN.

    Raises InvalidInput.
    """
    settings = settings or Settings()
    token = settings.api_key or settings.api_token
    return Client(
        url or settings.url or DEFAULT_URL, token=token.get_secret_value() if token else None
    )


def is_article(record_id: str) -> bool:
    """Whether this is the id of an article and not of a claim. Raises InvalidInput for neither."""
    match = _ID.fullmatch(record_id)
    if match is None:
        raise InvalidInput(
            f"{plain(record_id)}: no id; give that of a claim (c_...) or of an article (a_...), "
            "from the end of the address of its page"
        )
    return match[1] == "a"


def check_claim_id(record_id: str) -> None:
    """Raise InvalidInput unless this is the id of a claim."""
    if is_article(record_id):
        raise InvalidInput(f"{record_id} is an article: give the id of one of its claims (c_...)")
