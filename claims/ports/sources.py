"""Where pages come from: fetchers, providers, prior checks, and the cache that all share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from claims.types import Candidate, Page, PriorCheck, Purpose, Query


class Fetcher(Protocol):
    """Gets one page from its source and reduces it to its main text."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """Fetch `url`; with `known`, ask conditionally and give `known` anew if unchanged.

        The result's `url` is the argument. An unchanged page keeps its sha256 and gets a new
        `fetched_at`. Raises SourceError (code and detail for coverage), and HostBusy when the
        host's turn comes later than a fetch waits.
        """
        ...

    def read_html(self, html: str, *, url: str) -> Page:
        """Reduce HTML at hand to a page, in the same guarded way. Raises SourceError."""
        ...


class SourceProvider(Protocol):
    """Finds pages worth fetching. Knows nothing of what they say."""

    @property
    def name(self) -> str:
        """As it stands in coverage, one name per provider that is set up."""
        ...

    @property
    def purposes(self) -> frozenset[Purpose]:
        """The queries that it is good for; others are not put to it."""
        ...

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """The best first; empty when it knows nothing. Raises SourceError and nothing else."""
        ...


class TextIndex(Protocol):
    """Texts that can be asked which of them bear on a query."""

    def find(self, query: str, *, limit: int) -> tuple[int, ...]:
        """The places of the texts that share enough words with the query, the best first."""
        ...


IndexTexts = Callable[[Sequence[str]], TextIndex]


class PriorChecks(Protocol):
    """Knows what fact-checkers have published already."""

    @property
    def name(self) -> str:
        """As it stands in coverage."""
        ...

    def look_up(self, query: Query) -> tuple[PriorCheck, ...]:
        """Reviews of claims like this; empty when there is none. Raises SourceError, no other."""
        ...


class PageCache(Protocol):
    """Pages shared by all claims, by URL; one fetch in flight per URL."""

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        """The cached page if it was fetched at `fresh_after` or later, else fetch and keep it.

        A second caller for the same URL waits for the first one's result. A failure is shared in
        the same way, except that a source was not asked (SourceNotAsked, HostBusy): the next
        caller asks. Raises SourceError and HostBusy.
        """
        ...
