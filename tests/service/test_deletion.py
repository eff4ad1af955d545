"""Deleting, cancelling and correcting over HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from claims.store.redis_store import RedisStore
from claims.types import ClaimId, Queue
from tests.service.conftest import Notices
from tests.service.work import extract_article, judge_claim

TEXT = "The library opened in 1987. A fine place!"


@pytest.fixture
def claim(client: FlaskClient) -> str:
    """The path of a claim."""
    body = {
        "text": "Eleven people died.",
        "context": "A ferry sank.",
        "claimant": "The mayor",
        "claimed_at": "2025-09-04",
        "as_of": "2025-09-05",
        "sources": ["https://a.example/"],
        "every": "P1D",
        "priority": "bulk",
    }
    return str(client.post("/v1/claims", json=body).headers["Location"])


@pytest.fixture
def article(client: FlaskClient, store: RedisStore) -> str:
    """The path of an article with one claim."""
    path = str(client.post("/v1/articles", json={"text": TEXT}).headers["Location"])
    extract_article(store, path.rpartition("/")[2], TEXT)
    return path


def test_a_deleted_claim_is_gone_on_every_route_and_its_evidence_too(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    judge_claim(store, claim.rpartition("/")[2])
    page = client.get(f"{claim}/checks/1").json["gathered"]["pages"][0]["sha256"]
    answer = client.delete(claim)
    assert (answer.status_code, answer.data) == (204, b"")
    for method, path, body in (
        ("GET", "", None),
        ("GET", "?wait=1", None),
        ("GET", "/history", None),
        ("GET", "/checks/1", None),
        ("POST", "/recheck", None),
        ("PUT", "/schedule", {"every": "P1D"}),
        ("DELETE", "/schedule", None),
        ("POST", "/sources", {"sources": ["https://a.example/"]}),
        ("POST", "/cancel", None),
        ("POST", "/correct", {"text": "Twelve died."}),
    ):
        gone = client.open(f"{claim}{path}", method=method, json=body)
        assert (gone.status_code, gone.json["type"]) == (410, "/problems/gone"), path
        assert "was deleted on 20" in gone.json["detail"]
    assert client.get("/v1/claims").json["items"] == []
    store.forget(keep_s=None, limit=10)
    assert client.get(f"/v1/pages/{page}").status_code == 404
    assert client.delete(claim).status_code == 204


def test_the_pages_of_the_dashboard_say_that_it_was_deleted(
    client: FlaskClient, claim: str
) -> None:
    client.delete(claim)
    page = client.get(claim.removeprefix("/v1"))
    assert page.status_code == 410
    assert "was deleted on" in page.text


def test_a_deleted_article_takes_its_claims_with_it(client: FlaskClient, article: str) -> None:
    (claim,) = client.get(article).json["claims"]
    assert client.delete(article).status_code == 204
    for method, path in (
        ("GET", article),
        ("POST", f"{article}/recheck"),
        ("POST", f"{article}/cancel"),
        ("DELETE", f"{article}/schedule"),
        ("GET", f"/v1/claims/{claim['id']}"),
    ):
        assert client.open(path, method=method).status_code == 410, path
    assert client.get("/v1/articles").json["items"] == client.get("/v1/claims").json["items"] == []
    assert client.delete(article).status_code == 204


def test_a_claim_of_an_article_is_deleted_alone(client: FlaskClient, article: str) -> None:
    before = client.get(article)
    client.delete(f"/v1/claims/{before.json['claims'][0]['id']}")
    after = client.get(article, headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json["claims"], after.json["status"]) == (200, [], "done")


def test_deleting_a_record_that_never_existed_is_not_found(client: FlaskClient) -> None:
    for path in ("/v1/claims/c_none", "/v1/articles/a_none"):
        assert client.delete(path).status_code == 404
        assert client.post(f"{path}/cancel").status_code == 404


def test_a_claim_is_cancelled(client: FlaskClient, store: RedisStore, claim: str) -> None:
    claim_id = claim.rpartition("/")[2]
    assert client.post(f"{claim}/cancel").json == {"id": claim_id, "cancelled": 1}
    shape = client.get(claim).json
    assert (shape["status"], shape["error"]["code"]) == ("failed", "cancelled")
    assert shape["error"]["fault"] == "cancelled"  # retrying what failed leaves it alone
    assert client.post("/v1/failed/retry").json["claims"] == 0
    assert client.post(f"{claim}/cancel").json == {"id": claim_id, "cancelled": 0}
    assert client.post(f"{claim}/recheck").json["check"] == 2
    judge_claim(store, claim_id, check=2)
    client.post(f"{claim}/recheck")
    assert client.post(f"{claim}/cancel").json["cancelled"] == 1
    shape = client.get(claim).json
    assert (shape["status"], shape["verdict"]["check"], shape["error"]) == ("judged", 2, None)


def test_an_article_is_cancelled(client: FlaskClient, article: str) -> None:
    assert client.post(f"{article}/cancel").json["cancelled"] == 1
    shape = client.get(article).json
    assert shape["status"] == "done"
    assert shape["claims"][0]["error"]["code"] == "cancelled"


def test_a_corrected_wording_is_a_new_claim_with_the_fields_of_the_old_one(
    client: FlaskClient, store: RedisStore, claim: str, notices: Notices
) -> None:
    old_id = claim.rpartition("/")[2]
    judge_claim(store, old_id)
    answer = client.post(f"{claim}/correct", json={"text": "Twelve people died."})
    assert answer.status_code == 202
    new_id = answer.json["id"]
    assert answer.headers["Location"] == answer.json["links"]["self"] == f"/v1/claims/{new_id}"
    old, new = client.get(claim).json, client.get(f"/v1/claims/{new_id}").json
    assert (old["corrected_by"], old["corrects"], old["status"]) == (new_id, None, "judged")
    assert (new["corrected_by"], new["corrects"], new["status"]) == (None, old_id, "queued")
    assert (old["schedule"], new["schedule"]["every"]) == (None, "P1D")
    kept = ("claimant", "claimed_at", "as_of")
    assert [new[name] for name in kept] == [old[name] for name in kept]
    stored = store.get_claim(ClaimId(new_id))
    assert (stored.context, stored.options.sources) == ("A ferry sank.", ("https://a.example/",))
    assert stored.options.priority is None
    assert notices.items[-1].id == new_id


def test_a_correction_may_change_the_other_fields_too(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    body = {"text": "a", "claimant": "The minister", "sources": ["https://b.example/"]}
    new = client.post(f"{claim}/correct", json=body).headers["Location"]
    assert client.get(new).json["claimant"] == "The minister"
    stored = store.get_claim(ClaimId(new.rpartition("/")[2]))
    assert stored.options.sources == ("https://b.example/",)


def test_a_corrected_claim_answers_with_the_one_that_corrects_it(
    client: FlaskClient, claim: str
) -> None:
    headers = {"Idempotency-Key": "k"}
    first = client.post(f"{claim}/correct", json={"text": "Twelve died."}, headers=headers)
    again = client.post(f"{claim}/correct", json={"text": "Twelve died."}, headers=headers)
    assert again.json == first.json
    for answer in (
        client.post(f"{claim}/correct", json={"text": "Thirteen died."}),
        client.post(f"{claim}/recheck"),
        client.put(f"{claim}/schedule", json={"every": "P1D"}),
        client.post(f"{claim}/sources", json={"sources": ["https://b.example/"]}),
        client.delete(f"{claim}/sources?source=https://b.example/"),
    ):
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/corrected")
        assert first.json["id"] in answer.json["detail"]
    recheck = client.post(
        f"{claim.removeprefix('/v1')}/recheck", headers={"Origin": "http://localhost"}
    )
    assert recheck.status_code == 409
    other = client.post(f"{claim}/correct", json={"text": "Ten died."}, headers=headers)
    assert other.json["type"] == "/problems/idempotency-mismatch"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({}, "/text"), ({"text": " "}, "/text"), ({"text": "a", "corrects": "c_1"}, "/corrects")],
)
def test_a_correction_that_is_no_claim_is_refused(
    client: FlaskClient, claim: str, body: dict[str, object], pointer: str
) -> None:
    answer = client.post(f"{claim}/correct", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert client.get(claim).json["corrected_by"] is None


def test_a_worker_that_is_late_finds_the_claim_gone(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    lease = store.take(Queue.FETCH, worker="w", ttl_s=60)
    assert lease is not None
    client.delete(claim)
    assert not store.renew(lease, ttl_s=60)
    assert store.take(Queue.FETCH, worker="w", ttl_s=60) is None
