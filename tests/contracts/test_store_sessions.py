"""Sessions: valid for all processes until they are ended or expire."""

from __future__ import annotations

import time

from claims.store import RedisStore, connect

HOUR_S = 3600


def test_session_is_open_for_everybody_until_one_ends_it(store: RedisStore, store_url: str) -> None:
    other = connect(store_url)
    store.sessions.start("s1", ttl_s=HOUR_S)
    store.sessions.start("s2", ttl_s=HOUR_S)
    assert other.sessions.is_open("s1")
    other.sessions.end("s1")
    other.close()
    assert not store.sessions.is_open("s1")
    assert store.sessions.is_open("s2")


def test_ending_twice_or_what_never_began_is_no_error(store: RedisStore) -> None:
    store.sessions.start("s1", ttl_s=HOUR_S)
    for session_id in ("s1", "s1", "unknown", "\ud800"):
        store.sessions.end(session_id)
        assert not store.sessions.is_open(session_id)


def test_session_runs_out(store: RedisStore) -> None:
    store.sessions.start("s1", ttl_s=0.001)
    deadline = time.monotonic() + 10
    while store.sessions.is_open("s1") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not store.sessions.is_open("s1")


def test_nothing_kept_is_the_id_itself(store: RedisStore) -> None:
    store.sessions.start("the-id", ttl_s=HOUR_S)
    keys = store.connection.command("KEYS", "assay:session:*")
    assert len(keys) == 1
    assert "the-id" not in keys[0]
