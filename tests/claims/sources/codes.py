"""How fetching an address ends, as one word."""

from __future__ import annotations

from claims.errors import SourceError
from claims.ports import Fetcher


def outcome_of(fetcher: Fetcher, url: str) -> str:
    """The coverage code that fetching an address ends with; "page" for a page."""
    try:
        fetcher.fetch(url)
    except SourceError as error:
        return error.code
    return "page"
