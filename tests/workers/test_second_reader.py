"""The second reader of a worker: when it is asked, waited for, rested and not used at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.errors import EndpointFault, StoreUnavailable
from claims.ports import Question, RequestUsage, VerifyRequest
from claims.reader.ledger import ClaimLedger
from claims.reader.results import keep_result
from claims.reader.unanswered import EndpointFailed
from claims.settings import Settings
from claims.store import RedisStore
from claims.store.reader_usage import FAILURES_MAX
from claims.types import (
    ClaimId,
    ClaimStatus,
    NotRead,
    Page,
    Queue,
    ReaderChoice,
    ReaderName,
    ReaderWhen,
    Reading,
    Unread,
    VerdictLabel,
)
from tests.claims.reader.questions import ask
from tests.claims.reader.test_results import RESULT
from tests.claims.samples import page
from tests.contracts.steps import new_claim, pass_time, with_options, write_reading
from tests.stack.chat_server import refuse as refuse_request
from tests.stack.chat_server import serve_chat
from tests.stack.scripted import ScriptedFetcher, ScriptedJudge
from workers import second_reader
from workers.config import spell_broker_url
from workers.context import Pace, WorkerContext
from workers.second_reader import (
    PATIENCE_S,
    UNANSWERED,
    RestingReader,
    SecondReader,
    build_second_reader,
)
from workers.sweeper import UNREAD_S, sweep
from workers.work import Outcome, work

TEXT = "The bridge is 42 metres long."
SILENT = NotRead(skipped=Unread.NO_ANSWER, detail="the server cannot be reached")


def fail(fault: EndpointFault) -> EndpointFailed:
    """What a reader says of an endpoint that did this."""
    return EndpointFailed(
        skipped=Unread.NO_ANSWER, detail=f"{fault}: h:1 says no", plain=str(fault), fault=fault
    )


@dataclass
class ScriptedReader:
    """Gives an answer, and keeps the questions."""

    answer: Reading | NotRead = field(default_factory=lambda: write_reading(agrees=True))
    asked: list[Question] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    @property
    def name(self) -> ReaderName:
        return ReaderName("scripted", "1")

    def read(self, question: Question) -> Reading | NotRead:
        self.asked.append(question)
        self.before()
        return self.answer


@pytest.fixture
def reader() -> ScriptedReader:
    return ScriptedReader()


@pytest.fixture
def second(store: RedisStore, reader: ScriptedReader) -> SecondReader:
    return SecondReader(
        reader=RestingReader(reader, store.readings),
        ledger=ClaimLedger(store.readings, tokens_per_day=0),
        when=ReaderWhen.ALWAYS,
        passages_max=16,
        most_s=60,
    )


@pytest.fixture
def reading(
    store: RedisStore, store_url: str, tmp_path: Path, second: SecondReader
) -> Iterator[WorkerContext]:
    """The context of a worker with that reader."""
    context = WorkerContext(
        spell_broker_url(store_url),
        open_store=lambda: store,
        build_fetcher=lambda store: ScriptedFetcher(),
        build_judge=lambda store: CalibratedJudge(ScriptedJudge(tmp_path), Calibration()),
        build_reader=lambda store: second,
    )
    yield context
    context.close()


def do(queue: Queue, context: WorkerContext) -> Outcome:
    return work(queue, context=context, pace=Pace(), worker="w@test")


def judge(
    store: RedisStore, context: WorkerContext, *, number: int = 1, **options: object
) -> ClaimId:
    """Submit a claim, gather and judge."""
    claim = store.submit_claim(with_options(new_claim(number, text=TEXT), **options))
    assert do(Queue.FETCH, context) is Outcome.COMMITTED
    assert do(Queue.SCORE, context) is Outcome.COMMITTED
    return claim


def find_reader(store: RedisStore, claim: ClaimId) -> Reading | NotRead | None:
    record = store.get_claim(claim).record
    assert record.status is ClaimStatus.JUDGED
    assert record.verdict is not None
    return record.verdict.reader


def test_a_claim_is_read_with_its_passages(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    claim = judge(store, reading)
    record = store.get_claim(claim).record
    assert record.status is ClaimStatus.READING
    assert record.provisional is not None
    assert record.provisional.reader == UNANSWERED
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    said = find_reader(store, claim)
    assert isinstance(said, Reading)
    assert said.agrees is False  # the judge supports it, and the reader found too little
    (question,) = reader.asked
    assert question.claim == TEXT
    assert [passage.page.title for passage in question.passages] == ["The bridge"]


class ManyPages(ScriptedFetcher):
    """Returns for every address another page, with more passages on the bridge than are read."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        return write_page(url)


