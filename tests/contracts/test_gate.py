"""Contract of the host gates: for the threads of one process, and for all workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from claims.ports import Rest, Turn, VisitEnd
from claims.sources.gate import GateRules
from claims.store import RedisStore, connect
from tests.contracts.conftest import KINDS
from tests.contracts.gates import GateCase, MemoryCase, RedisCase

HOST, OTHER = "a.example", "b.example:8080"
RULES = GateRules()
FAILED, ANSWERED, ASKED = VisitEnd.FAILED, VisitEnd.ANSWERED, VisitEnd.ASKED_TO_WAIT

Build = Callable[[GateRules], GateCase]


@pytest.fixture(params=["memory", *KINDS])
def build(request: pytest.FixtureRequest) -> Iterator[Build]:
    """Builds the gate under test, without state of any host."""
    if request.param == "memory":
        yield MemoryCase
        return
    name = "embedded_url" if request.param == "embedded" else "redis_server_url"
    store: RedisStore = connect(request.getfixturevalue(name))
    store.connection.command("FLUSHALL")
    yield lambda rules: RedisCase(store, rules)
    store.close()


@pytest.fixture
def case(build: Build) -> GateCase:
    return build(RULES)


def ask(case: GateCase, url: str = "u", *, host: str = HOST, every_s: float = 10.0) -> Turn:
    return case.gate.take_turn(host, url, every_s=every_s)


def resting(case: GateCase, *, host: str = HOST) -> Rest:
    rest = ask(case, host=host, every_s=0.0).rest
    assert rest is not None
    return rest


def fail(case: GateCase, times: int = RULES.failures, *, host: str = HOST) -> None:
    for _ in range(times):
        case.gate.end_visit(host, FAILED, why="timeout")


def seconds(rest: Rest) -> float:
    return (rest.until - rest.since).total_seconds()


# --- turns -------------------------------------------------------------------------------------


def test_fetches_of_one_host_begin_an_interval_apart_and_those_of_others_at_once(
    case: GateCase,
) -> None:
    assert ask(case, "one").is_now
    assert 9 < ask(case, "two").wait_s <= 10
    assert ask(case, "two", host=OTHER).is_now
    case.pass_time(10)
    assert ask(case, "two").is_now


def test_waiting_callers_get_successive_places_and_keep_them(case: GateCase) -> None:
    ask(case, "first")
    waits = [ask(case, f"url {n}").wait_s for n in range(5)]
    assert [round(wait, -1) for wait in waits] == [10, 20, 30, 40, 50]
    again = [ask(case, f"url {n}").wait_s for n in (4, 0, 2)]
    assert [round(wait, -1) for wait in again] == [50, 10, 30]


def test_a_newcomer_does_not_go_before_those_whose_time_has_come(case: GateCase) -> None:
    ask(case, "first")
    ask(case, "second")
    ask(case, "third")
    case.pass_time(25)  # neither has used its turn yet
    assert not ask(case, "newcomer").is_now
    assert ask(case, "third").is_now


def test_nobody_begins_too_early_although_others_come_late(case: GateCase) -> None:
    ask(case, "first")
    ask(case, "second")
    ask(case, "third")
    case.pass_time(19)
    assert ask(case, "second").is_now
    case.pass_time(1)
    assert 8 < ask(case, "third").wait_s <= 9
    case.pass_time(9)
    assert ask(case, "third").is_now


def test_places_of_a_worker_that_died_do_not_block(case: GateCase) -> None:
    ask(case, "first")
    for n in range(5):
        ask(case, f"dead {n}")
    case.pass_time(5 * 10 + RULES.missed_s + 1)
    assert ask(case, "alive").is_now
    assert round(ask(case, "next").wait_s, -1) == 10


def test_a_place_that_nobody_would_wait_for_is_not_kept(case: GateCase) -> None:
    ask(case, "first", every_s=1.0)
    waits = [ask(case, f"url {n}", every_s=1.0).wait_s for n in range(400)]
    assert max(waits) <= RULES.queue_s + 1
    case.pass_time(200)
    assert ask(case, "newcomer", every_s=1.0).wait_s <= RULES.queue_s


def test_a_crawl_delay_holds_for_all_and_for_a_day(case: GateCase) -> None:
    assert ask(case, "one", every_s=1.0).is_now
    ask(case, "waits", every_s=1.0)
    case.gate.slow_down(HOST, every_s=20.0)
    case.pass_time(2)
    assert 17 < ask(case, "waits", every_s=1.0).wait_s <= 18
    case.pass_time(18)
    assert ask(case, "waits", every_s=1.0).is_now
    case.pass_time(RULES.kept_s)
    assert ask(case, "one", every_s=1.0).is_now
    assert ask(case, "two", every_s=1.0).wait_s <= 1


def test_a_host_that_is_not_paced_is_asked_at_once(case: GateCase) -> None:
    case.gate.slow_down(HOST, every_s=20.0)
    assert all(ask(case, f"url {n}", every_s=0.0).is_now for n in range(20))


def test_turns_of_many_threads_are_an_interval_apart_by_the_gates_clock(build: Build) -> None:
    case, every_s, begun = build(RULES), 0.1, []
    ready = threading.Barrier(8)

    def work(number: int) -> None:
        ready.wait(30)
        for page in range(2):
            turn = ask(case, f"url {number} {page}", every_s=every_s)
            while not turn.is_now:
                time.sleep(turn.wait_s)
                turn = ask(case, f"url {number} {page}", every_s=every_s)
            begun.append(turn.at)
            case.gate.end_visit(HOST, ANSWERED)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(begun) == 16
    # The server's clock has a resolution of one millisecond.
    shortest = min(later - earlier for earlier, later in pairwise(sorted(begun)))
    assert shortest >= timedelta(seconds=every_s - 0.001)


# --- rests -------------------------------------------------------------------------------------


def test_a_host_that_failed_several_times_in_a_row_rests_and_says_why(case: GateCase) -> None:
    fail(case, RULES.failures - 1)
    assert ask(case, every_s=0.0).is_now
    fail(case, 1)
    rest = resting(case)
    assert (rest.why, rest.asked) == ("timeout", False)
    assert RULES.first_rest_s <= seconds(rest) <= RULES.first_rest_s + 1
    assert isinstance(rest.since, datetime)
    assert ask(case, host=OTHER).is_now


def test_an_answer_between_failures_resets_the_count(case: GateCase) -> None:
    for _ in range(4):
        fail(case, RULES.failures - 1)
        case.gate.end_visit(HOST, ANSWERED)
    assert ask(case, every_s=0.0).is_now


def test_after_a_rest_one_fetch_is_let_through_and_the_others_wait_for_its_end(
    case: GateCase,
) -> None:
    fail(case)
    case.pass_time(RULES.first_rest_s + 1)
    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda n: ask(case, f"url {n}", every_s=0.0), range(20)))
    assert sum(turn.is_now for turn in turns) == 1
    assert sum(turn.rest is not None for turn in turns) == 19
    case.gate.end_visit(HOST, ANSWERED)
    assert all(ask(case, f"url {n}", every_s=0.0).is_now for n in range(20))


def test_a_trial_that_fails_doubles_the_rest_up_to_a_quarter_of_an_hour(case: GateCase) -> None:
    fail(case)
    lengths = []
    for _ in range(8):
        case.pass_time(1000)
        turn = ask(case, every_s=0.0)
        assert turn.is_now
        fail(case, 1)
        lengths.append((resting(case).until - turn.at).total_seconds())
    assert [round(length, -1) for length in lengths] == [60, 120, 240, 480, 900, 900, 900, 900]


def test_rests_are_short_again_after_an_answer(case: GateCase) -> None:
    for _ in range(3):
        fail(case)
        case.pass_time(1000)
    case.gate.end_visit(HOST, ANSWERED)
    fail(case)
    assert seconds(resting(case)) < RULES.first_rest_s + 1


def test_a_trial_whose_worker_died_is_followed_by_another(case: GateCase) -> None:
    fail(case)
    case.pass_time(RULES.first_rest_s + 1)
    assert ask(case, every_s=0.0).is_now
    case.pass_time(RULES.trial_s - 2)
    assert ask(case, every_s=0.0).rest is not None
    case.pass_time(3)
    assert ask(case, every_s=0.0).is_now
    assert ask(case, every_s=0.0).rest is not None


def test_failures_of_fetches_that_began_before_a_rest_do_not_prolong_it(case: GateCase) -> None:
    fail(case)
    before = resting(case)
    fail(case, 10)
    assert resting(case).until == before.until


def test_a_trial_takes_its_turn_like_any_fetch(case: GateCase) -> None:
    fail(case)
    case.pass_time(RULES.first_rest_s + 1)
    assert ask(case, "trial").is_now
    case.gate.end_visit(HOST, ANSWERED)
    assert 9 < ask(case, "next").wait_s <= 10


def test_a_host_that_asks_to_be_left_alone_is_left_alone(case: GateCase) -> None:
    case.gate.end_visit(HOST, ASKED, why="http-429", rest_s=40)
    rest = resting(case)
    assert (rest.why, rest.asked, round(seconds(rest))) == ("http-429", True, 40)
    case.pass_time(41)
    # The host answered 429, so it works: no trial fetch is needed.
    assert all(ask(case, f"url {n}", every_s=0.0).is_now for n in range(3))


def test_the_later_of_two_times_that_a_host_asks_for_counts(case: GateCase) -> None:
    case.gate.end_visit(HOST, ASKED, why="http-429", rest_s=40)
    case.gate.end_visit(HOST, ASKED, why="http-503", rest_s=10)
    assert round(seconds(resting(case))) == 40
    case.gate.end_visit(HOST, ASKED, why="http-503", rest_s=70)
    assert round(seconds(resting(case))) == 70


@pytest.mark.parametrize("rest_s", [20, 200])
def test_a_host_that_asks_again_and_again_rests_like_one_that_fails(
    case: GateCase, rest_s: int
) -> None:
    for _ in range(RULES.failures - 1):
        case.gate.end_visit(HOST, ASKED, why="http-429", rest_s=rest_s)
        assert resting(case).asked
        case.pass_time(rest_s + 1)
        assert ask(case, every_s=0.0).is_now
    case.gate.end_visit(HOST, ASKED, why="http-429", rest_s=rest_s)
    turn = ask(case, every_s=0.0)
    assert turn.rest is not None
    assert (turn.rest.asked, turn.rest.why) == (False, "http-429")
    left_s = (turn.rest.until - turn.at).total_seconds()
    assert round(left_s) == max(RULES.first_rest_s, rest_s)


def test_answers_that_ask_at_once_are_one_failure(case: GateCase) -> None:
    for _ in range(RULES.failures):
        case.gate.end_visit(HOST, ASKED, why="http-429", rest_s=40)
    assert resting(case).asked


def test_an_answer_to_an_earlier_fetch_does_not_end_the_wait_that_the_host_asked_for(
    case: GateCase,
) -> None:
    case.gate.end_visit(HOST, ASKED, why="http-429", rest_s=40)
    case.gate.end_visit(HOST, ANSWERED)
    assert resting(case).asked


def test_a_trial_that_is_asked_to_wait_is_followed_by_another_trial(case: GateCase) -> None:
    fail(case)
    case.pass_time(RULES.first_rest_s + 1)
    assert ask(case, every_s=0.0).is_now
    case.gate.end_visit(HOST, ASKED, why="http-503", rest_s=100)
    turn = ask(case, every_s=0.0)
    assert turn.rest is not None
    assert round((turn.rest.until - turn.at).total_seconds()) == 100
    case.pass_time(101)
    assert ask(case, "one", every_s=0.0).is_now
    assert ask(case, "two", every_s=0.0).rest is not None


def test_a_turn_whose_reply_was_lost_is_confirmed_when_asked_again(
    request: pytest.FixtureRequest,
) -> None:
    """The driver repeats a call with the same arguments, thus with the same token."""
    store = connect(request.getfixturevalue("embedded_url"))
    store.connection.command("FLUSHALL")
    call = {"host": HOST, "url": "hash", "every_ms": 60_000, "token": "token", "failures_max": 3}
    call |= {"trial_ms": 60_000, "queue_ms": 300_000, "missed_ms": 30_000, "kept_ms": 60_000}
    assert [store.connection.run("take_turn", **call)[0] for _ in range(3)] == ["go"] * 3
    store.close()
