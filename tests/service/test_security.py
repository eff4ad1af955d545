"""Checks of every request (Host, Origin, peer address), headers of every answer, request ids."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import structlog
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.settings import Settings
from claims.store import RedisStore
from service.app import create_app
from tests.service.conftest import TOKEN

CLAIM = {"text": "Eleven died."}


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8400", "LOCALHOST:1", "localhost.", "127.0.0.1:8400", "[::1]:8400"],
)
def test_loopback_names_are_known_with_any_port(client: FlaskClient, host: str) -> None:
    assert client.get("/livez", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8400",
        "localhost@evil.example",
        "localhost,evil.example",
        "localhost:80:80",
        "0.0.0.0",
        "",
        "é",
    ],
)
def test_other_names_are_refused_on_every_route(client: FlaskClient, host: str) -> None:
    for path in ("/", "/livez", "/v1/claims", "/openapi.json", "/nowhere"):
        answer = client.get(path, headers={"Host": host.encode().decode("latin-1")})
        assert answer.status_code == 400
        assert answer.json["type"] == "/problems/unknown-host"


def test_the_bound_host_and_the_allowed_hosts_are_known(make_app: Callable[..., APIFlask]) -> None:
    settings = Settings(
        api_token=SecretStr(TOKEN), allowed_hosts="assay.example, News.Example:443,[2001:db8::1]"
    )
    client = make_app(settings, host="192.168.1.5").test_client()
    for host in ("192.168.1.5:8400", "assay.example", "news.example", "[2001:db8::1]:80"):
        assert client.get("/livez", headers={"Host": host}).status_code == 200
    assert client.get("/livez", headers={"Host": "192.168.1.6"}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:8400", "Host": "127.0.0.1:8400"},
        {"Origin": "https://localhost", "Host": "localhost:443"},
        {},
    ],
    ids=str,
)
def test_the_own_pages_and_programs_may_post(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/v1/claims", json=CLAIM, headers=headers).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_page_of_another_site_may_change_nothing(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    path = client.post("/v1/claims", json=CLAIM).headers["Location"]
    for method, target in (
        ("POST", "/claims"),
        ("POST", "/v1/claims"),
        ("POST", "/v1/articles"),
        ("POST", f"{path}/recheck"),
        ("PUT", f"{path}/schedule"),
        ("DELETE", f"{path}/schedule"),
    ):
        assert client.open(target, method=method, headers=headers).status_code == 403
    assert len(client.get("/v1/claims").json["items"]) == 1


def test_without_a_token_only_this_machine_is_served(client: FlaskClient) -> None:
    elsewhere = {"REMOTE_ADDR": "192.168.1.7"}
    assert client.get("/v1/claims", environ_base=elsewhere).status_code == 401
    assert client.get("/livez", environ_base=elsewhere).status_code == 200
    for here in ("127.0.0.1", "::1", "::ffff:127.0.0.1", ""):
        assert client.get("/v1/claims", environ_base={"REMOTE_ADDR": here}).status_code == 200


def test_a_forwarded_address_is_not_believed(client: FlaskClient) -> None:
    headers = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "localhost"}
    elsewhere = {"REMOTE_ADDR": "192.168.1.7"}
    assert client.get("/v1/claims", headers=headers, environ_base=elsewhere).status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/v1/claims", "/openapi.json", "/nowhere", "/static/x"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Permissions-Policy" in headers
    assert "Access-Control-Allow-Origin" not in headers
    assert "Strict-Transport-Security" not in headers
    assert "Strict-Transport-Security" in client.get(path, base_url="https://localhost").headers


@pytest.mark.parametrize("given", ["abcdefgh", "0f1e2d3c-4b5a", "A" * 64])
def test_a_well_formed_request_id_is_kept(client: FlaskClient, given: str) -> None:
    assert client.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["short", "a" * 65, "with space", "new\\nline", '{"a": 1}', ""])
def test_another_request_id_is_replaced(client: FlaskClient, given: str) -> None:
    made = client.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{16}", made)


# --- the log lines of requests -----------------------------------------------------------------


def count_lines(client: FlaskClient, *requests: tuple[str, str]) -> int:
    """The number of log lines of these requests."""
    with structlog.testing.capture_logs() as lines:
        for method, path in requests:
            client.open(path, method=method)
    return [line["event"] for line in lines].count("request")


def test_polls_have_a_log_line_only_on_request(settings: Settings, store: RedisStore) -> None:
    quiet = create_app(settings, store=store, notify=lambda: None).test_client()
    claim = quiet.post("/v1/claims", json={"text": "Eleven died."})
    path = claim.headers["Location"]
    polls = [("GET", "/livez"), ("GET", "/v1/changes"), ("GET", path), ("HEAD", path)]
    assert count_lines(quiet, *polls) == 0
    talkative = settings.model_copy(update={"log_polls": True})
    client = create_app(talkative, store=store, notify=lambda: None).test_client()
    assert count_lines(client, *polls) == len(polls)


def test_an_answer_that_nothing_is_new_is_a_poll_on_every_route(
    client: FlaskClient, store: RedisStore
) -> None:
    etag = client.get("/").headers["ETag"]
    with structlog.testing.capture_logs() as lines:
        assert client.get("/", headers={"If-None-Match": etag}).status_code == 304
    assert lines == []


def test_a_request_that_is_no_poll_or_fails_has_a_log_line(client: FlaskClient) -> None:
    others = [
        ("GET", "/v1/claims"),
        ("POST", "/v1/claims"),
        ("GET", "/v1/claims/c_0"),
        ("GET", "/"),
    ]
    assert count_lines(client, *others) == len(others)
