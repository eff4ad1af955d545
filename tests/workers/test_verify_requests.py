"""Verify requests that a worker answers."""

from __future__ import annotations

import pytest

from claims.errors import ReaderNotAnswering
from claims.ports import VerifyRequest
from claims.store import RedisStore, keys
from claims.types import Queue, Verdict, VerdictLabel
from tests.claims.samples import page
from tests.contracts.steps import gather_item, judge_item, new_claim
from tests.workers.items import TEXT, do, take
from tests.workers.messages import take_messages
from workers import work as work_module
from workers.context import WorkerContext
from workers.work import Outcome


def ask_verify(store: RedisStore, claim: str = TEXT) -> VerifyRequest:
    store.beat("w@test", ttl_s=60, queues=(Queue.SCORE,))
    request = VerifyRequest(id="one", claim=claim, pages=(page(url="", text=TEXT),))
    store.ask_verify(request, within_s=20)
    return request


def test_verify_request_is_judged_before_the_items_that_wait(
    store: RedisStore, context: WorkerContext, store_url: str
) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    do(gather_item(claim), context)
    request = ask_verify(store)
    take_messages(store_url, "score")
    assert take(Queue.SCORE, context) is Outcome.ANSWERED
    answer = store.read_verify_answer(request.id)
    assert answer is not None
    assert answer.verdict is not None
    assert answer.verdict.label is VerdictLabel.SUPPORTED
    assert answer.verdict.evidence[0].quote == TEXT
    assert [m["task"] for m in take_messages(store_url, "score")] == ["score.next"]
    assert do(judge_item(claim), context) is Outcome.COMMITTED


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ReaderNotAnswering("the endpoint is busy"), "the endpoint is busy"),
        (KeyError("x"), "KeyErr"),
    ],
)
def test_error_of_a_verify_request_is_its_answer(
    store: RedisStore,
    context: WorkerContext,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    def fail(context: WorkerContext, request: VerifyRequest) -> Verdict:
        raise error

    monkeypatch.setattr(work_module, "verify", fail)
    request = ask_verify(store)
    assert take(Queue.SCORE, context) is Outcome.ANSWERED
    answer = store.read_verify_answer(request.id)
    assert answer is not None
    assert answer.verdict is None
    assert str(answer.error).startswith(said)


def test_answer_that_comes_after_its_caller_left_is_thrown_away(
    store: RedisStore, context: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask_verify(store)
    verify = work_module.verify

    def slow(context: WorkerContext, asked: VerifyRequest) -> Verdict:
        store.withdraw_verify(asked.id)
        return verify(context, asked)

    monkeypatch.setattr(work_module, "verify", slow)
    assert take(Queue.SCORE, context) is Outcome.CALLER_GONE
    assert store.read_verify_answer(request.id) is None
    assert store.connection.command("KEYS", keys.VERIFY + "*") == []
