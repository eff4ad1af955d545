"""Fetch the sources of a claim in parallel, and archived copies of those that fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from claims.errors import HostBusy, SourceError
from claims.pipeline.threads import open_pool
from claims.ports import Fetcher, PageCache
from claims.sources.address import list_once, site_of
from claims.sources.archived_copies import COPIED_CODES, copy_address
from claims.sources.as_of import refuse_later
from claims.sources.failures import FailureCode
from claims.types import Page, SourceFailure

# Maximum fetches at the same time: all pages that a claim usually has, 50 given and 8 found,
# so that it waits for the slowest page and for no queue (benchmarks/gathering.py). With registered
# pages in addition, some pages wait for their turn. Threads that wait cost nothing; pages are read
# one at a time.
FETCHES_AT_ONCE = 58
# Seconds after the beginning of the search for pages within which a fetch may begin. A fetch takes
# at most a minute: waiting for the host, fetching, waiting for the reader and reading (3 + 20 + 30
# + 8 seconds). Before it, up to half a minute may pass in waiting for another fetch of the page.
# Together they end before the time limit of a task.
FETCHING_S = 27.0
_OWN_SITE = "the article's own site is no evidence for it"
_Look = Callable[[str], Page | SourceFailure | HostBusy]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFetching:
    """How the sources of one check are fetched.

    A source whose turn does not come by `last_start` (monotonic), because others did not answer,
    is a failure `timeout`. The article's own site is not asked: it never counts as evidence for
    itself. A page published after `as_of` is a failure `after-as-of`. Both methods raise the
    HostBusy with the shortest wait when hosts may be asked within `may_wait_s` but not yet; a host
    that is busy for longer is a failure.
    """

    pages: PageCache
    fetcher: Fetcher
    fresh_after: datetime
    article_url: str | None
    last_start: float
    as_of: date | None = None
    may_wait_s: float = 0.0

    def fetch(self, sources: Sequence[str]) -> tuple[list[Page], list[SourceFailure]]:
        """The fetched pages and the sources that failed, each in the order of `sources`.

        An address that occurs twice, in any spelling, is one source.
        """
        results = _look_at_all(list_once(sources), lambda url: self._look(url, at=url))
        return (
            [result for result in results if isinstance(result, Page)],
            [result for result in results if isinstance(result, SourceFailure)],
        )

    def fetch_copies(
        self, failed: Iterable[SourceFailure], *, without: Collection[str]
    ) -> tuple[Mapping[str, Page], list[SourceFailure]]:
        """Archived copies of the pages that failed with one of COPIED_CODES, by address, except
        `without`; and all failures, with that of the archive in the detail where it failed too."""
        wanted = [one.url for one in failed if one.code in COPIED_CODES and one.url not in without]

        def look(url: str) -> Page | SourceFailure | HostBusy:
            return self._look(url, at=copy_address(url, until=self.as_of))

        results = dict(zip(wanted, _look_at_all(wanted, look), strict=True))
        copies = {
            url: replace(one, url=url) for url, one in results.items() if isinstance(one, Page)
        }
        return copies, [_add_detail(one, results.get(one.url)) for one in failed]

    def _look(self, url: str, *, at: str) -> Page | SourceFailure | HostBusy:
        """The source `url`, fetched at the address `at`: its own, or that of a copy."""
        own_site = site_of(self.article_url) if self.article_url else None
        if own_site and site_of(url) == own_site:
            return SourceFailure(url, FailureCode.OWN_SITE, _OWN_SITE)
        if time.monotonic() > self.last_start:
            detail = f"other sources took so long that its turn did not come in {FETCHING_S:g} s"
            return SourceFailure(url, FailureCode.TIMEOUT, detail)
        try:
            page = self.pages.get_or_fetch(at, fresh_after=self.fresh_after, fetcher=self.fetcher)
            refuse_later(page, as_of=self.as_of)
        except HostBusy as busy:
            within = busy.wait_s <= self.may_wait_s
            return busy if within else SourceFailure(url, busy.code, busy.detail)
        except SourceError as error:
            return SourceFailure(url, error.code, error.detail)
        # A short link or a syndicated copy may lead back to the article's site.
        if own_site and site_of(page.canonical_url) == own_site:
            return SourceFailure(url, FailureCode.OWN_SITE, _OWN_SITE)
        return page


def _look_at_all(urls: Sequence[str], look: _Look) -> list[Page | SourceFailure]:
    """What `look` returns for each, in order. Raises the HostBusy with the shortest wait."""
    pool = open_pool(FETCHES_AT_ONCE)
    try:
        results = list(pool.map(look, urls))
    finally:
        # After Ctrl-C or a time limit, do not wait for servers that do not answer.
        pool.shutdown(wait=False, cancel_futures=True)
    busy = [result for result in results if isinstance(result, HostBusy)]
    if busy:
        raise min(busy, key=lambda one: one.wait_s)
    return [result for result in results if not isinstance(result, HostBusy)]


def _add_detail(failure: SourceFailure, copy: Page | SourceFailure | None) -> SourceFailure:
    if not isinstance(copy, SourceFailure):
        return failure
    return replace(failure, detail=f"{failure.detail}; in the archive: {copy.detail}")
