"""ASSAY_CORS_ORIGINS: pages of other sites use the API with a key, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.access import Scope
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from service.access.browser_sessions import SESSION_COOKIE
from service.access.issuing import create_key

DESK = "https://desk.example.org"
ALLOWED = f"{DESK}:443, http://cms.example.org:8080"
BODY = {"text": "Eleven people died."}


@pytest.fixture
def client(make_app: Callable[..., APIFlask]) -> FlaskClient:
    """Of an app that needs no key on this machine."""
    return make_app(Settings(allowed_hosts="", cors_origins=ALLOWED)).test_client()


@pytest.fixture
def key(store: RedisStore) -> dict[str, str]:
    scopes = [Scope.READ, Scope.WRITE]
    issued = create_key(store, name="desk", scopes=scopes, expires_at=None)
    return {"Authorization": f"Bearer {issued.key}"}


def of_site(origin: str) -> dict[str, str]:
    """The headers that a browser adds to a request of a page of another site."""
    return {"Origin": origin, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}


@pytest.mark.parametrize("origin", [DESK, "http://cms.example.org:8080"])
def test_a_page_of_an_allowed_site_submits_and_reads_with_a_key(
    client: FlaskClient, key: dict[str, str], origin: str
) -> None:
    asked = of_site(origin) | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    preflight = client.options("/v1/claims", headers=asked)
    assert (preflight.status_code, preflight.data) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Origin"] == origin
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key", "if-match"} <= set(allowed)
    submitted = client.post("/v1/claims", json=BODY, headers=of_site(origin) | key)
    assert submitted.status_code == 202
    read = client.get(submitted.headers["Location"], headers=of_site(origin) | key)
    assert read.json["text"] == BODY["text"]
    for answer in (submitted, read):
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in answer.headers["Vary"]
        assert {"ETag", "Location"} <= set(
            answer.headers["Access-Control-Expose-Headers"].split(", ")
        )
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_errors_can_be_read_as_well(client: FlaskClient, key: dict[str, str]) -> None:
    wrong = client.post("/v1/claims", json={}, headers=of_site(DESK) | key)
    assert wrong.status_code == 422
    nobody = client.get("/v1/claims", headers=of_site(DESK) | {"Authorization": "Bearer assay_x"})
    assert nobody.status_code == 401
    for answer in (wrong, nobody, client.get("/v1/nothing", headers=of_site(DESK) | key)):
        assert answer.headers["Access-Control-Allow-Origin"] == DESK


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer something"}])
def test_a_page_of_an_allowed_site_is_not_this_machine(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert client.post("/v1/claims", json=BODY).status_code == 202
    assert client.post("/v1/claims", json=BODY, headers=of_site(DESK) | headers).status_code == 401
    assert client.get("/v1/claims", headers=of_site(DESK) | headers).status_code == 401


def test_the_session_of_a_browser_is_not_for_pages_of_other_sites(
    make_app: Callable[..., APIFlask], key: dict[str, str]
) -> None:
    settings = Settings(allowed_hosts="", require_key=True, cors_origins=ALLOWED)
    browser = make_app(settings).test_client()
    token = key["Authorization"].removeprefix("Bearer ")
    browser.post("/login", data={"token": token}, headers={"Origin": "http://localhost"})
    assert browser.get_cookie(SESSION_COOKIE) is not None
    assert browser.get("/v1/claims").status_code == 200
    assert browser.get("/v1/claims", headers=of_site(DESK)).status_code == 401
    assert browser.post("/v1/claims", json=BODY, headers=of_site(DESK)).status_code == 401


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://desk.example.org",
        f"{DESK}:8443",
        f"{DESK}.evil.example",
        "null",
    ],
)
def test_a_site_that_is_not_named_is_refused_as_before(
    client: FlaskClient, key: dict[str, str], origin: str
) -> None:
    answer = client.post("/v1/claims", json=BODY, headers=of_site(origin) | key)
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")
    asked = of_site(origin) | {"Access-Control-Request-Method": "POST"}
    for refused in (answer, client.options("/v1/claims", headers=asked)):
        assert "Access-Control-Allow-Origin" not in refused.headers


def test_the_pages_of_the_dashboard_belong_to_no_other_site(
    client: FlaskClient, key: dict[str, str], store: RedisStore
) -> None:
    sent = client.post("/claims", data=BODY, headers=of_site(DESK) | key)
    assert sent.status_code == 403
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=of_site(DESK)).headers
    assert store.list_claims(limit=1).items == ()


def test_the_service_itself_stays_its_own_site_when_it_is_named(
    make_app: Callable[..., APIFlask],
) -> None:
    own = "http://localhost"
    client = make_app(Settings(allowed_hosts="", cors_origins=own)).test_client()
    assert client.post("/v1/claims", json=BODY, headers={"Origin": own}).status_code == 202


def test_without_the_setting_no_site_is_named(
    make_app: Callable[..., APIFlask], key: dict[str, str]
) -> None:
    client = make_app(Settings(allowed_hosts="")).test_client()
    assert client.post("/v1/claims", json=BODY, headers=of_site(DESK) | key).status_code == 403
    answer = client.get("/v1/claims", headers=of_site(DESK) | key)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" not in answer.headers.get("Vary", "")
