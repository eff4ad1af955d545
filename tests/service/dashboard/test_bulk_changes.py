"""Claims and articles chosen in a list are changed together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.access import Scope
from claims.errors import Gone
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import ClaimId
from tests.contracts.steps import new_claim
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of, texts_of
from tests.service.dashboard.test_forms import OWN, errors_of
from tests.service.keys import bearer, make_key

TEXTS = ("Eleven people died.", "The boat sank.", "Rain fell.")


@pytest.fixture
def ids(store: RedisStore) -> list[ClaimId]:
    """Three claims; the second has a tag."""
    found = [
        store.submit_claim(new_claim(number, text=text)) for number, text in enumerate(TEXTS, 1)
    ]
    store.set_claim_tags(found[1], ["City"])
    return found


def change(
    browser: FlaskClient, ids: Sequence[str], path: str = "/claims/change", **fields: str
) -> TestResponse:
    return browser.post(path, data={"id": list(ids), "back": "q=boat", **fields}, headers=OWN)


def said_after(browser: FlaskClient, answer: TestResponse) -> str:
    """What the list says was done."""
    assert answer.status_code == 303, answer.text
    page = BeautifulSoup(browser.get(answer.location).text, "lxml")
    return text_of(page, "#done")


def tags_of(store: RedisStore, ids: Sequence[ClaimId]) -> list[tuple[str, ...]]:
    return [store.get_claim(one).record.tags for one in ids]


def test_rows_of_a_list_are_chosen_each_or_all_on_the_page(
    show: Show, store: RedisStore, ids: list[ClaimId]
) -> None:
    page = show("/claims?q=boat")
    (box,) = page.select(".row-box")
    assert (box["value"], box["form"]) == (ids[1], "chosen") and not box.has_attr("checked")
    (form,) = page.select("form#chosen")
    assert form.select_one("[name=back]")["value"] == "q=boat"
    assert form.a["href"] == "/claims?q=boat&all=1"
    page = show("/claims?all=1")
    assert len(page.select(".row-box[checked]")) == 3
    assert page.body["data-poll"] == page.select_one("#chosen a")["href"] == "/claims"


def test_page_of_the_chosen_names_them_and_their_number(show: Show, ids: list[ClaimId]) -> None:
    page = show(f"/claims/change?id={ids[0]}&id={ids[2]}&id={ids[0]}&id=nonsense&back=q%3Dboat")
    assert text_of(page, "h1") == "Change 2 claims"
    assert texts_of(page, ".chosen li") == [TEXTS[0], TEXTS[2]]
    assert page.select_one(".back a")["href"] == "/claims?q=boat"
    assert "Delete 2 claims" in texts_of(page, "button")


def test_tags_are_added_to_those_there_are_and_removed(
    browser: FlaskClient, store: RedisStore, ids: list[ClaimId]
) -> None:
    answer = change(browser, ids, action="tag", tags="city, Sport")
    assert answer.location == "/claims?q=boat&done=chosen-tagged&changed=3"
    assert said_after(browser, answer) == "Tags were added: 3 claims."
    assert tags_of(store, ids) == [("city", "Sport"), ("City", "Sport"), ("city", "Sport")]
    answer = change(browser, ids[1:2], action="untag", tags="CITY; Budget")
    assert said_after(browser, answer) == "Tags were removed: 1 claim."
    assert tags_of(store, ids) == [("city", "Sport"), ("Sport",), ("city", "Sport")]


def test_checks_are_requested(browser: FlaskClient, store: RedisStore, ids: list[ClaimId]) -> None:
    steps.judge(store, ids[0], [])
    answer = change(browser, ids[:1], action="recheck")
    assert said_after(browser, answer) == "Another check was requested: 1 claim."
    assert store.get_claim(ids[0]).check == 2


def test_claims_are_assigned_by_a_person_with_a_name(
    browser: FlaskClient, store: RedisStore, ids: list[ClaimId]
) -> None:
    answer = change(browser, ids[:2], "/claims/assign", assignee="J. Holm")
    assert answer.status_code == 422 and list(errors_of(answer)) == ["review-by"]
    assert BeautifulSoup(answer.text, "lxml").select_one("#review-assignee")["value"] == "J. Holm"
    answer = change(browser, ids[:2], "/claims/assign", assignee="J. Holm", by="A. Berg")
    assert said_after(browser, answer) == "The assignee was saved: 2 claims."
    assert [store.get_claim(one).record.review.assignee for one in ids] == ["J. Holm"] * 2 + [None]


def test_deletion_is_confirmed_with_the_number(
    browser: FlaskClient, store: RedisStore, ids: list[ClaimId]
) -> None:
    answer = change(browser, ids[:2], action="delete")
    assert answer.status_code == 422
    assert errors_of(answer) == {"confirmed": "Tick this to delete them."}
    assert "Yes, delete 2 claims" in answer.text
    assert store.get_claim(ids[0]).record.text == TEXTS[0]
    answer = change(browser, ids[:2], action="delete", confirmed="1")
    assert said_after(browser, answer) == "Deleted: 2 claims."
    with pytest.raises(Gone):
        store.get_claim(ids[0])
    assert store.get_claim(ids[2]).record.text == TEXTS[2]


def test_those_that_cannot_be_changed_are_named_and_the_others_are_changed(
    browser: FlaskClient, store: RedisStore, ids: list[ClaimId]
) -> None:
    store.set_claim_tags(ids[0], [f"tag {n}" for n in range(20)])
    store.delete_claim(ids[2])
    answer = change(browser, ids, action="tag", tags="Sport")
    assert answer.status_code == 409
    page = BeautifulSoup(answer.text, "lxml")
    assert texts_of(page, ".done") == ["Tags were added: 1 claim."]
    (full, gone) = texts_of(page, "#errors li")
    assert full.startswith(TEXTS[0]) and "too many tags: 21, maximum 20" in full
    assert gone.startswith(ids[2])
    assert texts_of(page, ".chosen li") == [TEXTS[0]]
    assert tags_of(store, ids[1:2]) == [("City", "Sport")]


@pytest.mark.parametrize("action", ["tag", "untag"])
@pytest.mark.parametrize("tags", ["", "x" * 51])
def test_wrong_tags_change_nothing_and_stay_in_their_field(
    browser: FlaskClient, store: RedisStore, ids: list[ClaimId], action: str, tags: str
) -> None:
    answer = change(browser, ids, action=action, tags=tags)
    field = "tags" if action == "tag" else "untag-tags"
    assert answer.status_code == 422 and list(errors_of(answer)) == [field]
    page = BeautifulSoup(answer.text, "lxml")
    assert text_of(page, f"#{field}") == tags
    assert page.select_one("#errors a")["href"] == f"#{field}"
    assert tags_of(store, ids) == [(), ("City",), ()]


def test_nothing_chosen_and_too_much_are_said(
    browser: FlaskClient, show: Show, ids: list[ClaimId]
) -> None:
    assert "Choose at least one claim" in text_of(show("/claims/change", status=422), "#errors")
    for action in ("tag", "recheck", "delete"):
        answer = change(browser, [], action=action, tags="a", confirmed="1")
        assert answer.status_code == 422 and "Choose at least one claim" in answer.text
    many = [f"c_{number}" for number in range(101)]
    assert change(browser, many, action="recheck").status_code == 422
    assert change(browser, ids, action="nonsense").status_code == 422


def test_articles_are_tagged_checked_and_deleted(browser: FlaskClient, store: RedisStore) -> None:
    steps.submit(store)
    chosen = [steps.ARTICLE]
    page = BeautifulSoup(browser.get("/articles").text, "lxml")
    assert page.select_one(".row-box")["value"] == steps.ARTICLE
    for fields, words in (
        ({"action": "tag", "tags": "City"}, "Tags were added: 1 article."),
        ({"action": "recheck"}, "Another check was requested: 1 article."),
    ):
        answer = change(browser, chosen, "/articles/change", **fields)
        assert said_after(browser, answer) == words
    assert store.get_article(steps.ARTICLE).record.tags == ("City",)
    answer = change(browser, chosen, "/articles/change", action="delete", confirmed="1")
    assert said_after(browser, answer) == "Deleted: 1 article."


def test_keys_do_what_their_scopes_allow(
    make_app: Callable[..., APIFlask], store: RedisStore, ids: list[ClaimId]
) -> None:
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    for scopes, changed, assigned in (
        ((Scope.READ,), 403, 403),
        ((Scope.READ, Scope.WRITE), 303, 403),
        ((Scope.READ, Scope.REVIEW), 403, 303),
    ):
        headers = bearer(make_key(store, *scopes, name="desk"))
        page = BeautifulSoup(client.get("/claims", headers=headers).text, "lxml")
        assert bool(page.select(".row-box")) == (scopes != (Scope.READ,))
        body = {"id": ids[0], "action": "recheck", "assignee": "J. Holm"}
        for path, status in (("/claims/change", changed), ("/claims/assign", assigned)):
            assert client.post(path, data=body, headers=headers).status_code == status, scopes