def write_page(url: str) -> Page:
    town = url.removeprefix("https://").partition(".")[0]
    text = "\n\n".join(
        f"In {town}, survey {number}{town} says that the bridge is {number} metres long. "
        f"The {town} council of year {number} heard of it from the {town} engineers."
        for number in range(40, 52)
    )
    return page(url, text)


MANY = tuple(f"https://{town}.example/" for town in ("alby", "kelm", "orrin", "tarn", "usk"))


@pytest.mark.parametrize("is_refused", [False, True])
def test_more_passages_are_gathered_for_a_reader_than_for_the_judge(
    store: RedisStore,
    reading: WorkerContext,
    second: SecondReader,
    reader: ScriptedReader,
    monkeypatch: pytest.MonkeyPatch,
    is_refused: bool,
) -> None:
    """Also while its test refuses the reader: another test may follow before the claim is read."""
    refused = replace(RESULT, read=RESULT.judged) if is_refused else None
    monkeypatch.setattr(
        reading, "_build_reader", lambda store: replace(second, find_result=lambda: refused)
    )
    monkeypatch.setattr(reading, "_build_fetcher", lambda store: ManyPages())
    claim = store.submit_claim(with_options(new_claim(text=TEXT), sources=MANY))
    assert do(Queue.FETCH, reading) is Outcome.COMMITTED
    gathered = store.get_gathered(claim, 1)
    assert (len(gathered.passages), len(gathered.further)) == (12, 4)
    assert do(Queue.SCORE, reading) is Outcome.COMMITTED
    if is_refused:
        return
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    (question,) = reader.asked
    assert len(question.passages) == 16


def ask_verify(store: RedisStore, **fields: Any) -> VerifyRequest:
    """A verify request that waits, with workers that judge and read."""
    store.beat("w@test", ttl_s=60, queues=(Queue.SCORE, Queue.READ))
    pages = tuple(map(write_page, MANY))
    request = replace(VerifyRequest(id="one", claim=TEXT, pages=pages), **fields)
    store.ask_verify(request, within_s=20)
    return request


