"""The outcome of a fetch as one word."""

from __future__ import annotations

from collections.abc import Callable

from claims.errors import SourceError
from claims.ports import Fetcher

FetchCode = Callable[[str], str]
"""Gives the outcome of the fetch of an address."""


def outcome_of(fetcher: Fetcher, url: str) -> str:
    """The coverage code of the failed fetch of an address; "page" for a successful one."""
    try:
        fetcher.fetch(url)
    except SourceError as error:
        return error.code
    return "page"
