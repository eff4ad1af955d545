"""Sessions: valid for all processes until they are ended or expire."""

from __future__ import annotations

import time

from claims.access import Action
from claims.store import RedisStore, connect

HOUR_S = 3600


def start(store: RedisStore, session_id: str, *, ttl_s: float = HOUR_S) -> None:
    store.sessions.start(session_id, owner="0a1b2c3d", ttl_s=ttl_s)


def test_session_is_open_for_everybody_until_one_ends_it(store: RedisStore, store_url: str) -> None:
    other = connect(store_url)
    start(store, "s1")
    start(store, "s2")
    assert other.sessions.find_owner("s1") == "0a1b2c3d"
    other.sessions.end("s1")
    other.close()
    assert store.sessions.find_owner("s1") is None
    assert store.sessions.find_owner("s2") == "0a1b2c3d"


def test_ending_a_session_twice_or_an_unknown_one_is_no_error(store: RedisStore) -> None:
    start(store, "s1")
    for session_id in ("s1", "s1", "unknown", "\ud800"):
        store.sessions.end(session_id)
        assert store.sessions.find_owner(session_id) is None


def test_session_runs_out(store: RedisStore) -> None:
    start(store, "s1", ttl_s=0.001)
    deadline = time.monotonic() + 10
    while store.sessions.find_owner("s1") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert store.sessions.find_owner("s1") is None


def test_nothing_kept_is_the_id_itself(store: RedisStore) -> None:
    start(store, "the-id")
    keys = store.connection.command("KEYS", "assay:session:*")
    assert len(keys) == 1
    assert "the-id" not in keys[0]


def test_a_start_that_is_repeated_is_recorded_once(store: RedisStore) -> None:
    for _ in range(2):
        start(store, "s1")
    (entry,) = store.audit.read(limit=9).items
    assert (entry.action, entry.actor) == (Action.SESSION_STARTED, "local")


def test_a_text_that_is_kept_once_is_taken_once(store: RedisStore) -> None:
    store.sessions.keep_once("name", "whsec_x", ttl_s=HOUR_S)
    assert store.sessions.take_once("other") is None
    assert store.sessions.take_once("name") == "whsec_x"
    assert store.sessions.take_once("name") is None
    (key,) = store.connection.command("KEYS", "assay:once:*") or ("none",)
    assert key == "none"


def test_a_text_that_nobody_takes_runs_out(store: RedisStore) -> None:
    store.sessions.keep_once("name", "whsec_x", ttl_s=HOUR_S)
    (key,) = store.connection.command("KEYS", "assay:once:*")
    assert "name" not in key
    assert 0 < store.connection.command("PTTL", key) <= HOUR_S * 1000
