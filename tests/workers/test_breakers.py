"""Both breakers, that of one process and that of a service, agree on what an endpoint did."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from claims.errors import EndpointFault, StoreUnavailable
from claims.ports import Question, Reader
from claims.reader.breaker import FAILURES, REST_S, BreakingReader
from claims.reader.unanswered import EndpointFailed
from claims.store import RedisStore, keys
from claims.store.reader_usage import FAILURES_MAX
from claims.types import NotRead, Reading, Unread, VerdictLabel
from tests.claims.reader.questions import ask
from tests.claims.readers import ScriptedReader, answer
from workers.second_reader import RestingReader

SILENT = NotRead(skipped=Unread.NO_ANSWER, detail="the server cannot be reached")
MOST = max(FAILURES, FAILURES_MAX)


class Breaker:
    """A breaker whose rest can be ended, in front of a reader with a script."""

    def __init__(self, store: RedisStore, *, is_shared: bool) -> None:
        self._store = store
        self._now = 0.0
        self.scripted = ScriptedReader()
        self.reader: Reader = (
            RestingReader(self.scripted, store.readings)
            if is_shared
            else BreakingReader(self.scripted, clock=lambda: self._now)
        )

    def read(self, script: Callable[[Question], Reading | NotRead]) -> Reading | NotRead:
        self.scripted.script = script
        return self.reader.read(ask())

    def end_rest(self) -> None:
        self._now += REST_S
        self._store.connection.command("HSET", keys.READER, "rests_until", 1)


@pytest.fixture(params=[False, True], ids=["process", "service"])
def breaker(store: RedisStore, request: pytest.FixtureRequest) -> Breaker:
    return Breaker(store, is_shared=request.param)


def test_a_refused_question_is_no_failure_of_the_endpoint(breaker: Breaker) -> None:
    """A content filter stops several claims in a row."""
    fault = EndpointFault.REFUSED
    refused = EndpointFailed(
        skipped=Unread.NO_ANSWER, detail="it answers 400", plain=str(fault), fault=fault
    )
    for _ in range(3 * MOST):
        assert breaker.read(lambda _: refused) == refused
    assert len(breaker.scripted.asked) == 3 * MOST


def test_a_refused_question_ends_a_row_of_failures(breaker: Breaker) -> None:
    fault = EndpointFault.REFUSED
    refused = EndpointFailed(
        skipped=Unread.NO_ANSWER, detail="it answers 400", plain=str(fault), fault=fault
    )
    for said in (SILENT, SILENT, refused) * MOST:
        assert breaker.read(lambda _, said=said: said) == said  # type: ignore[misc]


def lose_store(question: Question) -> NotRead:
    raise StoreUnavailable("the budget is not known")


@pytest.mark.parametrize("why", [Unread.BUDGET, Unread.NOT_ASKED, None])
def test_a_try_that_does_not_reach_the_endpoint_is_left_to_the_next_caller(
    breaker: Breaker, why: Unread | None
) -> None:
    for _ in range(MOST):
        breaker.read(lambda _: SILENT)
    breaker.end_rest()
    if why is None:
        with pytest.raises(StoreUnavailable):
            breaker.read(lose_store)
    else:
        breaker.read(lambda _: NotRead(skipped=why, detail="nobody was asked"))
    said = breaker.read(lambda question: answer(question, VerdictLabel.NOT_ENOUGH_EVIDENCE))
    assert isinstance(said, Reading)
