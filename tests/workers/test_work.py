"""One work item: taken, done, committed; and the consequences of each outcome."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from claims.errors import (
    ExtractorCrashed,
    InvalidInput,
    JudgeUnavailable,
    ReaderNotAnswering,
    SourceError,
    StoreUnavailable,
)
from claims.ports import Lease, NewArticle, WorkItem
from claims.settings import Settings
from claims.store import RedisStore, keys
from claims.types import ArticleId, ArticleStatus, ClaimStatus, Fault, Queue, Stage
from tests.contracts.steps import article_id, gather_item, judge_item, new_claim
from tests.contracts.steps import pass_time as pass_time_in
from tests.workers.items import TEXT, do, take
from tests.workers.messages import take_messages
from workers import steps
from workers.context import WorkerContext
from workers.lease import keep_lease
from workers.work import BACKOFF_MAX_S, CAUSE_CHARS, Outcome, backoff_s


def fail_with(monkeypatch: pytest.MonkeyPatch, stage: Stage, error: Exception) -> None:
    def step(context: WorkerContext, lease: Lease) -> bool:
        raise error

    monkeypatch.setitem(steps.STEPS, stage, step)


def test_claim_goes_from_gathering_to_its_verdict(
    store: RedisStore, context: WorkerContext
) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    assert do(gather_item(claim), context) is Outcome.COMMITTED
    assert store.get_claim(claim).record.status is ClaimStatus.JUDGING
    assert do(judge_item(claim), context) is Outcome.COMMITTED
    record = store.get_claim(claim).record
    assert record.status is ClaimStatus.JUDGED
    assert record.verdict is not None
    assert record.verdict.check == 1
    assert record.verdict.coverage.fetched == 1


def test_article_is_read_and_its_claims_become_due(
    store: RedisStore, context: WorkerContext
) -> None:
    new = NewArticle(id=article_id(1), text="Hello.", claims=(TEXT, "The bridge is in Kisoro."))
    store.submit_article(new)
    assert do(WorkItem(Stage.EXTRACT, new.id, 1), context) is Outcome.COMMITTED
    article = store.get_article(new.id).record
    assert article.status is ArticleStatus.EXTRACTED
    assert [claim.text for claim in article.claims] == list(new.claims)


def test_article_has_no_more_claims_than_the_setting_says(
    store: RedisStore, context: WorkerContext
) -> None:
    text = " ".join(f"The strike of May {n} killed {n + 9} people in Quito." for n in range(1, 20))
    new = NewArticle(id=article_id(1), text=text)
    store.submit_article(new)
    context.claims_max = 3
    assert do(WorkItem(Stage.EXTRACT, new.id, 1), context) is Outcome.COMMITTED
    article = store.get_article(new.id).record
    assert len(article.claims) == 3
    assert {one.reason for one in article.not_checked} == {"beyond-limit"}


@pytest.mark.parametrize(("said", "claims_max"), [("", 200), ("7", 7)])
def test_how_many_claims_are_checked_is_a_setting(
    store_url: str, monkeypatch: pytest.MonkeyPatch, said: str, claims_max: int
) -> None:
    if said:
        monkeypatch.setenv("ASSAY_ARTICLE_CLAIMS", said)
    settings = Settings(redis_url=store_url)
    assert WorkerContext.from_settings(settings).claims_max == claims_max


def test_commit_sends_a_message_for_the_next_stage(
    store: RedisStore, context: WorkerContext, store_url: str
) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    do(gather_item(claim), context)
    assert [m["task"] for m in take_messages(store_url, "score")] == ["score.next"]


def test_worker_that_takes_an_item_lets_others_take_the_rest_before_it_does_its_own(
    store: RedisStore, context: WorkerContext, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        store.submit_claim(new_claim(number))
    seen: list[int] = []

    def step(context: WorkerContext, lease: Lease) -> bool:
        seen.append(len(take_messages(store_url, "fetch")))
        return False

    monkeypatch.setitem(steps.STEPS, Stage.GATHER, step)
    for _ in range(4):
        take(Queue.FETCH, context)
    assert seen == [2, 1, 0]


def test_doing_an_item_twice_changes_nothing(store: RedisStore, context: WorkerContext) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    for item in (gather_item(claim), judge_item(claim)):
        assert do(item, context) is Outcome.COMMITTED
        version = store.get_claim_version(claim)
        assert do(item, context) is Outcome.NOTHING_TO_DO
        assert store.get_claim_version(claim) == version
    assert len(store.get_history(claim)) == 1


def test_second_check_of_an_unchanged_page_is_not_scored(
    store: RedisStore, context: WorkerContext, tmp_path: Path
) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    for check in (1, 2):
        do(gather_item(claim, check), context)
        do(judge_item(claim, check), context)
        scorings = (tmp_path / "scored.txt").read_text().count("\n")
        if check == 1:
            before = scorings
            store.recheck_claim(claim)
    assert [entry.scored for entry in store.get_history(claim)] == [True, False]
    assert scorings == before


def test_claim_whose_last_check_is_lost_is_judged_again(
    store: RedisStore, context: WorkerContext
) -> None:
    """Otherwise no later check of the claim would ever finish."""
    claim = store.submit_claim(new_claim(text=TEXT))
    for check in (1, 2):
        do(gather_item(claim, check), context)
        assert do(judge_item(claim, check), context) is Outcome.COMMITTED
        if check == 1:
            store.connection.command("HDEL", keys.GATHERED + claim, 1)
            store.recheck_claim(claim)
    assert [entry.scored for entry in store.get_history(claim)] == [True, True]
    store.forget(keep_s=0, limit=10)


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (SourceError("robots-denied", "robots.txt forbids it"), "robots-denied", "robots.txt"),
        (InvalidInput("no text in it"), "invalid-input", "no text in it"),
    ],
)
def test_permanent_error_of_the_input_fails_it_at_once_with_a_reason(
    store: RedisStore,
    context: WorkerContext,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: str,
    detail: str,
) -> None:
    new = NewArticle(id=article_id(1), url="https://a.example/")
    store.submit_article(new)
    fail_with(monkeypatch, Stage.EXTRACT, error)
    assert do(WorkItem(Stage.EXTRACT, new.id, 1), context) is Outcome.GIVEN_UP
    article = store.get_article(ArticleId(new.id)).record
    assert article.status is ArticleStatus.FAILED
    assert article.error is not None
    assert (article.error.code, article.error.detail[: len(detail)]) == (code, detail)


def test_a_claim_that_cannot_be_read_fails_at_once_and_may_be_retried(
    store: RedisStore, context: WorkerContext
) -> None:
    claim_id = store.submit_claim(new_claim())
    key = keys.CLAIM + claim_id
    options = store.connection.command("HGET", key, "options")
    store.connection.command("HDEL", key, "options")
    assert do(WorkItem(Stage.GATHER, claim_id, 1), context) is Outcome.GIVEN_UP
    store.connection.command("HSET", key, "options", options)
    claim = store.get_claim(claim_id).record
    assert claim.error is not None
    assert (claim.error.code, claim.error.fault) == ("unreadable", Fault.SERVICE)
    articles = store.retry_failed(limit=9)
    assert store.retry_failed(limit=9, cursor=articles.next).claims == 1


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ExtractorCrashed("killed"), "killed"),
        (ReaderNotAnswering("x" * 9000), "x" * CAUSE_CHARS),
        (JudgeUnavailable("no model.onnx in /models"), "no model.onnx in /models"),
        (MemoryError(), "MemoryError (see the log of the worker)"),
        (ZeroDivisionError("secret"), "ZeroDivisionError (see the log of the worker)"),
    ],
    ids=["extractor crashed", "reader does not answer", "no judge", "no memory", "defect"],
)
def test_any_other_error_puts_the_item_back_until_three_attempts_are_made(
    store: RedisStore,
    context: WorkerContext,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    cause: str,
) -> None:
    claim = store.submit_claim(new_claim())
    fail_with(monkeypatch, Stage.GATHER, error)
    for _ in range(3):
        assert do(gather_item(claim), context) is Outcome.PUT_BACK
        pass_time_in(store, BACKOFF_MAX_S)
    assert do(gather_item(claim), context) is Outcome.NOTHING_TO_DO
    record = store.get_claim(claim).record
    assert record.status is ClaimStatus.FAILED
    assert record.error is not None
    assert record.error.detail == f"given up after 3 attempts: {cause}"


def test_item_put_back_is_not_due_before_its_time(
    store: RedisStore, context: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = store.submit_claim(new_claim())
    fail_with(monkeypatch, Stage.GATHER, ExtractorCrashed("killed"))
    monkeypatch.setattr("workers.work.random.uniform", lambda low, high: high)
    assert do(gather_item(claim), context) is Outcome.PUT_BACK
    assert do(gather_item(claim), context) is Outcome.NOTHING_TO_DO
    assert store.get_claim(claim).record.status is not ClaimStatus.FAILED


def test_result_is_thrown_away_when_the_lease_was_lost(
    store: RedisStore, context: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    gather = steps.STEPS[Stage.GATHER]

    def slow_step(context: WorkerContext, lease: Lease) -> bool:
        pass_time_in(store, 61.0)
        assert store.reap() == 1
        assert store.take(Queue.FETCH, worker="another", ttl_s=60.0) is not None
        return gather(context, lease)

    monkeypatch.setitem(steps.STEPS, Stage.GATHER, slow_step)
    assert do(gather_item(claim), context) is Outcome.LEASE_LOST
    assert store.get_claim(claim).record.status is ClaimStatus.GATHERING


def test_silent_store_is_reported_and_not_taken_for_a_defect_of_the_item(
    context: WorkerContext,
) -> None:
    class Silent:
        def take(self, queue: Queue, *, worker: str, ttl_s: float) -> Lease | None:
            raise StoreUnavailable("the store does not answer")

    context.__dict__["store"] = Silent()
    with pytest.raises(StoreUnavailable):
        take(Queue.FETCH, context)


def test_lease_is_kept_as_long_as_the_block_lasts(store: RedisStore) -> None:
    store.submit_claim(new_claim())
    lease = store.take(Queue.FETCH, worker="w", ttl_s=0.6)
    assert lease is not None
    with keep_lease(store, lease, ttl_s=0.6):
        time.sleep(1.5)
        assert store.reap() == 0
    time.sleep(0.8)
    assert store.reap() == 1


def test_pause_before_the_next_attempt_grows_and_is_bounded() -> None:
    longest = [max(backoff_s(attempt) for _ in range(300)) for attempt in (1, 2, 3, 9)]
    assert longest == sorted(longest)
    assert longest[0] <= 8.0
    assert longest[-1] <= BACKOFF_MAX_S


@pytest.mark.parametrize("is_early", [True, False], ids=["before reading", "before the commit"])
@pytest.mark.parametrize(
    ("stage", "commit"),
    [
        (Stage.EXTRACT, "commit_extraction"),
        (Stage.GATHER, "commit_gathering"),
        (Stage.JUDGE, "commit_verdict"),
    ],
)
def test_a_record_deleted_while_it_is_worked_on_is_dropped_without_an_error(
    store: RedisStore,
    context: WorkerContext,
    monkeypatch: pytest.MonkeyPatch,
    stage: Stage,
    commit: str,
    is_early: bool,
) -> None:
    article = store.submit_article(NewArticle(id=article_id(1), text="Hello.", claims=(TEXT,)))
    do_step, write = steps.STEPS[stage], getattr(store, commit)

    def delete_first(*arguments: object, **more: object) -> bool:
        store.delete_article(article)
        return bool(write(*arguments, **more))

    def step(context: WorkerContext, lease: Lease) -> bool:
        if is_early:
            store.delete_article(article)
        else:
            monkeypatch.setattr(store, commit, delete_first)
        return do_step(context, lease)

    monkeypatch.setitem(steps.STEPS, stage, step)
    stages = list(Stage)[: list(Stage).index(stage) + 1]
    outcomes = [take(one.queue, context) for one in stages]
    assert outcomes == [*[Outcome.COMMITTED] * (len(stages) - 1), Outcome.LEASE_LOST]
    assert (store.health().due, store.health().leased) == (0, 0)


def test_a_check_cancelled_while_it_is_judged_is_dropped_without_an_error(
    store: RedisStore, context: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = store.submit_article(NewArticle(id=article_id(1), text="Hello.", claims=(TEXT,)))
    do_step = steps.STEPS[Stage.JUDGE]

    def step(context: WorkerContext, lease: Lease) -> bool:
        store.cancel_article(article)
        return do_step(context, lease)

    monkeypatch.setitem(steps.STEPS, Stage.JUDGE, step)
    with capture_logs() as lines:
        stages = (Stage.EXTRACT, Stage.GATHER, Stage.JUDGE)
        outcomes = [take(one.queue, context) for one in stages]
    assert outcomes == [Outcome.COMMITTED, Outcome.COMMITTED, Outcome.LEASE_LOST]
    assert [line for line in lines if line["event"] == "attempt_failed"] == []
