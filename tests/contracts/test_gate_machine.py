"""State machine for the host gates: in any order of calls both gates agree and keep the rules.

The test has a simple model of the rules: the start of the last fetch, the number of failures in a
row, and the end of the host's rest.
"""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, rule

from claims.ports import Turn, VisitEnd
from claims.sources.gate import GateRules
from claims.store import RedisStore, connect
from tests.contracts.gates import MemoryCase, RedisCase
from tests.contracts.machines import run_machine

HOST = "a.example"
EVERY_S = 100.0
# All intervals are long compared with the real duration of a run.
RULES = GateRules(
    first_rest_s=3000.0,
    longest_rest_s=9000.0,
    trial_s=6000.0,
    queue_s=1000.0,
    missed_s=700.0,
    kept_s=1e6,
)


class GateMachine(RuleBasedStateMachine):
    """Compares the gate in the store with the gate in memory, and both with the rules."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.store: RedisStore = connect(self.url)
        self.store.connection.command("FLUSHALL")
        self.cases = [MemoryCase(RULES), RedisCase(self.store, RULES)]
        self.now = 0.0
        self.began_at = -EVERY_S
        self.apart_s = EVERY_S
        self.failures = self.rests = 0
        self.rest_until = self.asked_until = self.trial_until = 0.0

    def teardown(self) -> None:
        self.store.close()

    @rule(number=st.integers(0, 4))
    def ask(self, number: int) -> None:
        one, other = (
            case.gate.take_turn(HOST, f"url {number}", every_s=EVERY_S) for case in self.cases
        )
        assert _shape(one) == _shape(other)
        is_resting = self.now < max(self.rest_until, self.asked_until, self.trial_until)
        assert (one.rest is not None) is is_resting
        if one.is_now:
            assert self.now - self.began_at >= self.apart_s
            self.began_at = self.now
            if self.failures >= RULES.failures:
                self.trial_until = self.now + RULES.trial_s

    @rule()
    def answer(self) -> None:
        self.end(VisitEnd.ANSWERED)
        self.failures = self.rests = 0
        self.rest_until = self.trial_until = 0.0

    @rule(times=st.integers(1, 3))
    def fail(self, times: int) -> None:
        for _ in range(times):
            self.end(VisitEnd.FAILED, why="timeout")
            if self.now < self.rest_until:
                continue
            self.count_failure()

    @rule(rest_s=st.sampled_from([250.0, 2450.0]))
    def ask_to_wait(self, rest_s: float) -> None:
        self.end(VisitEnd.ASKED_TO_WAIT, why="http-429", rest_s=rest_s)
        is_new = self.now >= max(self.asked_until, self.rest_until)
        self.asked_until = max(self.asked_until, self.now + rest_s)
        self.trial_until = 0.0
        if is_new:
            self.count_failure(until=self.asked_until)

    def count_failure(self, *, until: float = 0.0) -> None:
        self.failures += 1
        self.trial_until = 0.0
        if self.failures >= RULES.failures:
            rest_s = min(RULES.first_rest_s * 2**self.rests, RULES.longest_rest_s)
            self.rest_until = max(until, self.now + rest_s)
            self.rests += 1

    def end(self, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        for case in self.cases:
            case.gate.end_visit(HOST, how, why=why, rest_s=rest_s)

    @rule()
    def slow_down(self) -> None:
        for case in self.cases:
            case.gate.slow_down(HOST, every_s=2 * EVERY_S)
        self.apart_s = 2 * EVERY_S

    @rule(seconds=st.sampled_from([30.0, 120.0, 210.0, 900.0, 3030.0, 9090.0]))
    def pass_time(self, seconds: float) -> None:
        for case in self.cases:
            case.pass_time(seconds)
        self.now += seconds


def _shape(turn: Turn) -> tuple[object, ...]:
    """The content of a turn in relative times, rounded to 10 s."""
    if turn.rest is None:
        return (round(turn.wait_s, -1),)
    rest = turn.rest
    left, lasted = (rest.until - turn.at).total_seconds(), (turn.at - rest.since).total_seconds()
    return (round(left, -1), round(lasted, -1), rest.why, rest.asked)


@pytest.mark.no_cover  # the other tests of the store reach its lines
def test_the_gates_agree_with_each_other_and_with_the_rules(embedded_url: str) -> None:
    run_machine(GateMachine, url=embedded_url, examples=60, steps=40)
