"""Checks after the first: on request or by schedule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from claims.errors import InvalidInput, NotFound, VersionChanged
from claims.store import RedisStore
from claims.types import ArticleStatus, ClaimStatus, VerdictLabel
from tests.claims.samples import gathered
from tests.contracts import steps
from tests.contracts.turns import list_ready, take_item

CLAIM = steps.claim_id(1)
HOUR_S = 3600.0


def submit(store: RedisStore, *, every: str | None = None) -> None:
    store.submit_claim(steps.new_claim(every=every))


def next_at(store: RedisStore) -> datetime:
    schedule = store.get_claim(CLAIM).record.schedule
    assert schedule is not None
    return schedule.next_at


def assert_close(one: datetime, other: datetime) -> None:
    assert abs(one - other) < timedelta(seconds=60)


# --- on request --------------------------------------------------------------------------------


def test_a_requested_check_gets_the_next_number_and_is_due_now(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    asked_first = store.get_claim(CLAIM).requested_at
    steps.pass_time(store, 100)
    assert store.recheck_claim(CLAIM) == 2
    stored = store.get_claim(CLAIM)
    assert (stored.check, stored.record.status) == (2, ClaimStatus.QUEUED)
    assert stored.requested_at > asked_first
    assert list_ready(store) == [steps.gather_item(CLAIM, 2)]


def test_a_check_under_way_is_not_doubled(store: RedisStore) -> None:
    submit(store)
    assert store.recheck_claim(CLAIM) == 1
    steps.gather(store, CLAIM)
    assert store.recheck_claim(CLAIM) == 1
    steps.judge(store, CLAIM)
    assert [store.recheck_claim(CLAIM) for _ in range(3)] == [2, 2, 2]


def test_the_last_verdict_stays_while_a_check_runs_and_when_it_fails(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM, label=VerdictLabel.SUPPORTED)
    first = store.get_claim(CLAIM).record.verdict
    store.recheck_claim(CLAIM)
    lease = steps.acquire(store, steps.gather_item(CLAIM, 2))
    assert store.get_claim(CLAIM).record.verdict == first
    store.give_up(lease, steps.ERROR)
    record = store.get_claim(CLAIM).record
    assert (record.status, record.verdict) == (ClaimStatus.FAILED, first)


def test_a_new_check_clears_the_error_of_the_failed_one(store: RedisStore) -> None:
    submit(store)
    store.give_up(steps.acquire(store, steps.gather_item(CLAIM)), steps.ERROR)
    assert store.recheck_claim(CLAIM) == 2
    assert store.get_claim(CLAIM).record.error is None
    steps.finish_check(store, CLAIM, 2)
    assert [entry.check for entry in store.get_history(CLAIM)] == [2]


def test_a_late_commit_of_an_older_check_is_refused(store: RedisStore) -> None:
    submit(store)
    steps.gather(store, CLAIM)
    late = steps.acquire(store, steps.judge_item(CLAIM))
    store.give_up(late, steps.ERROR)
    store.recheck_claim(CLAIM)
    steps.finish_check(store, CLAIM, 2)
    assert not steps.commit_verdict(store, late)
    assert [entry.check for entry in store.get_history(CLAIM)] == [2]


def test_a_recheck_does_not_reopen_the_article_and_moves_its_summary(store: RedisStore) -> None:
    article = store.submit_article(steps.new_article())
    (claim,) = steps.extract(store, article)
    steps.finish_check(store, claim, label=VerdictLabel.SUPPORTED)
    store.recheck_claim(claim)
    assert store.get_article(article).record.status is ArticleStatus.DONE
    steps.finish_check(store, claim, 2, label=VerdictLabel.REFUTED)
    assert store.get_article(article).record.summary == {"REFUTED": 1}
    assert store.list_articles(limit=1).items[0].summary == {"REFUTED": 1}


def test_the_last_check_that_changed_the_label_stays_on_the_claim(store: RedisStore) -> None:
    submit(store)
    labels = (VerdictLabel.SUPPORTED, VerdictLabel.SUPPORTED, VerdictLabel.REFUTED)
    for check, label in enumerate((*labels, VerdictLabel.REFUTED), start=1):
        if check > 1:
            store.recheck_claim(CLAIM)
        steps.finish_check(store, CLAIM, check, label=label)
        change = store.get_claim(CLAIM).record.last_change
        if check < 3:
            assert change is None
        else:
            assert change is not None
            assert (change.before, change.check) == (VerdictLabel.SUPPORTED, 3)
            assert change.at == steps.NOON


def test_gathered_evidence_is_kept_for_every_verdict_and_the_running_check(
    store: RedisStore,
) -> None:
    submit(store)
    for check in (1, 2):
        steps.finish_check(store, CLAIM, check)
        store.recheck_claim(CLAIM)
    steps.gather(store, CLAIM, 3)
    store.give_up(steps.acquire(store, steps.judge_item(CLAIM, 3)), steps.ERROR)
    store.recheck_claim(CLAIM)
    steps.gather(store, CLAIM, 4)
    for check in (1, 2, 4):
        read = steps.page(text=steps.text_of_check(check))
        assert store.get_gathered(CLAIM, check).pages[0].sha256 == read.sha256
    with pytest.raises(NotFound):
        store.get_gathered(CLAIM, 3)


# --- by schedule -------------------------------------------------------------------------------


def test_a_finished_claim_is_due_again_after_its_period(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    assert_close(next_at(store), datetime.now(UTC) + timedelta(hours=1))
    assert list_ready(store) == []
    steps.pass_time(store, HOUR_S + 60)
    assert list_ready(store) == [steps.gather_item(CLAIM, 2)]


def test_a_planned_check_cannot_be_started_early(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    assert take_item(store, steps.gather_item(CLAIM, 2)) is None


def test_a_planned_check_begins_when_it_is_first_leased(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, 3 * HOUR_S)
    assert store.get_claim(CLAIM).check == 1
    steps.acquire(store, steps.gather_item(CLAIM, 2))
    stored = store.get_claim(CLAIM)
    assert (stored.check, stored.record.status) == (2, ClaimStatus.GATHERING)
    assert_close(stored.requested_at, datetime.now(UTC))


def test_a_schedule_does_not_drift_with_the_time_that_checks_take(store: RedisStore) -> None:
    submit(store, every="PT1H")
    planned = next_at(store)
    for check in range(1, 5):
        # Each check takes 1000 s; the next one is due 2600 s after it ends.
        steps.pass_time(store, 1000)
        planned -= timedelta(seconds=1000)
        steps.finish_check(store, CLAIM, check)
        assert next_at(store) == planned
        steps.pass_time(store, 2600)
        planned += timedelta(hours=1) - timedelta(seconds=2600)


def test_periods_that_passed_meanwhile_are_skipped(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.acquire(store, steps.gather_item(CLAIM))
    steps.pass_time(store, 10.5 * HOUR_S)
    store.reap()
    steps.finish_check(store, CLAIM)
    assert_close(next_at(store), datetime.now(UTC) + timedelta(hours=0.5))
    assert list_ready(store) == []


def test_a_failed_check_does_not_end_the_schedule(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.exhaust(store, steps.gather_item(CLAIM))
    assert store.get_claim(CLAIM).record.status is ClaimStatus.FAILED
    steps.pass_time(store, HOUR_S)
    assert list_ready(store) == [steps.gather_item(CLAIM, 2)]
    steps.finish_check(store, CLAIM, 2)
    assert store.get_claim(CLAIM).record.error is None


def test_a_schedule_ends_at_its_last_moment(store: RedisStore) -> None:
    submit(store)
    until = datetime.now(UTC) + timedelta(hours=1.5)
    store.set_schedule(CLAIM, every="PT1H", until=until)
    steps.finish_check(store, CLAIM)
    schedule = store.get_claim(CLAIM).record.schedule
    assert schedule is not None
    assert schedule.until is not None
    assert_close(schedule.until, until)
    steps.pass_time(store, 1.1 * HOUR_S)
    steps.finish_check(store, CLAIM, 2)
    assert store.get_claim(CLAIM).record.schedule is None
    assert store.health().due == 0


def test_a_check_by_hand_takes_the_place_of_the_planned_one(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, 0.5 * HOUR_S)
    assert store.recheck_claim(CLAIM) == 2
    steps.finish_check(store, CLAIM, 2)
    assert_close(next_at(store), datetime.now(UTC) + timedelta(hours=1))
    assert store.health().due == 1


def test_a_check_that_is_due_twice_at_once_runs_once(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, HOUR_S + 60)
    assert store.recheck_claim(CLAIM) == 2
    assert list_ready(store) == [steps.gather_item(CLAIM, 2)]
    steps.finish_check(store, CLAIM, 2)
    assert [entry.check for entry in store.get_history(CLAIM)] == [1, 2]


def test_a_schedule_set_later_counts_from_the_last_check(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, 0.75 * HOUR_S)
    before = store.get_claim_version(CLAIM)
    store.set_schedule(CLAIM, every="PT1H", until=None)
    assert_close(next_at(store), datetime.now(UTC) + timedelta(hours=0.25))
    assert store.get_claim_version(CLAIM) > before


def test_a_schedule_whose_first_check_is_overdue_starts_now(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, 5 * HOUR_S)
    store.set_schedule(CLAIM, every="PT1H", until=None)
    assert list_ready(store) == [steps.gather_item(CLAIM, 2)]


def test_setting_a_schedule_again_replaces_it(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    store.set_schedule(CLAIM, every="P1D", until=None)
    assert_close(next_at(store), datetime.now(UTC) + timedelta(days=1))
    assert store.health().due == 1


def test_a_schedule_set_under_way_does_not_double_the_check(store: RedisStore) -> None:
    submit(store)
    store.set_schedule(CLAIM, every="PT1H", until=None)
    assert store.health().due == 1
    steps.finish_check(store, CLAIM)
    assert store.health().due == 1


def test_a_deleted_schedule_plans_nothing_more(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    before = store.get_claim_version(CLAIM)
    store.delete_schedule(CLAIM)
    assert store.get_claim(CLAIM).record.schedule is None
    assert store.get_claim_version(CLAIM) > before
    assert store.health().due == 0


def test_a_check_under_way_goes_on_when_its_schedule_is_deleted(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, HOUR_S + 60)
    lease = steps.acquire(store, steps.gather_item(CLAIM, 2))
    store.delete_schedule(CLAIM)
    assert store.commit_gathering(lease, gathered())
    steps.judge(store, CLAIM, 2)
    assert store.health().due == 0


def test_an_articles_period_is_that_of_each_of_its_claims(store: RedisStore) -> None:
    article = store.submit_article(steps.new_article(every="P1D"))
    for claim in steps.extract(store, article, claims=2):
        schedule = store.get_claim(claim).record.schedule
        assert schedule is not None
        assert schedule.every == "P1D"
        steps.finish_check(store, claim)
    assert store.health().due == 2


def test_a_schedule_that_ends_before_its_first_check_is_refused(store: RedisStore) -> None:
    submit(store)
    with pytest.raises(InvalidInput) as refused:
        store.set_schedule(CLAIM, every="PT1H", until=datetime.now(UTC))
    assert refused.value.pointer == "/until"
    assert store.get_claim(CLAIM).record.schedule is None


def test_rechecks_of_an_unknown_claim_are_not_found(store: RedisStore) -> None:
    with pytest.raises(NotFound):
        store.recheck_claim(CLAIM)
    with pytest.raises(NotFound):
        store.set_schedule(CLAIM, every="PT1H", until=None)
    with pytest.raises(NotFound):
        store.delete_schedule(CLAIM)


@pytest.mark.usefixtures("run_twice")
def test_a_conditional_change_that_is_repeated_after_a_lost_reply_is_made(
    store: RedisStore,
) -> None:
    submit(store)
    for change in (
        partial(store.set_claim_tags, CLAIM, ["City"]),
        partial(store.set_schedule, CLAIM, every="P1D", until=None),
        partial(store.delete_schedule, CLAIM),
    ):
        with pytest.raises(VersionChanged):
            change(versions=frozenset({0}))
        change(versions=frozenset({store.get_claim_version(CLAIM)}))
