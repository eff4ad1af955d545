"""Query parameters of /v1: only those in /openapi.json are accepted; only lists more than once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import SecretStr

from claims.settings import Settings
from claims.store import RedisStore
from claims.types import Queue
from tests.service.conftest import TOKEN

SEGMENTS = {
    "webhook_id": f"w_{0:032x}",
    "alert_id": f"n_{0:032x}",
    "event_id": "1-0",
    "article_id": "a_1",
    "claim_id": "c_1",
    "check": "1",
    "sha256": "0" * 64,
    "key_id": "0" * 8,
    "tag": "City",
}
GOOD = {
    "limit": "1",
    "format": "md",
    "page": "https://desk.example.org/checks/1",
    "unreviewed": "1",
    "cursor": "",
    "wait": "0",
    "without_credibility": "1",
    "by": "J. Holm",
    "label": "REFUTED",
    "status": "queued",
    "tag": "City",
    "site": "a.example",
    "q": "rain",
    "since": "2026-01-05",
    "until": "2026-01-06T00:00:00Z",
    "article": "a_1",
    "claimant": "J. Holm",
    "min_confidence": "0.5",
    "superseded": "include",
    "reader": "agrees",
    "ask_reader": "never",
    "review": "signed",
    "assignee": "A. Berg",
    "changed_since": "2026-01-05",
    "days": "7",
    "source": "https://a.example/",
    "sort": "newest",
    "type": "verdict.created",
    "claim": "c_1",
    "before": "1764400000000-0",
    "grace": "PT1H",
    "actor": "local",
    "action": "key.created",
    "object": "c_1",
    "key": "none",
}


def test_a_route_without_a_body_refuses_one(client: FlaskClient) -> None:
    paths: dict[str, Any] = client.get("/openapi.json").json["paths"]
    bodiless = [
        (method.upper(), re.sub(r"{(\w+)}", lambda m: SEGMENTS.get(m[1], "any"), path))
        for path, methods in paths.items()
        for method, operation in methods.items()
        if path.startswith("/v1/") and method != "get" and "requestBody" not in operation
    ]
    assert len(bodiless) >= 12
    for method, path in bodiless:
        answer = client.open(path, method=method, json={"sources": [], "a/b": 1})
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-request"), path
        assert [error["pointer"] for error in answer.json["errors"]] == ["/sources", "/a~1b"]
        listed = client.open(path, method=method, json=[1])
        assert [error["pointer"] for error in listed.json["errors"]] == [""]
        form = client.open(path, method=method, data={"sources": "x"})
        assert (form.status_code, form.json["type"]) == (415, "/problems/unsupported-media")
        broken = client.open(path, method=method, data="{", content_type="application/json")
        assert broken.json["type"] == "/problems/malformed-json"


def test_an_empty_body_is_none(client: FlaskClient) -> None:
    path = client.post("/v1/claims", json={"text": "Eleven died."}).headers["Location"]
    for body in ({"data": b"", "content_type": "application/json"}, {"json": {}}):
        assert client.post(f"{path}/recheck", **body).status_code == 202
    assert client.delete(path, json={}).status_code == 204


def operations(client: FlaskClient) -> Iterator[tuple[str, str, dict[str, bool]]]:
    """Yield (method, path, query parameters) of each operation of /v1 in /openapi.json.

    Of each parameter, whether it is a list.
    """
    paths: dict[str, Any] = client.get("/openapi.json").json["paths"]
    for path, methods in paths.items():
        for method, operation in methods.items():
            if path.startswith("/v1/"):
                where = re.sub(r"{(\w+)}", lambda m: SEGMENTS.get(m[1], "any"), path)
                described = {
                    p["name"]: p["schema"].get("type") == "array"
                    for p in operation["parameters"]
                    if p["in"] == "query"
                }
                yield method.upper(), where, described


def test_every_route_refuses_parameters_that_it_does_not_describe(client: FlaskClient) -> None:
    seen = list(operations(client))
    assert len(seen) >= 16
    for method, path, described in seen:
        answer = client.open(f"{path}?unheard=1", method=method)
        assert answer.status_code == 422, (method, path)
        assert answer.mimetype == "application/problem+json"
        assert answer.json["type"] == "/problems/invalid-request"
        (error,) = answer.json["errors"]
        assert error["parameter"] == "unheard"
        for name in described:
            assert name in error["detail"]


def test_every_route_takes_each_parameter_once(client: FlaskClient) -> None:
    for method, path, described in operations(client):
        for name, is_list in described.items():
            once, twice = f"{name}={GOOD[name]}", f"{name}={GOOD[name]}&{name}={GOOD[name]}"
            answer = client.open(f"{path}?{once}", method=method)
            assert "times" not in answer.text
            assert "no such parameter" not in answer.text
            answer = client.open(f"{path}?{twice}", method=method)
            if is_list:
                assert answer.status_code in (200, 202, 404)  # there is no claim to change
                continue
            (error,) = answer.json["errors"]
            assert error == {"parameter": name, "detail": "this is given 2 times: give it once"}


@pytest.mark.parametrize("value", ["%ff", "rain%C3", "%ED%A0%80", "\xff"])
def test_every_route_refuses_parameters_that_are_not_utf8(client: FlaskClient, value: str) -> None:
    """Percent-encoded or bare, also in halves of surrogate pairs."""
    for method, path, described in operations(client):
        for name in described:
            environ = {"QUERY_STRING": f"{name}={value}"}
            answer = client.open(path, method=method, environ_overrides=environ)
            assert answer.status_code == 422, (method, path, name)
            assert answer.mimetype == "application/problem+json"
            detail = "this is not UTF-8: send text in UTF-8"
            assert answer.json["errors"] == [{"parameter": name, "detail": detail}]


def test_a_name_that_is_not_utf8_is_named_by_its_bytes(client: FlaskClient) -> None:
    answer = client.get("/v1/claims?%ffq=rain&%C3%A9=%fe")
    assert [error["parameter"] for error in answer.json["errors"]] == ["\\xffq", "é"]


def test_a_filter_that_does_not_exist_gives_no_unfiltered_list(client: FlaskClient) -> None:
    answer = client.get("/v1/articles?claimant=Holm")
    assert answer.status_code == 422
    known = "cursor, label, limit, q, since, site, sort, status, tag, until"
    assert answer.json["errors"] == [
        {
            "parameter": "claimant",
            "detail": f"there is no such parameter; this route takes: {known}",
        }
    ]


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"cursor"}))
def test_an_empty_parameter_is_refused(client: FlaskClient, name: str) -> None:
    """None is taken for an absent one, which would give another list than was meant."""
    for method, path, described in operations(client):
        if name in described:
            answer = client.open(f"{path}?{name}=", method=method)
            assert answer.status_code == 422, (method, path)
            assert [error["parameter"] for error in answer.json["errors"]] == [name]


def test_nothing_is_accepted_with_an_unknown_parameter(client: FlaskClient) -> None:
    answer = client.post("/v1/claims?dry_run=1", json={"text": "Eleven people died."})
    assert answer.status_code == 422
    assert client.get("/v1/claims").json["items"] == []


def test_all_unknown_parameters_are_named_and_none_at_length(client: FlaskClient) -> None:
    query = "&".join(f"p{number}=1" for number in range(80))
    assert len(client.get(f"/v1/claims?{query}").json["errors"]) == 50
    assert len(client.get(f"/v1/claims?{'x' * 2000}=1").json["errors"][0]["parameter"]) == 200
    names = {e["parameter"] for e in client.get("/v1/claims?Limit=1&%20=&é=1").json["errors"]}
    assert names == {"Limit", " ", "é"}


def test_a_stranger_learns_of_no_parameter(make_app: Callable[..., APIFlask]) -> None:
    guarded = make_app(Settings(api_token=SecretStr(TOKEN), allowed_hosts="")).test_client()
    assert guarded.get("/v1/claims?label=x").status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/problems/internal", "/openapi.json", "/"])
def test_routes_outside_v1_ignore_unknown_parameters(
    client: FlaskClient, store: RedisStore, path: str
) -> None:
    store.beat("w@test", ttl_s=60, queues=Queue, has_judge=True)
    assert client.get(f"{path}?utm_source=x&utm_source=y").status_code == 200
