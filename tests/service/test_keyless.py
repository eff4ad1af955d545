"""Requests without a key: from this machine, through a proxy, from beyond loopback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.access import Scope, make_secret, write_key
from claims.errors import InvalidInput
from claims.settings import Settings
from claims.store.connection import StoreConnection
from claims.store.redis_store import RedisStore
from service.access.binding import check_binding
from service.app import create_app
from tests.service.conftest import TOKEN
from tests.service.keys import bearer, id_of, make_key


def test_this_machine_needs_a_key_as_soon_as_there_is_one(
    client: FlaskClient, store: RedisStore
) -> None:
    assert client.get("/v1/claims").status_code == 200
    made = client.post("/v1/keys", json={"name": "first", "scopes": ["read"]})
    assert made.status_code == 201
    refused = client.post("/v1/keys", json={"name": "second", "scopes": ["admin"]})
    assert (refused.status_code, refused.json["type"]) == (401, "/problems/unauthorized")
    key = bearer(made.json["key"])
    assert client.get("/v1/claims", headers=key).status_code == 200
    assert client.post("/v1/claims", json={"text": "Eleven died."}, headers=key).status_code == 403
    # Not even when all have ended: only whoever has the machine can go on from there.
    store.api_keys.revoke(id_of(made.json["key"]))
    assert client.get("/v1/claims").status_code == 401
    page = client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Location"]) == (303, "/login?next=%2F")


def test_a_key_that_is_sent_is_checked_before_there_is_any(client: FlaskClient) -> None:
    for wrong in (write_key("0a1b2c3d", make_secret()), f"local_{make_secret()}"):
        assert client.get("/v1/claims", headers=bearer(wrong)).status_code == 401


@pytest.mark.parametrize(
    "shown",
    [
        {"Host": "claims.example.org"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Host": "localhost"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
    ids=lambda shown: next(iter(shown)),
)
def test_a_request_through_a_proxy_needs_a_key_before_there_is_any(
    make_app: Callable[..., APIFlask], shown: dict[str, str]
) -> None:
    client = make_app(Settings(allowed_hosts="claims.example.org")).test_client()
    refused = client.post("/v1/keys", json={"name": "a", "scopes": ["admin"]}, headers=shown)
    assert refused.status_code == 401
    assert "through a proxy" in refused.json["detail"]
    assert client.get("/v1/claims").status_code == 200


def test_where_a_proxy_is_trusted_everybody_needs_a_key(make_app: Callable[..., APIFlask]) -> None:
    settings = Settings(allowed_hosts="", trusted_proxies="127.0.0.1")
    assert make_app(settings).test_client().get("/v1/claims").status_code == 401


def test_without_the_store_nobody_is_let_in_and_readyz_says_why(
    settings: Settings, tmp_path: Path
) -> None:
    away = RedisStore(StoreConnection(f"unix://{tmp_path}/nobody.sock"), queue_max=1)
    client = create_app(settings, store=away, notify=lambda: None).test_client()
    for path in ("/v1/claims", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["type"]) == (503, "/problems/store-down")
    assert "NOT READY  store" in client.get("/readyz", headers={"Accept": "text/plain"}).text
    assert client.get("/problems/store-down").status_code == 200


def test_beyond_loopback_a_key_that_makes_others_is_enough_to_start(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    settings = Settings(allowed_hosts="")
    make_key(store, Scope.READ, Scope.WRITE)
    with pytest.raises(InvalidInput, match="assay keys create"):
        check_binding("0.0.0.0", settings, store)
    admin = make_key(store, Scope.ADMIN, Scope.READ)
    client = make_app(settings, host="0.0.0.0").test_client()
    assert client.get("/v1/claims").status_code == 401  # from this machine as well
    assert client.get("/v1/claims", headers=bearer(admin)).status_code == 200
    store.api_keys.revoke(id_of(admin))
    with pytest.raises(InvalidInput, match="assay keys create"):
        make_app(settings, host="0.0.0.0")


def test_the_token_may_do_everything_and_hand_out_any_key(
    make_app: Callable[..., APIFlask],
) -> None:
    client = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts="")).test_client()
    body = {"name": "first", "scopes": [*Scope]}
    made = client.post("/v1/keys", json=body, headers=bearer(TOKEN))
    assert made.status_code == 201
    key = made.json["key"]
    assert client.get("/v1/keys", headers=bearer(key)).json["items"][0]["created_by"] == "token"
    assert client.get("/v1/claims").status_code == 401
