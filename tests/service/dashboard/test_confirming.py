"""The page after a form shows the form's result or its errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.settings import Settings
from claims.store.redis_store import RedisStore
from service.dashboard.confirming import Done
from tests.contracts import deliveries as d
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.test_forms import send
from tests.service.dashboard.test_sources import TYPED

ARTICLE = f"/articles/{steps.ARTICLE}"
HOOK = {"url": "https://cms.example.org/hooks", "events": "verdict.created"}


def follow(browser: FlaskClient, path: str, **fields: str) -> tuple[str, str]:
    """Send a form; returns what the next page says was done, and the path of that page."""
    answer = send(browser, path, **fields)
    assert answer.status_code == 303, answer.text
    page = BeautifulSoup(browser.get(answer.location).text, "lxml")
    (said,) = page.select("main [role=status]")
    path, _, done = answer.location.partition("?done=")
    assert said.get_text() == Done(done).words
    assert not page.select("title")[0].get_text().startswith("Error")
    return Done(done), path


@pytest.mark.parametrize("done", Done)
def test_the_message_stays_true_while_the_page_updates_itself(done: Done) -> None:
    """The page shows the end of a check or delivery without being loaded again."""
    assert " being " not in done.words
    assert "on its way" not in done.words


def test_each_form_of_a_claim_is_confirmed(browser: FlaskClient, store: RedisStore) -> None:
    claim, other = steps.submit(store)
    path = f"/claims/{claim.id}"
    assert follow(browser, f"{path}/cancel") == (Done.CHECK_CANCELLED, path)
    assert follow(browser, f"{path}/cancel") == (Done.NOTHING_CANCELLED, path)
    assert follow(browser, f"{path}/recheck") == (Done.CHECK_REQUESTED, path)
    assert follow(browser, f"{path}/schedule", every="P1D") == (Done.SCHEDULE_SET, path)
    assert follow(browser, f"{path}/schedule", every="never") == (Done.SCHEDULE_ENDED, path)
    assert follow(browser, f"{path}/change/tags", tags="City") == (Done.TAGS_SAVED, path)
    done, new = follow(browser, f"{path}/change/wording", text="Twelve people died.")
    assert done is Done.WORDING_ACCEPTED and new not in (path, f"/claims/{other.id}")
    assert follow(browser, f"{path}/change/delete", confirmed="1") == (
        Done.CLAIM_DELETED,
        "/claims",
    )


def test_each_form_of_an_article_is_confirmed(browser: FlaskClient, store: RedisStore) -> None:
    steps.submit(store)
    assert follow(browser, f"{ARTICLE}/cancel") == (Done.CHECKS_CANCELLED, ARTICLE)
    assert follow(browser, f"{ARTICLE}/cancel") == (Done.NOTHING_CANCELLED, ARTICLE)
    assert follow(browser, f"{ARTICLE}/recheck") == (Done.CHECKS_REQUESTED, ARTICLE)
    assert follow(browser, f"{ARTICLE}/change/tags", tags="City") == (Done.TAGS_SAVED, ARTICLE)
    done = follow(browser, f"{ARTICLE}/change/delete", confirmed="1")
    assert done == (Done.ARTICLE_DELETED, "/articles")


def test_each_form_of_a_source_is_confirmed(browser: FlaskClient) -> None:
    path = "/sources/rumours"
    assert follow(browser, "/sources", **TYPED) == (Done.SOURCE_REGISTERED, path)
    assert follow(browser, path, **TYPED) == (Done.SOURCE_SAVED, path)
    assert follow(browser, f"{path}/remove", by="Ada") == (Done.SOURCE_REMOVED, "/sources")


def test_each_form_of_a_webhook_is_confirmed(browser: FlaskClient, store: RedisStore) -> None:
    path = send(browser, "/webhooks", **HOOK).location.partition("?")[0]
    assert follow(browser, f"{path}/ping") == (Done.TEST_SENT, path)
    d.deliver_all(store)
    (delivery,) = store.webhooks.list_deliveries(path.removeprefix("/webhooks/"))
    assert follow(browser, f"{path}/again/{delivery.event_id}") == (Done.EVENT_SENT, path)
    assert follow(browser, f"{path}/disable") == (Done.WEBHOOK_DISABLED, path)
    assert follow(browser, f"{path}/enable") == (Done.WEBHOOK_ENABLED, path)
    assert follow(browser, f"{path}/change", **HOOK) == (Done.WEBHOOK_SAVED, path)
    done = follow(browser, f"{path}/change/delete", confirmed="1")
    assert done == (Done.WEBHOOK_DELETED, "/webhooks")


def test_only_words_of_the_service_are_said(show: Show) -> None:
    for given in ("nonsense", "<b>", "tags-saved&done=", ""):
        assert len(show(f"/?done={given}").select("main [role=status]")) == ("saved" in given)


def test_page_that_reloads_itself_does_not_repeat_the_message(
    show: Show, store: RedisStore
) -> None:
    steps.submit(store)
    page = show(f"{ARTICLE}?done=tags-saved")
    (refresh,) = page.select("head noscript meta[http-equiv=refresh]")
    assert refresh["content"] == f"10; url={ARTICLE}"
    assert page.body and page.body["data-poll"] == ARTICLE


# --- what is wrong -------------------------------------------------------------------------------

WRONG: dict[str, dict[str, str]] = {
    "/articles": {
        "sources": "nonsense",
        "published_at": "soon",
        "as_of": "soon",
        "claims": "x" * 1001,
        "tags": "x" * 51,
        "every": "soon",
        "title": "x" * 2000,
    },
    "/claims": {"text": " ", "claimed_at": "soon", "as_of": "soon", "sources": "no", "every": "P"},
    "/sources": TYPED | {"name": "Bad Name", "reason": "", "by": "", "credibility": "2"},
    "/webhooks": {"url": "x", "labels": "TRUE", "tag": "x" * 51, "article": "x"},
    "/claims/{claim}/schedule": {"every": "soon"},
    "/claims/{claim}/change/tags": {"tags": "x" * 51},
    "/claims/{claim}/change/wording": {"text": " "},
    "/claims/{claim}/change/delete": {},
    f"{ARTICLE}/change/delete": {},
}


def assert_summed_up(answer: TestResponse) -> int:
    """Each error is in the summary, which has the focus and leads to the field by its label."""
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    assert page.select("title")[0].get_text().startswith("Error: ")
    (summary,) = page.select("main > #errors[role=alert][tabindex='-1'][autofocus]")
    links = summary.select("a")
    assert links and len(links) == len(page.select(".field-error"))
    for link in links:
        (field,) = page.select(str(link["href"]))
        label = page.select_one(f"label[for='{field['id']}']") or field.find_parent("label")
        label = label or field.select_one("legend") or field.parent.select_one("label")
        if field["id"] == "confirmed" or field.get("class") == ["field-error"]:
            continue
        words = " ".join(label.get_text().split()).removeprefix("Or the article's ").capitalize()
        assert link.get_text().startswith(f"{words}: "), (words, link.get_text())
    return len(links)


@pytest.mark.parametrize("path", WRONG)
def test_wrong_form_is_summed_up_above_and_in_the_title(
    browser: FlaskClient, store: RedisStore, path: str
) -> None:
    claim = steps.submit(store)[0].id
    fields = WRONG[path]
    assert assert_summed_up(send(browser, path.format(claim=claim), **fields)) >= 1


def test_source_is_not_removed_without_an_author(browser: FlaskClient) -> None:
    send(browser, "/sources", **TYPED)
    assert assert_summed_up(send(browser, "/sources/rumours/remove", by="")) == 1


def test_wrong_search_is_summed_up(show: Show) -> None:
    page = show("/claims?q=%21", status=422)
    assert page.select("title")[0].get_text() == "Error: Claims · Assay"
    assert page.select_one("#errors a[href='#search-q']") and page.select_one("#search-q")


def test_page_without_an_error_has_neither_summary_nor_title_of_one(show: Show) -> None:
    for path in ("/", "/articles", "/claims", "/submit", "/sources", "/webhooks"):
        page = show(path)
        assert not page.select("#errors") and "Error" not in page.select("title")[0].get_text()


def test_refused_key_is_said_in_the_title(make_app: Callable[..., APIFlask]) -> None:
    reader = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    answer = send(reader, "/login", token="wrong")
    assert BeautifulSoup(answer.text, "lxml").title.get_text() == "Error: Sign in · Assay"


# --- tags ----------------------------------------------------------------------------------------


def test_tags_are_separated_by_lines_commas_and_semicolons(
    browser: FlaskClient, store: RedisStore
) -> None:
    typed = "tram, audit; Council\r\n\r\nBudget 2026,"
    answer = send(browser, "/claims", text="Eleven people died.", tags=typed)
    assert answer.status_code == 303
    (claim,) = store.list_claims(limit=2).items
    assert claim.tags == ("tram", "audit", "Council", "Budget 2026")
    send(browser, f"/claims/{claim.id}/change/tags", tags="audit;City")
    (claim,) = store.list_claims(limit=2).items
    assert claim.tags == ("audit", "City")


@pytest.mark.parametrize("separator", "\u060c \u061b \u3001 \uff0c \uff1b \uff64 \ufe50".split())
def test_tags_are_separated_by_commas_and_semicolons_of_other_scripts(
    browser: FlaskClient, store: RedisStore, separator: str
) -> None:
    typed = separator.join(["\u5e02\u653f", "\u0623\u062e\u0628\u0627\u0631", "tram"])
    send(browser, "/claims", text="Eleven people died.", tags=typed)
    (claim,) = store.list_claims(limit=2).items
    assert claim.tags == tuple(typed.split(separator))


def test_tag_that_has_a_separator_of_its_own_stays_whole(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    claim = steps.submit(store)[0]
    store.set_claim_tags(claim.id, ["City, north", "Sport"])
    area = show(f"/claims/{claim.id}/change").select_one("#tags")
    assert area is not None
    send(browser, f"/claims/{claim.id}/change/tags", tags=f"{area.get_text().strip()}\nAudit")
    assert store.get_claim(claim.id).record.tags == ("City, north", "Sport", "Audit")


def test_the_line_of_a_wrong_tag_is_named(browser: FlaskClient) -> None:
    answer = send(browser, "/claims", text="Eleven died.", tags=f"a, b\r\nc; {'x' * 51}")
    page = BeautifulSoup(answer.text, "lxml")
    error = page.select_one("#claim-tags-error-1")
    assert error and error.get_text().startswith("Line 2: ")


def test_the_forms_say_how_tags_are_separated(show: Show, store: RedisStore) -> None:
    claim = steps.submit(store)[0]
    hints = [
        *show("/submit").select("#article-tags-hint, #claim-tags-hint"),
        *show(f"/claims/{claim.id}/change").select("#tags-hint"),
    ]
    assert len(hints) == 3
    assert all("commas or semicolons" in hint.get_text() for hint in hints)
