"""Submitting and lists, polling for a newer version of a page, and addresses without a page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.ports import NewArticle, NewClaim
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, Claim, ClaimId, VerdictLabel
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of, texts_of

LISTS = ("/", "/articles", "/claims")
ELEVEN = Claim(text="Eleven people died.", sentence="Eleven people died.")


def test_first_page_gives_advice_when_nothing_was_submitted(show: Show) -> None:
    assert "Nothing has been submitted yet" in text_of(show("/"), "#today-empty")
    assert show("/").select("a.button[href='/submit']")
    forms = show("/submit").select("form[action='/articles'], form[action='/claims']")
    assert len(forms) == 2
    assert len(show("/submit").select(".submit > details[open]")) == 2


def test_link_in_the_address_of_the_form_is_that_of_the_article(show: Show) -> None:
    soup = show("/submit?url=https%3A%2F%2Fnews.example%2F%3Ca%3E%26b")
    (field,) = soup.select("#article-url")
    assert field["value"] == "https://news.example/<a>&b"
    assert len(show(f"/submit?url={'x' * 3000}").select_one("#article-url")["value"]) == 2000


def test_form_that_is_wrong_is_the_one_that_is_open(browser: FlaskClient) -> None:
    answer = browser.post("/claims", data={"text": " "}, headers={"Origin": "http://localhost"})
    opened = BeautifulSoup(answer.text, "lxml").select(".submit > details[open]")
    assert [form["id"] for form in opened] == ["submit-claim"]


def test_lists_have_articles_and_claims_with_their_verdicts(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    source = steps.keep_page(store)
    steps.judge(store, first.id, [steps.evidence_from(source)], label=VerdictLabel.SUPPORTED)
    articles, claims = show("/articles"), show("/claims")
    assert text_of(articles, "#article-list .row-title") == "A boat"
    assert text_of(articles, "#article-list .row-counts") == "1 supported"
    rows = texts_of(claims, "#claim-list li.row-claim")
    assert rows[0] == (
        "Eleven people died. Proposal: Supported Confidence 90 % "
        "Judged 5 Sep 2025, 12:00 UTC from A boat"
    )
    assert rows[1].startswith("The boat sank on Monday. Not judged yet Waiting… Submitted ")
    assert rows[1].endswith(" UTC from A boat")
    assert len(claims.select(f"#claim-list a[href='/articles/{steps.ARTICLE}']")) == 2
    assert claims.select_one(f"a[href='/claims/{second.id}']")


def test_lists_go_on_where_they_ended(show: Show, store: RedisStore) -> None:
    for number in range(60):
        text = f"Claim {number}."
        claim = Claim(text=text, sentence=text)
        store.submit_claim(NewClaim(id=ClaimId(f"c_{number}"), claim=claim))
    seen = []
    path = "/claims"
    while path:
        soup = show(path)
        seen += [a.get_text() for a in soup.select("#claim-list .row-title")]
        older = soup.select_one("#claim-list .older a")
        path = str(older["href"]) if older else ""
    assert seen == [f"Claim {number}." for number in reversed(range(60))]


def test_cursor_that_is_none_of_ours_is_answered_with_a_page(show: Show) -> None:
    for path in ("/claims", "/articles"):
        for cursor in ("nonsense", "a" * 3000):
            assert "cursor" in show(f"{path}?cursor={cursor}", status=400).get_text()


def test_the_list_says_that_claims_of_an_article_are_checked_again(
    show: Show, store: RedisStore
) -> None:
    for claim in steps.submit(store):
        steps.judge(store, claim.id)
    row = "#article-list .row-about"
    assert "Done" in text_of(show("/articles"), row)
    assert show("/articles").select("#article-list[data-busy]") == []
    store.recheck_claim(claim.id)
    assert "Checking again…" in text_of(show("/articles"), row)
    assert len(show("/articles").select("#article-list[data-busy]")) == 1
    store.cancel_claim(claim.id)
    assert "Done" in text_of(show("/articles"), row)


def test_the_lists_mark_repeated_submissions(show: Show, store: RedisStore) -> None:
    for number in (1, 2):
        new = NewArticle(id=ArticleId(f"a_{number}"), text="Eleven people died.")
        store.submit_article(new)
        store.submit_claim(NewClaim(id=ClaimId(f"c_{number}"), claim=ELEVEN))
    for name, path in (("articles", "/articles/a_1"), ("claims", "/claims/c_1")):
        repeated, first = show(f"/{name}").select(f"#{name[:-1]}-list .rows > li")
        assert [link.get_text() for link in repeated.select(f"a[href='{path}']")] == [
            "an earlier one"
        ]
        assert "repeats" not in first.get_text()


@pytest.mark.parametrize("path", ["/articles/a_1", "/claims/{claim}", *LISTS])
def test_page_that_did_not_change_is_not_sent_again(
    browser: FlaskClient, store: RedisStore, path: str
) -> None:
    claim = steps.submit(store)[0]
    path = path.format(claim=claim.id)
    first = browser.get(path)
    known = {"If-None-Match": first.headers["ETag"]}
    again = browser.get(path, headers=known)
    assert (again.status_code, again.data) == (304, b"")
    steps.judge(store, claim.id)
    changed = browser.get(path, headers=known)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("path", ["/articles/a_1", "/claims/{claim}", *LISTS])
def test_page_follows_itself_by_regions_that_have_an_id(
    show: Show, store: RedisStore, path: str
) -> None:
    path = path.format(claim=steps.submit(store)[0].id)
    soup = show(path)
    assert soup.body and soup.body["data-poll"] == path
    regions = soup.select("[data-live]")
    assert regions and all(region.get("id") for region in regions)
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/articles/a_none", "/claims/c_none", "/nowhere"])
def test_unknown_address_is_answered_with_a_page(show: Show, path: str) -> None:
    assert "There is no page at this address" in show(path, status=404).get_text()


@pytest.mark.parametrize("path", ["/nowhere", "/v1/nowhere"])
def test_program_gets_an_unknown_address_as_a_json_problem(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/claims/c_1/schedule", "/claims/c_1"),
        ("/sources/x/remove", "/sources/x"),
    ],
)
def test_address_of_a_form_leads_a_person_to_the_page_of_the_form(
    client: FlaskClient, path: str, page: str
) -> None:
    answer = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.location) == (303, page)


@pytest.mark.parametrize(
    "path", ["/claims/c_1/cancel", "/claims/c_1/schedule", "/v1/claims/c_1/recheck"]
)
@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_program_gets_a_wrong_method_as_a_json_problem(
    client: FlaskClient, path: str, accept: str
) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "OPTIONS, POST"


@pytest.mark.parametrize("path", ["/claims?q=%ff", "/sources?x=%c3"])
def test_parameters_that_are_not_utf8_are_refused_in_words(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    name = path.partition("?")[2].partition("=")[0]
    assert f"{name}: this is not UTF-8" in answer.text
