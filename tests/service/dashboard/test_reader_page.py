"""The page of the second reader: its test, its tokens, its endpoint, and catching up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.access import Actor, Scope
from claims.ports import NewClaim, RequestUsage, WorkItem
from claims.reader.question import INSTRUCTION_VERSION
from claims.reader.results import keep_result
from claims.settings import Settings
from claims.store import connect
from claims.store.reader_usage import FAILURES_MAX
from claims.store.redis_store import RedisStore
from claims.types import Claim, ClaimId, NotRead, ReaderName, Stage, Unread, VerdictLabel
from service.app import create_app
from service.dashboard import reader_pages
from tests.claims.reader.test_results import RESULT
from tests.service.conftest import Notices
from tests.service.dashboard import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of
from tests.service.dashboard.test_forms import OWN
from tests.service.dashboard.test_keys import post, sign_in
from tests.service.keys import id_of, make_key

SPENT = NotRead(skipped=Unread.BUDGET, detail="the tokens of the day are spent")
SECRET = "r4nd0mSecret"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a second reader, with secrets in its address."""
    return Settings(
        reader="chat:qwen",
        reader_tokens_per_day=1000,
        chat_url=f"https://llm.example:8443/{SECRET}/v1?key={SECRET}",
        data_folder=str(tmp_path),
        allowed_hosts="",
    )


def skip(store: RedisStore, *names: str) -> list[ClaimId]:
    """Claims that were not read for lack of tokens."""
    ids = [ClaimId(f"c_{name}") for name in names]
    for claim_id in ids:
        store.submit_claim(NewClaim(id=claim_id, claim=Claim(text="Ten died.", sentence="Ten.")))
        steps.judge(store, claim_id, reader=SPENT)
    return ids


def test_it_names_model_and_place_without_credentials(browser: FlaskClient, show: Show) -> None:
    about = text_of(show("/reader"), "[aria-labelledby='model-title'] .answer")
    assert about == "Model qwen Address llm.example:8443 Reads every claim, up to 16 passages"
    assert SECRET not in browser.get("/reader").text


def test_a_model_that_was_not_tested_is_said_with_how_to_test_it(show: Show) -> None:
    test = text_of(show("/reader"), "#reader-test")
    assert "This model was not tested" in test
    assert "assay reader test" in test


def test_a_test_at_another_address_that_refused_the_model_is_said(
    show: Show, tmp_path: Path
) -> None:
    name = ReaderName("qwen", INSTRUCTION_VERSION, "http://127.0.0.1:8080/v1")
    keep_result(tmp_path, replace(RESULT, reader=name, read=RESULT.judged))
    soup = show("/reader")
    assert "and was refused there: 31 of 60, judge 31" in text_of(soup, "#reader-test .error-line")
    assert SECRET not in str(soup)
    assert "At this address the model was not tested" in text_of(soup, "#reader-test")


def test_the_figures_of_its_test_stand_beside_those_of_the_judge(
    show: Show, tmp_path: Path
) -> None:
    result = replace(RESULT, reader=ReaderName("qwen", INSTRUCTION_VERSION))
    keep_result(tmp_path, result)
    soup = show("/reader")
    rows = [
        [cell.get_text() for cell in row.select("th, td")]
        for row in soup.select("#reader-test tbody tr")
    ]
    assert rows == [
        ["Second reader", "55", "30", "0"],
        ["Judge alone", "31", "28", "9"],
        ["Both together", "56", "31", "1"],
    ]
    assert text_of(soup, "#reader-test caption").startswith("60 labelled claims, ")
    hint = text_of(soup, "#reader-test .hint")
    assert hint.startswith("2 answers discarded, 1 without an answer; 93,000 tokens, 240 seconds.")
    assert not soup.select("#reader-test ul")
    keep_result(tmp_path, replace(result, discarded_because={"2 answers broke a rule: <it>": 2}))
    assert text_of(show("/reader"), "#reader-test li") == "2 × 2 answers broke a rule: <it>"
    few = {VerdictLabel.SUPPORTED: {VerdictLabel.SUPPORTED: 39}}
    assert "too few" not in text_of(soup, "#reader-test")
    keep_result(tmp_path, replace(result, counts=few))
    assert "39 answers are too few to measure it" in text_of(show("/reader"), "#reader-test")
    keep_result(tmp_path, replace(result, read=result.judged, claims=100))
    refused = text_of(show("/reader"), "#reader-test .form-error")
    assert "reads no better than the judge" in refused
    assert "assay reader test --claims 100 --force" in refused


def test_tokens_are_shown_for_today_each_day_and_each_key(
    browser: FlaskClient, show: Show, store: RedisStore
) -> None:
    key = make_key(store, name="<b>desk</b>")
    sign_in(browser, key)
    new = NewClaim(id=ClaimId("c_1"), claim=Claim(text="Ten died.", sentence="Ten."))
    store.acting_as(Actor(id_of(key), "desk")).submit_claim(new)
    store.readings.spend(ClaimId("c_1"), RequestUsage(tokens=600))
    store.readings.spend(None, RequestUsage(tokens=100, estimated=40))
    soup = show("/reader")
    assert text_of(soup, "#reader-tokens > p") == "Today: 700 of 1,000 tokens"
    days, keys = soup.select("#reader-tokens table")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in days.select("tbody tr")]
    assert len(rows) == 14
    assert [row[1:3] for row in rows[:2]] == [["2", "700 (40 estimated)"], ["0", "0"]]
    assert all(row.select_one("th[scope=row]") for row in days.select("tbody tr"))
    assert " ".join(keys.tbody.get_text(" ").split()) == ("<b>desk</b> 600 Without a key 100")  # type: ignore[union-attr]


