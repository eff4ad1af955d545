"""The look at the claims of a text before it is sent, on the form that sends it."""

from __future__ import annotations

from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.ports import ALL_ARTICLES
from claims.store.redis_store import RedisStore
from service.api.waiting import EXTENSION
from service.operations.fields import PREVIEW_CHARS
from tests.service.dashboard.html import text_of, texts_of
from tests.service.dashboard.test_forms import errors_of, place_of, send

TEXT = "The library of Norrbeck opened in 1987. What a fine place it is!\n\nIs it open?"


def look(browser: FlaskClient, *, status: int = 200, **fields: str) -> BeautifulSoup:
    answer = send(browser, "/articles", look="1", **fields)
    assert answer.status_code == status, answer.text
    return BeautifulSoup(answer.text, "lxml")


def test_claims_and_what_is_not_checked_are_shown_before_the_text_is_sent(
    browser: FlaskClient, store: RedisStore
) -> None:
    page = look(browser, text=TEXT, sources="https://a.example/", tags="City")
    assert text_of(page, "#preview h2") == "1 claim in this text"
    assert texts_of(page, "#preview ol > li") == ["The library of Norrbeck opened in 1987."]
    assert len(page.select("#preview .not-checked li")) == 2
    assert not store.list_articles(ALL_ARTICLES, limit=1).items
    typed = {field["name"]: field.text.strip() for field in page.select("#submit-article textarea")}
    assert typed["text"] == TEXT and typed["sources"] == "https://a.example/"
    assert typed["tags"] == "City"
    answer = send(browser, "/articles", text=typed["text"], sources=typed["sources"])
    assert answer.status_code == 303 and place_of(answer).startswith("/articles/a_")


def test_claim_that_is_known_here_links_to_its_page(browser: FlaskClient) -> None:
    body = {"text": "The library of Norrbeck opened in 1987."}
    known = browser.post("/v1/claims", json=body).json["id"]
    (link,) = look(browser, text=TEXT).select("#preview ol a")
    assert link["href"] == f"/claims/{known}" and link.text == "Already known here"


def test_text_without_a_claim_says_so(browser: FlaskClient) -> None:
    page = look(browser, text="Is it open on Mondays? Who knows?")
    assert text_of(page, "#preview h2") == "No claims in this text"
    assert page.select("#preview details[open]")


def test_what_is_wrong_is_said_and_what_was_typed_stays(browser: FlaskClient) -> None:
    for fields, field in (
        ({"url": "https://news.example/1"}, "article-url"),
        ({"text": "It rained. " * (PREVIEW_CHARS // 10)}, "article-text"),
        ({"text": TEXT, "claims": "Is it open?"}, "article-claims"),
        ({"text": TEXT, "published_at": "soon"}, "article-published-at"),
    ):
        answer = send(browser, "/articles", look="1", tags="City", **fields)
        assert answer.status_code == 422 and list(errors_of(answer)) == [field]
        page = BeautifulSoup(answer.text, "lxml")
        assert not page.select("#preview") and text_of(page, "#article-tags") == "City"


def test_form_stays_while_another_text_is_read(browser: FlaskClient, app: APIFlask) -> None:
    with app.extensions[EXTENSION].slot_to_preview():
        page = look(browser, status=422, text=TEXT)
    assert "reading another text" in text_of(page, "#errors")
    assert page.select_one("#article-text").text.strip() == TEXT


def test_hostile_text_stays_text(browser: FlaskClient) -> None:
    hostile = "The library <script>alert(1)</script> of Norrbeck opened in 1987."
    page = look(browser, text=hostile)
    assert not [tag for tag in page.select("script") if "alert" in tag.text]
