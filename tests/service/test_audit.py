"""/v1/audit: which changes it lists, with whom, and how it is read."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from claims.access import Scope
from claims.store.redis_store import RedisStore
from service.api.example_answers import EXAMPLES
from tests.contracts import steps
from tests.service.keys import bearer, id_of, make_key


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
