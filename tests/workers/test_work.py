"""One work item: taken, done, committed; and the consequences of each outcome."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from claims.errors import (
    ExtractorCrashed,
    HostBusy,
    InvalidInput,
    JudgeUnavailable,
    ReaderNotAnswering,
    SourceError,
    StoreUnavailable,
)
from claims.pipeline import POSTPONED_S
from claims.pipeline.searching import Providers
from claims.ports import Lease, NewArticle, VerifyRequest, WorkItem
from claims.registry import RegisteredSource
from claims.settings import Settings
from claims.store import RedisStore, keys
from claims.types import (
    ArticleId,
    ArticleStatus,
    Candidate,
    ClaimId,
    ClaimStatus,
    Fault,
    Page,
    Purpose,
    Query,
    Queue,
    Stage,
    Verdict,
    VerdictLabel,
)
from tests.claims.samples import page
from tests.contracts.steps import article_id, gather_item, judge_item, new_claim, with_options
from tests.contracts.steps import pass_time as pass_time_in
from tests.contracts.turns import list_ready
from tests.stack.scripted import ScriptedFetcher
from tests.workers.messages import take_messages
from workers import steps
from workers import work as work_module
from workers.context import Pace, WorkerContext
from workers.lease import keep_lease
from workers.work import BACKOFF_MAX_S, CAUSE_CHARS, Outcome, backoff_s, work

TEXT = "The bridge is 42 metres long."


def do(item: WorkItem, context: WorkerContext) -> Outcome:
    """Let a worker take the next item of the queue of `item`; fails if another item is ready."""
    assert list_ready_in(context, item.stage.queue) in ([item], [])
    return work(item.stage.queue, context=context, pace=Pace(), worker="w@test")


def list_ready_in(context: WorkerContext, queue: Queue) -> list[WorkItem]:
    return [item for item in list_ready(context.store) if item.stage.queue is queue]


def fail_with(monkeypatch: pytest.MonkeyPatch, stage: Stage, error: Exception) -> None:
    def step(context: WorkerContext, lease: Lease) -> bool:
        raise error

    monkeypatch.setitem(steps.STEPS, stage, step)


def test_claim_goes_from_gathering_to_its_verdict(
    store: RedisStore, context: WorkerContext
) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
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
    store.accept_article(new)
    assert do(WorkItem(Stage.EXTRACT, new.id, 1), context) is Outcome.COMMITTED
    article = store.get_article(new.id).record
    assert article.status is ArticleStatus.EXTRACTED
    assert [claim.text for claim in article.claims] == list(new.claims)


def test_article_has_no_more_claims_than_the_setting_says(
    store: RedisStore, context: WorkerContext
) -> None:
    text = " ".join(f"The strike of May {n} killed {n + 9} people in Quito." for n in range(1, 20))
    new = NewArticle(id=article_id(1), text=text)
    store.accept_article(new)
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


def test_commit_makes_a_message_for_what_comes_next(
    store: RedisStore, context: WorkerContext, store_url: str
) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
    do(gather_item(claim), context)
    assert [m["task"] for m in take_messages(store_url, "score")] == ["score.next"]


def test_worker_that_takes_an_item_lets_others_take_the_rest_before_it_does_its_own(
    store: RedisStore, context: WorkerContext, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        store.accept_claim(new_claim(number))
    seen: list[int] = []

    def step(context: WorkerContext, lease: Lease) -> bool:
        seen.append(len(take_messages(store_url, "fetch")))
        return False

    monkeypatch.setitem(steps.STEPS, Stage.GATHER, step)
    for _ in range(4):
        work(Queue.FETCH, context=context, pace=Pace(), worker="w@test")
    assert seen == [2, 1, 0]


def test_doing_an_item_twice_changes_nothing(store: RedisStore, context: WorkerContext) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
    for item in (gather_item(claim), judge_item(claim)):
        assert do(item, context) is Outcome.COMMITTED
        version = store.get_claim_version(claim)
        assert do(item, context) is Outcome.NOTHING_TO_DO
        assert store.get_claim_version(claim) == version
    assert len(store.get_history(claim)) == 1


def test_second_check_of_an_unchanged_page_is_not_scored(
    store: RedisStore, context: WorkerContext, tmp_path: Path
) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
    for check in (1, 2):
        do(gather_item(claim, check), context)
        do(judge_item(claim, check), context)
        scorings = (tmp_path / "scored.txt").read_text().count("\n")
        if check == 1:
            before = scorings
            store.request_check(claim)
    assert [entry.scored for entry in store.get_history(claim)] == [True, False]
    assert scorings == before


def test_claim_of_which_the_last_check_is_lost_is_judged_anew(
    store: RedisStore, context: WorkerContext
) -> None:
    """Otherwise no later check of the claim would ever finish."""
    claim = store.accept_claim(new_claim(text=TEXT))
    for check in (1, 2):
        do(gather_item(claim, check), context)
        assert do(judge_item(claim, check), context) is Outcome.COMMITTED
        if check == 1:
            store.connection.command("HDEL", keys.GATHERED + claim, 1)
            store.request_check(claim)
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
    store.accept_article(new)
    fail_with(monkeypatch, Stage.EXTRACT, error)
    assert do(WorkItem(Stage.EXTRACT, new.id, 1), context) is Outcome.GIVEN_UP
    article = store.get_article(ArticleId(new.id)).record
    assert article.status is ArticleStatus.FAILED
    assert article.error is not None
    assert (article.error.code, article.error.detail[: len(detail)]) == (code, detail)


def test_a_claim_that_cannot_be_read_fails_at_once_and_may_be_retried(
    store: RedisStore, context: WorkerContext
) -> None:
    claim_id = store.accept_claim(new_claim())
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
)
def test_any_other_error_puts_the_item_back_until_three_attempts_are_made(
    store: RedisStore,
    context: WorkerContext,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    cause: str,
) -> None:
    claim = store.accept_claim(new_claim())
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
    claim = store.accept_claim(new_claim())
    fail_with(monkeypatch, Stage.GATHER, ExtractorCrashed("killed"))
    monkeypatch.setattr("workers.work.random.uniform", lambda low, high: high)
    assert do(gather_item(claim), context) is Outcome.PUT_BACK
    assert do(gather_item(claim), context) is Outcome.NOTHING_TO_DO
    assert store.get_claim(claim).record.status is not ClaimStatus.FAILED


class BusyFetcher(ScriptedFetcher):
    """A fetcher for which every host is busy."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        raise HostBusy(url, 20.0, "host-busy", "others are first")


