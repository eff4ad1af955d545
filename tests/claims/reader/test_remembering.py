"""An unchanged question is asked once; a remembered answer cites the pages of the present check."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier
from time import sleep
from typing import Any

import pytest

from claims.errors import EndpointFault
from claims.ports import AnswerCache, Question, Recalled, RequestUsage, TokenLedger
from claims.reader.answer_file import AnswerFile
from claims.reader.remembering import ASKED_ALREADY, RememberingReader, answer_key
from claims.reader.unanswered import EndpointFailed
from claims.shapes import to_json, to_text
from claims.types import (
    Addressed,
    NotRead,
    Passage,
    ReaderName,
    ReaderQuote,
    Reading,
    Span,
    Stance,
    Unread,
    VerdictLabel,
)
from tests.claims.reader.questions import CONTRARY, TEXT, ask, place
from tests.claims.samples import verdict as sample_verdict

NAME = ReaderName("small", "1")


class Records(dict[str, str]):
    """claims.ports.ReaderRecords in a dictionary of answers; `asking` are the questions that are
    asked, `usages` the requests that were recorded."""

    def __init__(self, *answers: tuple[str, str]) -> None:
        super().__init__(answers)
        self.asking: set[str] = set()
        self.usages: list[RequestUsage] = []

    def recall(self, key: str) -> Recalled:
        if key in self or key in self.asking:
            return Recalled(self.get(key), is_asked=key not in self)
        self.asking.add(key)
        return Recalled()

    def end(self, key: str) -> None:
        self.asking.discard(key)

    def allows(self) -> bool:
        return True

    def spend(self, usage: RequestUsage) -> None:
        self.usages.append(usage)
        if usage.answer is not None:
            self[usage.key] = usage.answer


class CountingReader:
    """Quotes the first passage in full, stores that in its records, and counts the questions; or
    gives another answer."""

    def __init__(
        self,
        records: TokenLedger | None = None,
        name: ReaderName = NAME,
        answer: NotRead | None = None,
    ) -> None:
        self.records = records
        self.name = name
        self.answer = answer
        self.asked: list[Question] = []

    def read(self, question: Question) -> Reading | NotRead:
        self.asked.append(question)
        first = question.passages[0]
        quote = ReaderQuote(
            quote=first.text, span=first.span, stance=Stance.SUPPORTS, page=first.page
        )
        answer = self.answer or Reading(
            model=self.name.model,
            instruction=self.name.instruction,
            label=VerdictLabel.SUPPORTED,
            quotes=(quote,),
            reason="Because.",
            missing="",
            tokens=120,
            addressed=(Addressed(quote="You are an AI", page=first.page),),
        )
        if self.records is not None and isinstance(answer, Reading):
            key = answer_key(question, self.name)
            self.records.spend(RequestUsage(tokens=120, key=key, answer=to_text(answer)))
        return answer


def remember(reader: CountingReader, records: AnswerCache, **more: Any) -> RememberingReader:
    return RememberingReader(reader, records, **{"wait_s": 5.0, "sleep": lambda _: None} | more)


def test_answer_is_the_same_the_second_time_and_costs_nothing() -> None:
    records = Records()
    first = remember(CountingReader(records), records).read(ask())
    again = CountingReader()
    second = remember(again, records).read(ask())
    assert isinstance(first, Reading)
    assert second == replace(first, tokens=0)
    assert again.asked == []


def test_pages_that_were_fetched_again_are_cited_as_they_are_now() -> None:
    records = Records()
    remember(CountingReader(records), records).read(ask())
    later = place(TEXT).page.fetched_at + timedelta(days=3)
    passages = tuple(
        replace(passage, page=replace(passage.page, fetched_at=later)) for passage in ask().passages
    )
    again = CountingReader()
    answer = remember(again, records).read(ask(*passages))
    assert isinstance(answer, Reading)
    assert again.asked == []
    assert answer.quotes[0].page.fetched_at == later
    assert answer.addressed[0].page.fetched_at == later


def test_texts_of_one_address_keep_their_pages() -> None:
    records = Records()
    asked = ask(place(TEXT, sha256="aa"), place(CONTRARY, sha256="bb"))
    first = remember(CountingReader(records), records).read(asked)
    second = remember(CountingReader(records), records).read(asked)
    assert isinstance(first, Reading)
    assert isinstance(second, Reading)
    assert second.quotes == first.quotes
    assert second.addressed == first.addressed


def test_a_question_without_an_answer_is_asked_again() -> None:
    records = Records()
    reader = CountingReader(answer=NotRead(skipped=Unread.NO_ANSWER, detail="busy"))
    remembering = remember(reader, records)
    assert remembering.name == NAME
    assert remembering.read(ask()) == remembering.read(ask()) == reader.answer
    assert (len(reader.asked), records) == (2, {})


@pytest.mark.parametrize("kept", ["", "{", "{}", "null", '{"label": "SUPPORTED"}'])
def test_a_question_with_an_answer_of_another_release_is_asked_again(kept: str) -> None:
    records = Records((answer_key(ask(), NAME), kept))
    reader = CountingReader()
    assert isinstance(remember(reader, records).read(ask()), Reading)
    assert len(reader.asked) == 1


# --- the same question twice at a time ------------------------------------------------------------


def test_a_question_that_another_caller_asks_is_waited_for() -> None:
    records, counting, pauses = Records(), CountingReader(), list[float]()
    other = remember(CountingReader(records), records)

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            records.asking.clear()
            other.read(ask())

    records.asking.add(answer_key(ask(), NAME))
    answer = remember(counting, records, sleep=sleep).read(ask())
    assert isinstance(answer, Reading)
    assert (answer.tokens, counting.asked, len(pauses)) == (0, [], 3)


@pytest.mark.parametrize(("ends_after", "looks"), [(2, 2), (99, 10)], ids=["failed", "too late"])
def test_a_question_that_another_caller_asked_in_vain_is_not_asked_again_at_once(
    ends_after: int, looks: int
) -> None:
    records, counting, pauses = Records(), CountingReader(), list[float]()
    key = answer_key(ask(), NAME)

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == ends_after:
            records.asking.clear()

    records.asking.add(key)
    reader = remember(counting, records, sleep=sleep)
    assert reader.read(ask()) == ASKED_ALREADY
    assert (counting.asked, len(pauses)) == ([], looks)
    records.asking.discard(key) if looks == 10 else None
    assert records.asking == set()
    reader.read(ask())
    assert len(counting.asked) == 1


def test_a_question_may_be_asked_again_after_it_was_answered_or_has_failed() -> None:
    class Failing(CountingReader):
        def read(self, question: Question) -> Reading | NotRead:
            raise RuntimeError("a defect")

    records = Records()
    assert isinstance(remember(CountingReader(), records).read(ask()), Reading)
    assert records.asking == set()
    with pytest.raises(RuntimeError):
        remember(Failing(), records).read(ask())
    assert records.asking == set()


def test_threads_with_one_question_ask_it_once(tmp_path: Path) -> None:
    file, meeting = AnswerFile(tmp_path), Barrier(4)

    class Slow(CountingReader):
        def read(self, question: Question) -> Reading | NotRead:
            sleep(0.2)
            return super().read(question)

    counting = Slow(file)
    reader = RememberingReader(counting, file, wait_s=30.0)

    def read(_: int) -> Reading | NotRead:
        meeting.wait()
        return reader.read(ask())

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(read, range(4)))
    assert [type(answer) for answer in answers] == [Reading] * 4
    assert sorted(answer.tokens for answer in answers) == [0, 0, 0, 120]
    assert len(counting.asked) == 1


def test_a_message_of_the_endpoint_goes_only_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    plain = f"an answer broke a rule: X; asked once more, {EndpointFault.SILENT}"
    failed = EndpointFailed(
        skipped=Unread.BAD_ANSWER,
        detail=f"{plain}: ai.example:443: busy",
        tokens=7,
        plain=plain,
        fault=EndpointFault.SILENT,
    )
    counting = CountingReader(answer=failed)
    assert remember(counting, Records()).read(ask()) == replace(failed, detail=plain)
    assert "ai.example:443: busy" in caplog.text
    operator = remember(counting, Records(), names_endpoint=True)
    assert operator.read(ask()) == failed


def test_a_verdict_that_is_written_has_nothing_of_the_endpoint() -> None:
    """The same shape as any other reason why nobody read."""
    failed = EndpointFailed(
        skipped=Unread.NO_ANSWER, detail="busy", plain="secret", fault=EndpointFault.SILENT
    )
    verdict = replace(sample_verdict(), reader=failed)
    plain = NotRead(skipped=Unread.NO_ANSWER, detail="busy")
    assert to_json(verdict) == to_json(replace(verdict, reader=plain))
    assert to_text(verdict) == to_text(replace(verdict, reader=plain))


def moved(passage: Passage) -> Passage:
    return replace(passage, span=Span(passage.span.start + 7, passage.span.end + 7))


def test_key_changes_with_all_that_an_answer_depends_on() -> None:
    one, two = ask().passages
    doubted = replace(two, page=replace(two.page, credibility=0.2))
    questions = [
        ask(),
        replace(ask(), claim="The bridge is 43 metres long."),
        replace(ask(), claimant=None),
        replace(ask(), claimed_at=date(2025, 9, 5)),
        ask(two, one),
        ask(one),
        ask(one, moved(two)),
        ask(one, doubted),
        ask(one, place(CONTRARY, site="b", origin="a")),
        ask(one, place(CONTRARY, site="c")),
        ask(one, place(CONTRARY, site="b", title="Another title")),
        ask(one, place(CONTRARY, site="b", published_at="2025-09-06")),
        ask(one, place(CONTRARY, site="b", sha256="bb")),
        ask(one, place(f"{CONTRARY} It rained.", site="b")),
    ]
    keys = [answer_key(question, NAME) for question in questions]
    names = [
        ReaderName("big", "1"),
        ReaderName("small", "2"),
        ReaderName("small", "1", "http://a.example:80/v1"),
        ReaderName("small", "1", "http://b.example:80/v1"),
    ]
    keys += [answer_key(ask(), name) for name in names]
    assert len(set(keys)) == len(keys)
    assert answer_key(ask(), NAME) == keys[0]
