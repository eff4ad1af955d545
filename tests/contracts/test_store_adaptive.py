"""Adaptive schedules in the store: each verdict sets the period, nothing else does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from claims.adaptive_schedules import Plan
from claims.ports import Adapted, EventFilter
from claims.store import RedisStore
from claims.types import Adaptive, Schedule
from tests.contracts import steps
from tests.contracts.test_store_confirmation import CLAIM, DAY_S, wait_s

BOUNDS = Adaptive("PT1H", "P10D")
FIRST = Adapted(BOUNDS, "no look back yet")
FIVE_DAYS = Plan("P5D", timedelta(days=5, hours=2), "unchanged in 7 looks")


def find_schedule(store: RedisStore) -> Schedule:
    schedule = store.get_claim(CLAIM).record.schedule
    assert schedule is not None
    return schedule


def finish(store: RedisStore, check: int, plan: Plan | None) -> None:
    """Gather and judge a check, with this plan for the next one."""
    steps.gather(store, CLAIM, check)
    verdict, entry = steps.write_verdict(check)
    lease = steps.acquire(store, steps.judge_item(CLAIM, check))
    assert store.commit_verdict(lease, verdict, entry, plan=plan)


@pytest.fixture
def watched(store: RedisStore) -> RedisStore:
    """A judged claim with an adaptive schedule of ten hours at first."""
    store.submit_claim(steps.new_claim())
    finish(store, 1, None)
    store.set_schedule(CLAIM, every="PT10H", until=None, adaptive=FIRST)
    return store


def test_schedule_has_its_bounds_and_its_reason(watched: RedisStore) -> None:
    schedule = find_schedule(watched)
    assert (schedule.every, schedule.adaptive, schedule.reason) == ("PT10H", BOUNDS, FIRST.reason)
    assert 9 * 3600 < wait_s(watched) <= 10 * 3600


def test_verdict_sets_the_period_counted_from_its_own_time(watched: RedisStore) -> None:
    steps.pass_time(watched, wait_s(watched) + 1)
    finish(watched, 2, FIVE_DAYS)
    schedule = find_schedule(watched)
    assert (schedule.every, schedule.reason) == ("P5D", "unchanged in 7 looks")
    assert wait_s(watched) == pytest.approx(5 * DAY_S + 7200, abs=60)


def test_check_that_fails_keeps_the_period(watched: RedisStore) -> None:
    steps.pass_time(watched, wait_s(watched) + 1)
    finish(watched, 2, FIVE_DAYS)
    steps.pass_time(watched, wait_s(watched) + 1)
    steps.exhaust(watched, steps.gather_item(CLAIM, 3))
    assert find_schedule(watched).every == "P5D"
    assert 4 * DAY_S < wait_s(watched) <= 5 * DAY_S + 7200


def test_fixed_schedule_set_meanwhile_keeps_its_period(watched: RedisStore) -> None:
    steps.pass_time(watched, wait_s(watched) + 1)
    steps.gather(watched, CLAIM, 2)
    watched.set_schedule(CLAIM, every="P1D", until=None)
    verdict, entry = steps.write_verdict(2)
    lease = steps.acquire(watched, steps.judge_item(CLAIM, 2))
    assert watched.commit_verdict(lease, verdict, entry, plan=FIVE_DAYS)
    schedule = find_schedule(watched)
    assert (schedule.every, schedule.adaptive, schedule.reason) == ("P1D", None, None)


def test_deleted_schedule_stays_deleted(watched: RedisStore) -> None:
    steps.pass_time(watched, wait_s(watched) + 1)
    watched.delete_schedule(CLAIM)
    finish(watched, watched.recheck_claim(CLAIM), FIVE_DAYS)
    assert watched.get_claim(CLAIM).record.schedule is None


def test_same_bounds_again_are_not_announced(watched: RedisStore) -> None:
    only = EventFilter(types=("schedule.changed",))
    watched.set_schedule(CLAIM, every="PT9H", until=None, adaptive=FIRST)
    (event,) = watched.list_events(since=None, limit=10, only=only).items
    assert event.data.schedule is not None
    assert event.data.schedule.adaptive == BOUNDS
    watched.set_schedule(CLAIM, every="PT9H", until=None)
    assert len(watched.list_events(since=None, limit=10, only=only).items) == 2
