"""All errors have the same JSON shape, whatever raised them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask import abort
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.exceptions import default_exceptions
from werkzeug.test import TestResponse

from claims.settings import Settings
from claims.store.redis_store import RedisStore, connect
from claims.types import Queue
from service.app import create_app
from service.problems.problem_answers import REFUSAL, Problem
from service.problems.problem_types import PROBLEM_TYPES
from tests.service.conftest import TOKEN
from tests.service.work import judge_claim
from tests.stack.servers import embedded_server

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ANSWERS: dict[str, Callable[[FlaskClient], TestResponse]] = {
    "malformed-json": lambda c: c.post("/v1/claims", data="{", content_type="application/json"),
    "invalid-cursor": lambda c: c.get("/v1/articles?cursor=x"),
    "unknown-host": lambda c: c.get("/livez", headers={"Host": "evil.example"}),
    "forbidden": lambda c: c.post("/v1/claims", headers={"Origin": "https://evil.example"}),
    "not-found": lambda c: c.get("/v1/claims/c_none"),
    "method-not-allowed": lambda c: c.delete("/v1/articles"),
    "too-large": lambda c: c.post(
        "/v1/claims", data=b" " * 4_000_000, content_type="application/json"
    ),
    "unsupported-media": lambda c: c.post("/v1/claims", data="text"),
    "invalid-request": lambda c: c.post("/v1/claims", json={}),
    "not-checkable": lambda c: c.post("/v1/claims", json={"text": "Is the library open?"}),
}
NO_SUCH = [
    ("GET", "/nowhere"),
    ("GET", "/v1/nowhere"),
    ("GET", "/v1/claims/"),
    ("GET", "/v1/claims/a_0123"),
    ("GET", "/v1/claims/c_%00"),
    ("GET", "/v1/claims/c_" + "a" * 3000),
    ("GET", "/v1/claims/c_none/history"),
    ("POST", "/v1/claims/c_none/recheck"),
    ("DELETE", "/v1/claims/c_none/schedule"),
    ("GET", "/v1/articles/a_none"),
    ("GET", "/v1/articles/../claims"),
    ("GET", "/problems/none"),
]


def assert_problem(answer: TestResponse, name: str, status: int | None = None) -> None:
    problem = answer.json
    assert answer.mimetype == "application/problem+json"
    assert problem["type"] == f"/problems/{name}"
    assert problem["title"] == PROBLEM_TYPES[name].title
    assert problem["status"] == answer.status_code == (status or PROBLEM_TYPES[name].status)
    assert problem["detail"]
    assert problem["instance"] == answer.headers["X-Request-Id"]
    assert set(problem) <= {"type", "title", "status", "detail", "instance", "errors"}
    for error in problem.get("errors", []):
        assert error.keys() in ({"pointer", "detail"}, {"parameter", "detail"}, {"detail"})
        assert error.get("parameter") != ""
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r"Traceback|\.py\b|claims\.|service\.|redis", answer.text)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_error_of_each_kind_has_the_shape(client: FlaskClient, name: str) -> None:
    assert_problem(ANSWERS[name](client), name)


@pytest.mark.parametrize(("method", "path"), NO_SUCH)
def test_a_route_or_record_that_does_not_exist_is_not_found(
    client: FlaskClient, method: str, path: str
) -> None:
    assert_problem(client.open(path, method=method), "not-found")


def test_a_schedule_for_no_claim_is_not_found(client: FlaskClient) -> None:
    assert_problem(client.put("/v1/claims/c_none/schedule", json={"every": "P1D"}), "not-found")


@pytest.mark.parametrize("status", sorted(default_exceptions))
def test_every_error_of_the_framework_has_the_shape(
    make_app: Callable[..., APIFlask], settings: Settings, status: int
) -> None:
    app = make_app(settings)
    app.add_url_rule("/aborts", view_func=lambda: abort(status))
    answer = app.test_client().get("/aborts")
    assert answer.status_code == status
    assert_problem(answer, answer.json["type"].removeprefix("/problems/"), status)


def test_an_unforeseen_error_tells_nothing_and_is_logged_once(
    make_app: Callable[..., APIFlask], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    app = make_app(settings)

    def fail() -> None:
        raise RuntimeError("the password is 1234")

    app.add_url_rule("/fails", view_func=fail)
    answer = app.test_client().get("/fails")
    assert_problem(answer, "internal")
    assert "1234" not in answer.text
    output = capsys.readouterr()
    assert (output.out + output.err).count("unforeseen_error") == 1


def test_a_full_queue_is_said_with_the_time_to_come_back(
    store_url: str, store: RedisStore, settings: Settings
) -> None:
    small = connect(store_url, queue_max=2)
    client = create_app(settings, store=small, notify=lambda: None).test_client()
    judged = client.post("/v1/claims", json={"text": "Eleven died."}).json["id"]
    judge_claim(small, judged)
    answers = [client.post("/v1/claims", json={"text": "Eleven died."}) for _ in range(3)]
    answers.append(client.post(f"/v1/claims/{judged}/recheck"))
    small.close()
    assert [answer.status_code for answer in answers] == [202, 202, 503, 503]
    for answer in answers[2:]:
        assert_problem(answer, "queue-full")
        assert int(answer.headers["Retry-After"]) > 0


def test_a_store_that_is_down_is_said_on_every_route_and_heals(
    tmp_path: Path, settings: Settings
) -> None:
    with embedded_server(tmp_path / "data") as url:
        store = connect(url)
        client = create_app(settings, store=store, notify=lambda: None).test_client()
        claim = client.post("/v1/claims", json={"text": "Eleven died."}).headers["Location"]
    for method, path, body in (
        ("POST", "/v1/articles", {"text": "Eleven died."}),
        ("POST", "/v1/claims", {"text": "Eleven died."}),
        ("GET", "/v1/articles", None),
        ("GET", claim, None),
        ("GET", f"{claim}?wait=5", None),
        ("POST", f"{claim}/recheck", None),
        ("GET", "/readyz", None),
    ):
        answer = client.open(path, method=method, json=body)
        assert_problem(answer, "store-down")
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/livez").status_code == 200
    with embedded_server(tmp_path / "data"):
        assert client.get(claim).status_code == 200
        store.close()


def test_a_store_that_would_lose_data_is_not_ready(client: FlaskClient, store: RedisStore) -> None:
    store.beat("w@test", ttl_s=60, queues=Queue, has_judge=True)
    assert client.get("/readyz").json["status"] == "ready"
    store.connection.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        answer = client.get("/readyz")
    finally:
        store.connection.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
    assert_problem(answer, "store-unsafe")
    assert "noeviction" in answer.json["errors"][0]["detail"]


def test_every_kind_explains_itself_at_its_type(client: FlaskClient) -> None:
    for name, kind in PROBLEM_TYPES.items():
        assert client.get(f"/problems/{name}").json == {
            "type": f"/problems/{name}",
            "title": kind.title,
            "status": kind.status,
            "advice": kind.advice,
        }


def test_a_missing_token_has_the_shape(make_app: Callable[..., APIFlask]) -> None:
    client = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts="")).test_client()
    answer = client.get("/v1/claims")
    assert_problem(answer, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", ["bad-request", "request-timeout", "header-too-large"])
@pytest.mark.parametrize("path", ["/", "/v1/claims", "/nowhere"])
def test_every_request_refused_by_the_server_is_answered_with_a_problem(
    client: FlaskClient, name: str, path: str
) -> None:
    # Host and token were not read; a check of them would replace the error of the server.
    environ = {REFUSAL: name, "HTTP_HOST": "unknown.example"}
    assert_problem(client.get(path, environ_overrides=environ), name)


def test_a_request_refused_by_the_server_is_answered_with_a_page_for_a_browser(
    client: FlaskClient,
) -> None:
    answer = client.get("/", environ_overrides={REFUSAL: "header-too-large"}, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (431, "text/html")
    assert PROBLEM_TYPES["header-too-large"].advice in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_kind_that_does_not_exist_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        Problem("no-such-kind")
