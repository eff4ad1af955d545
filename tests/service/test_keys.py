"""Access with keys: which routes need which scope, refused keys, and /v1/keys itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from claims.access import LOCAL, Action, Scope, make_secret, parse_key, write_key
from claims.errors import InvalidInput
from claims.settings import Settings
from claims.store import connect
from claims.store.connection import StoreConnection
from claims.store.redis_store import RedisStore
from service.api.example_answers import EXAMPLES
from service.app import create_app
from service.auth import CHALLENGE
from service.binding import check_binding
from service.caller import find_need
from service.issuing import create_key, rotate_key
from service.tokens import WrongTokens, attach_wrong_tokens
from tests.contracts import steps
from tests.contracts.steps import pass_time
from tests.service.conftest import TOKEN
from tests.stack.servers import embedded_server

OPEN = {"health.livez", "login.show_login", "login.log_in"}
FOR_ALL = {"health.explain_problem", "openapi.spec", "login.log_out"}
HOUR_S = 3600.0
ALL = tuple(Scope)

WRITES = {
    *("articles.submit_article", "articles.recheck_article", "articles.set_article_schedule"),
    *("articles.delete_article_schedule", "claims.submit_claim", "claims.submit_claims"),
    *("claims.recheck_claims", "claims.recheck_claim", "claims.add_sources", "claims.set_schedule"),
    *("claims.remove_sources", "articles.add_article_sources", "articles.remove_article_sources"),
    *("dashboard.replace_article_sources", "dashboard.replace_claim_sources"),
    *("claims.delete_schedule", "claims.set_claim_tags", "articles.set_article_tags"),
    *("articles.delete_article", "articles.cancel_article", "claims.delete_claim"),
    *("claims.cancel_claim", "claims.correct", "failed.retry", "verify.verify_claim"),
    *("sources.replace_source", "sources.delete_source"),
    *("dashboard.submit_article", "dashboard.submit_claim", "dashboard.recheck_claim"),
    *("dashboard.schedule_claim", "source_pages.register_source", "source_pages.change_source"),
    *("source_pages.remove_source", "dashboard.show_article_forms", "dashboard.show_claim_forms"),
    *("dashboard.recheck_article", "dashboard.end_article", "dashboard.tag_whole_article"),
    *("dashboard.remove_article", "dashboard.end_claim", "dashboard.tag_one_claim"),
    *("dashboard.reword_claim", "dashboard.remove_claim", "dashboard.read_claim"),
    *("claims.read_claim", "reader.catch_up"),
}
"""The routes that a key with `write` opens. Those of keys and audit log need `admin`, others
`read`."""


@pytest.fixture
def guarded(make_app: Callable[..., APIFlask]) -> APIFlask:
    """An app that needs a key on loopback as well; wrong keys are never slowed down."""
    app = make_app(Settings(require_key=True, allowed_hosts=""))
    attach_wrong_tokens(app, WrongTokens(clock=iter(range(0, 10**9, 3600)).__next__))
    return app


@pytest.fixture
def stranger(guarded: APIFlask) -> FlaskClient:
    return guarded.test_client(use_cookies=False)


def make_key(store: RedisStore, *scopes: Scope, name: str = "desk", days: int | None = None) -> str:
    """Make a key and return its text."""
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    return create_key(
        store, name=name, scopes=scopes or ALL, expires_at=expires_at, actor=LOCAL
    ).key


def id_of(key: str) -> str:
    parts = parse_key(key)
    assert parts is not None
    return parts[0]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}".encode().decode("latin-1")}


def routes(app: APIFlask) -> Iterator[tuple[str, str, str]]:
    """Yield (endpoint, method, path) of every route, with a sample of each parameter."""
    samples = {
        "article": "a_1",
        "claim": "c_1",
        "key": "0a1b2c3d",
        "sha256": "0" * 64,
        "source": "office",
        "webhook": f"w_{0:032x}",
        "event": "1-0",
        "int": "1",
    }
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:(\w+):)?\w+>", lambda m: samples.get(m[1], "x"), rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not rule.endpoint.endswith("static"):
                yield rule.endpoint, method, path


# --- scopes -----------------------------------------------------------------------------------


def test_every_route_declares_its_scope(app: APIFlask) -> None:
    for endpoint, method, path in routes(app):
        if endpoint in OPEN | FOR_ALL:
            assert find_need(app, endpoint) is None, path
            continue
        expected = Scope.READ
        if endpoint in WRITES:
            expected = Scope.WRITE
        elif path.startswith(("/v1/keys", "/v1/audit", "/v1/webhooks", "/webhooks", "/reader")):
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


def test_what_is_not_there_needs_no_scope(stranger: FlaskClient, store: RedisStore) -> None:
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


# --- refused keys -----------------------------------------------------------------------------


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
    rotate_key(store, id_of(key), grace=timedelta(0), actor=LOCAL)
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
def test_an_ended_key_opens_no_route_and_is_told_so(
    guarded: APIFlask, stranger: FlaskClient, store: RedisStore, kind: str, words: str
) -> None:
    key = make_key(store, days=1)
    assert stranger.get("/v1/claims", headers=bearer(key)).status_code == 200
    if kind == "revoked":
        store.api_keys.revoke(id_of(key), actor=LOCAL)
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
    store.api_keys.revoke(id_of(key), actor=LOCAL)
    statuses = {client.get("/v1/claims", headers=bearer(key)).status_code for _ in range(20)}
    assert statuses == {401}


def test_a_use_is_shown_and_written_at_most_once_a_minute(
    stranger: FlaskClient, store: RedisStore
) -> None:
    key = make_key(store)
    assert store.api_keys.find(id_of(key)).key.last_used_at is None
    stranger.get("/v1/claims", headers=bearer(key))
    first = store.api_keys.find(id_of(key)).key.last_used_at
    assert first is not None
    for _ in range(3):
        stranger.get("/v1/claims", headers=bearer(key))
    assert store.api_keys.find(id_of(key)).key.last_used_at == first
    pass_time(store, 61)
    stranger.get("/v1/claims", headers=bearer(key))
    last = store.api_keys.find(id_of(key)).key.last_used_at
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


# --- without a key ----------------------------------------------------------------------------


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
    store.api_keys.revoke(id_of(made.json["key"]), actor=LOCAL)
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
def test_what_comes_through_a_proxy_needs_a_key_before_there_is_any(
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
    store.api_keys.revoke(id_of(admin), actor=LOCAL)
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


# --- /v1/keys ---------------------------------------------------------------------------------


def create(client: FlaskClient, key: str, **body: object) -> TestResponse:
    return client.post("/v1/keys", json={"name": "job"} | body, headers=bearer(key))


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
def test_what_is_no_key_is_not_found(stranger: FlaskClient, store: RedisStore, path: str) -> None:
    headers = bearer(make_key(store))
    for method, tail in (("GET", ""), ("DELETE", ""), ("POST", "/rotate")):
        answer = stranger.open(f"/v1/keys/{path}{tail}", method=method, headers=headers)
        assert answer.status_code == 404


def test_the_key_of_the_examples_is_of_the_right_form() -> None:
    assert id_of(EXAMPLES["IssuedKey"]["key"]) == EXAMPLES["IssuedKey"]["id"]


# --- /v1/audit --------------------------------------------------------------------------------


def test_every_change_is_listed_with_the_key_that_made_it(
    stranger: FlaskClient, store: RedisStore
) -> None:
    admin, desk = make_key(store, name="admin"), make_key(store, name="Ben")
    headers = bearer(desk) | {"X-Request-Id": "request-0001"}
    claim = stranger.post("/v1/claims", json={"text": "Eleven died."}, headers=headers).json["id"]
    stranger.post("/v1/articles", json={"text": "Eleven died."}, headers=headers)
    path = f"/v1/claims/{claim}"
    stranger.put(f"{path}/schedule", json={"every": "P1D"}, headers=headers)
    stranger.delete(f"{path}/schedule", headers=headers)
    stranger.put("/v1/sources/office", json={"domains": ["a.example"]}, headers=headers)
    stranger.delete("/v1/sources/office?by=Ada", headers=headers)
    entries = stranger.get(f"/v1/audit?actor={id_of(desk)}", headers=bearer(admin)).json["items"]
    assert [entry["action"] for entry in entries] == [
        "source.deleted",
        "source.put",
        "schedule.deleted",
        "schedule.set",
        "article.submitted",
        "claim.submitted",
    ]
    assert {entry["actor_name"] for entry in entries} == {"Ben"}
    assert {entry["request_id"] for entry in entries} == {"request-0001"}
    assert {entry["address"] for entry in entries} == {"127.0.0.1"}
    assert entries[-1]["object"] == claim
    assert list(entries[0]) == list(EXAMPLES["AuditList"]["items"][0])
    # The record of the source has the name of the key, or the name that was submitted.
    changes = stranger.get("/v1/sources/office/changes", headers=headers).json["items"]
    assert [change["by"] for change in changes] == ["Ben", "Ada"]


def test_a_key_with_write_fills_the_log_by_one_entry_for_one_request(
    stranger: FlaskClient, store: RedisStore
) -> None:
    admin, desk = make_key(store, name="admin"), make_key(store, Scope.WRITE, name="desk")
    headers = bearer(desk)
    article = stranger.post("/v1/articles", json={"text": "It rained."}, headers=headers).json["id"]
    ids = steps.extract(store, article, claims=50)
    path = f"/v1/articles/{article}/schedule"
    for every in ("P1D", "P2D", "P1D"):
        put = stranger.put(path, json={"every": every}, headers=headers)
        assert put.status_code == 200
    found = stranger.get(f"/v1/audit?actor={id_of(desk)}", headers=bearer(admin)).json["items"]
    assert [entry["action"] for entry in found] == ["schedule.set"] * 3 + ["article.submitted"]
    assert {entry["object"] for entry in found} == {article}
    assert found[0]["count"] == 50
    assert found[0]["objects"] == list(ids)
    of_one = stranger.get(f"/v1/audit?object={ids[7]}", headers=bearer(admin)).json["items"]
    assert of_one == found[:3]


def test_without_a_key_a_change_of_a_source_needs_a_name(client: FlaskClient) -> None:
    put = client.put("/v1/sources/office", json={"domains": ["a.example"]})
    assert (put.status_code, put.json["errors"][0]["pointer"]) == (422, "/by")
    named = {"domains": ["a.example"], "by": "Ada"}
    assert client.put("/v1/sources/office", json=named).status_code == 200
    delete = client.delete("/v1/sources/office")
    assert (delete.status_code, delete.json["errors"][0]["parameter"]) == (422, "by")
    (entry,) = client.get("/v1/audit?action=source.put").json["items"]
    assert (entry["actor"], entry["actor_name"]) == ("local", "local")


def test_the_audit_log_is_read_in_pieces(client: FlaskClient, store: RedisStore) -> None:
    for number in range(5):
        client.post("/v1/claims", json={"text": f"{number} died."})
    seen: list[str] = []
    path: str | None = "/v1/audit?limit=2&action=claim.submitted&since=2026-01-01"
    while path:
        answer = client.get(path)
        seen += [entry["object"] for entry in answer.json["items"]]
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json["next"] is None)
        path = link and link.partition("<")[2].partition(">")[0]
    assert seen == [entry.id for entry in store.list_claims(limit=9).items]
    (entry,) = client.get(f"/v1/audit?object={seen[3]}").json["items"]
    assert (entry["object"], entry["action"]) == (seen[3], "claim.submitted")
    assert client.get(f"/v1/audit?object={seen[3]}&until={entry['at']}").json["items"] == []


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("cursor=x", 400, "cursor"),
        ("cursor=", 400, "cursor"),
        ("action=claim.eaten", 422, "action"),
        (f"actor={'x' * 41}", 422, "actor"),
        ("limit=0", 422, "limit"),
        ("limit=201", 422, "limit"),
        ("since=1", 422, "since"),
        ("until=never", 422, "until"),
        ("object=", 422, "object"),
    ],
)
def test_a_wrong_question_to_the_audit_log_is_refused(
    client: FlaskClient, query: str, status: int, parameter: str
) -> None:
    answer = client.get(f"/v1/audit?{query}")
    assert answer.status_code == status
    assert answer.json["errors"][0]["parameter"] == parameter


def test_a_cursor_of_another_list_is_refused(client: FlaskClient, store: RedisStore) -> None:
    for text in ("One died.", "Two died."):
        client.post("/v1/claims", json={"text": text})
    of_claims = client.get("/v1/claims?limit=1").json["next"]
    of_audit = client.get("/v1/audit?limit=1").json["next"]
    wrong = [
        f"/v1/audit?cursor={of_claims}",
        f"/v1/audit?action=claim.submitted&cursor={of_audit}",
        f"/v1/claims?cursor={of_audit}",
        "/v1/audit?cursor=1764400000000-0",
    ]
    for path in wrong:
        answer = client.get(path)
        assert (answer.status_code, answer.json["type"]) == (400, "/problems/invalid-cursor")
        assert "not one that this list gave for this filter" in answer.json["errors"][0]["detail"]
