"""An unchanged question is asked once; a remembered answer cites the pages of the present check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from claims.errors import EndpointFault, StoreUnavailable
from claims.ports import Question
from claims.reader.remembering import RememberingReader, answer_key
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


class CountingReader:
    """Quotes the first passage in full, and counts the questions; or gives another answer."""

    def __init__(self, name: ReaderName = NAME, answer: NotRead | None = None) -> None:
        self.name = name
        self.answer = answer
        self.asked: list[Question] = []

    def read(self, question: Question) -> Reading | NotRead:
        self.asked.append(question)
        first = question.passages[0]
        quote = ReaderQuote(
            quote=first.text, span=first.span, stance=Stance.SUPPORTS, page=first.page
        )
        return self.answer or Reading(
            model=self.name.model,
            instruction=self.name.instruction,
            label=VerdictLabel.SUPPORTED,
            quotes=(quote,),
            reason="Because.",
            missing="",
            tokens=120,
            addressed=(Addressed(quote="You are an AI", page=first.page),),
        )


class DictCache(dict[str, str]):
    """An answer cache in a dictionary."""

    def get_answer(self, key: str) -> str | None:
        return self.get(key)

    def keep_answer(self, key: str, answer: str) -> None:
        self[key] = answer


def test_answer_is_the_same_the_second_time_and_costs_nothing() -> None:
    cache = DictCache()
    first = RememberingReader(CountingReader(), cache).read(ask())
    again = CountingReader()
    second = RememberingReader(again, cache).read(ask())
    assert isinstance(first, Reading)
    assert second == replace(first, tokens=0)
    assert again.asked == []


def test_pages_that_were_fetched_again_are_cited_as_they_are_now() -> None:
    cache = DictCache()
    RememberingReader(CountingReader(), cache).read(ask())
    later = place(TEXT).page.fetched_at + timedelta(days=3)
    passages = tuple(
        replace(passage, page=replace(passage.page, fetched_at=later)) for passage in ask().passages
    )
    again = CountingReader()
    answer = RememberingReader(again, cache).read(ask(*passages))
    assert isinstance(answer, Reading)
    assert again.asked == []
    assert answer.quotes[0].page.fetched_at == later
    assert answer.addressed[0].page.fetched_at == later


def test_texts_of_one_address_keep_their_pages() -> None:
    cache = DictCache()
    asked = ask(place(TEXT, sha256="aa"), place(CONTRARY, sha256="bb"))
    first = RememberingReader(CountingReader(), cache).read(asked)
    second = RememberingReader(CountingReader(), cache).read(asked)
    assert isinstance(first, Reading)
    assert isinstance(second, Reading)
    assert second.quotes == first.quotes
    assert second.addressed == first.addressed


def test_a_question_without_an_answer_is_asked_again() -> None:
    cache = DictCache()
    reader = CountingReader(answer=NotRead(skipped=Unread.NO_ANSWER, detail="busy"))
    remembering = RememberingReader(reader, cache)
    assert remembering.name == NAME
    assert remembering.read(ask()) == remembering.read(ask()) == reader.answer
    assert (len(reader.asked), cache) == (2, {})


@pytest.mark.parametrize("kept", ["", "{", "{}", "null", '{"label": "SUPPORTED"}'])
def test_a_question_with_an_answer_of_another_release_is_asked_again(kept: str) -> None:
    cache = DictCache({answer_key(ask(), NAME): kept})
    reader = CountingReader()
    assert isinstance(RememberingReader(reader, cache).read(ask()), Reading)
    assert len(reader.asked) == 1


class AwayCache(DictCache):
    """A cache that cannot keep anything while it is away."""

    is_away = True

    def keep_answer(self, key: str, answer: str) -> None:
        if self.is_away:
            raise StoreUnavailable("out of memory")
        super().keep_answer(key, answer)


def test_answer_that_cannot_be_kept_is_used_and_held_until_it_can() -> None:
    cache, counting = AwayCache(), CountingReader()
    reader = RememberingReader(counting, cache)
    first = reader.read(ask())
    assert isinstance(first, Reading)
    assert reader.read(ask()) == replace(first, tokens=0)
    assert (len(counting.asked), cache) == (1, {})
    cache.is_away = False
    reader.read(ask(place(TEXT)))
    assert set(cache) == {answer_key(ask(), NAME), answer_key(ask(place(TEXT)), NAME)}
    cache.clear()
    reader.read(ask())
    assert len(counting.asked) == 3  # nothing is held that was kept


def test_answer_that_is_held_is_known_while_the_store_does_not_answer_at_all() -> None:
    class Gone(AwayCache):
        def get_answer(self, key: str) -> str | None:
            if self.is_away:
                raise StoreUnavailable("out of reach")
            return super().get_answer(key)

    cache, counting = Gone(), CountingReader()
    reader = RememberingReader(counting, cache)
    cache.get_answer = lambda key: None  # type: ignore[method-assign] - it goes away while asking
    reader.read(ask())
    del cache.get_answer
    assert isinstance(reader.read(ask()), Reading)
    assert len(counting.asked) == 1


def test_the_newest_two_hundred_answers_are_held() -> None:
    cache, counting = AwayCache(), CountingReader()
    reader = RememberingReader(counting, cache)
    questions = [ask(place(f"{n} {TEXT}")) for n in range(201)]
    for question in (*questions, *reversed(questions)):
        reader.read(question)
    assert len(counting.asked) == 202
    assert counting.asked[-1] == questions[0]


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
    assert RememberingReader(counting, DictCache()).read(ask()) == replace(failed, detail=plain)
    assert "ai.example:443: busy" in caplog.text
    operator = RememberingReader(counting, DictCache(), names_endpoint=True)
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
