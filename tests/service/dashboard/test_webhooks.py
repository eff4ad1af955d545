"""The pages of webhooks: make one, see its secret once, test it, and see what was delivered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from claims.access import Action, Scope
from claims.errors import Gone
from claims.settings import Settings
from claims.store.redis_store import RedisStore
from claims.types import EventType, Queue, VerdictLabel
from claims.webhooks import Webhook, WebhookStatus
from tests.contracts import deliveries as d
from tests.contracts.steps import pass_time
from tests.service.conftest import Notices
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.test_forms import OWN, errors_of, place_of
from tests.service.dashboard.test_keys import post, sign_in
from tests.service.keys import make_key

URL = "https://cms.example.org/hooks"
HOOK = d.webhook_id()
PAGE = f"/webhooks/{HOOK}"
TYPED = {"url": URL, "events": ["verdict.created", "verdict.changed"]}


def send(browser: FlaskClient, path: str, **fields: str | list[str]) -> TestResponse:
    return browser.post(path, data=MultiDict(fields), headers=OWN)


def only(store: RedisStore) -> Webhook:
    (webhook,) = store.webhooks.list_webhooks()
    return webhook


def secret_of(store: RedisStore) -> str:
    return str(store.connection.command("HGET", f"assay:webhook:{only(store).id}", "secret"))


def rows_of(page: BeautifulSoup) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.select(".rows > li")]


# --- making one -------------------------------------------------------------------------------


def test_the_form_makes_a_webhook_with_its_filters(browser: FlaskClient, store: RedisStore) -> None:
    answer = send(
        browser,
        "/webhooks",
        **TYPED,
        labels=["REFUTED", "CONFLICTING_EVIDENCE"],
        tags=" City Hall \n\nSport",
        article=f"http://localhost:8400/articles/a_{'1' * 32}#claim-2",
    )
    assert answer.status_code == 303
    made = only(store)
    assert (made.url, made.events) == (URL, d.VERDICTS)
    assert made.labels == (VerdictLabel.REFUTED, VerdictLabel.CONFLICTING_EVIDENCE)
    assert (made.tags, made.article) == (("City Hall", "Sport"), f"a_{'1' * 32}")
    assert store.audit.read(limit=9).items[0].action is Action.WEBHOOK_CREATED


def test_the_secret_is_shown_once(browser: FlaskClient, store: RedisStore) -> None:
    answer = send(browser, "/webhooks", **TYPED)
    assert answer.location.startswith(f"/webhooks/{only(store).id}?secret=")
    secret = secret_of(store)
    assert secret not in answer.text + answer.location
    shown = browser.get(answer.location)
    assert secret in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    for path in (answer.location, f"/webhooks/{only(store).id}", "/webhooks"):
        assert secret not in browser.get(path).text
    assert len(store.webhooks.list_webhooks()) == 1


def test_the_name_of_a_secret_shows_it_on_the_page_of_its_webhook_alone(
    browser: FlaskClient, store: RedisStore
) -> None:
    answer = send(browser, "/webhooks", **TYPED)
    secret = secret_of(store)
    d.make(store)
    query = answer.location.partition("?")[2]
    assert secret not in browser.get(f"{PAGE}?{query}").text
    assert secret in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"url": ""}, "webhook-url", "This field is required"),
        ({"url": "ftp://a.example/"}, "webhook-url", "http"),
        ({"url": "http://10.0.0.7/"}, "webhook-url", "unless ASSAY_WEBHOOK_ALLOW"),
        ({"events": []}, "webhook-events", "Choose at least one event."),
        ({"events": ["nothing.ever"]}, "webhook-events", "Choose at least one event."),
        ({"labels": ["MAYBE"]}, "webhook-labels", "Line 1"),
        ({"tags": "a" * 60}, "webhook-tags", "too long"),
        ({"article": "the one of yesterday"}, "webhook-article", "address of the page"),
    ],
)
def test_errors_are_shown_beside_their_fields_and_input_is_kept(
    browser: FlaskClient,
    store: RedisStore,
    typed: dict[str, str | list[str]],
    field: str,
    words: str,
) -> None:
    answer = send(browser, "/webhooks", **{**TYPED, "tags": "City", **typed})
    assert answer.status_code == 422
    assert words in errors_of(answer)[field]
    assert list(errors_of(answer)) == [field]
    page = BeautifulSoup(answer.text, "lxml")
    ticked = [box["value"] for box in page.select("#webhook-events input[checked]")]
    assert ticked == [each for each in typed.get("events", TYPED["events"]) if "ever" not in each]
    assert page.select("#webhook-tags")[0].get_text().strip() == typed.get("tags", "City")
    assert page.select_one("#webhook-options[open]") is not None
    assert store.webhooks.list_webhooks() == ()


def test_too_many_webhooks_are_refused_above_the_form(
    browser: FlaskClient, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.store.deliveries.WEBHOOKS_MAX", 1)
    d.make(store)
    answer = send(browser, "/webhooks", **TYPED)
    assert answer.status_code == 422
    assert "There are 1 webhooks already" in errors_of(answer)["webhook"]


def test_each_event_but_the_test_can_be_chosen(show: Show) -> None:
    page = show("/webhooks")
    values = [box["value"] for box in page.select("#webhook-events input")]
    assert values == [event for event in EventType if event is not EventType.WEBHOOK_PING]
    words = [label.get_text(strip=True) for label in page.select("#webhook-events label")]
    assert not set(values) & set(words)  # each has words


@pytest.mark.parametrize(
    "events",
    [(EventType.WEBHOOK_PING,), (EventType.VERDICT_CREATED, EventType.WEBHOOK_PING)],
)
def test_the_form_of_a_webhook_for_tests_is_saved_unchanged(
    browser: FlaskClient, show: Show, store: RedisStore, events: tuple[EventType, ...]
) -> None:
    d.make(store, events=events)
    form = show(f"{PAGE}/change").select_one(f"form[action='{PAGE}/change']")
    assert form is not None
    ticked = [str(box["value"]) for box in form.select("input[name=events][checked]")]
    url = str(form.select_one("input[name=url]")["value"])
    answer = send(browser, f"{PAGE}/change", url=url, events=ticked)
    assert (answer.status_code, only(store).events) == (303, events)


def test_the_form_of_a_webhook_keeps_a_tag_with_a_comma(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    d.make(store, tags=("City, north", "Sport"))
    typed = show(f"{PAGE}/change").select("#webhook-tags")[0].get_text().strip()
    assert send(browser, f"{PAGE}/change", **TYPED, tags=f"{typed}\nAudit").status_code == 303
    assert only(store).tags == ("City, north", "Sport", "Audit")


# --- the list ---------------------------------------------------------------------------------


def test_the_list_shows_state_filters_and_the_last_delivery(show: Show, store: RedisStore) -> None:
    assert "No webhook yet" in show("/webhooks").get_text()
    d.make(store, 1, labels=(VerdictLabel.REFUTED,), tags=("City", "Sport"))
    pass_time(store, 1)
    d.make(store, 2)
    pass_time(store, 1)
    d.make(store, 3)
    for number, attempt in ((1, d.OK), (2, d.BROKEN), (3, d.ENDED)):
        store.webhooks.ping(d.webhook_id(number))
        assert store.webhooks.end(d.take(store), attempt)
    first, second, third = rows_of(show("/webhooks"))
    assert "https://1.example.org/hook Active" in first
    assert "First verdict of a claim, changed verdict · only refuted · tag City or Sport" in first
    assert re.search(r"Last delivered: test, \d+ \w+ \d{4}, \d\d:\d\d UTC", first)
    assert "Failing Nothing was delivered since" in second
    assert "Nothing was delivered yet." in second
    assert "Switched off Since" in third
    assert "its receiver answered 410 and wants no more events" in third
    assert "Last failed: test" in third


# --- one webhook ------------------------------------------------------------------------------


def test_the_log_lists_deliveries_with_their_errors(show: Show, store: RedisStore) -> None:
    d.make(store)
    claim = d.judge(store, 1, VerdictLabel.REFUTED)
    assert store.webhooks.end(d.take(store), d.OK)
    d.judge(store, 2)
    assert store.webhooks.end(d.take(store), d.SILENT)
    page = show(PAGE)
    (tried, delivered) = rows_of(page)
    assert tried.startswith("Will retry First verdict of a claim")
    assert "Probably supported (proposal): Eleven died." in tried
    assert "Attempt 1 of 10 Not answered. 10,000 ms Next try" in tried
    assert delivered.startswith("Delivered First verdict of a claim")
    answered = "Attempt 1 of 10 It answered 204. 12 ms Send again"
    assert f"Probably refuted (proposal): Eleven died. {answered}" in delivered
    assert page.select_one(f'.rows a[href="/claims/{claim}"]') is not None
    assert page.select_one("#delivery-list[data-busy]") is not None  # the next try is soon


def test_the_log_leads_to_the_claims_with_the_tag_of_an_event(
    show: Show, store: RedisStore
) -> None:
    d.make(store, events=(EventType.TAG_SCHEDULED,))
    store.tag_schedules.put("City & <b>", every="P1D", until=None)
    assert store.webhooks.end(d.take(store), d.OK)
    page = show(PAGE)
    (delivered,) = rows_of(page)
    assert "Schedule of the tag changed: City & <b>" in delivered
    assert page.select_one('.rows a[href="/claims?tag=City%20%26%20%3Cb%3E"]') is not None


def test_a_test_is_sent_and_followed(
    browser: FlaskClient, store: RedisStore, notices: Notices
) -> None:
    d.make(store)
    answer = send(browser, f"{PAGE}/ping")
    assert (answer.status_code, place_of(answer)) == (303, PAGE)
    assert notices.queues == [Queue.DELIVER]
    page = browser.get(PAGE)
    assert rows_of(BeautifulSoup(page.text, "lxml")) == ["Being delivered Test"]
    assert "loaded again every 10 seconds until the delivery has ended" in page.text
    known = {"If-None-Match": page.headers["ETag"]}
    assert browser.get(PAGE, headers=known).status_code == 304
    assert d.deliver_all(store) == [(HOOK, "webhook.ping")]
    page = browser.get(PAGE, headers=known)
    assert page.status_code == 200
    assert "Delivered Test" in rows_of(BeautifulSoup(page.text, "lxml"))[0]
    assert "loaded again every" not in page.text


def test_an_event_is_sent_again(browser: FlaskClient, show: Show, store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    d.deliver_all(store)
    (form,) = show(PAGE).select('.rows form[action*="/again/"]')
    assert send(browser, str(form["action"])).status_code == 303
    assert d.deliver_all(store) == [(HOOK, "verdict.created")]
    answer = send(browser, f"{PAGE}/again/1-0")
    assert answer.status_code == 404
    assert "no longer kept" in answer.text


def test_a_delivery_that_cannot_be_made_is_reported_on_the_page(
    browser: FlaskClient, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    d.make(store)
    monkeypatch.setattr("claims.store.deliveries.WAITING_MAX", 1)
    event = store.webhooks.ping(HOOK)
    for path in (f"{PAGE}/ping", f"{PAGE}/again/{event}"):
        answer = send(browser, path)
        assert answer.status_code == 503
        assert "Too many events wait for this webhook" in answer.text
    store.webhooks.change(HOOK, {}, status=WebhookStatus.DISABLED)
    for path in (f"{PAGE}/ping", f"{PAGE}/again/{event}"):
        answer = send(browser, path)
        assert answer.status_code == 409
        assert "switch it on first" in answer.text


def test_a_webhook_is_switched_off_and_on_again(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    d.make(store)
    assert place_of(send(browser, f"{PAGE}/disable")) == PAGE
    assert only(store).status is WebhookStatus.DISABLED
    actions = [str(form["action"]) for form in show(PAGE).select("#webhook-actions form")]
    assert actions == [f"{PAGE}/enable"]
    assert place_of(send(browser, f"{PAGE}/enable")) == PAGE
    assert only(store).status is WebhookStatus.ACTIVE


# --- changing one -----------------------------------------------------------------------------


def test_the_form_changes_a_webhook_and_removes_filters(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    d.make(store, labels=(VerdictLabel.REFUTED,), tags=("City",), article=f"a_{'1' * 32}")
    page = show(f"{PAGE}/change")
    ticked = [box["value"] for box in page.select("input[checked]")]
    assert ticked == ["verdict.created", "verdict.changed", "REFUTED"]
    answer = send(browser, f"{PAGE}/change", url=URL, events=["claim.failed"], tags="Sport\nCity")
    assert place_of(answer) == PAGE
    changed = only(store)
    assert (changed.url, changed.events) == (URL, (EventType.CLAIM_FAILED,))
    assert (changed.labels, changed.tags, changed.article) == ((), ("Sport", "City"), None)
    for typed in ({"url": "http://10.0.0.7/"}, {"url": ""}):
        answer = send(browser, f"{PAGE}/change", **{**TYPED, **typed})
        assert answer.status_code == 422
        assert list(errors_of(answer)) == ["webhook-url"]
    assert only(store) == changed


def test_a_new_secret_is_shown_once(browser: FlaskClient, show: Show, store: RedisStore) -> None:
    d.make(store)
    answer = send(browser, f"{PAGE}/rotate")
    secret = secret_of(store)
    assert secret != d.SECRET
    page = show(answer.location)
    assert page.select_one("#secret", string=secret) is not None
    assert "signed with the secret before as well" in page.get_text()
    assert secret not in show(answer.location).get_text()
    assert "Another new secret ends that one now" in show(f"{PAGE}/change").get_text()


def test_deletion_has_to_be_confirmed(browser: FlaskClient, store: RedisStore) -> None:
    d.make(store)
    answer = send(browser, f"{PAGE}/change/delete")
    assert answer.status_code == 422
    assert "Tick this" in errors_of(answer)["confirmed"]
    assert place_of(send(browser, f"{PAGE}/change/delete", confirmed="1")) == "/webhooks"
    with pytest.raises(Gone):
        store.webhooks.get(HOOK)
    gone = browser.get(PAGE)
    assert (gone.status_code, "was deleted" in gone.text) == (410, True)
    assert send(browser, f"{PAGE}/ping").status_code == 410
    assert browser.get(f"/webhooks/{d.webhook_id(9)}").status_code == 404


def test_a_form_that_is_loaded_again_leads_to_its_page(browser: FlaskClient) -> None:
    for path in ("ping", "rotate", "enable", "change/delete", "again/1-0"):
        page = browser.get(f"{PAGE}/{path}")
        assert page.status_code == 303
        assert page.location.startswith(PAGE)


# --- who may ----------------------------------------------------------------------------------


def test_only_an_admin_sees_and_changes_webhooks(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    client = make_app(Settings(require_key=True, allowed_hosts="")).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    d.make(store)
    store.webhooks.ping(HOOK)
    assert store.webhooks.end(d.take(store), d.ENDED)
    sign_in(client, make_key(store, Scope.READ, Scope.WRITE))
    home = client.get("/").text
    assert "is switched off since" in home
    assert "/webhooks" not in home
    for path in ("/webhooks", PAGE, f"{PAGE}/change"):
        assert client.get(path).status_code == 403
    for path in ("ping", "rotate", "enable", "disable", "change", "change/delete", "again/1-0"):
        assert post(client, f"{PAGE}/{path}", confirmed="1").status_code == 403
    assert post(client, "/webhooks", url=URL, events="verdict.created").status_code == 403
    sign_in(client, make_key(store, *Scope))
    assert f'<a href="{PAGE}">webhook to' in client.get("/").text
    assert client.get("/webhooks").status_code == 200
    assert send(client, f"{PAGE}/enable", form_token="forged").status_code == 403
    assert only(store).status is WebhookStatus.DISABLED
    assert post(client, f"{PAGE}/enable").status_code == 303
    assert only(store).status is WebhookStatus.ACTIVE


def test_strange_text_is_only_text(show: Show, store: RedisStore) -> None:
    d.make(store, tags=("<b>City</b>",))
    store.webhooks.ping(HOOK)
    strange = replace(d.BROKEN, error="it answered 500: <i>x</i>")
    assert store.webhooks.end(d.take(store), strange)
    for path in ("/webhooks", PAGE):
        assert "tag <b>City</b>" in show(path).get_text()
    assert "It answered 500: <i>x</i>." in show(PAGE).get_text()


def test_webhook_of_a_person_without_a_key_was_created_on_this_machine(
    show: Show, store: RedisStore
) -> None:
    d.make(store)
    about = show(PAGE).select(".page-head .about")[-1].get_text(" ", strip=True)
    assert re.match(r"Created on this machine, \d+ \w+ \d{4}, \d\d:\d\d UTC\. ", about)
