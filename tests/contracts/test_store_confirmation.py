"""A change that a check on schedule finds: confirmed by a further check before it is announced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from claims.ports import EventFilter
from claims.store import RedisStore
from claims.types import Event, VerdictChange, VerdictLabel
from tests.contracts import steps
from tests.contracts.turns import list_ready

CLAIM = steps.claim_id(1)
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED
CONFLICTING = VerdictLabel.CONFLICTING_EVIDENCE
DAY_S, HOUR_S, MINUTE_S = 86_400.0, 3_600.0, 60.0


@pytest.fixture
def daily(store: RedisStore) -> RedisStore:
    """A claim that is checked every day, supported by its first check."""
    store.submit_claim(steps.new_claim(every="P1D"))
    steps.finish_check(store, CLAIM, label=SUPPORTED)
    return store


def look(store: RedisStore, label: VerdictLabel) -> None:
    """Let the time of the planned check come, and judge it."""
    steps.pass_time(store, max(0.0, wait_s(store)) + 1)
    check = store.get_claim(CLAIM).check + 1
    assert list_ready(store) == [steps.gather_item(CLAIM, check)]
    steps.finish_check(store, CLAIM, check, label)


def wait_s(store: RedisStore) -> float:
    """Seconds until the planned check."""
    schedule = store.get_claim(CLAIM).record.schedule
    assert schedule is not None
    return (schedule.next_at - datetime.now(UTC)).total_seconds()


def changes(store: RedisStore) -> list[Event]:
    """The events of changed verdicts."""
    only = EventFilter(types=("verdict.changed",))
    return list(store.list_events(since=None, limit=100, only=only).items)


def unconfirmed(store: RedisStore) -> VerdictChange | None:
    return store.get_claim(CLAIM).record.unconfirmed


def test_change_on_schedule_is_announced_when_the_next_check_finds_it_again(
    daily: RedisStore,
) -> None:
    look(daily, REFUTED)
    assert changes(daily) == []
    found = unconfirmed(daily)
    assert found is not None
    assert (found.before, found.check) == (SUPPORTED, 2)
    assert 15 * MINUTE_S - 5 <= wait_s(daily) <= 60 * MINUTE_S
    look(daily, REFUTED)
    (event,) = changes(daily)
    assert (event.data.before, event.data.label, event.data.check) == (SUPPORTED, REFUTED, 2)
    assert unconfirmed(daily) is None


def test_confirming_check_does_not_move_the_schedule(daily: RedisStore) -> None:
    steps.pass_time(daily, wait_s(daily) + 1)
    regular = datetime.now(UTC) + timedelta(days=1)
    steps.finish_check(daily, CLAIM, 2, REFUTED)
    waited_s = wait_s(daily) + 1
    look(daily, REFUTED)
    left_s = (regular - datetime.now(UTC)).total_seconds() - waited_s
    assert abs(wait_s(daily) - left_s) < 30


def test_change_that_the_next_check_takes_back_is_never_announced(daily: RedisStore) -> None:
    look(daily, REFUTED)
    look(daily, SUPPORTED)
    assert (changes(daily), unconfirmed(daily)) == ([], None)
    assert wait_s(daily) > 20 * HOUR_S


def test_change_after_one_that_was_taken_back_needs_more_checks(daily: RedisStore) -> None:
    for label in (REFUTED, SUPPORTED, REFUTED, REFUTED):
        look(daily, label)
    assert changes(daily) == []
    assert wait_s(daily) >= HOUR_S - 5  # four times as long as the first time
    look(daily, REFUTED)
    assert [event.data.before for event in changes(daily)] == [SUPPORTED]


def test_change_a_week_after_one_that_was_taken_back_needs_one(daily: RedisStore) -> None:
    look(daily, REFUTED)
    look(daily, SUPPORTED)
    for _ in range(7):
        look(daily, SUPPORTED)
    look(daily, REFUTED)
    look(daily, REFUTED)
    assert len(changes(daily)) == 1


def test_third_label_is_a_change_of_its_own_from_the_one_announced_last(daily: RedisStore) -> None:
    for label in (REFUTED, CONFLICTING, CONFLICTING):
        look(daily, label)
    (event,) = changes(daily)
    assert (event.data.before, event.data.label, event.data.check) == (SUPPORTED, CONFLICTING, 3)


def test_check_on_request_announces_a_change_at_once(daily: RedisStore) -> None:
    steps.finish_check(daily, CLAIM, daily.recheck_claim(CLAIM), REFUTED)
    assert [event.data.check for event in changes(daily)] == [2]
    assert unconfirmed(daily) is None


@pytest.mark.parametrize(
    ("label", "announced"), [(REFUTED, [2]), (SUPPORTED, []), (CONFLICTING, [3])]
)
def test_check_on_request_decides_a_change_that_waits(
    daily: RedisStore, label: VerdictLabel, announced: list[int]
) -> None:
    look(daily, REFUTED)
    steps.finish_check(daily, CLAIM, daily.recheck_claim(CLAIM), label)
    assert [event.data.check for event in changes(daily)] == announced
    assert unconfirmed(daily) is None


def test_deleted_schedule_announces_a_change_that_waits(daily: RedisStore) -> None:
    look(daily, REFUTED)
    daily.delete_schedule(CLAIM)
    assert [event.data.check for event in changes(daily)] == [2]
    assert unconfirmed(daily) is None


def test_schedule_that_ends_before_the_confirming_check_announces_it(daily: RedisStore) -> None:
    until = datetime.now(UTC) + timedelta(days=1, minutes=5)
    daily.set_schedule(CLAIM, every="P1D", until=until)
    steps.pass_time(daily, DAY_S)
    steps.finish_check(daily, CLAIM, 2, REFUTED)
    assert daily.get_claim(CLAIM).record.schedule is None
    assert [event.data.check for event in changes(daily)] == [2]


def test_schedule_that_is_set_meanwhile_keeps_the_confirming_check(daily: RedisStore) -> None:
    look(daily, REFUTED)
    daily.set_schedule(CLAIM, every="P30D", until=None)
    assert wait_s(daily) <= HOUR_S
    look(daily, REFUTED)
    assert len(changes(daily)) == 1
    assert wait_s(daily) > 29 * DAY_S


def test_failed_check_leaves_the_change_waiting(daily: RedisStore) -> None:
    look(daily, REFUTED)
    steps.pass_time(daily, wait_s(daily) + 1)
    steps.exhaust(daily, steps.gather_item(CLAIM, 3))
    assert changes(daily) == []
    assert wait_s(daily) <= HOUR_S
    look(daily, REFUTED)
    assert len(changes(daily)) == 1


def test_frequent_schedule_confirms_by_its_next_regular_check(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="PT10M"))
    steps.finish_check(store, CLAIM, label=SUPPORTED)
    look(store, REFUTED)
    assert wait_s(store) <= 10 * MINUTE_S
    look(store, REFUTED)
    assert len(changes(store)) == 1
