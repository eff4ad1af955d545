"""Documents that list addresses, fetched once and searched many times.

A document is kept for some minutes, so that fifty claims fetch it once; after that it is fetched
again only if it changed. Its entries are ranked by the words that they share with a query.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, TypeVar

from claims.errors import SourceError
from claims.ports import IndexTexts, TextIndex
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode
from claims.sources.providers.endpoint import Answer, Endpoint, ask_robots
from claims.sources.providers.entries import Entry
from claims.sources.transport import inflate
from claims.sources.vetting import AllowList
from claims.types import Candidate, Purpose, Query

KEPT_S = 600.0
# Time in seconds before a document that could not be fetched is asked for again.
FAILED_S = 60.0
TOTAL_S = 10.0
MOST_FOUND = 5
_ACCEPT = "application/rss+xml,application/atom+xml,application/xml,text/xml;q=0.9,*/*;q=0.1"
_GZIP = b"\x1f\x8b\x08"

T = TypeVar("T")
Entries = tuple[Entry, ...]
Now = Callable[[], float]  # a monotonic clock, in seconds
Wanted = Callable[[str], bool]  # whether an address belongs to the source


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    """The state of one address until `until`: a value with the answer it was read from, or a
    failure."""

    until: float
    answer: Answer | None = None
    value: T | None = None
    failure: SourceError | None = None


def any_address(_: str) -> bool:
    """Every address is wanted."""
    return True


class Documents(Generic[T]):
    """The content of the documents at some addresses. Not thread safe: Listing holds a lock."""

    def __init__(self, endpoint: Endpoint, read: Callable[[Answer, Deadline], T], now: Now) -> None:
        self._endpoint = endpoint
        self._read = read
        self._now = now
        self._kept: dict[str, _Kept[T]] = {}

    def get(self, url: str, *, deadline: Deadline) -> T:
        """The content of the document, kept or fetched now. Raises SourceError."""
        kept = self._kept.get(url)
        if kept is None or self._now() >= kept.until:
            kept = self._kept[url] = self._ask(url, kept, deadline)
        if kept.failure is not None:
            raise SourceError(*kept.failure.args)
        assert kept.value is not None  # noqa: S101  value or failure is set
        return kept.value

    def _ask(self, url: str, before: _Kept[T] | None, deadline: Deadline) -> _Kept[T]:
        known = before.answer if before else None
        try:
            answer = self._endpoint.get(url, deadline=deadline, known=known)
            if answer.body is None and before is not None:
                return replace(before, until=self._now() + KEPT_S, failure=None)
            value = self._read(_unpack(answer, self._endpoint.most_bytes), deadline)
        except SourceError as error:
            # The known answer is kept, for a conditional request when the document is available.
            kept: _Kept[T] = before or _Kept(0.0)
            return replace(kept, until=self._now() + FAILED_S, failure=error)
        return _Kept(self._now() + KEPT_S, replace(answer, body=None), value)

    def forget_all_but(self, urls: Sequence[str]) -> None:
        """Drop documents that are no longer listed."""
        self._kept = {url: self._kept[url] for url in urls if url in self._kept}


def _unpack(answer: Answer, most_bytes: int) -> Answer:
    """The document; if it is a gzip file, as sitemaps often are, its unpacked content."""
    body = answer.body or b""
    return replace(
        answer, body=inflate(body, decoded_bytes=most_bytes) if body.startswith(_GZIP) else body
    )


class Listing(ABC, Generic[T]):
    """The searchable entries at an address (claims.ports.SourceProvider). Thread safe.

    Each subclass defines how one of its documents is read, and which documents there are.
    """

    purposes: ClassVar[frozenset[Purpose]] = frozenset(
        {Purpose.CLAIM, Purpose.TERMS, Purpose.OPPOSITE}
    )
    most_bytes: ClassVar[int]  # maximum size of a document

    def __init__(
        self,
        name: str,
        address: str,
        *,
        user_agent: str,
        index_texts: IndexTexts,
        allow: AllowList | None = None,
        only: Wanted = any_address,
        total_s: float = TOTAL_S,
        now: Now = time.monotonic,
    ) -> None:
        """`allow` exempts hosts from the rules on addresses: none by default. `only` selects the
        listed addresses that are wanted; all of them by default."""
        self.name = name
        self.address = address
        allow = allow or AllowList()
        endpoint = Endpoint(
            address=address,
            user_agent=user_agent,
            accept=_ACCEPT,
            most_bytes=self.most_bytes,
            total_s=total_s,
            allow=allow,
            # The documents are crawled, so robots.txt applies.
            robots=ask_robots(allow, user_agent),
        )
        self.documents = Documents(endpoint, self.read, now)
        self._index_texts = index_texts
        self._only = only
        self._total_s = total_s
        self._lock = threading.Lock()
        self._parts: list[Entries] | None = None
        self._entries: Entries = ()
        self._index: TextIndex = index_texts(())

    @abstractmethod
    def read(self, answer: Answer, deadline: Deadline) -> T:
        """The content of a document. Raises SourceError."""

    @abstractmethod
    def collect(self, deadline: Deadline) -> list[Entries]:
        """The entries of every document; an unchanged document returns the same tuple object."""

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """The entries that share enough words with the query, best first. Raises SourceError."""
        entries, index = self._look()
        return tuple(
            Candidate(url=entry.url, title=entry.title, published_at=entry.published_at)
            for entry in (entries[place] for place in index.find(query.text, limit=MOST_FOUND))
        )

    def _look(self) -> tuple[Entries, TextIndex]:
        if not self._lock.acquire(timeout=self._total_s):
            raise SourceError(FailureCode.TIMEOUT, "another query was not answered in time")
        try:
            with Deadline(self._total_s) as deadline:
                parts = self.collect(deadline)
            if not _are_same(parts, self._parts):
                once = {entry.url: entry for part in parts for entry in part}
                self._entries = tuple(e for e in once.values() if self._only(e.url))
                self._index = self._index_texts([entry.words for entry in self._entries])
                self._parts = parts
            return self._entries, self._index
        finally:
            self._lock.release()


def _are_same(parts: list[Entries], before: list[Entries] | None) -> bool:
    return (
        before is not None
        and len(parts) == len(before)
        and all(one is other for one, other in zip(parts, before, strict=True))
    )
