"""POST /v1/articles with only_claims: exactly these are checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.pipeline import extract_article
from claims.ports import WorkItem
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, Stage
from tests.claims.samples import NOON, page
from tests.service.dashboard.steps import OnePage
from tests.service.work import judge_claim, lease

TEXT = "The library of Norrbeck opened in 1987. It has 40,000 books. What a fine place it is!"
EDITED = {"text": "The library owns 40,000 books.", "sentence": "It has 40,000 books."}
ADDED = {"text": "The town pays for the library.", "claimant": "A. Berg"}
KEPT = {"text": "The library of Norrbeck opened in 1987."}


def submit(client: FlaskClient, *claims: dict[str, str], **more: Any) -> Any:
    body = {"text": TEXT, "only_claims": list(claims)} | more
    return client.post("/v1/articles", json=body)


def read_article(store: RedisStore, article_id: str) -> None:
    """What the worker does with an article."""
    new = store.get_article(ArticleId(article_id)).new
    read = extract_article(new, pages=store, fetcher=OnePage(page()), now=NOON)
    assert store.commit_extraction(lease(store, WorkItem(Stage.EXTRACT, article_id, 1)), read)


def test_exactly_the_listed_claims_are_checked_in_their_order(
    client: FlaskClient, store: RedisStore
) -> None:
    accepted = submit(client, ADDED, EDITED)
    assert accepted.status_code == 202
    read_article(store, accepted.json["id"])
    article = client.get(accepted.headers["Location"]).json
    added, edited = article["claims"]
    assert (added["text"], added["claimant"], added["span"]) == (*ADDED.values(), None)
    start, end = edited["span"]
    assert (edited["text"], edited["sentence"]) == (EDITED["text"], TEXT[start:end])
    assert TEXT[start:end] == EDITED["sentence"]
    assert article["only_listed"] is True
    assert [one["reason"] for one in article["not_checked"]] == ["left-out", "opinion"]


def test_claims_of_a_preview_sent_back_are_the_claims_that_extraction_finds(
    client: FlaskClient, store: RedisStore
) -> None:
    found = client.post("/v1/articles/preview", json={"text": TEXT}).json
    assert len(found["claims"]) == 2
    names = ("text", "sentence", "claimant")
    listed = [{name: claim[name] for name in names} for claim in found["claims"]]
    articles = []
    for accepted in (submit(client, *listed), client.post("/v1/articles", json={"text": TEXT})):
        read_article(store, accepted.json["id"])
        articles.append(client.get(accepted.headers["Location"]).json)
    chosen, automatic = articles
    for claim in (*chosen["claims"], *automatic["claims"]):
        for own in ("id", "article_id", "created_at", "repeats"):
            del claim[own]
    assert chosen["claims"] == automatic["claims"]
    assert chosen["not_checked"] == automatic["not_checked"]
    assert (chosen["only_listed"], automatic["only_listed"]) == (True, False)


def test_listed_claim_is_checked_again_and_exported_like_any_other(
    client: FlaskClient, store: RedisStore
) -> None:
    article_id = submit(client, EDITED).json["id"]
    read_article(store, article_id)
    (claim,) = client.get(f"/v1/articles/{article_id}").json["claims"]
    judge_claim(store, claim["id"])
    assert client.get(f"/v1/articles/{article_id}").json["status"] == "done"
    assert client.post(f"/v1/articles/{article_id}/recheck").json["items"] == [
        {"id": claim["id"], "check": 2}
    ]
    report = client.get(f"/v1/export?format=html&article={article_id}").text
    assert EDITED["text"] in report


def test_listed_claim_that_cannot_be_checked_is_refused_at_its_place_unless_forced(
    client: FlaskClient,
) -> None:
    wrong = [KEPT, {"text": "When did it open?"}, {"text": "Die Stadt bezahlt die Bücherei."}]
    refused = submit(client, *wrong)
    assert (refused.status_code, refused.json["type"]) == (422, "/problems/not-checkable")
    pointers = [error["pointer"] for error in refused.json["errors"]]
    assert pointers == ["/only_claims/1/text", "/only_claims/2/text"]
    assert client.get("/v1/articles").json["items"] == []
    assert submit(client, *wrong, force=True).status_code == 202


def test_no_more_claims_are_listed_than_an_article_may_have(
    make_app: Callable[..., APIFlask],
) -> None:
    client = make_app(Settings(article_claims=1, allowed_hosts="")).test_client()
    refused = submit(client, KEPT, EDITED)
    assert refused.status_code == 422
    assert refused.json["errors"] == [
        {"pointer": "/only_claims", "detail": "too many items: 2, maximum 1"}
    ]
    assert submit(client, KEPT).status_code == 202


def test_claims_beside_those_found_and_instead_of_them_are_not_both_taken(
    client: FlaskClient,
) -> None:
    refused = submit(client, KEPT, claims=["The town pays."])
    assert refused.status_code == 422 and "not both" in refused.json["detail"]


def test_other_listed_claims_are_another_content_and_another_body(client: FlaskClient) -> None:
    first = submit(client, KEPT).json
    assert submit(client, KEPT).json["repeats"] == first["id"]
    assert submit(client, EDITED).json["repeats"] is None
    assert client.post("/v1/articles", json={"text": TEXT}).json["repeats"] is None
    for body, status in (([KEPT], 202), ([KEPT], 202), ([EDITED], 422)):
        answer = client.post(
            "/v1/articles",
            json={"text": TEXT, "only_claims": body},
            headers={"Idempotency-Key": "k"},
        )
        assert answer.status_code == status
