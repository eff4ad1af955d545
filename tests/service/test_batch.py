"""Batches of claims, all claims of an article, and sources added later, over HTTP."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.settings import Settings
from claims.store import RedisStore, connect
from claims.types import ArticleId, ClaimId
from service.api.strict_json import BATCH_BYTES_MAX
from service.app import create_app
from tests.service.conftest import Notices
from tests.service.work import extract_article, judge_claim

TEXT = "The library opened in 1987. A fine place!"


def submit(client: FlaskClient, *claims: object, key: str | None = None) -> TestResponse:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/v1/claims/batch", json={"claims": claims}, headers=headers)


def rows(*texts: str) -> list[dict[str, Any]]:
    return [{"text": text, "claimed_at": "2026-01-04"} for text in texts]


def assert_nothing_is_kept(client: FlaskClient) -> None:
    assert client.get("/v1/claims").json["items"] == []


# --- a batch ------------------------------------------------------------------------------------


def test_a_batch_is_answered_in_its_order_with_links_that_lead_somewhere(
    client: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    answer = submit(client, *rows("Eleven died.", "Twelve died."))
    assert answer.status_code == 202
    texts = [client.get(item["links"]["self"]).json["text"] for item in answer.json["items"]]
    assert texts == ["Eleven died.", "Twelve died."]
    assert [item["status"] for item in answer.json["items"]] == ["queued"] * 2
    assert {item.id for item in notices.items} == {item["id"] for item in answer.json["items"]}
    stored = store.get_claim(ClaimId(answer.json["items"][0]["id"]))
    assert str(stored.record.claimed_at) == "2026-01-04"


def test_the_same_key_gives_the_same_ids_and_another_body_is_refused(client: FlaskClient) -> None:
    first = submit(client, *rows("a", "b"), key="k")
    assert submit(client, *rows("a", "b"), key="k").json == first.json
    other = submit(client, *rows("a", "c"), key="k")
    assert (other.status_code, other.json["type"]) == (422, "/problems/idempotency-mismatch")
    assert len(client.get("/v1/claims").json["items"]) == 2


@pytest.mark.parametrize(
    ("claims", "pointers"),
    [
        ([], ["/claims"]),
        (None, ["/claims"]),
        (["Eleven died."], ["/claims/0"]),
        ([*rows("a", "b"), {}], ["/claims/2/text"]),
        (
            [*rows("a"), {"text": " "}, {"text": "c", "colour": 1}],
            ["/claims/1/text", "/claims/2/colour"],
        ),
        (
            [*rows("a"), {"text": "b", "sources": ["https://a.example/", "x"]}],
            ["/claims/1/sources/1"],
        ),
        (rows("a") * 501, ["/claims"]),
    ],
    ids=range(7),
)
def test_one_bad_row_refuses_all_and_is_named_by_its_index(
    client: FlaskClient, claims: object, pointers: list[str]
) -> None:
    answer = client.post("/v1/claims/batch", json={"claims": claims})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == pointers
    assert_nothing_is_kept(client)


def test_a_batch_beyond_the_queue_is_refused_as_a_whole(client: FlaskClient) -> None:
    answer = submit(client, *rows("a") * 101, key="k")
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/queue-full")
    assert int(answer.headers["Retry-After"]) > 0
    assert_nothing_is_kept(client)


def test_five_hundred_long_claims_fit_into_a_batch(
    store_url: str, store: RedisStore, settings: Settings
) -> None:
    store.connection.command("FLUSHALL")
    large = connect(store_url, queue_max=1000)
    client = create_app(settings, store=large, notify=lambda: None).test_client()
    claims = [
        {"text": f"Claim {n} says that eleven died.", "context": "a" * 9000} for n in range(500)
    ]
    began = time.monotonic()
    assert submit(client, *claims).status_code == 202
    assert time.monotonic() - began < 30
    listed = client.get("/v1/claims?limit=200").json["items"]
    large.close()
    assert listed[0]["title"] == "Claim 0 says that eleven died."


@pytest.mark.parametrize(("path", "status"), [("/v1/claims/batch", 422), ("/v1/claims", 413)])
def test_only_a_batch_may_be_larger_than_three_mebibytes(
    client: FlaskClient, path: str, status: int
) -> None:
    body = json.dumps({"claims": [{"text": "a" * 4_000_000}]})
    answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == status
    large = client.post(path, data=b" " * (BATCH_BYTES_MAX + 1), content_type="application/json")
    assert (large.status_code, large.json["type"]) == (413, "/problems/too-large")


# --- all claims of an article -------------------------------------------------------------------


@pytest.fixture
def article(client: FlaskClient, store: RedisStore) -> str:
    """The path of an article with one claim, which is judged."""
    path = str(client.post("/v1/articles", json={"text": TEXT}).headers["Location"])
    extract_article(store, path.rpartition("/")[2], TEXT)
    judge_claim(store, client.get(path).json["claims"][0]["id"])
    return path


def test_an_article_is_checked_again_with_all_its_claims(
    client: FlaskClient, article: str, notices: Notices
) -> None:
    claim = client.get(article).json["claims"][0]["id"]
    answer = client.post(f"{article}/recheck")
    found = {"items": [{"id": claim, "check": 2}], "next": None}
    assert (answer.status_code, answer.json) == (202, found)
    assert answer.headers["Location"] == article
    assert notices.items[-1].id == claim


def test_an_articles_schedule_is_that_of_all_its_claims(client: FlaskClient, article: str) -> None:
    body = {"every": "PT6H", "until": "2100-01-01T00:00:00Z"}
    answer = client.put(f"{article}/schedule", json=body)
    assert (answer.status_code, answer.json) == (
        200,
        {
            "id": article.rpartition("/")[2],
            **body,
            "adaptive": None,
            "at": None,
            "zone": "UTC",
            "quiet": None,
            "paused": False,
            "claims": 1,
        },
    )
    (claim,) = client.get(article).json["claims"]
    assert claim["schedule"]["every"] == "PT6H"
    assert client.delete(f"{article}/schedule").status_code == 204
    (claim,) = client.get(article).json["claims"]
    assert claim["schedule"] is None
    past = client.put(f"{article}/schedule", json={"every": "P1D", "until": "2020-01-01T00:00:00Z"})
    assert [error["pointer"] for error in past.json["errors"]] == ["/until"]


def test_an_article_whose_claims_are_not_known_yet_is_a_conflict(client: FlaskClient) -> None:
    path = client.post("/v1/articles", json={"text": TEXT}).headers["Location"]
    for answer in (
        client.post(f"{path}/recheck"),
        client.put(f"{path}/schedule", json={"every": "P1D"}),
        client.delete(f"{path}/schedule"),
    ):
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/not-extracted")
        assert "is queued" in answer.json["detail"]
    missing = ArticleId("a_none")
    assert client.post(f"/v1/articles/{missing}/recheck").status_code == 404
    assert client.delete(f"/v1/articles/{missing}/schedule").status_code == 404


# --- sources added later ------------------------------------------------------------------------


def test_sources_are_added_to_a_claim(client: FlaskClient, store: RedisStore) -> None:
    claim = submit(client, {"text": "a", "sources": ["https://a.example/"]}).json["items"][0]["id"]
    added = {"sources": ["https://b.example/", "https://a.example"]}
    for _ in range(2):
        answer = client.post(f"/v1/claims/{claim}/sources", json=added)
        assert answer.json == {"id": claim, "sources": ["https://a.example/", "https://b.example/"]}
    assert len(store.get_claim(ClaimId(claim)).options.sources) == 2


@pytest.mark.parametrize(
    ("sources", "pointer"),
    [
        ([], "/sources"),
        (["notes.txt"], "/sources/0"),
        ([f"https://{n}.example/" for n in range(50)], "/sources"),
        ([f"https://{n}.example/" for n in range(51)], "/sources"),
    ],
    ids=range(4),
)
def test_sources_that_cannot_be_added_are_refused(
    client: FlaskClient, sources: list[str], pointer: str
) -> None:
    claim = submit(client, {"text": "a", "sources": ["https://a.example/"]}).json["items"][0]["id"]
    answer = client.post(f"/v1/claims/{claim}/sources", json={"sources": sources})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    missing = client.post("/v1/claims/c_none/sources", json={"sources": ["https://a.example/"]})
    assert missing.status_code == 404
