"""Registered sources in the store: stored by name; every change is logged with author and time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.errors import InvalidInput, NotFound
from claims.registry import RegisteredSource, SourceKind
from claims.store import RedisStore, connect
from claims.store import registry as store_registry

SITE = RegisteredSource(name="site", domains=("example.org",), credibility=0.3, reason="Why.")
WIKI = RegisteredSource(
    name="a-wiki", kind=SourceKind.MEDIAWIKI, address="https://w.example/api.php"
)


def test_sources_come_back_by_name_as_they_were_kept(store: RedisStore) -> None:
    assert store.get_registry().sources == ()
    store.put_source(SITE, by="Ada")
    store.put_source(WIKI, by="Ada")
    assert store.get_registry().sources == (WIKI, SITE)


def test_every_change_is_kept_with_author_and_time(store: RedisStore) -> None:
    store.put_source(SITE, by="Ada")
    store.put_source(replace(SITE, credibility=0.6), by="Ben")
    store.put_source(replace(SITE, credibility=0.6), by="Cem")  # no change
    store.delete_source("site", by="Dot")
    assert store.get_registry().sources == ()
    changes = store.get_source_changes("site")
    assert [change.by for change in changes] == ["Ada", "Ben", "Dot"]
    assert changes[1].changes == {"credibility": ("0.3", "0.6")}
    assert changes[2].changes["domains"] == ("example.org", None)
    now = datetime.now(UTC)
    assert all(now - timedelta(minutes=1) < change.at <= now for change in changes)


def test_no_more_pages_are_registered_than_can_be_read_for_every_claim(store: RedisStore) -> None:
    def page(number: int) -> RegisteredSource:
        return RegisteredSource(name=f"p{number}", address=f"https://p{number}.example/")

    for number in range(50):
        store.put_source(page(number), by="Ada")
    with pytest.raises(InvalidInput, match="more than 50 pages"):
        store.put_source(page(50), by="Ada")
    store.put_source(replace(page(0), credibility=0.5, reason="r"), by="Ada")
    store.put_source(SITE, by="Ada")  # a source with domains only, never fetched
    assert len(store.get_registry().sources) == 51


def test_a_source_that_was_never_registered_is_not_found(store: RedisStore) -> None:
    with pytest.raises(NotFound):
        store.delete_source("site", by="Ada")
    with pytest.raises(NotFound):
        store.get_source_changes("site")


def test_concurrent_changes_are_all_kept_and_recorded_in_order(
    store: RedisStore, store_url: str
) -> None:
    store.put_source(SITE, by="start")
    ratings = [round(0.01 + 0.05 * number, 2) for number in range(8)]

    def rate(rating: float) -> None:
        other = connect(store_url)
        other.put_source(replace(SITE, credibility=rating), by=f"{rating}")
        other.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rate, ratings))
    changes = store.get_source_changes("site")[1:]
    # The old value of each change is the new value of the change before.
    steps = [change.changes["credibility"] for change in changes]
    assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]
    (kept,) = store.get_registry().sources
    assert steps[-1][1] == str(kept.credibility)
    assert {change.by for change in changes} == set(map(str, ratings))


def test_there_is_a_most(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_registry, "SOURCES_MAX", 1)
    store.put_source(SITE, by="Ada")
    store.put_source(replace(SITE, family="f"), by="Ada")  # a change adds no source
    with pytest.raises(InvalidInput, match="remove some first"):
        store.put_source(WIKI, by="Ada")
