"""Keys that are refused: wrong, ended, guessed, or sent while the store does not answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.access import Action, make_secret, write_key
from claims.settings import Settings
from claims.store import connect
from claims.store.connection import StoreConnection
from claims.store.redis_store import RedisStore
from service.access.auth import CHALLENGE
from service.access.issuing import rotate_key
from service.app import create_app
from tests.contracts.steps import pass_time
from tests.service.keys import OPEN, bearer, create, id_of, make_key, routes
from tests.stack.servers import embedded_server

HOUR_S = 3600.0


def foreign(store: RedisStore, folder: Path) -> str:
    """The key of another service."""
    with embedded_server(folder) as url:
        other = connect(url)
        key = make_key(other)
        other.close()
    return key


REFUSED: dict[str, Callable[[RedisStore, Path], str | None]] = {
    "missing": lambda store, _: None,
    "empty": lambda store, _: "",
    "garbage": lambda store, _: "\u00e9\x7f" * 20,
    "long": lambda store, _: "assay_" + "0" * 8000,
    "malformed": lambda store, _: make_key(store)[:-1],
    "longer": lambda store, _: make_key(store) + "x",
    "wrong secret": lambda store, _: write_key(id_of(make_key(store)), make_secret()),
    "wrong id": lambda store, _: write_key("ffffffff", make_secret()),
    "foreign": foreign,
    "only the id": lambda store, _: id_of(make_key(store)),
    "the secret of another": lambda store, _: write_key(
        id_of(make_key(store)), make_key(store)[15:]
    ),
    "replaced": lambda store, _: _rotated(store, make_key(store)),
}


def _rotated(store: RedisStore, key: str) -> str:
    rotate_key(store, id_of(key), grace=timedelta(0))
    return key


@pytest.mark.parametrize("kind", REFUSED)
def test_a_wrong_key_opens_no_route(
    guarded: APIFlask, stranger: FlaskClient, store: RedisStore, tmp_path: Path, kind: str
) -> None:
    key = REFUSED[kind](store, tmp_path)
    headers = {} if key is None else bearer(key)
    for endpoint, method, path in routes(guarded):
        answer = stranger.open(path, method=method, headers=headers)
        if endpoint not in OPEN:
            assert answer.status_code == 401, (method, path)
            assert answer.headers["WWW-Authenticate"] == CHALLENGE["WWW-Authenticate"]
            assert answer.json["type"] == "/problems/unauthorized"
    assert store.list_claims(limit=1).items == ()


@pytest.mark.parametrize(
    ("kind", "words"), [("revoked", "was revoked"), ("expired", "has expired")]
)
def test_an_ended_key_is_refused_by_every_route_with_the_reason(
    guarded: APIFlask, stranger: FlaskClient, store: RedisStore, kind: str, words: str
) -> None:
    key = make_key(store, days=1)
    assert stranger.get("/v1/claims", headers=bearer(key)).status_code == 200
    if kind == "revoked":
        store.api_keys.revoke(id_of(key))
    else:
        pass_time(store, 25 * HOUR_S)
    for endpoint, method, path in routes(guarded):
        answer = stranger.open(path, method=method, headers=bearer(key))
        if endpoint not in OPEN:
            assert answer.status_code == 401, (method, path)
            assert f"“desk” {words}" in answer.json["detail"]
    wrong = write_key(id_of(key), make_secret())
    assert words not in stranger.get("/v1/claims", headers=bearer(wrong)).json["detail"]


def test_guesses_are_counted_and_beyond_the_limit_put_no_load_on_the_store(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    key = make_key(store, name="desk")

    def guess(number: int) -> int:
        wrong = ("x" * 60, "assay_0a1b2c3d_short", write_key(id_of(key), make_secret()))
        return client.get("/v1/claims", headers=bearer(wrong[number % 3])).status_code

    assert [guess(number) for number in range(5)] == [401] * 5
    (before, after) = (
        store.connection.command("INFO", "commandstats")["cmdstat_evalsha"]["calls"]
        for _ in range(2)
        if [guess(number) for number in (0, 1, 3, 4)] == [429] * 4
    )
    assert before == after
    entries = store.audit.read(limit=9, action=Action.ACCESS_REFUSED).items
    assert {(entry.object, entry.count) for entry in entries} == {
        ("unknown", 4),
        (id_of(key), 1),
    }
    assert {(entry.actor, entry.address) for entry in entries} == {("unknown", "127.0.0.1")}


def test_wrong_keys_slow_down_and_the_right_one_is_let_in(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    key = make_key(store)
    wrong = [write_key(id_of(key), make_secret()), "assay_malformed", "no key"]
    statuses = [
        client.get("/v1/claims", headers=bearer(wrong[number % 3])).status_code
        for number in range(8)
    ]
    assert statuses == [401] * 5 + [429] * 3
    answer = client.get("/v1/claims", headers=bearer(wrong[0]))
    assert answer.json["type"] == "/problems/too-many-attempts"
    assert int(answer.headers["Retry-After"]) > 12
    assert client.get("/v1/claims", headers=bearer(key)).status_code == 200
    elsewhere = {"REMOTE_ADDR": "10.0.0.7"}
    other = client.get("/v1/claims", headers=bearer(wrong[0]), environ_base=elsewhere)
    assert other.status_code == 401


def test_an_ended_key_is_no_guess(make_app: Callable[..., APIFlask], store: RedisStore) -> None:
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    key = make_key(store)
    store.api_keys.revoke(id_of(key))
    statuses = {client.get("/v1/claims", headers=bearer(key)).status_code for _ in range(20)}
    assert statuses == {401}


def test_a_use_is_shown_and_written_at_most_once_a_minute(
    stranger: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store)
    assert store.api_keys.get(id_of(key)).key.last_used_at is None
    stranger.get("/v1/claims", headers=bearer(key))
    first = store.api_keys.get(id_of(key)).key.last_used_at
    assert first is not None
    for _ in range(3):
        stranger.get("/v1/claims", headers=bearer(key))
    assert store.api_keys.get(id_of(key)).key.last_used_at == first
    pass_time(store, 61)
    stranger.get("/v1/claims", headers=bearer(key))
    last = store.api_keys.get(id_of(key)).key.last_used_at
    assert last is not None and last > first - timedelta(seconds=61)


def test_without_the_store_no_key_is_let_in(tmp_path: Path, store: RedisStore) -> None:
    key = make_key(store)
    away = RedisStore(StoreConnection(f"unix://{tmp_path}/nobody.sock"), queue_max=1)
    settings = Settings(require_key=True, allowed_hosts="")
    client = create_app(settings, store=away, notify=lambda: None).test_client()
    answer = client.get("/problems/not-found", headers=bearer(key))
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/store-down")
    assert client.get("/problems/not-found", headers=bearer(key[:-1])).status_code == 401
    # Nothing is known of its keys, so the service starts, and answers nobody without a key.
    anywhere = create_app(settings, store=away, notify=lambda: None, host="0.0.0.0").test_client()
    assert anywhere.get("/problems/not-found").status_code == 401


def test_a_full_store_still_lets_keys_in(stranger: FlaskClient, store: RedisStore) -> None:
    key = make_key(store)
    store.connection.command("CONFIG", "SET", "maxmemory", "1")
    try:
        assert stranger.get("/v1/claims", headers=bearer(key)).status_code == 200
        made = create(stranger, key, scopes=["read"])
        assert (made.status_code, made.json["type"]) == (503, "/problems/store-full")
        assert stranger.delete(f"/v1/keys/{id_of(key)}", headers=bearer(key)).status_code == 204
    finally:
        store.connection.command("CONFIG", "SET", "maxmemory", "2gb")
    assert stranger.get("/v1/claims", headers=bearer(key)).status_code == 401