def test_a_budget_that_is_spent_is_said_and_nothing_is_caught_up(
    show: Show, store: RedisStore
) -> None:
    (claim_id,) = skip(store, "1")
    assert show("/reader").select("form[action='/reader/catch-up']")
    store.readings.spend(claim_id, RequestUsage(tokens=1000))
    soup = show("/reader")
    assert "judge decides alone until 00:00 UTC" in text_of(soup, "#reader-tokens .error-line")
    assert not soup.select("form[action='/reader/catch-up']")


def test_an_endpoint_that_fails_is_shown_with_its_rest(show: Show, store: RedisStore) -> None:
    assert "asked when a claim is to be read" in text_of(show("/reader"), "#reader-endpoint")
    store.readings.end("<i>no route</i>")
    told = text_of(show("/reader"), "#reader-endpoint")
    assert told.endswith("Its last request failed; it is asked again. <i>no route</i>")
    for _ in range(FAILURES_MAX):
        store.readings.end("no route")
    assert "requests failed; it is not asked until" in text_of(show("/reader"), "#reader-endpoint")


def test_claims_that_were_skipped_are_caught_up(
    browser: FlaskClient,
    show: Show,
    store: RedisStore,
    notices: Notices,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader_pages, "LIST_LIMIT_MAX", 1)  # several pages of the store's list
    claims = skip(store, "1", "2", "3")
    soup = show("/reader")
    (link,) = soup.select("#reader-skipped a")
    assert len(show(str(link["href"])).select("#claim-list .row-claim")) == 3
    answer = browser.post("/reader/catch-up", headers=OWN)
    assert answer.location == "/reader?done=caught-up"
    assert {WorkItem(Stage.JUDGE, one, 2) for one in claims} <= set(notices.items)
    assert "put into the queue" in text_of(show(answer.location), "#done")


def test_a_model_that_its_test_refuses_is_not_offered_claims_to_catch_up_on(
    show: Show, store: RedisStore, tmp_path: Path
) -> None:
    skip(store, "1")
    name = ReaderName("qwen", INSTRUCTION_VERSION)
    keep_result(tmp_path, replace(RESULT, reader=name, read=RESULT.judged))
    soup = show("/reader")
    assert not soup.select("form[action='/reader/catch-up']")
    assert "the test of this model refuses it" in text_of(soup, "#reader-skipped .hint")
    assert "It is asked when" not in text_of(soup, "main")
    keep_result(tmp_path, replace(RESULT, reader=name, read=RESULT.judged, forced=True))
    assert show("/reader").select("form[action='/reader/catch-up']")


def test_nothing_to_catch_up_on_is_said(browser: FlaskClient, show: Show) -> None:
    assert "No claim was skipped" in text_of(show("/reader"), "#reader-skipped")
    answer = browser.post("/reader/catch-up", headers=OWN)
    assert answer.location == "/reader?done=nothing-caught-up"


def test_a_queue_that_is_full_takes_a_part(
    settings: Settings, store: RedisStore, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_pages, "LIST_LIMIT_MAX", 1)
    skip(store, "1", "2")
    small = connect(store_url, queue_max=1)
    app = create_app(settings, store=small, notify=lambda queue=None: None)
    client = app.test_client()
    answer = client.post("/reader/catch-up", headers=OWN)
    assert answer.location == "/reader?done=caught-up-in-part"
    small.close()


def test_a_queue_without_room_takes_nothing(
    settings: Settings, store: RedisStore, store_url: str
) -> None:
    skip(store, "1")
    new = NewClaim(id=ClaimId("c_2"), claim=Claim(text="Ten died.", sentence="Ten."))
    store.submit_claim(new)
    small = connect(store_url, queue_max=1)
    app = create_app(settings, store=small, notify=lambda queue=None: None)
    refused = app.test_client().post("/reader/catch-up", headers=OWN)
    assert (refused.status_code, "queue is full" in refused.text) == (503, True)
    small.close()


def test_without_a_reader_it_says_how_to_set_one_up(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    client = make_app(Settings(allowed_hosts="")).test_client()
    soup = BeautifulSoup(client.get("/reader").text, "lxml")
    assert "ASSAY_READER=chat:MODEL" in text_of(soup, ".empty")
    assert not soup.select("aside section, #reader-test")
    assert client.post("/reader/catch-up", headers=OWN).status_code == 409


def test_the_page_is_for_administrators(
    make_app: Callable[..., APIFlask], store: RedisStore
) -> None:
    settings = Settings(reader="chat:qwen", require_key=True, allowed_hosts="")
    client = make_app(settings).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    sign_in(client, make_key(store, Scope.READ, Scope.WRITE, name="Ada"))
    assert client.get("/reader").status_code == 403
    assert post(client, "/reader/catch-up").status_code == 403
    assert 'href="/reader"' not in client.get("/").text
    sign_in(client, make_key(store, name="Boss"))
    assert 'href="/reader"' in client.get("/").text
    assert client.get("/reader").status_code == 200
