"""An endpoint that fails several times in a row is not asked for a while."""

from __future__ import annotations

from dataclasses import dataclass, field

from claims.reader.breaker import FAILURES, REST_S, BreakingReader
from claims.types import NotRead, Reading, Unread, VerdictLabel
from tests.claims.reader.questions import ask
from tests.claims.readers import ScriptedReader, answer

N = VerdictLabel.NOT_ENOUGH_EVIDENCE


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Endpoint:
    """A reader that fails while it is down, behind the breaker."""

    failure: Unread | None = Unread.NO_ANSWER
    tokens: int = 0
    asked: int = 0
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.reader = BreakingReader(ScriptedReader(self.say), clock=self.clock)

    def say(self, question: object) -> Reading | NotRead:
        self.asked += 1
        if self.failure is None:
            return answer(ask(), N)
        return NotRead(skipped=self.failure, detail=f"failure {self.asked}", tokens=self.tokens)

    def read(self, times: int = 1) -> list[Reading | NotRead]:
        return [self.reader.read(ask()) for _ in range(times)]


def test_a_dead_endpoint_is_asked_a_few_times_and_the_others_say_why_they_were_not() -> None:
    endpoint = Endpoint()
    said = endpoint.read(40)[-1]
    assert endpoint.asked == FAILURES
    assert isinstance(said, NotRead)
    assert said.skipped is Unread.NO_ANSWER
    assert said.detail == "not asked after 3 failures in a row, the last one: failure 3"


def test_an_answer_resets_the_count() -> None:
    endpoint = Endpoint()
    endpoint.read(FAILURES - 1)
    endpoint.failure = None
    endpoint.read()
    endpoint.failure = Unread.NO_ANSWER
    endpoint.read(FAILURES - 1)
    endpoint.failure = None
    assert isinstance(endpoint.read()[0], Reading)


def test_a_question_that_does_not_reach_the_endpoint_does_not_count() -> None:
    for kind in (Unread.BUDGET, Unread.NOT_ASKED):
        endpoint = Endpoint()
        endpoint.read(FAILURES - 1)
        endpoint.failure = kind
        endpoint.read(5)
        endpoint.failure = Unread.NO_ANSWER
        endpoint.read(2)
        assert endpoint.asked == FAILURES + 5


def test_a_bad_answer_is_an_answer_of_the_endpoint() -> None:
    endpoint = Endpoint()
    endpoint.read(FAILURES - 1)
    endpoint.failure, endpoint.tokens = Unread.BAD_ANSWER, 120
    endpoint.read()
    endpoint.failure, endpoint.tokens = Unread.NO_ANSWER, 0
    endpoint.read(2 * FAILURES)
    assert endpoint.asked == 2 * FAILURES


def test_after_a_rest_it_is_tried_once_and_used_again_when_it_answers() -> None:
    endpoint = Endpoint()
    endpoint.read(FAILURES)
    endpoint.clock.now = REST_S
    endpoint.read(5)
    assert endpoint.asked == FAILURES + 1
    endpoint.clock.now = 2 * REST_S
    endpoint.failure = None
    endpoint.read(5)
    assert endpoint.asked == FAILURES + 6


def test_it_has_the_name_of_the_other_reader() -> None:
    assert Endpoint().reader.name == ScriptedReader().name