def test_claim_whose_hosts_are_busy_is_postponed_without_counting_attempts(
    store: RedisStore, context: WorkerContext
) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
    context.__dict__["fetcher"] = BusyFetcher()
    for _ in range(5):
        assert do(gather_item(claim), context) is Outcome.POSTPONED
        assert do(gather_item(claim), context) is Outcome.NOTHING_TO_DO
        waiting = store.get_claim(claim).record.waiting
        assert waiting is not None
        assert waiting.code == "host-busy"
        pass_time_in(store, 21.0)
    context.__dict__["fetcher"] = ScriptedFetcher()
    assert do(gather_item(claim), context) is Outcome.COMMITTED
    assert store.get_gathered(claim, 1).coverage.fetched == 1


class Library:
    """A provider that finds one page and records its queries."""

    name = "library"
    purposes = frozenset({Purpose.CLAIM})

    def __init__(self) -> None:
        self.asked: list[Query] = []

    def search(self, query: Query) -> tuple[Candidate, ...]:
        self.asked.append(query)
        late = Candidate(url="https://late.example/p", published_at="2025-07-01")
        return Candidate(url="https://found.example/p"), late


class BusyOnce(ScriptedFetcher):
    """A fetcher for which the host of the found page is busy at first."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        self.fetched.append(url)
        if "found" in url and sum("found" in one for one in self.fetched) == 1:
            raise HostBusy(url, 20.0, "host-busy", "others are first")
        return super().fetch(url, known=known)


def test_claim_that_was_postponed_is_gathered_as_if_in_one_go(
    store: RedisStore, context: WorkerContext
) -> None:
    library, fetcher = Library(), BusyOnce()
    context._build_providers = lambda _: Providers((library,))
    context.__dict__["fetcher"] = fetcher
    site = RegisteredSource(name="s", domains=("found.example",), credibility=0.9, reason="r")
    store.put_source(site, by="Ada")

    def accept(number: int) -> ClaimId:
        new = with_options(new_claim(number, text=TEXT), as_of=date(2025, 6, 1))
        return store.accept_claim(new)

    waits = accept(1)
    assert do(gather_item(waits), context) is Outcome.POSTPONED
    # A user changes the sources while the claim waits.
    store.put_source(replace(site, credibility=0.1), by="Ada")
    store.put_source(RegisteredSource(name="f", address="https://found.example/p#x"), by="Ada")
    pass_time_in(store, 21.0)
    assert do(gather_item(waits), context) is Outcome.COMMITTED
    goes = accept(2)
    assert do(gather_item(goes), context) is Outcome.COMMITTED
    once, other = store.get_gathered(waits, 1), store.get_gathered(goes, 1)
    assert once == other
    assert once.coverage.asked == 3
    assert [failure.code for failure in once.coverage.failed] == ["after-as-of"]
    assert [page.credibility for page in once.pages] == [None, 0.1]
    assert len(library.asked) == 2
    assert len(fetcher.fetched) == 3  # one of them for the busy host
    # The search outcome is used for this check only.
    for _ in range(2):
        work(Queue.SCORE, context=context, pace=Pace(), worker="w@test")
    store.request_check(waits)
    assert do(gather_item(waits, 2), context) is Outcome.COMMITTED
    assert len(library.asked) == 3


def test_claim_is_not_postponed_for_ever(store: RedisStore, context: WorkerContext) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
    context.__dict__["fetcher"] = BusyFetcher()
    outcomes = []
    for _ in range(30):
        outcomes.append(do(gather_item(claim), context))
        pass_time_in(store, 21.0)
    assert outcomes.index(Outcome.COMMITTED) == outcomes.count(Outcome.POSTPONED)
    assert POSTPONED_S - 42.0 < 21.0 * outcomes.count(Outcome.POSTPONED) <= POSTPONED_S
    gathered = store.get_gathered(claim, 1)
    assert [failure.code for failure in gathered.coverage.failed] == ["host-busy"]
    assert store.get_claim(claim).record.status is ClaimStatus.JUDGING


def test_article_whose_site_is_busy_is_postponed_and_given_up_in_the_end(
    store: RedisStore, context: WorkerContext
) -> None:
    new = NewArticle(id=article_id(1), url="https://a.example/")
    store.accept_article(new)
    context.__dict__["fetcher"] = BusyFetcher()
    outcomes = []
    for _ in range(30):
        outcomes.append(do(WorkItem(Stage.EXTRACT, new.id, 1), context))
        pass_time_in(store, 21.0)
    assert outcomes.index(Outcome.GIVEN_UP) == outcomes.count(Outcome.POSTPONED)
    assert 5 < outcomes.count(Outcome.POSTPONED) < POSTPONED_S / 20
    article = store.get_article(new.id).record
    assert article.waiting is None
    assert article.error is not None
    assert article.error.code == "host-busy"


def test_result_is_thrown_away_when_the_lease_was_lost(
    store: RedisStore, context: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
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
        work(Queue.FETCH, context=context, pace=Pace(), worker="w@test")


def test_lease_is_kept_as_long_as_the_block_lasts(store: RedisStore) -> None:
    store.accept_claim(new_claim())
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
def test_what_is_deleted_while_it_is_worked_on_is_dropped_without_an_error(
    store: RedisStore,
    context: WorkerContext,
    monkeypatch: pytest.MonkeyPatch,
    stage: Stage,
    commit: str,
    is_early: bool,
) -> None:
    article = store.accept_article(NewArticle(id=article_id(1), text="Hello.", claims=(TEXT,)))
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
    outcomes = [work(one.queue, context=context, pace=Pace(), worker="w@test") for one in stages]
    assert outcomes == [*[Outcome.COMMITTED] * (len(stages) - 1), Outcome.LEASE_LOST]
    assert (store.health().due, store.health().leased) == (0, 0)


def test_what_is_cancelled_while_it_is_judged_is_dropped_without_an_error(
    store: RedisStore, context: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = store.accept_article(NewArticle(id=article_id(1), text="Hello.", claims=(TEXT,)))
    do_step = steps.STEPS[Stage.JUDGE]

    def step(context: WorkerContext, lease: Lease) -> bool:
        store.cancel_article(article)
        return do_step(context, lease)

    monkeypatch.setitem(steps.STEPS, Stage.JUDGE, step)
    with capture_logs() as lines:
        stages = (Stage.EXTRACT, Stage.GATHER, Stage.JUDGE)
        outcomes = [
            work(one.queue, context=context, pace=Pace(), worker="w@test") for one in stages
        ]
    assert outcomes == [Outcome.COMMITTED, Outcome.COMMITTED, Outcome.LEASE_LOST]
    assert [line for line in lines if line["event"] == "attempt_failed"] == []


# --- verify requests --------------------------------------------------------------------------


def ask_verify(store: RedisStore, claim: str = TEXT) -> VerifyRequest:
    store.beat("w@test", ttl_s=60, queues=(Queue.SCORE,))
    request = VerifyRequest(id="one", claim=claim, pages=(page(url="", text=TEXT),))
    store.ask_verify(request, within_s=20)
    return request


def test_verify_request_is_judged_before_the_items_that_wait(
    store: RedisStore, context: WorkerContext, store_url: str
) -> None:
    claim = store.accept_claim(new_claim(text=TEXT))
    do(gather_item(claim), context)
    request = ask_verify(store)
    take_messages(store_url, "score")
    assert work(Queue.SCORE, context=context, pace=Pace(), worker="w@test") is Outcome.ANSWERED
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
    assert work(Queue.SCORE, context=context, pace=Pace(), worker="w@test") is Outcome.ANSWERED
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
    assert work(Queue.SCORE, context=context, pace=Pace(), worker="w@test") is Outcome.CALLER_GONE
    assert store.read_verify_answer(request.id) is None
    assert store.connection.command("KEYS", keys.VERIFY + "*") == []
