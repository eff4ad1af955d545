"""The budget of looks: checks on schedule per day, and the periods that it stretches."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from claims.ports import LookBudget
from claims.store import RedisStore
from claims.types import ClaimId, Hours, Schedule
from tests.contracts import steps
from tests.contracts.turns import list_ready

DAY_S = 86_400.0
DAY = timedelta(days=1)
ALL = 1_000


def look_at(store: RedisStore) -> LookBudget:
    return store.read_metrics().looks


def find_schedule(store: RedisStore, number: int) -> Schedule:
    schedule = store.get_claim(steps.claim_id(number)).record.schedule
    assert schedule is not None
    return schedule


def wait_days(store: RedisStore, number: int) -> float:
    """Days until the planned check."""
    next_at = find_schedule(store, number).next_at
    assert next_at is not None
    return (next_at - datetime.now(UTC)) / DAY


def watch(store: RedisStore, claims: int, *, every: str | None = "P1D") -> None:
    """Submit claims and conclude their first checks."""
    for number in range(1, claims + 1):
        store.submit_claim(steps.new_claim(number, every=every))
        steps.finish_check(store, steps.claim_id(number))


def test_planned_looks_are_the_sum_of_all_schedules(store: RedisStore) -> None:
    watch(store, 4)
    store.set_schedule(steps.claim_id(1), every="PT12H", until=None)
    store.set_schedule(steps.claim_id(2), every="P1D", until=None, is_paused=True)
    store.delete_schedule(steps.claim_id(3))
    assert look_at(store).planned == pytest.approx(3)
    store.delete_claim(steps.claim_id(1))
    store.delete_claim(steps.claim_id(4))
    assert look_at(store) == LookBudget(None, 0.0, 0)


def test_schedules_within_the_budget_are_not_stretched(store: RedisStore) -> None:
    store.follow_looks(2, limit=ALL)
    watch(store, 2)
    assert look_at(store) == LookBudget(2, 2.0, 0)
    assert find_schedule(store, 2).stretched is None
    assert wait_days(store, 2) == pytest.approx(1, abs=0.01)


def test_schedules_beyond_the_budget_are_stretched_alike_and_say_so(store: RedisStore) -> None:
    store.follow_looks(2, limit=ALL)
    watch(store, 4)
    store.set_schedule(steps.claim_id(4), every="PT12H", until=None)  # 5 looks a day
    store.set_schedule(steps.claim_id(3), every="P1D", until=None)
    assert look_at(store).stretch == pytest.approx(2.5)
    daily, half = find_schedule(store, 3), find_schedule(store, 4)
    assert (daily.every, daily.stretched, daily.budget) == ("P1D", "P2DT12H", 2)
    assert (half.every, half.stretched, half.budget) == ("PT12H", "P1DT6H", 2)
    # Later by as many days as are full.
    assert 2.49 < wait_days(store, 3) < 5
    assert 1.24 < wait_days(store, 4) < 4


def test_new_budget_moves_the_planned_checks_step_by_step(store: RedisStore) -> None:
    watch(store, 4)
    assert [store.follow_looks(1, limit=3) for _ in range(3)] == [3, 1, 0]
    # Not before the end of the stretched period, and one on each day.
    waits = [wait_days(store, number) for number in range(1, 5)]
    assert waits == pytest.approx([4, 5, 6, 7], abs=0.01)
    steps.pass_time(store, DAY_S)
    assert store.follow_looks(0, limit=ALL) == 4  # the budget is taken away
    assert all(0 <= wait_days(store, number) <= 1 for number in range(1, 5))
    assert find_schedule(store, 1).stretched is None


def test_call_repeated_moves_nothing(store: RedisStore) -> None:
    watch(store, 4)
    store.follow_looks(1, limit=ALL)
    before = [find_schedule(store, number) for number in range(1, 5)]
    assert store.follow_looks(1, limit=ALL) == 0
    assert [find_schedule(store, number) for number in range(1, 5)] == before


def test_time_of_day_stays_and_the_period_has_whole_days(store: RedisStore) -> None:
    watch(store, 4)
    store.follow_looks(3, limit=ALL)
    at = Hours(at="09:00", zone="Europe/Berlin")
    store.set_schedule(steps.claim_id(1), every="P1D", until=None, hours=at)
    schedule = find_schedule(store, 1)
    assert schedule.stretched == "P2D"
    assert schedule.next_at is not None
    assert schedule.next_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "09:00"
    assert 1 <= wait_days(store, 1) <= 3.1  # a day may be full


def test_stretched_schedule_has_its_last_check_at_its_end(store: RedisStore) -> None:
    watch(store, 4)
    store.follow_looks(1, limit=ALL)
    until = datetime.now(UTC) + 2 * DAY
    store.set_schedule(steps.claim_id(1), every="P1D", until=until)
    assert wait_days(store, 1) == pytest.approx(2, abs=0.01)
    steps.pass_time(store, 2 * DAY_S + 1)
    steps.finish_check(store, steps.claim_id(1), 2)
    assert store.get_claim(steps.claim_id(1)).record.schedule is None


def test_check_on_request_is_not_counted(store: RedisStore) -> None:
    store.follow_looks(1, limit=ALL)
    watch(store, 2)
    for _ in range(3):
        steps.finish_check(store, steps.claim_id(1), store.recheck_claim(steps.claim_id(1)))
    assert look_at(store).today == 0


def test_claims_that_are_due_together_are_spread_over_days(store: RedisStore) -> None:
    watch(store, 6, every=None)
    store.follow_looks(2, limit=ALL)
    for number in range(1, 7):
        store.set_schedule(steps.claim_id(number), every="P7D", until=None)
    days = [round(wait_days(store, number)) for number in range(1, 7)]
    assert days == [7, 7, 8, 8, 9, 9]


@pytest.mark.parametrize("seed", [1, 2])
def test_looks_of_a_day_stay_within_the_budget_and_no_claim_starves(
    store: RedisStore, seed: int
) -> None:
    """Random schedules, set on random days, over twenty simulated days; a claim that is due more
    often is looked at more often."""
    draw = random.Random(seed)
    budget, periods = 6, ("P1D", "P2D", "P4D")
    store.follow_looks(budget, limit=ALL)
    every = {steps.claim_id(number): draw.choice(periods) for number in range(1, 16)}
    by_day, looks = Counter[int](), Counter[ClaimId]()
    waiting = list(every)
    for passed in range(20):
        for item in list_ready(store):
            claim = ClaimId(item.id)
            by_day[passed + find_day(store, claim)] += 1
            looks[claim] += 1
            steps.finish_check(store, claim, item.check)
        for claim in [waiting.pop() for _ in range(min(len(waiting), draw.randrange(6)))]:
            store.submit_claim(steps.new_claim(int(claim[2:], 16), every=every[claim]))
            steps.finish_check(store, claim)
        store.follow_looks(budget, limit=ALL)
        steps.pass_time(store, DAY_S)
    assert not waiting
    assert look_at(store).stretch > 1
    assert max(by_day.values()) <= budget
    assert min(looks[claim] for claim in every) >= 2
    means = [mean(looks[claim] for claim in every if every[claim] == period) for period in periods]
    assert means == sorted(means, reverse=True)


def find_day(store: RedisStore, claim: ClaimId) -> int:
    """The day (UTC) of a planned check, in days from today."""
    schedule = store.get_claim(claim).record.schedule
    assert schedule is not None
    assert schedule.next_at is not None
    return (schedule.next_at.date() - datetime.now(UTC).date()).days
