"""The first page: changes, the queue, failures, lost pages and planned checks."""

from __future__ import annotations

from collections.abc import Callable

from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.access import Scope
from claims.ports import NewArticle, WorkItem
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import ArticleId, Decision, Person, ReviewRequest, Stage, VerdictLabel
from tests.claims.samples import lost_page
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of, texts_of
from tests.service.dashboard.test_keys import sign_in
from tests.service.keys import make_key


def turn(store: RedisStore) -> None:
    """The first claim of the article is supported, and then no page decides it."""
    claim, _ = steps.support(store)
    store.recheck_claim(claim.id)
    lost = lost_page()
    steps.judge(store, claim.id, check=2, changed=True, lost_page=lost)


def test_page_has_changes_and_what_waits_for_a_review(show: Show, store: RedisStore) -> None:
    turn(store)
    page = show("/")
    (change,) = texts_of(page, "#today-changes li")
    assert change.startswith("Eleven people died. Changed verdict ")
    assert "it was supported before" in change
    (queued,) = texts_of(page, "#today-queue li")
    assert queued.startswith("Eleven people died. Proposal: Not enough evidence ")
    assert queued.endswith("from A boat")
    assert page.select("#today-queue a[href='/review']")


def test_page_names_claims_whose_deciding_page_is_gone(show: Show, store: RedisStore) -> None:
    turn(store)
    (lost,) = texts_of(show("/"), "#today-lost li")
    assert lost.startswith("Eleven people died. A page that check 1 rests on cannot be read")


def test_page_has_what_failed(show: Show, store: RedisStore) -> None:
    first, _ = steps.submit(store)
    steps.give_up(store, WorkItem(Stage.GATHER, first.id, 1), "broken")
    store.submit_article(NewArticle(id=ArticleId("a_2"), url="https://news.example/boat"))
    steps.give_up(store, WorkItem(Stage.EXTRACT, ArticleId("a_2"), 1), "the page holds no text")
    titles = texts_of(show("/"), "#today-failed .row-title")
    assert titles == ["https://news.example/boat", "Eleven people died."]


def test_page_has_the_next_planned_checks(show: Show, store: RedisStore) -> None:
    first, second = steps.submit(store)
    assert "No check is planned." in text_of(show("/"), "#today-due")
    for claim, every in ((first, "P7D"), (second, "P1D")):
        steps.judge(store, claim.id)
        store.set_schedule(claim.id, every=every, until=None)
    assert texts_of(show("/"), "#today-due .row-title") == [second.text, first.text]


def test_what_was_seen_is_not_shown_again_and_what_follows_is(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    turn(store)
    assert text_of(show("/"), "#changes-title") == "Latest changes"
    (link,) = show("/").select("#today-changes .older a")
    answer = browser.get(str(link["href"]), headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert {"HttpOnly", "SameSite=Lax"} <= set(answer.headers["Set-Cookie"].split("; "))
    page = show("/")
    assert text_of(page, "#changes-title") == "Since you last looked"
    assert text_of(page, "#today-changes").startswith("Nothing has changed since ")
    claim = store.list_claims(limit=1).items[0].id
    note = ReviewRequest(decision=Decision.REJECT, reason="No claim.")
    store.reviews.add(claim, note, person=Person("Anna Berg"), two_people=True)
    (change,) = texts_of(show("/"), "#today-changes li")
    assert "Anna Berg" in change


def test_other_sites_and_nonsense_mark_nothing_as_seen(browser: FlaskClient) -> None:
    for event, site in (("1-1", "cross-site"), ("nonsense", "same-origin"), ("", "none")):
        answer = browser.get(f"/seen?event={event}", headers={"Sec-Fetch-Site": site})
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (303, False)
    browser.set_cookie("assay_seen", "<b>")
    assert browser.get("/").status_code == 200


def test_page_of_a_person_has_what_is_assigned_to_them(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    guarded = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    claim, _ = steps.support(store)
    note = ReviewRequest(assignee="Ada")
    store.reviews.add(claim.id, note, person=Person("Ben"), two_people=True)
    sign_in(guarded, make_key(store, Scope.READ, name="Ada"))
    assert guarded.get("/").text.count(f'href="/claims/{claim.id}/review"') == 2
    assert "Assigned to you" in guarded.get("/").text


def test_page_that_shows_nothing_new_is_not_sent_again(
    browser: FlaskClient, store: RedisStore
) -> None:
    claim, _ = steps.support(store)
    known = {"If-None-Match": browser.get("/").headers["ETag"]}
    assert browser.get("/", headers=known).status_code == 304
    store.recheck_claim(claim.id)
    steps.judge(store, claim.id, check=2, changed=True, label=VerdictLabel.NOT_ENOUGH_EVIDENCE)
    assert browser.get("/", headers=known).status_code == 200


def test_page_has_the_changed_schedule_of_a_tag(show: Show, store: RedisStore) -> None:
    store.tag_schedules.put("City & <b>", every="P1D", until=None)
    (change,) = texts_of(show("/"), "#today-changes li")
    assert change.startswith("City & <b> Schedule of a tag changed ")
    assert "are checked every day" in change and "Changed by local." in change
    (link,) = show("/").select("#today-changes li a")
    assert link["href"] == "/claims?tag=City%20%26%20%3Cb%3E"
    assert "are checked every day" in text_of(show(str(link["href"])), "#tag-schedule")
