"""GET /v1/changes."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from claims.ports import WorkItem
from claims.store.redis_store import RedisStore
from claims.types import ErrorRecord, EventType, HistoryEntry, PageChange, Stage, VerdictLabel
from service.api.waiting import Waiters, attach_waiters
from tests.claims import samples
from tests.contracts.steps import read_page
from tests.service.events import ask, ids, recheck, submit, types
from tests.service.work import CHANGED_PAGE as PAGE
from tests.service.work import commit_turn, extract_article, judge_claim, lease

TEXT = "The library opened in 1987. A fine place!"
REFUTED = VerdictLabel.REFUTED


@pytest.fixture
def claim(client: FlaskClient, store: RedisStore) -> str:
    """A claim whose verdict changed once."""
    claim = submit(client)
    judge_claim(store, claim)
    recheck(client, store, claim, REFUTED)
    return claim


def test_an_event_has_the_documented_shape(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    created, changed = ask(client)["items"]
    assert created["type"] == "verdict.created"
    assert changed == {
        "id": changed["id"],
        "type": "verdict.changed",
        "at": changed["at"],
        "claim_id": claim,
        "article_id": None,
        "data": {
            "text": "Proposal: Probably refuted (confidence 70 %); it was supported before.",
            "heading": "Eleven died.",
            "label": "REFUTED",
            "before": "SUPPORTED",
            "labels": {},
            "check": 2,
            "support": 0.5,
            "confidence": 0.7,
            "causes": [],
            "explanation": "Because.",
            "diff": None,
            "turned_by": [],
            "error": None,
            "schedule": None,
            "tag_schedule": None,
            "corrected_by": None,
            "same_as": None,
            "webhook_id": None,
            "by": None,
            "decision": None,
            "signed": None,
            "stale": None,
            "stale_because": [],
        },
    }
    at = datetime.fromisoformat(changed["at"])
    assert abs(at.timestamp() - time.time()) < 60


def test_reading_goes_on_from_next_and_next_is_always_given(
    client: FlaskClient, store: RedisStore
) -> None:
    assert ask(client) == {"items": [], "next": "0-0"}
    claims = [submit(client) for _ in range(3)]
    for claim in claims:
        judge_claim(store, claim)
    first = ask(client, limit=2)
    second = ask(client, limit=2, since=first["next"])
    assert [item["claim_id"] for item in first["items"] + second["items"]] == claims
    assert ask(client, since=second["next"]) == {"items": [], "next": second["next"]}
    assert ask(client, since=first["items"][0]["id"])["items"][0]["claim_id"] == claims[1]


def test_a_reader_may_begin_now(client: FlaskClient, store: RedisStore, claim: str) -> None:
    begin = ask(client, since="now")
    assert begin["items"] == []
    recheck(client, store, claim, VerdictLabel.SUPPORTED)
    assert types(ask(client, since=begin["next"])) == ["verdict.changed"]


def test_a_check_that_confirms_the_verdict_is_no_event(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    before = ask(client)
    recheck(client, store, claim, REFUTED)
    assert ask(client) == before


def test_filters_choose_by_type_label_article_and_claim(
    client: FlaskClient, store: RedisStore, claim: str
) -> None:
    article = client.post("/v1/articles", json={"text": TEXT}).json["id"]
    extract_article(store, article, TEXT)
    (own,) = client.get(f"/v1/articles/{article}").json["claims"]
    judge_claim(store, own["id"])
    client.put(f"/v1/claims/{claim}/schedule", json={"every": "P1D"})
    created, changed, of_article, done, scheduled = ids(ask(client))
    assert ids(ask(client, type="verdict.created")) == [created, of_article]
    assert ids(ask(client, type=["article.done", "schedule.changed"])) == [done, scheduled]
    assert ids(ask(client, label="REFUTED")) == [changed, scheduled]
    assert ids(ask(client, label=["REFUTED", "SUPPORTED"], type="verdict.changed")) == [changed]
    assert ids(ask(client, article=article)) == [of_article, done]
    assert ids(ask(client, claim=claim)) == [created, changed, scheduled]
    nothing = ask(client, claim="c_none")
    assert nothing == {"items": [], "next": scheduled}
    data = ask(client, type="article.done")["items"][0]["data"]
    assert (data["label"], data["labels"]) == (None, {"SUPPORTED": 1})
    schedule = ask(client, type="schedule.changed")["items"][0]["data"]["schedule"]
    assert schedule == client.get(f"/v1/claims/{claim}").json["schedule"]


def test_tags_of_a_claim_and_of_its_article_choose_its_events(
    client: FlaskClient, store: RedisStore
) -> None:
    article = client.post("/v1/articles", json={"text": TEXT, "tags": ["Élections"]}).json["id"]
    extract_article(store, article, TEXT)
    (own,) = client.get(f"/v1/articles/{article}").json["claims"]
    tagged, other = submit(client, tags=["health", "Budget 2026"]), submit(client)
    for claim in (own["id"], tagged, other):
        judge_claim(store, claim)
    of_article, done, of_claim, _ = ids(ask(client))
    assert ids(ask(client, tag="élections")) == [of_article, done]
    assert ids(ask(client, tag="BUDGET 2026")) == [of_claim]
    assert ids(ask(client, tag=["Health", "élections"])) == [of_article, done, of_claim]
    assert ids(ask(client, tag="budget")) == []


@pytest.mark.parametrize(
    "query",
    [
        *("since=", "since=x", "since=1", "since=-1-0", "since=01-0", "since=1-0-0", "since=NOW"),
        *("since=99999999999999999999-0", "since=%D9%A1-0", "since=1-0%00", "since=$"),
        *(
            "type=",
            "type=verdict",
            "type=verdict.created,article.done",
            "type=verdict.created;article.done",
        ),
        *("label=", "label=refuted", "label=TRUE", "tag=", "article=c_1", "article=", "claim=a_1"),
        *("claim=c_%20", "limit=0", "limit=201", "wait=21", "wait=-1", "wait=nan", "before=1-0"),
        *(
            "cursor=x",
            "since=1-0&since=2-0",
            "&".join(["type=article.done"] * (len(EventType) + 1)),
        ),
    ],
)
def test_a_wrong_parameter_is_refused_with_the_reason(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/v1/changes?{query}")
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-request")
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]


def test_an_unknown_value_is_refused_with_the_allowed_ones(client: FlaskClient) -> None:
    detail = client.get("/v1/changes?type=new").json["detail"]
    assert "'verdict.created', 'verdict.changed'" in detail


def test_a_refused_since_names_the_forms_that_work(client: FlaskClient, claim: str) -> None:
    answer = client.get("/v1/changes?since=today")
    (error,) = answer.json["errors"]
    assert error["parameter"] == "since"
    for form in ("`next`", "1767571200000-0", "now", "milliseconds since 1970"):
        assert form in error["detail"]
    created_ms = int(ask(client)["items"][0]["id"].partition("-")[0])
    assert [event["claim_id"] for event in ask(client, since=f"{created_ms - 1}-0")["items"]]


def test_a_since_later_than_the_clock_is_refused_with_advice(
    client: FlaskClient, claim: str
) -> None:
    answer = client.get("/v1/changes?since=9999999999999-0&wait=20")
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/invalid-request")
    (error,) = answer.json["errors"]
    assert error["parameter"] == "since"
    assert "later than the clock" in error["detail"]
    assert "`next`" in error["detail"]


def test_a_since_after_the_last_event_is_refused_as_after_a_restored_backup(
    client: FlaskClient, claim: str
) -> None:
    ms, _, number = ids(ask(client))[-1].partition("-")
    answer = client.get(f"/v1/changes?since={ms}-{int(number) + 1}")
    assert (answer.status_code, answer.json["type"]) == (410, "/problems/events-gone")
    assert "earlier backup" in answer.json["detail"]
    assert "`since=now`" in answer.json["detail"]


@pytest.mark.parametrize("since", ["0-0", "1-0"])
def test_a_since_before_deleted_events_is_refused_with_advice(
    client: FlaskClient, store: RedisStore, claim: str, since: str
) -> None:
    time.sleep(0.01)
    assert store.forget_events(keep_s=0, limit=9) == 2
    answer = client.get(f"/v1/changes?since={since}&wait=20")
    assert (answer.status_code, answer.json["type"]) == (410, "/problems/events-gone")
    assert "without `since`" in answer.json["detail"]
    assert ask(client)["items"] == []
    assert ask(client, since=ask(client)["next"])["items"] == []


def test_an_event_is_below_20_kb_whatever_the_claim_and_its_verdict_say(
    client: FlaskClient, store: RedisStore
) -> None:
    face = "\U0001f600"
    claim = submit(client, f"It said: {face * 991}")
    page = read_page(store, "Eleven people died.")
    gathering = lease(store, WorkItem(Stage.GATHER, claim, 1))
    assert store.commit_gathering(gathering, samples.gathered())
    verdict = replace(samples.verdict(), explanation=face * 100_000)
    entry = HistoryEntry(
        check=1,
        checked_at=page.fetched_at,
        label=verdict.label,
        support=None,
        changed=False,
        scored=True,
    )
    assert store.commit_verdict(lease(store, WorkItem(Stage.JUDGE, claim, 1)), verdict, entry)
    client.post(f"/v1/claims/{claim}/recheck")
    gathering = lease(store, WorkItem(Stage.GATHER, claim, 2))
    assert store.give_up(gathering, ErrorRecord("broken", face * 100_000))
    answer = client.get("/v1/changes").json
    assert types(answer) == ["verdict.created", "claim.failed"]
    assert all(len(json.dumps(item)) < 20_000 for item in answer["items"])


def test_event_of_a_changed_verdict_has_the_page_that_turned_it(
    client: FlaskClient, store: RedisStore
) -> None:
    claim = submit(client)
    judge_claim(store, claim)
    client.post(f"/v1/claims/{claim}/recheck")
    commit_turn(store, claim, PageChange(PAGE, "Eleven died.", "Nobody\u202e died.", True))
    data = ask(client, type="verdict.changed")["items"][0]["data"]
    shown = "Nobody[U+202E] died."
    assert data["turned_by"] == [PAGE]
    assert data["diff"]["changed"] == [
        {"url": PAGE, "before": "Eleven died.", "after": shown, "deciding": True}
    ]
    assert (data["diff"]["appeared"], data["diff"]["further"]) == ([], 2)
    assert data["text"].endswith(f"a.example said “Eleven died.” and now says “{shown}”")


def test_event_of_a_changed_verdict_is_bounded(client: FlaskClient, store: RedisStore) -> None:
    claim = submit(client)
    judge_claim(store, claim)
    client.post(f"/v1/claims/{claim}/recheck")
    urls = tuple(f"https://a.example/{i}/{'x' * 2_000}" for i in range(20))
    changes = [PageChange(url, "\U0001f600" * 400, "\U0001f601" * 400) for url in urls]
    commit_turn(store, claim, *changes, turned_by=urls, explanation="\U0001f600" * 1_000)
    (event,) = ask(client, type="verdict.changed")["items"]
    assert len(event["data"]["diff"]["changed"]) == 2
    assert len(json.dumps(event, ensure_ascii=False).encode()) < 20_000


def test_a_request_waits_for_the_next_event(
    app: APIFlask, client: FlaskClient, store: RedisStore, claim: str
) -> None:
    since = ask(client)["next"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: ask(app.test_client(), since=since, wait=20))
        time.sleep(0.5)
        assert not waiting.done()
        recheck(client, store, claim, VerdictLabel.SUPPORTED)
        assert types(waiting.result(timeout=10)) == ["verdict.changed"]


def test_a_request_may_wait_for_the_first_event_from_now_on(
    app: APIFlask, client: FlaskClient, store: RedisStore, claim: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: ask(app.test_client(), since="now", wait=20))
        time.sleep(0.5)
        assert not waiting.done()
        recheck(client, store, claim, VerdictLabel.SUPPORTED)
        assert types(waiting.result(timeout=10)) == ["verdict.changed"]


def test_an_event_that_does_not_pass_is_not_waited_for_again(
    app: APIFlask, client: FlaskClient, store: RedisStore, claim: str
) -> None:
    """The request goes on waiting, and `next` is after the event that did not pass."""
    since = ask(client)["next"]
    query = {"since": since, "wait": 2, "type": "article.done"}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: ask(app.test_client(), **query))
        time.sleep(0.3)
        recheck(client, store, claim, VerdictLabel.SUPPORTED)
        answer = waiting.result(timeout=10)
    assert answer == {"items": [], "next": ask(client, since="now")["next"]}
    assert answer["next"] != since


def test_waiting_ends_with_its_time(client: FlaskClient, claim: str) -> None:
    started = time.monotonic()
    assert ask(client, since="now", wait=0.5)["items"] == []
    assert 0.5 <= time.monotonic() - started < 10


def test_an_existing_event_is_answered_at_once(client: FlaskClient, claim: str) -> None:
    started = time.monotonic()
    assert len(ask(client, wait=20)["items"]) == 2
    assert time.monotonic() - started < 10


def test_without_a_free_place_nobody_waits(app: APIFlask, client: FlaskClient) -> None:
    attach_waiters(app, Waiters(most=0))
    started = time.monotonic()
    assert ask(client, wait=20) == {"items": [], "next": "0-0"}
    assert time.monotonic() - started < 10


def test_a_correction_names_the_new_claim(client: FlaskClient, store: RedisStore) -> None:
    old = submit(client)
    judge_claim(store, old)
    new = client.post(f"/v1/claims/{old}/correct", json={"text": "Twelve died."}).json["id"]
    (event,) = ask(client, type="claim.corrected")["items"]
    assert (event["claim_id"], event["data"]["corrected_by"]) == (old, new)
    assert "corrected wording" in event["data"]["text"]
