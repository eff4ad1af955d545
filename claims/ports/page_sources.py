"""Where pages come from: fetchers, providers, prior checks, and the shared page cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from claims.types import Candidate, Page, PriorCheck, Purpose, Query


class Fetcher(Protocol):
    """Gets one page from its source and reduces it to its main text."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """Fetch `url`; with `known`, fetch conditionally and return `known` again if unchanged.

        The result's `url` is the argument. An unchanged page keeps its sha256 and gets a new
        `fetched_at`. Raises SourceError (code and detail for coverage), and HostBusy when the
        host's turn comes later than a fetch may wait.
        """
        ...

    def read_html(self, html: str, *, url: str) -> Page:
        """Reduce the given HTML to a page, with the same safeguards. Raises SourceError."""
        ...


class SourceProvider(Protocol):
    """Finds pages worth fetching. Does not read their content."""

    @property
    def name(self) -> str:
        """The name shown in coverage; each configured provider has its own."""
        ...

    @property
    def purposes(self) -> frozenset[Purpose]:
        """The purposes of queries that it accepts; it gets no others."""
        ...

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """Candidates, the best first; empty when there are none. Raises only SourceError."""
        ...


class TextIndex(Protocol):
    """An index that finds the texts that bear on a query."""

    def find(self, query: str, *, limit: int) -> tuple[int, ...]:
        """The positions of the texts that share enough words with the query, the best first."""
        ...


IndexTexts = Callable[[Sequence[str]], TextIndex]


class PriorChecks(Protocol):
    """Finds reviews that fact-checkers have already published."""

    @property
    def name(self) -> str:
        """The name shown in coverage."""
        ...

    def look_up(self, query: Query) -> tuple[PriorCheck, ...]:
        """Reviews of claims like this; empty when there is none. Raises only SourceError."""
        ...


class PageCache(Protocol):
    """Pages shared by all claims, by URL; one fetch in flight per URL."""

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        """The cached page if fetched at `fresh_after` or later; otherwise fetch and store it.

        A second caller for the same URL waits for the first one's result. A failure is shared in
        the same way, for as long as it is kept (claims.sources.failures), unless the source was not
        asked (SourceNotAsked, HostBusy): then the next caller asks it. Raises SourceError and
        HostBusy.
        """
        ...