def test_a_reader_reads_more_of_a_verify_request_than_the_judge(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    request = ask_verify(store)
    assert do(Queue.SCORE, reading) is Outcome.HANDED_ON
    assert do(Queue.READ, reading) is Outcome.ANSWERED
    (question,) = reader.asked
    assert len(question.passages) == 16
    answer = store.read_verify_answer(request.id)
    assert answer is not None
    assert answer.verdict is not None
    assert isinstance(answer.verdict.reader, Reading)


@pytest.mark.parametrize(
    ("when", "choice", "is_read"),
    [
        (ReaderWhen.ALWAYS, None, True),
        (ReaderWhen.ALWAYS, ReaderChoice.NEVER, False),
        (ReaderWhen.ASKED, None, False),
        (ReaderWhen.ASKED, ReaderChoice.ALWAYS, True),
    ],
)
def test_setting_and_request_decide_which_claims_are_read(
    store: RedisStore,
    reading: WorkerContext,
    second: SecondReader,
    monkeypatch: pytest.MonkeyPatch,
    when: ReaderWhen,
    choice: ReaderChoice | None,
    is_read: bool,
) -> None:
    monkeypatch.setattr(reading, "_build_reader", lambda store: replace(second, when=when))
    claim = judge(store, reading, reader=choice)
    if is_read:
        assert do(Queue.READ, reading) is Outcome.COMMITTED
        assert isinstance(find_reader(store, claim), Reading)
    else:
        said = find_reader(store, claim)
        assert isinstance(said, NotRead)
        assert said.skipped is Unread.NOT_ASKED


def test_a_claim_waits_for_a_silent_reader_without_attempts_and_then_keeps_the_judges_verdict(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    reader.answer = SILENT
    claim = judge(store, reading)
    for _ in range(4):
        assert do(Queue.READ, reading) is Outcome.POSTPONED
        assert do(Queue.READ, reading) is Outcome.NOTHING_TO_DO
        pass_time(store, second_reader.AGAIN_MOST_S)
    assert store.get_claim(claim).record.status is ClaimStatus.READING
    pass_time(store, PATIENCE_S)
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    assert find_reader(store, claim) == SILENT
    verdict = store.get_claim(claim).record.verdict
    assert verdict is not None
    assert verdict.label is VerdictLabel.SUPPORTED


@pytest.mark.parametrize(
    ("fault", "failures"), [(EndpointFault.REFUSED, 0), (EndpointFault.UNUSABLE, 1)]
)
def test_a_refused_question_is_not_asked_again_and_a_wrong_key_is_shown(
    store: RedisStore,
    reading: WorkerContext,
    reader: ScriptedReader,
    fault: EndpointFault,
    failures: int,
) -> None:
    reader.answer = fail(fault)
    claim = judge(store, reading)
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    detail = f"{fault}: h:1 says no"
    assert find_reader(store, claim) == NotRead(skipped=Unread.NO_ANSWER, detail=detail)
    endpoint = store.readings.read_usage(1).endpoint
    assert (endpoint.failures, endpoint.detail) == (failures, detail if failures else None)


def test_with_a_wrong_key_no_claim_waits_for_the_end_of_the_rest(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    reader.answer = fail(EndpointFault.UNUSABLE)
    claims = [judge(store, reading, number=number) for number in range(1, 21)]
    for _ in claims:
        assert do(Queue.READ, reading) is Outcome.COMMITTED
    for claim in claims:
        said = find_reader(store, claim)
        assert isinstance(said, NotRead)
        assert said.skipped is Unread.NO_ANSWER
        assert said.detail.startswith("the endpoint of the reader refuses every question: ")
    assert len(reader.asked) == FAILURES_MAX


def test_a_worker_that_was_not_refused_itself_waits_for_the_end_of_the_rest(
    store: RedisStore,
) -> None:
    """It may have been started with another key since."""
    refused = RestingReader(ScriptedReader(fail(EndpointFault.UNUSABLE)), store.readings)
    for _ in range(FAILURES_MAX):
        refused.read(ask())
    said = RestingReader(ScriptedReader(), store.readings).read(ask())
    assert isinstance(said, NotRead)
    assert not isinstance(said, EndpointFailed)


def test_a_wrong_key_is_shown_to_the_operator_and_not_in_the_verdict(
    store: RedisStore, tmp_path: Path
) -> None:
    with serve_chat() as server:
        server.play(refuse_request(401, "Incorrect API key provided: sk-wrong-key"))
        settings = Settings(
            reader="chat:small",
            chat_url=server.url,
            chat_key=SecretStr("sk-wrong-key"),
            data_folder=str(tmp_path),
        )
        second = build_second_reader(settings, store.readings)
        assert second is not None
        said = second.reader.read(ask())
    assert isinstance(said, NotRead)
    assert said.detail == "the endpoint of the reader refuses every question"
    detail = store.readings.read_usage(1).endpoint.detail
    assert detail is not None
    assert detail.endswith("it answers 401; see ASSAY_CHAT_KEY")
    assert "sk-wrong" not in detail


def test_a_question_not_answered_in_time_is_asked_once_more(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    """Its host may bill each request."""
    reader.answer = fail(EndpointFault.TIMED_OUT)
    claim = judge(store, reading)
    assert do(Queue.READ, reading) is Outcome.POSTPONED
    pass_time(store, second_reader.AGAIN_MOST_S)
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    assert len(reader.asked) == 2
    assert isinstance(find_reader(store, claim), NotRead)
    assert store.readings.read_usage(1).endpoint.failures == 2


def test_a_question_that_was_paid_for_is_not_asked_again(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    """A first answer broke a rule, and the second request got none."""
    reader.answer = replace(SILENT, tokens=900)
    claim = judge(store, reading)
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    assert find_reader(store, claim) == reader.answer


def test_a_missing_answer_on_a_page_with_another_title_keeps_the_reading(
    store: RedisStore,
    reading: WorkerContext,
    reader: ScriptedReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetch = ScriptedFetcher.fetch
    reader.answer = replace(write_reading(), model=reader.name.model)
    claim = judge(store, reading)
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    first = store.get_claim(claim).record.verdict
    monkeypatch.setattr(
        ScriptedFetcher, "fetch", lambda self, url, known=None: replace(fetch(self, url), title="X")
    )
    reader.answer = replace(SILENT, tokens=900)
    store.recheck_claim(claim)
    for queue in (Queue.FETCH, Queue.SCORE, Queue.READ):
        assert do(queue, reading) is Outcome.COMMITTED
    last = store.get_claim(claim).record.verdict
    assert first and last
    assert (last.check, last.label, last.confidence) == (2, first.label, first.confidence)
    assert isinstance(last.reader, Reading)
    assert len(reader.asked) == 2


@pytest.mark.parametrize(
    ("when", "choice"),
    [(ReaderWhen.ASKED, ReaderChoice.AUTO), (ReaderWhen.ALWAYS, ReaderChoice.NEVER)],
)
def test_a_page_with_another_title_keeps_the_reading_of_a_claim_that_nobody_has_read_again(
    store: RedisStore,
    reading: WorkerContext,
    reader: ScriptedReader,
    second: SecondReader,
    monkeypatch: pytest.MonkeyPatch,
    when: ReaderWhen,
    choice: ReaderChoice,
) -> None:
    monkeypatch.setattr(reading, "_build_reader", lambda store: replace(second, when=when))
    fetch = ScriptedFetcher.fetch
    reader.answer = replace(write_reading(), model=reader.name.model)
    claim = judge(store, reading, reader=ReaderChoice.ALWAYS)
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    first = store.get_claim(claim).record.verdict
    monkeypatch.setattr(
        ScriptedFetcher, "fetch", lambda self, url, known=None: replace(fetch(self, url), title="X")
    )
    store.recheck_claim(claim, reader=choice)
    for queue in (Queue.FETCH, Queue.SCORE):
        assert do(queue, reading) is Outcome.COMMITTED
    last = store.get_claim(claim).record.verdict
    assert first and last
    assert (last.check, last.label, last.confidence) == (2, first.label, first.confidence)
    assert isinstance(last.reader, Reading)
    assert (last.reader.tokens, len(reader.asked)) == (0, 1)


def test_tokens_of_a_verify_request_belong_to_the_key_that_asked(
    store: RedisStore, reading: WorkerContext, second: SecondReader, reader: ScriptedReader
) -> None:
    reader.before = lambda: second.ledger.spend(RequestUsage(tokens=120))
    ask_verify(store, owner="0a1b2c3d")
    assert do(Queue.SCORE, reading) is Outcome.HANDED_ON
    assert do(Queue.READ, reading) is Outcome.ANSWERED
    assert store.readings.read_usage(1).days[0].keys == {"0a1b2c3d": 120}


def test_the_judges_verdict_answers_a_verify_request_whose_reading_fails(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    def break_down() -> None:
        raise RuntimeError("a defect")

    reader.before = break_down
    request = ask_verify(store)
    assert do(Queue.SCORE, reading) is Outcome.HANDED_ON
    assert do(Queue.READ, reading) is Outcome.ANSWERED
    answer = store.read_verify_answer(request.id)
    assert answer is not None
    assert answer.error is None
    assert answer.verdict is not None
    assert answer.verdict.label is VerdictLabel.SUPPORTED
    assert answer.verdict.reader == UNANSWERED


def test_an_endpoint_that_rests_is_not_asked(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    for _ in range(FAILURES_MAX):
        store.readings.end("it does not answer")
    judge(store, reading)
    assert do(Queue.READ, reading) is Outcome.POSTPONED
    assert reader.asked == []


@pytest.mark.parametrize(
    ("answer", "failures"),
    [
        (SILENT, 2),
        (replace(SILENT, skipped=Unread.BUDGET), 1),  # nobody was asked
        (replace(SILENT, skipped=Unread.BAD_ANSWER, tokens=200), 0),
    ],
)
def test_only_silence_is_a_failure_of_the_endpoint(
    store: RedisStore, answer: NotRead, failures: int
) -> None:
    store.readings.end("it did not answer before")
    reader = RestingReader(ScriptedReader(answer), store.readings)
    question = Question(claim=TEXT, claimant=None, claimed_at=None, passages=())
    assert reader.read(question) == answer
    assert store.readings.read_usage(1).endpoint.failures == failures


def test_an_answer_is_used_even_if_the_store_goes_away(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(failure: str | None) -> None:
        raise StoreUnavailable("it went away")

    monkeypatch.setattr(store.readings, "end", fail)
    scripted = ScriptedReader()
    reader = RestingReader(scripted, store.readings)
    question = Question(claim=TEXT, claimant=None, claimed_at=None, passages=())
    assert reader.read(question) == scripted.answer


def test_the_budget_of_the_day_is_that_of_all_claims(store: RedisStore) -> None:
    ledger = ClaimLedger(store.readings, tokens_per_day=1000)
    claim = store.submit_claim(new_claim(text=TEXT))
    assert ledger.allows()
    with ledger.charge(claim):
        ledger.spend(RequestUsage(tokens=600))
    ledger.spend(RequestUsage(tokens=399))
    assert ledger.allows()
    ledger.spend(RequestUsage(tokens=1))
    assert not ledger.allows()
    assert ClaimLedger(store.readings, tokens_per_day=0).allows()
    assert store.get_claim(claim).record.tokens == 600


def test_a_defect_of_the_reader_ends_with_the_judges_verdict_after_three_attempts(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    def break_down() -> None:
        raise RuntimeError("a defect")

    reader.before = break_down
    claim = judge(store, reading)
    for _ in range(3):
        assert do(Queue.READ, reading) is Outcome.PUT_BACK
        pass_time(store, 120)
    assert do(Queue.READ, reading) is Outcome.NOTHING_TO_DO
    assert find_reader(store, claim) == UNANSWERED


def test_a_reading_that_is_cancelled_under_way_writes_nothing(
    store: RedisStore, reading: WorkerContext, reader: ScriptedReader
) -> None:
    claim = judge(store, reading)
    reader.before = lambda: store.cancel_claim(claim) and None
    assert do(Queue.READ, reading) is Outcome.LEASE_LOST
    assert store.get_claim(claim).record.verdict is None


def test_a_worker_whose_reader_was_switched_off_lets_the_judges_verdict_stand(
    store: RedisStore, reading: WorkerContext, context: WorkerContext
) -> None:
    claim = judge(store, reading)
    assert do(Queue.READ, context) is Outcome.COMMITTED
    assert find_reader(store, claim) is None


def test_a_sweep_ends_readings_while_no_worker_reads(
    store: RedisStore, reading: WorkerContext
) -> None:
    claim = judge(store, reading)
    pass_time(store, UNREAD_S + 1)
    sweep(store, reading.notifier, every_s=0.01)
    assert find_reader(store, claim) == UNANSWERED


def test_the_latest_test_of_a_reader_counts_and_one_that_reads_no_better_is_not_asked(
    store: RedisStore, context: WorkerContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(reader="chat:small", data_folder=str(tmp_path))
    second = build_second_reader(settings, store.readings)
    assert second is not None
    monkeypatch.setattr(context, "_build_reader", lambda store: second)
    assert (context.second_reader, second.table, second.refusal) == (second, None, None)
    result = replace(RESULT, reader=second.reader.name)
    keep_result(tmp_path, result)
    assert (second.table, second.refusal) == (result.table, None)
    keep_result(tmp_path, replace(result, read=result.judged))
    assert second.refusal == NotRead(
        skipped=Unread.NOT_ASKED,
        detail="the model small is not used as a second reader: it was right about "
        f"{result.judged.right} of {result.claims} labelled claims, the judge alone about "
        f"{result.judged.right}",
        refused=True,
    )


@pytest.fixture
def refuse(reading: WorkerContext, second: SecondReader) -> Callable[[], NotRead]:
    """Have the test of the reader refuse it; returns what a verdict then says of it."""

    def change() -> NotRead:
        refused = replace(RESULT, read=RESULT.judged)
        changed = replace(second, find_result=lambda: refused)
        vars(reading)["_second_reader"] = changed
        assert changed.refusal is not None
        return changed.refusal

    return change


def test_a_verdict_says_that_its_reader_is_refused_with_the_figures(
    store: RedisStore,
    reading: WorkerContext,
    reader: ScriptedReader,
    refuse: Callable[[], NotRead],
) -> None:
    refusal = refuse()
    claim = judge(store, reading)
    assert find_reader(store, claim) == refusal
    assert "labelled claims" in refusal.detail
    request = ask_verify(store)
    assert do(Queue.SCORE, reading) is Outcome.ANSWERED
    answer = store.read_verify_answer(request.id)
    assert answer is not None and answer.verdict is not None
    assert answer.verdict.reader == refusal
    assert reader.asked == []


def test_a_claim_that_nobody_wants_read_does_not_speak_of_a_refused_reader(
    store: RedisStore, reading: WorkerContext, refuse: Callable[[], NotRead]
) -> None:
    refusal = refuse()
    said = find_reader(store, judge(store, reading, reader=ReaderChoice.NEVER))
    assert isinstance(said, NotRead)
    assert said.skipped is Unread.NOT_ASKED
    assert said != refusal


def test_a_reader_that_is_refused_while_a_claim_waits_for_it_is_not_asked(
    store: RedisStore,
    reading: WorkerContext,
    reader: ScriptedReader,
    refuse: Callable[[], NotRead],
) -> None:
    claim = judge(store, reading)
    request = ask_verify(store)
    assert do(Queue.SCORE, reading) is Outcome.HANDED_ON
    refusal = refuse()
    assert do(Queue.READ, reading) is Outcome.ANSWERED
    answer = store.read_verify_answer(request.id)
    assert answer is not None and answer.verdict is not None
    assert answer.verdict.reader == refusal
    assert do(Queue.READ, reading) is Outcome.COMMITTED
    assert find_reader(store, claim) == refusal
    assert reader.asked == []


def test_a_test_that_cannot_be_read_fails_no_claim(store: RedisStore, tmp_path: Path) -> None:
    settings = Settings(reader="chat:small", data_folder=str(tmp_path))
    second = build_second_reader(settings, store.readings)
    assert second is not None
    (tmp_path / "readers.json").write_text("{", encoding="utf-8")
    assert (second.table, second.refusal) == (None, None)
    assert build_second_reader(Settings(reader=""), store.readings) is None
