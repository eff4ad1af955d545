"""The outcome of a fetch as one word."""

from __future__ import annotations

from claims.errors import SourceError
from claims.ports import Fetcher


def outcome_of(fetcher: Fetcher, url: str) -> str:
    """The coverage code of the failed fetch of an address; "page" for a successful one."""
    try:
        fetcher.fetch(url)
    except SourceError as error:
        return error.code
    return "page"
