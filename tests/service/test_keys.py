"""API keys: the routes to which each scope gives access, and /v1/keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.access import Scope
from claims.store.redis_store import RedisStore
from service.access.caller import find_need
from service.api.example_answers import EXAMPLES
from tests.service.keys import (
    FOR_ALL,
    OPEN,
    REVIEWS,
    WRITES,
    bearer,
    create,
    id_of,
    make_key,
    routes,
)


def test_every_route_declares_its_scope(app: APIFlask) -> None:
    for endpoint, method, path in routes(app):
        if endpoint in OPEN | FOR_ALL:
            assert find_need(app, endpoint) is None, path
            continue
        expected = Scope.READ
        if endpoint in WRITES:
            expected = Scope.WRITE
        elif endpoint in REVIEWS:
            expected = Scope.REVIEW
        elif path.startswith(
            (
                "/v1/keys",
                "/v1/audit",
                "/audit",
                "/v1/webhooks",
                "/webhooks",
                "/reader",
                "/v1/alerts",
                "/alerts",
            )
        ):
            expected = Scope.ADMIN
        assert find_need(app, endpoint) is expected, (method, path)
        assert (expected is Scope.READ) <= (method == "GET"), "what changes something needs more"


@pytest.mark.parametrize("scope", Scope)
def test_a_key_opens_the_routes_of_its_scope_and_no_others(
    guarded: APIFlask, stranger: FlaskClient, store: RedisStore, scope: Scope
) -> None:
    headers = bearer(make_key(store, scope))
    for endpoint, method, path in routes(guarded):
        answer = stranger.open(path, method=method, headers=headers)
        if endpoint in OPEN:
            continue
        needed = find_need(guarded, endpoint)
        if needed in (None, scope) or (scope, endpoint) == (Scope.FEED, "changes.get_feed"):
            assert answer.status_code not in (401, 403), (method, path)
            continue
        assert answer.status_code == 403, (method, path)
        if answer.mimetype == "text/html":
            assert f"scope {needed}" in answer.text
            continue
        assert answer.json["type"] == "/problems/insufficient-scope"
        assert f"scope {needed}; yours has: {scope}." in answer.json["detail"]
        challenge = answer.headers["WWW-Authenticate"]
        assert f'error="insufficient_scope", scope="{needed}"' in challenge


def test_a_view_without_a_declaration_needs_admin(
    guarded: APIFlask, stranger: FlaskClient, store: RedisStore
) -> None:
    guarded.add_url_rule("/forgotten", view_func=lambda: "opened")
    every_other = make_key(store, *(scope for scope in Scope if scope is not Scope.ADMIN))
    assert stranger.get("/forgotten", headers=bearer(every_other)).status_code == 403
    assert stranger.get("/forgotten", headers=bearer(make_key(store))).status_code == 200


def test_an_unknown_route_is_not_found_without_any_scope(
    stranger: FlaskClient, store: RedisStore
) -> None:
    headers = bearer(make_key(store, Scope.REVIEW))
    assert stranger.get("/nowhere", headers=headers).status_code == 404
    assert stranger.patch("/v1/claims", headers=headers).status_code == 405
    assert stranger.get("/nowhere").status_code == 401


def test_the_description_says_which_scope_each_operation_needs(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").json["paths"]
    assert paths["/v1/claims"]["post"]["security"] == [
        {"token": ["write"]},
        {"session": ["write"]},
        {},
    ]
    assert paths["/v1/claims/{claim_id}"]["get"]["security"][0] == {"token": ["read"]}
    assert paths["/v1/audit"]["get"]["security"][0] == {"token": ["admin"]}


def test_a_key_is_made_listed_rotated_and_revoked(stranger: FlaskClient, store: RedisStore) -> None:
    admin = make_key(store)
    made = create(stranger, admin, scopes=["write", "read", "write"])
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    shape = made.json
    assert list(shape) == ["id", "name", "scopes", "expires_at", "key"]
    assert (shape["name"], shape["scopes"]) == ("job", ["read", "write"])
    path = made.headers["Location"]
    assert path == f"/v1/keys/{shape['id']}"
    job = shape["key"]
    assert stranger.get("/v1/claims", headers=bearer(job)).status_code == 200

    kept = stranger.get(path, headers=bearer(admin)).json
    assert kept["status"] == "active" and kept["created_by"] == "desk"
    assert kept["last_used_at"] is not None
    listed = stranger.get("/v1/keys", headers=bearer(admin))
    assert kept in listed.json["items"]
    assert not any(secret[15:] in listed.text for secret in (admin, job))

    rotated = stranger.post(f"{path}/rotate?grace=PT1H", headers=bearer(admin))
    assert (rotated.status_code, rotated.headers["Cache-Control"]) == (200, "no-store")
    second = rotated.json["key"]
    assert second != job and id_of(second) == shape["id"]
    for key in (job, second):
        assert stranger.get("/v1/claims", headers=bearer(key)).status_code == 200
    assert stranger.get(path, headers=bearer(admin)).json["previous_until"] is not None
    third = stranger.post(f"{path}/rotate", headers=bearer(admin)).json["key"]
    statuses = [stranger.get("/v1/claims", headers=bearer(k)).status_code for k in (second, third)]
    assert statuses == [401, 200]

    for _ in range(2):
        assert stranger.delete(path, headers=bearer(admin)).status_code == 204
    assert stranger.get("/v1/claims", headers=bearer(third)).status_code == 401
    assert stranger.get(path, headers=bearer(admin)).json["status"] == "revoked"
    assert stranger.post(f"{path}/rotate", headers=bearer(admin)).status_code == 422


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/scopes"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": "read"}, "/scopes"),
        ({"scopes": ["read"] * 9}, "/scopes"),
        ({"scopes": ["read"], "name": " "}, "/name"),
        ({"scopes": ["read"], "name": "a\nb"}, "/name"),
        ({"scopes": ["read"], "name": "x" * 101}, "/name"),
        ({"scopes": ["read"], "expires_at": "2027-01-01"}, "/expires_at"),
        ({"scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"scopes": ["read"], "digest": "x"}, "/digest"),
    ],
    ids=str,
)
def test_a_wrong_body_makes_no_key(
    stranger: FlaskClient, store: RedisStore, body: dict[str, object], pointer: str
) -> None:
    answer = create(stranger, make_key(store), **body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert len(store.api_keys.list_keys()) == 1


@pytest.mark.parametrize("grace", ["", "1h", "PT", "P91D", "P1Y", "-PT1H", "PT1H&grace=PT2H"])
def test_a_wrong_grace_period_rotates_nothing(
    stranger: FlaskClient, store: RedisStore, grace: str
) -> None:
    key = make_key(store)
    answer = stranger.post(f"/v1/keys/{id_of(key)}/rotate?grace={grace}", headers=bearer(key))
    assert answer.status_code == 422
    assert answer.json["errors"][0]["parameter"] == "grace"
    assert stranger.get("/v1/keys", headers=bearer(key)).status_code == 200


def test_a_key_makes_none_with_more_than_its_own(stranger: FlaskClient, store: RedisStore) -> None:
    everything = make_key(store)
    admin = make_key(store, Scope.ADMIN, days=2)
    beyond = create(stranger, admin, scopes=["admin", "write"])
    assert (beyond.status_code, beyond.json["type"]) == (403, "/problems/insufficient-scope")
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    assert create(stranger, admin, scopes=["admin"], expires_at=later).status_code == 403
    stolen = stranger.post(f"/v1/keys/{id_of(everything)}/rotate", headers=bearer(admin))
    assert stolen.status_code == 403
    assert stranger.get("/v1/claims", headers=bearer(everything)).status_code == 200
    assert create(stranger, admin, scopes=["admin"]).json["expires_at"] is not None
    assert len(store.api_keys.list_keys()) == 3


@pytest.mark.parametrize("path", ["ffffffff", "0A1B2C3D", "0a1b2c3d4", "x", "%2e%2e"])
def test_a_malformed_or_unknown_key_id_is_not_found(
    stranger: FlaskClient, store: RedisStore, path: str
) -> None:
    headers = bearer(make_key(store))
    for method, tail in (("GET", ""), ("DELETE", ""), ("POST", "/rotate")):
        answer = stranger.open(f"/v1/keys/{path}{tail}", method=method, headers=headers)
        assert answer.status_code == 404


def test_the_key_of_the_examples_is_of_the_right_form() -> None:
    assert id_of(EXAMPLES["IssuedKey"]["key"]) == EXAMPLES["IssuedKey"]["id"]
