"""POST /v1/articles/preview: what a submission would check, without a trace of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.pipeline import extract_article
from claims.ports import NewArticle
from claims.settings import Settings
from claims.shapes import to_json
from claims.store.redis_store import RedisStore
from claims.types import ArticleId
from service.api.waiting import EXTENSION
from service.operations.fields import PREVIEW_CHARS
from tests.claims.samples import NOON, page
from tests.service.dashboard.steps import OnePage

TEXT = "The library of Norrbeck opened in 1987. What a fine place it is! Is it open on Mondays?"


def test_preview_has_the_claims_and_reasons_of_the_submission(
    client: FlaskClient, store: RedisStore
) -> None:
    body = {"text": TEXT, "published_at": "2026-01-04"}
    preview = client.post("/v1/articles/preview", json=body).json
    (claim,) = preview["claims"]
    assert claim["text"] == "The library of Norrbeck opened in 1987."
    assert (claim["span"], claim["claimed_at"], claim["known"]) == ([0, 38], "2026-01-04", None)
    new = NewArticle(id=ArticleId("a_1"), text=TEXT, published_at="2026-01-04")
    read = extract_article(new, pages=store, fetcher=OnePage(page()), now=NOON).extraction
    assert preview["not_checked"] == to_json(read)["not_checked"]
    assert [one["reason"] for one in preview["not_checked"]] == ["opinion", "question"]
    (of_article,) = to_json(read)["claims"]
    assert claim == {name: of_article.get(name) for name in claim}


def test_claims_beyond_the_limit_of_an_article_are_not_checked(
    make_app: Callable[..., APIFlask],
) -> None:
    more = " ".join(
        f"In {1900 + n} the library of Norrbeck bought {n + 3} ships." for n in range(4)
    )
    client = make_app(Settings(article_claims=3, allowed_hosts="")).test_client()
    preview = client.post("/v1/articles/preview", json={"text": more}).json
    assert len(preview["claims"]) == 3
    assert [one["reason"] for one in preview["not_checked"]] == ["beyond-limit"]


def test_preview_stores_nothing(client: FlaskClient, store: RedisStore) -> None:
    before = sorted(store.connection.command("KEYS", "*"))
    assert client.post("/v1/articles/preview", json={"text": TEXT}).status_code == 200
    assert sorted(store.connection.command("KEYS", "*")) == before


def test_claim_that_is_known_here_is_named(client: FlaskClient) -> None:
    other = {"text": "The library of Norrbeck opened in 1987, and burnt down in 1990."}
    assert client.post("/v1/claims", json=other).status_code == 202
    body = {"text": "the library of NORRBECK opened in 1987."}
    known = client.post("/v1/claims", json=body).json["id"]
    (claim,) = client.post("/v1/articles/preview", json={"text": TEXT}).json["claims"]
    assert claim["known"] == known


@pytest.mark.parametrize("size", [PREVIEW_CHARS + 1, 0])
def test_text_of_another_size_is_refused(client: FlaskClient, size: int) -> None:
    answer = client.post("/v1/articles/preview", json={"text": ("a " * size)[:size]})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/text"


def test_second_text_at_the_same_time_is_refused(app: APIFlask, client: FlaskClient) -> None:
    with app.extensions[EXTENSION].slot_to_preview():
        answer = client.post("/v1/articles/preview", json={"text": TEXT})
        assert answer.status_code == 503 and answer.json["type"] == "/problems/queue-full"
        assert int(answer.headers["Retry-After"]) > 0
    assert client.post("/v1/articles/preview", json={"text": TEXT}).status_code == 200
