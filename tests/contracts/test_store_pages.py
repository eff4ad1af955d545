"""Pages in the store: shared by all claims, one fetch at a time per URL, failures shared, too."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.errors import HostBusy, NotFound, SourceError, SourceNotAsked
from claims.sources.fetch import WebFetcher
from claims.sources.vetting import AllowList
from claims.store import RedisStore
from claims.types import Page
from tests.claims.samples import page
from tests.claims.sources import servers

URL = "https://a.example/one"


class StandInFetcher:
    """Returns pages with `text`, records its calls; can be blocked until `go_on` is set."""

    def __init__(self, text: str = "Eleven people died.") -> None:
        self.text = text
        self.error: Exception | None = None
        self.calls: list[Page | None] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.started = threading.Event()

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        self.calls.append(known)
        self.started.set()
        assert self.go_on.wait(30)
        if self.error is not None:
            raise self.error
        return replace(page(url, self.text), fetched_at=datetime.now(UTC))

    def read_html(self, html: str, *, url: str) -> Page:
        raise NotImplementedError


def ago(seconds: float) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds)


def test_a_page_is_fetched_once_while_it_is_fresh(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    first = store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    assert store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher) == first
    assert fetcher.calls == [None]


def test_a_page_fetched_exactly_at_the_limit_is_fresh(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    first = store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    again = store.get_or_fetch(URL, fresh_after=first.fetched_at, fetcher=fetcher)
    assert again == first
    assert len(fetcher.calls) == 1


def test_a_stale_page_is_fetched_again_with_the_known_page_given(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    first = store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    fetcher.text = "Twelve people died."
    second = store.get_or_fetch(
        URL, fresh_after=first.fetched_at + timedelta(microseconds=1), fetcher=fetcher
    )
    assert fetcher.calls == [None, first]
    assert second.text == "Twelve people died."


def test_pages_of_two_urls_are_apart(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    for url in (URL, URL + "?"):
        assert store.get_or_fetch(url, fresh_after=ago(60), fetcher=fetcher).url == url
    assert len(fetcher.calls) == 2


def test_every_page_stays_by_its_hash(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    first = store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    fetcher.text = "Twelve people died."
    second = store.get_or_fetch(URL, fresh_after=datetime.now(UTC), fetcher=fetcher)
    assert store.get_page(first.sha256) == first
    assert store.get_page(second.sha256) == second
    with pytest.raises(NotFound):
        store.get_page("0" * 64)


def test_an_unchanged_page_gets_a_new_time_and_stays_as_it_was_cited(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    first = store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    again = store.get_or_fetch(URL, fresh_after=datetime.now(UTC), fetcher=fetcher)
    assert again.sha256 == first.sha256
    assert again.fetched_at > first.fetched_at
    assert store.get_page(first.sha256) == first


def test_callers_at_once_share_one_fetch(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    fetcher.go_on.clear()
    with ThreadPoolExecutor(6) as pool:
        asked = [
            pool.submit(store.get_or_fetch, URL, fresh_after=ago(60), fetcher=fetcher)
            for _ in range(6)
        ]
        assert fetcher.started.wait(30)
        fetcher.go_on.set()
        pages = {future.result(30) for future in asked}
    assert len(pages) == 1
    assert len(fetcher.calls) == 1


def test_waiting_callers_get_the_page_even_if_the_fetchers_clock_is_slow(
    store: RedisStore,
) -> None:
    fetcher = StandInFetcher()
    fetcher.go_on.clear()
    ahead = datetime.now(UTC) + timedelta(hours=1)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.get_or_fetch, URL, fresh_after=ahead, fetcher=fetcher)
        assert fetcher.started.wait(30)
        second = pool.submit(store.get_or_fetch, URL, fresh_after=ahead, fetcher=fetcher)
        # Time for the second caller to ask at least once while the fetch is in progress.
        threading.Event().wait(0.3)
        fetcher.go_on.set()
        assert first.result(30) == second.result(30)
    assert len(fetcher.calls) == 1


def test_a_failure_is_shared_with_callers_that_asked_before_it(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    fetcher.error = SourceError("http-404", "not found")
    asked_at = ago(60)
    for _ in range(3):
        with pytest.raises(SourceError) as failed:
            store.get_or_fetch(URL, fresh_after=asked_at, fetcher=fetcher)
        assert (failed.value.code, failed.value.detail) == ("http-404", "not found")
    assert len(fetcher.calls) == 1


def test_after_a_failure_a_later_check_tries_again_with_the_page_known_before(
    store: RedisStore,
) -> None:
    fetcher = StandInFetcher()
    first = store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    fetcher.error = SourceError("timeout", "too slow")
    asked_at = datetime.now(UTC)
    with pytest.raises(SourceError):
        store.get_or_fetch(URL, fresh_after=asked_at, fetcher=fetcher)
    # Callers for whom the older page is fresh enough still get it.
    assert store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher) == first
    fetcher.error = None
    later = datetime.now(UTC) + timedelta(milliseconds=5)
    assert store.get_or_fetch(URL, fresh_after=later, fetcher=fetcher).sha256 == first.sha256
    assert fetcher.calls == [None, first, first]


def test_a_fetcher_that_breaks_leaves_the_way_free(store: RedisStore) -> None:
    fetcher = StandInFetcher()
    fetcher.error = MemoryError()
    with pytest.raises(MemoryError):
        store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    fetcher.error = None
    assert store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher).url == URL


def test_a_waiter_takes_over_from_a_fetcher_that_breaks(store: RedisStore) -> None:
    broken, sound = StandInFetcher(), StandInFetcher()
    broken.go_on.clear()
    broken.error = RuntimeError("killed")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(store.get_or_fetch, URL, fresh_after=ago(60), fetcher=broken)
        assert broken.started.wait(30)
        second = pool.submit(store.get_or_fetch, URL, fresh_after=ago(60), fetcher=sound)
        broken.go_on.set()
        with pytest.raises(RuntimeError):
            first.result(30)
        assert second.result(30).url == URL
    assert len(sound.calls) == 1


@pytest.mark.parametrize(
    "error", [SourceNotAsked("host-resting", "rests"), HostBusy(URL, 2.0, "host-busy", "later")]
)
def test_that_a_source_was_not_asked_is_not_shared(store: RedisStore, error: Exception) -> None:
    fetcher = StandInFetcher()
    fetcher.error = error
    asked_at = ago(60)
    with pytest.raises(type(error)):
        store.get_or_fetch(URL, fresh_after=asked_at, fetcher=fetcher)
    fetcher.error = None
    assert store.get_or_fetch(URL, fresh_after=asked_at, fetcher=fetcher).url == URL


def test_waiting_for_another_has_an_end(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.store.page_cache.WAIT_S", 0.2)
    slow = StandInFetcher()
    slow.go_on.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(store.get_or_fetch, URL, fresh_after=ago(60), fetcher=slow)
        assert slow.started.wait(30)
        with pytest.raises(SourceError) as failed:
            store.get_or_fetch(URL, fresh_after=ago(60), fetcher=slow)
        slow.go_on.set()
        assert first.result(30).url == URL
    assert failed.value.code == "timeout"


def test_a_page_refused_by_a_setting_is_fetched_once_the_setting_allows_it(
    store: RedisStore,
) -> None:
    asked_at = ago(300)
    with servers.raw_server() as server:
        server.answers["/a"] = servers.page(servers.ARTICLE)
        url, allow = server.url("/a"), AllowList.parse(f"127.0.0.1:{server.port}")
        with WebFetcher() as strict, pytest.raises(SourceError) as refused:
            store.get_or_fetch(url, fresh_after=asked_at, fetcher=strict)
        assert refused.value.code == "port-blocked"
        with WebFetcher(allow=allow) as fetcher:
            assert store.get_or_fetch(url, fresh_after=asked_at, fetcher=fetcher).url == url


@pytest.mark.parametrize(
    ("kept", "calls"), [(timedelta(), 2), (timedelta(seconds=30), 1), (timedelta.max, 1)]
)
def test_a_failure_is_shared_as_long_as_it_is_kept(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch, kept: timedelta, calls: int
) -> None:
    monkeypatch.setattr("claims.store.page_cache.failure_kept_for", lambda code: kept)
    fetcher = StandInFetcher()
    fetcher.error = SourceError("unreachable", "the server cannot be reached")
    for _ in range(2):
        with pytest.raises(SourceError):
            store.get_or_fetch(URL, fresh_after=ago(60), fetcher=fetcher)
    assert len(fetcher.calls) == calls
