"""POST /v1/verify on a real store: the answer of a worker, and every way to get none."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from claims.access import Scope, parse_key
from claims.ports import VerifyAnswer
from claims.shapes import to_json
from claims.sources.snapshots import is_unchanged
from claims.store.redis_store import RedisStore
from claims.store.verify_requests import WAITING_MAX
from claims.types import Queue, VerdictLabel
from service.api import verify as route
from service.api.waiting import Waiters, attach_waiters
from tests.claims import samples
from tests.service.keys import bearer, make_key
from tests.service.work import answering

VERDICT = samples.verdict(VerdictLabel.SUPPORTED)
BODY: dict[str, Any] = {
    "claim": "Eleven people died.",
    "passages": [{"text": "Eleven people died in Kelm."}],
}


def ask(client: FlaskClient, **fields: object) -> TestResponse:
    return client.post("/v1/verify", json=BODY | fields)


def test_a_claim_without_words_gets_no_verdict(client: FlaskClient, store: RedisStore) -> None:
    answer = ask(
        client, claim='"' * 1000, passages=[{"text": 'He said "no", "yes" and "perhaps".'}]
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["/claim"]
    assert_nothing_is_left(store)


def assert_nothing_is_left(store: RedisStore) -> None:
    assert store.connection.command("KEYS", "assay:verify*") == []
    assert store.connection.command("KEYS", "assay:claim*") == []
    assert (store.health().due, store.health().leased) == (0, 0)


def assert_problem(answer: TestResponse, name: str) -> None:
    assert (answer.status_code, answer.json["type"]) == (503, f"/problems/{name}")
    assert int(answer.headers["Retry-After"]) > 0


def test_the_verdict_is_in_the_answer_and_nothing_is_kept(
    client: FlaskClient, store: RedisStore
) -> None:
    passage = {
        "text": "Eleven people died in Kelm.",
        "title": "The storm",
        "published_at": "2026-01-05",
        "url": "https://a.example/storm",
    }
    with answering(store, VerifyAnswer(verdict=VERDICT)) as taken:
        answer = ask(client, passages=[passage, {"text": "It rained."}], claimed_at="2026-01-04")
    assert answer.status_code == 200
    assert answer.json == to_json(VERDICT)
    (request,) = taken
    assert (request.claim, request.claimed_at) == (BODY["claim"], date(2026, 1, 4))
    page, bare = request.pages
    assert (page.url, page.title, page.published_at, page.text) == (
        passage["url"],
        *(passage[name] for name in ("title", "published_at", "text")),
    )
    assert is_unchanged(page.text, page.sha256)
    assert (bare.url, bare.title) == ("", None)
    assert_nothing_is_left(store)


def test_a_request_is_that_of_its_key(app: APIFlask, store: RedisStore) -> None:
    key = make_key(store, Scope.WRITE)
    with answering(store, VerifyAnswer(verdict=VERDICT)) as taken:
        answer = app.test_client().post("/v1/verify", json=BODY, headers=bearer(key))
        assert answer.status_code == 200, answer.json
    parts = parse_key(key)
    assert parts is not None
    assert [request.owner for request in taken] == [parts[0]]


def test_without_a_worker_that_judges_the_refusal_comes_at_once_and_says_so(
    client: FlaskClient, store: RedisStore
) -> None:
    store.beat("fetch@test", ttl_s=60)
    began = time.monotonic()
    answer = ask(client)
    assert time.monotonic() - began < 5
    assert_problem(answer, "not-judged")
    assert "no worker that judges is running" in answer.json["detail"].lower()
    assert_nothing_is_left(store)


def test_a_request_that_nobody_judges_in_time_is_withdrawn(
    client: FlaskClient, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "VERIFY_S", 0.3)
    store.beat("score@test", ttl_s=60, queues=(Queue.SCORE,))
    assert_problem(ask(client), "not-judged")
    assert store.take_verify(worker="w") is None
    assert_nothing_is_left(store)


def test_a_worker_that_is_late_or_dies_leaves_nothing_behind(
    app: APIFlask, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "VERIFY_S", 1.0)
    store.beat("score@test", ttl_s=60, queues=(Queue.SCORE,))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: ask(app.test_client()))
        while (taken := store.take_verify(worker="w")) is None:
            time.sleep(0.01)
        assert_problem(answer.result(timeout=10), "not-judged")
    assert not store.answer_verify(taken.id, VerifyAnswer(verdict=VERDICT))
    assert_nothing_is_left(store)


def test_an_error_of_the_judge_is_answered_at_once(client: FlaskClient, store: RedisStore) -> None:
    with answering(store, VerifyAnswer(error="the endpoint is busy")):
        answer = ask(client)
    assert_problem(answer, "not-judged")
    assert "the endpoint is busy" in answer.json["detail"]
    assert_nothing_is_left(store)


def test_beyond_the_places_of_process_and_store_the_queue_is_full(
    app: APIFlask, store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "VERIFY_S", 1.5)
    store.beat("score@test", ttl_s=60, queues=(Queue.SCORE,))
    attach_waiters(app, Waiters(verifiers=1))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: ask(app.test_client()))
        time.sleep(0.5)
        assert_problem(ask(app.test_client()), "queue-full")
        waiting.result(timeout=10)
    attach_waiters(app, Waiters(verifiers=WAITING_MAX + 1))
    with ThreadPoolExecutor(WAITING_MAX) as pool:
        many = [pool.submit(lambda: ask(app.test_client())) for _ in range(WAITING_MAX)]
        while len(store.connection.command("KEYS", "assay:verify:*")) < WAITING_MAX:
            time.sleep(0.01)
        assert_problem(ask(app.test_client()), "queue-full")
        assert {one.result(timeout=30).json["type"] for one in many} == {"/problems/not-judged"}
    assert_nothing_is_left(store)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"claim": " "}, "/claim"),
        ({"claim": "a" * 1001}, "/claim"),
        ({"passages": None}, "/passages"),
        ({"passages": []}, "/passages"),
        ({"passages": ["Eleven died."]}, "/passages/0"),
        ({"passages": [{"text": "a"}] * 51}, "/passages"),
        ({"passages": [{"text": "a"}, {"text": ""}]}, "/passages/1/text"),
        ({"passages": [{"text": "a" * 100_001}]}, "/passages/0/text"),
        ({"passages": [{"text": "a" * 50_001}] * 2}, "/passages"),
        ({"passages": [{"text": "half \ud83d"}]}, "/passages/0/text"),
        ({"passages": [{"text": "a", "url": "notes.txt"}]}, "/passages/0/url"),
        ({"passages": [{"text": "a", "published_at": "yesterday"}]}, "/passages/0/published_at"),
        ({"passages": [{"text": "a", "colour": "red"}]}, "/passages/0/colour"),
        ({"claimed_at": "yesterday"}, "/claimed_at"),
        ({"sources": ["https://a.example/"]}, "/sources"),
    ],
)
def test_a_claim_that_cannot_be_judged_is_refused_with_a_pointer(
    client: FlaskClient, store: RedisStore, fields: dict[str, object], pointer: str
) -> None:
    answer = ask(client, **fields)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert_nothing_is_left(store)


def test_the_largest_request_fits_into_a_body(client: FlaskClient, store: RedisStore) -> None:
    passages = [{"text": "é" * 2000, "title": "t" * 500}] * 50
    with answering(store, VerifyAnswer(verdict=VERDICT)):
        assert ask(client, passages=passages).status_code == 200
