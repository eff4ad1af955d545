"""Page cache in memory that the claims of one process share: for the library."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from claims.errors import SourceError, SourceNotAsked
from claims.ports import Fetcher
from claims.sources.failures import failure_kept_for
from claims.types import Page


class RememberingFailures:
    """A fetcher that asks only once for a page that cannot be had: for the claims of one check.

    A cache keeps the answers of a source. This class also remembers that a source was not asked
    because its host is busy or rests, so that not every claim waits for it. Thread safe.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._failed: dict[str, SourceError] = {}

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """The page. Raises the SourceError of the earlier call, or a new one."""
        if url in self._failed:
            raise self._failed[url]
        try:
            return self._fetcher.fetch(url, known=known)
        except SourceError as error:
            self._failed[url] = error
            raise

    def read_html(self, html: str, *, url: str) -> Page:
        """See claims.ports.Fetcher."""
        return self._fetcher.read_html(html, url=url)


@dataclass(frozen=True, slots=True)
class _Failure:
    code: str
    detail: str
    at: datetime

    def is_kept(self, now: datetime) -> bool:
        return now - self.at < failure_kept_for(self.code)


@dataclass(slots=True)
class _Entry:
    """The state of one URL; the lock is held while the URL is fetched."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    page: Page | None = None
    failure: _Failure | None = None


class MemoryPageCache:
    """Keeps every page as long as the cache itself lives (claims.ports.PageCache). Thread safe."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        """The cached page if it was fetched at `fresh_after` or later, else a page fetched now.

        Only one caller fetches a page. A failure that is recent in the same sense is raised
        again, for as long as it is kept (failure_kept_for). Raises SourceError, HostBusy.
        """
        with self._lock:
            entry = self._entries.setdefault(url, _Entry())
        with entry.lock:
            if entry.page is not None and entry.page.fetched_at >= fresh_after:
                return entry.page
            failure = entry.failure
            if failure and failure.at >= fresh_after and failure.is_kept(self._clock()):
                raise SourceError(failure.code, failure.detail)
            return self._fetch(entry, url, fetcher)

    def _fetch(self, entry: _Entry, url: str, fetcher: Fetcher) -> Page:
        try:
            entry.page = fetcher.fetch(url, known=entry.page)
        except SourceNotAsked:
            raise
        except SourceError as error:
            entry.failure = _Failure(error.code, error.detail, self._clock())
            raise
        entry.failure = None
        return entry.page
