"""The page cache of a process: one fetch per URL for all claims."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.errors import ExtractorCrashed, HostBusy, SourceError, SourceNotAsked
from claims.sources.cache import MemoryPageCache
from claims.sources.fetch import WebFetcher
from claims.types import Page
from tests.claims.sources import servers
from tests.claims.sources.servers import ARTICLE, RawServer

NOON = datetime(2025, 9, 4, 12, tzinfo=UTC)
URL = "https://harbour.org/a"
PAGE = Page(
    url=URL,
    canonical_url=URL,
    title=None,
    publisher=None,
    published_at=None,
    fetched_at=NOON,
    sha256="0" * 64,
    text="The level of the lake has fallen.",
)


@dataclass
class StandInFetcher:
    """Returns a page fetched at `now`, or raises `error`; records the calls in `asked`."""

    now: datetime = NOON
    error: Exception | None = None
    asked: list[tuple[str, Page | None]] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        self.asked.append((url, known))
        self.before()
        if self.error is not None:
            raise self.error
        return replace(PAGE, url=url, fetched_at=self.now)

    def read_html(self, html: str, *, url: str) -> Page:
        raise NotImplementedError


def test_fresh_page_is_not_fetched_again() -> None:
    cache, fetcher = MemoryPageCache(), StandInFetcher()
    first = cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
    assert cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher) is first
    assert len(fetcher.asked) == 1


def test_stale_page_is_fetched_again_conditionally() -> None:
    cache, fetcher = MemoryPageCache(), StandInFetcher()
    first = cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
    fetcher.now = NOON + timedelta(hours=1)
    second = cache.get_or_fetch(URL, fresh_after=fetcher.now, fetcher=fetcher)
    assert second.fetched_at == fetcher.now
    assert fetcher.asked == [(URL, None), (URL, first)]


def test_each_address_is_fetched_on_its_own() -> None:
    cache, fetcher = MemoryPageCache(), StandInFetcher()
    for url in (URL, f"{URL}?page=2"):
        assert cache.get_or_fetch(url, fresh_after=NOON, fetcher=fetcher).url == url


def test_fresh_failure_is_raised_again_without_a_fetch() -> None:
    cache = MemoryPageCache(clock=lambda: NOON)
    fetcher = StandInFetcher(error=SourceError("timeout", "not answered in full"))
    for _ in range(3):
        with pytest.raises(SourceError) as caught:
            cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
        assert (caught.value.code, caught.value.detail) == ("timeout", "not answered in full")
    assert len(fetcher.asked) == 1


def test_stale_failure_is_tried_again() -> None:
    cache = MemoryPageCache(clock=lambda: NOON)
    fetcher = StandInFetcher(error=SourceError("timeout", "not answered in full"))
    with pytest.raises(SourceError):
        cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
    fetcher.error, fetcher.now = None, NOON + timedelta(hours=1)
    page = cache.get_or_fetch(URL, fresh_after=fetcher.now, fetcher=fetcher)
    assert page.fetched_at == fetcher.now


def test_failure_of_a_stale_page_keeps_it_for_the_next_conditional_fetch() -> None:
    cache, fetcher = MemoryPageCache(clock=lambda: NOON + timedelta(hours=1)), StandInFetcher()
    first = cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
    fetcher.error = SourceError("timeout", "not answered in full")
    with pytest.raises(SourceError):
        cache.get_or_fetch(URL, fresh_after=NOON + timedelta(hours=1), fetcher=fetcher)
    fetcher.error, fetcher.now = None, NOON + timedelta(hours=2)
    cache.get_or_fetch(URL, fresh_after=fetcher.now, fetcher=fetcher)
    assert fetcher.asked[-1] == (URL, first)


def test_temporary_error_is_not_kept() -> None:
    cache = MemoryPageCache(clock=lambda: NOON)
    fetcher = StandInFetcher(error=ExtractorCrashed("no memory"))
    with pytest.raises(ExtractorCrashed):
        cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
    fetcher.error = None
    assert cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher).url == URL


@pytest.mark.parametrize("error", [None, SourceError("http-404", "the server answered 404")])
def test_simultaneous_callers_share_one_fetch(error: SourceError | None) -> None:
    started, go = threading.Event(), threading.Event()
    cache = MemoryPageCache(clock=lambda: NOON)
    fetcher = StandInFetcher(error=error, before=lambda: (started.set(), go.wait(30)))
    results: list[str] = []

    def call() -> None:
        try:
            results.append(cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher).url)
        except SourceError as raised:
            results.append(raised.code)

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert started.wait(30)
    go.set()
    for thread in threads:
        thread.join(30)
    assert results == [URL if error is None else "http-404"] * 8
    assert len(fetcher.asked) == 1


def test_slow_address_does_not_delay_another() -> None:
    go = threading.Event()
    cache = MemoryPageCache(clock=lambda: NOON)
    slow = StandInFetcher(before=lambda: go.wait(30))
    thread = threading.Thread(
        target=lambda: cache.get_or_fetch(URL, fresh_after=NOON, fetcher=slow)
    )
    thread.start()
    try:
        other = cache.get_or_fetch(f"{URL}/b", fresh_after=NOON, fetcher=StandInFetcher())
    finally:
        go.set()
        thread.join(30)
    assert other.url == f"{URL}/b"


@pytest.mark.parametrize(
    "error", [SourceNotAsked("host-resting", "rests"), HostBusy(URL, 2.0, "host-busy", "later")]
)
def test_failure_of_a_source_that_was_not_asked_is_not_cached(error: Exception) -> None:
    cache, fetcher = MemoryPageCache(clock=lambda: NOON), StandInFetcher(error=error)
    with pytest.raises(type(error)):
        cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
    fetcher.error = None
    assert cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher).url == URL


def test_a_page_refused_by_a_setting_is_fetched_once_the_setting_allows_it(
    server: RawServer, fetcher: WebFetcher
) -> None:
    cache, url = MemoryPageCache(), server.url("/a")
    server.answers["/a"] = servers.page(ARTICLE)
    asked_at = datetime.now(UTC) - timedelta(minutes=5)
    with WebFetcher() as strict, pytest.raises(SourceError) as refused:
        cache.get_or_fetch(url, fresh_after=asked_at, fetcher=strict)
    assert refused.value.code == "port-blocked"
    assert cache.get_or_fetch(url, fresh_after=asked_at, fetcher=fetcher).url == url


@pytest.mark.parametrize("code", ["unreachable", "dns-failed"])
def test_failure_without_an_answer_is_cached_for_half_a_minute(code: str) -> None:
    now = NOON
    cache = MemoryPageCache(clock=lambda: now)
    fetcher = StandInFetcher(error=SourceError(code, "no answer"))
    for after_s in (0, 29, 30):
        now = NOON + timedelta(seconds=after_s)
        with pytest.raises(SourceError):
            cache.get_or_fetch(URL, fresh_after=NOON, fetcher=fetcher)
    assert len(fetcher.asked) == 2
