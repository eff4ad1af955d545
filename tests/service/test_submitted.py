"""What was submitted is read back, changed, told apart from its repetition, and superseded."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from claims.ports import ClaimFilter
from claims.shapes import from_json
from claims.store import RedisStore
from claims.types import ClaimRecord, VerdictLabel
from tests.service.work import extract_article, judge_claim

TEXT = "The library opened in 1987. A fine place!"
A, B = "https://a.example/one", "https://b.example/two"
CLAIM: dict[str, Any] = {
    "text": "Eleven people died.",
    "context": "In the storm, eleven people died.",
    "claimant": "The mayor",
    "claimed_at": "2026-01-04",
    "as_of": "2026-01-05",
    "sources": [A, B],
    "every": "P1D",
    "priority": "bulk",
    "tags": ["City"],
}


def submit(client: FlaskClient, body: dict[str, Any], kind: str = "claims", **headers: str) -> Any:
    answer = client.post(f"/v1/{kind}", json=body, headers=headers)
    assert answer.status_code == 202, answer.json
    return answer.json


# --- read back ----------------------------------------------------------------------------------


def test_every_field_of_a_submitted_claim_is_read_back(client: FlaskClient) -> None:
    address = submit(client, CLAIM)["links"]["self"]
    found = client.get(address).json
    assert {name: found[name] for name in CLAIM} == CLAIM
    assert found["created_at"].endswith("Z")
    assert submit(client, {name: found[name] for name in CLAIM})["repeats"] == found["id"]


def test_every_option_of_a_submitted_article_is_read_back_with_its_claims(
    client: FlaskClient, store: RedisStore
) -> None:
    options = {"as_of": "2026-01-05", "sources": [A], "every": "P1D", "priority": "bulk"}
    body = {"text": TEXT, "title": "t", "published_at": "2026-01-04", "tags": ["City"], **options}
    article = submit(client, body, "articles")
    extract_article(store, article["id"], TEXT)
    found = client.get(article["links"]["self"]).json
    assert {name: found[name] for name in body} == body
    assert found["created_at"].endswith("Z")
    (claim,) = found["claims"]
    assert {name: claim[name] for name in options} == options
    assert claim["created_at"] >= found["created_at"]


# --- sources ------------------------------------------------------------------------------------


def test_sources_are_added_and_removed_and_the_tag_changes(client: FlaskClient) -> None:
    address = submit(client, {"text": "a", "sources": [A]})["links"]["self"]
    first = client.get(address)
    assert client.post(f"{address}/sources", json={"sources": [B]}).json["sources"] == [A, B]
    second = client.get(address)
    assert second.json["sources"] == [A, B]
    assert second.headers["ETag"] != first.headers["ETag"]
    removed = client.delete(f"{address}/sources?source={quote(A)}")
    assert (removed.status_code, removed.json["sources"]) == (200, [B])
    assert client.delete(f"{address}/sources?source={quote(A)}").json["sources"] == [B]
    assert client.get(address).json["sources"] == [B]
    actions = [entry["action"] for entry in client.get("/v1/audit").json["items"]]
    assert actions == ["sources.removed", "sources.added", "claim.submitted"]


def test_sources_of_an_article_change_with_those_of_its_claims(
    client: FlaskClient, store: RedisStore
) -> None:
    article = submit(client, {"text": TEXT, "sources": [A]}, "articles")
    address = article["links"]["self"]
    early = client.post(f"{address}/sources", json={"sources": [B]})
    assert (early.status_code, early.json["type"]) == (409, "/problems/not-extracted")
    extract_article(store, article["id"], TEXT)
    assert client.post(f"{address}/sources", json={"sources": [B]}).json["sources"] == [A, B]
    found = client.get(address).json
    assert [found["sources"], found["claims"][0]["sources"]] == [[A, B], [A, B]]
    both = f"source={quote(A)}&source={quote(B)}"
    assert client.delete(f"{address}/sources?{both}").json["sources"] == []
    assert client.get(address).json["claims"][0]["sources"] == []


@pytest.mark.parametrize(
    ("query", "parameter"), [("", "source"), ("?source=", "source"), ("?source=a%20b", "source")]
)
def test_an_invalid_source_is_refused_and_named(
    client: FlaskClient, query: str, parameter: str
) -> None:
    address = submit(client, {"text": "a"})["links"]["self"]
    refused = client.delete(f"{address}/sources{query}")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["parameter"].startswith(parameter)


# --- submitted again ----------------------------------------------------------------------------


def test_a_claim_submitted_again_is_stored_and_the_answer_links_the_one_before(
    client: FlaskClient,
) -> None:
    first = submit(client, CLAIM)
    assert (first["repeats"], "repeats" in first["links"]) == (None, False)
    again = submit(client, CLAIM | {"tags": ["Sport"]})
    assert again["id"] != first["id"]
    assert again["repeats"] == first["id"]
    assert client.get(again["links"]["repeats"]).json["id"] == first["id"]
    assert client.get(again["links"]["self"]).json["repeats"] == first["id"]
    assert submit(client, CLAIM | {"sources": [A]})["repeats"] is None
    assert len(client.get("/v1/claims").json["items"]) == 3


def test_the_same_request_once_more_is_answered_as_before(client: FlaskClient) -> None:
    key = {"Idempotency-Key": "k"}
    first = submit(client, CLAIM, **key)
    assert submit(client, CLAIM, **key) == first
    again = submit(client, CLAIM)
    assert again["repeats"] == first["id"]
    assert submit(client, CLAIM, **key) == first


def test_a_batch_and_a_correction_name_the_submission_that_they_repeat(client: FlaskClient) -> None:
    first = submit(client, CLAIM)
    batch = submit(client, {"claims": [CLAIM, {"text": "b"}]}, "claims/batch")["items"]
    assert [item["repeats"] for item in batch] == [first["id"], None]
    assert batch[0]["links"]["repeats"] == first["links"]["self"]
    other = submit(client, CLAIM | {"text": "Twelve people died."})
    corrected = client.post(f"{other['links']['self']}/correct", json={"text": CLAIM["text"]})
    assert corrected.json["repeats"] == batch[0]["id"]


def test_an_article_submitted_again_names_the_one_before(client: FlaskClient) -> None:
    first = submit(client, {"text": TEXT, "sources": [A]}, "articles")
    again = submit(client, {"text": TEXT, "sources": [A], "title": "t"}, "articles")
    assert (first["repeats"], again["repeats"]) == (None, first["id"])
    assert again["links"]["repeats"] == first["links"]["self"]
    assert client.get(again["links"]["self"]).json["repeats"] == first["id"]
    client.delete(first["links"]["self"])
    assert client.get(again["links"]["self"]).json["repeats"] is None


# --- superseded, and in full --------------------------------------------------------------------


def list_ids(client: FlaskClient, query: str) -> list[str]:
    listed = [item["id"] for item in client.get(f"/v1/claims?{query}").json["items"]]
    exported = client.get(f"/v1/claims/export?{query}").json["items"]
    assert [item["id"] for item in exported] == listed
    return listed


def test_a_corrected_claim_is_left_out_unless_it_is_asked_for(
    client: FlaskClient, store: RedisStore
) -> None:
    old = submit(client, CLAIM)
    judge_claim(store, old["id"], label=VerdictLabel.REFUTED)
    assert list_ids(client, "label=REFUTED") == [old["id"]]
    new = client.post(f"{old['links']['self']}/correct", json={"text": "Twelve died."}).json
    assert list_ids(client, "label=REFUTED") == []
    assert list_ids(client, "label=REFUTED&superseded=include") == [old["id"]]
    assert list_ids(client, "superseded=only") == [old["id"]]
    assert list_ids(client, "superseded=include") == [new["id"], old["id"]]
    (entry,) = client.get("/v1/claims?superseded=only").json["items"]
    assert entry["corrected_by"] == new["id"]
    assert client.get("/v1/claims?superseded=yes").status_code == 422


def test_an_article_counts_no_corrected_claim_in_any_of_its_forms(
    client: FlaskClient, store: RedisStore
) -> None:
    article = submit(client, {"text": TEXT}, "articles")
    extract_article(store, article["id"], TEXT)
    address = article["links"]["self"]
    (claim,) = client.get(address).json["claims"]
    judge_claim(store, claim["id"])

    def read_summaries() -> list[Any]:
        forms = (address, f"{address}?without_credibility=1")
        listed = client.get("/v1/articles").json["items"][0]
        return [*(client.get(form).json["summary"] for form in forms), listed["summary"]]

    assert read_summaries() == [{"SUPPORTED": 1}] * 3
    client.post(f"/v1/claims/{claim['id']}/correct", json={"text": "It opened in 1978."})
    assert read_summaries() == [{}] * 3
    (shown,) = client.get(address).json["claims"]
    assert shown["corrected_by"] and shown["verdict"]
    assert client.get("/v1/articles?label=SUPPORTED").json["items"] == []


def test_claims_in_full_are_those_of_their_own_routes(
    client: FlaskClient, store: RedisStore
) -> None:
    text = "It rained. " * 80
    article = submit(client, {"text": TEXT, "title": "t " * 200, "tags": ["City"]}, "articles")
    extract_article(store, article["id"], TEXT)
    single = submit(client, {"text": text})
    judge_claim(store, single["id"])
    seen, address = [], "/v1/claims/export?limit=1"
    while address:
        page = client.get(address)
        seen += page.json["items"]
        address = page.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert [item["id"] for item in seen] == [
        entry.id for entry in store.list_claims(ClaimFilter(), limit=9).items
    ]
    for item in seen:
        of_article = item.pop("article_title"), item.pop("article_tags")
        assert item == client.get(f"/v1/claims/{item['id']}").json
        expected = ("t " * 200, ["City"]) if item["article_id"] else (None, [])
        assert of_article == expected
    assert seen[0]["text"] == text
    assert from_json(ClaimRecord, seen[0]).verdict is not None
