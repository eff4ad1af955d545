"""Articles over HTTP, on a real store: submission, shape of the answer, lists."""

from __future__ import annotations

import json

from flask.testing import FlaskClient

from claims.ports import WorkItem
from claims.shapes import from_text, to_json
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, ArticleRecord, Stage, VerdictLabel
from tests.service.conftest import Notices
from tests.service.work import extract_article, judge_claim

TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!"


def submit(client: FlaskClient, **fields: object) -> str:
    response = client.post("/v1/articles", json={"text": TEXT} | fields)
    assert response.status_code == 202, response.text
    return str(response.json["id"])


def test_a_submitted_article_can_be_followed_at_its_location(client: FlaskClient) -> None:
    response = client.post("/v1/articles", json={"text": TEXT})
    assert response.status_code == 202
    assert response.json.keys() == {"id", "status", "links", "repeats"}
    assert response.json["status"] == "queued"
    assert response.headers["Location"] == response.json["links"]["self"]
    assert client.get(response.headers["Location"]).json["text"] == TEXT


def test_all_fields_reach_the_store(client: FlaskClient, store: RedisStore) -> None:
    fields = {
        "title": "A title",
        "published_at": "2025-09-04",
        "as_of": "2025-09-05",
        "sources": ["https://a.example/one", "https://b.example/two"],
        "claims": ["The library opened in 1987."],
        "every": "P1D",
    }
    new = store.get_article(ArticleId(submit(client, **fields))).new
    assert new.text == TEXT
    kept = to_json(new) | to_json(new.options)
    assert {name: kept[name] for name in fields} == fields


def test_html_and_url_are_kept_as_submitted(client: FlaskClient, store: RedisStore) -> None:
    for name, content in (("html", "<p>Hello.</p>"), ("url", "https://a.example/news")):
        response = client.post("/v1/articles", json={name: content})
        assert response.status_code == 202
        new = store.get_article(ArticleId(response.json["id"])).new
        assert (new.text, getattr(new, name)) == (None, content)


def test_workers_are_notified_when_the_extraction_is_ready(
    client: FlaskClient, notices: Notices
) -> None:
    article_id = submit(client)
    assert notices.items == [WorkItem(Stage.EXTRACT, article_id, 1)]


def test_the_same_text_submitted_again_is_a_new_article(client: FlaskClient) -> None:
    assert submit(client) != submit(client)


def test_a_judged_article_is_written_in_the_shape_of_the_types(
    client: FlaskClient, store: RedisStore
) -> None:
    article_id = submit(client)
    extract_article(store, article_id, TEXT)
    claim_id = client.get(f"/v1/articles/{article_id}").json["claims"][0]["id"]
    judge_claim(store, claim_id, label=VerdictLabel.REFUTED)
    shape = client.get(f"/v1/articles/{article_id}").json
    assert to_json(from_text(ArticleRecord, json.dumps(shape))) == shape
    assert (shape["status"], shape["summary"]) == ("done", {"REFUTED": 1})
    start, end = shape["claims"][0]["span"]
    assert TEXT[start:end] == shape["claims"][0]["text"]
    assert shape["not_checked"][0]["reason"] == "opinion"


def test_lists_are_walked_by_cursor_newest_first_and_stable_under_inserts(
    client: FlaskClient,
) -> None:
    ids = [submit(client) for _ in range(5)]
    first = client.get("/v1/articles?limit=2")
    submit(client)
    assert first.headers["Link"].endswith('>; rel="next"')
    following = client.get(first.headers["Link"].split(">")[0].removeprefix("<"))
    last = client.get(f"/v1/articles?limit=2&cursor={following.json['next']}")
    walked = [item["id"] for piece in (first, following, last) for item in piece.json["items"]]
    assert walked == ids[::-1]
    assert last.json["next"] is None
    assert "Link" not in last.headers


def test_a_text_of_the_greatest_length_is_accepted_and_one_more_is_refused(
    client: FlaskClient,
) -> None:
    longest = ("Café 🏛 opened. " * 20_000)[:200_000]
    assert client.post("/v1/articles", json={"text": longest}).status_code == 202
    refused = client.post("/v1/articles", json={"text": "a" * 200_001})
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/text"


def test_the_address_of_an_article_is_on_the_web_and_not_on_a_shelf(client: FlaskClient) -> None:
    response = client.post("/v1/articles", json={"url": "shelf:press/archive/a.txt"})
    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == "/url"
