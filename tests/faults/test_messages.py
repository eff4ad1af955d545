"""Lost, duplicate and late messages: only the store decides which work is done."""

from __future__ import annotations

import pytest
from celery import Celery

from claims.types import Queue
from tests.faults.conftest import Plant
from tests.stack.workers import wait_until
from workers.config import celery_settings, spell_broker_url
from workers.notifier import MESSAGES_MAX, Notifier

LONG = "The bridge is long"


def test_sweeper_of_a_worker_notifies_of_what_nobody_did(plant: Plant) -> None:
    plant.start_worker()
    plant.judge_all(plant.submit(LONG))


def test_doubled_messages_work_on_nothing_twice(plant: Plant) -> None:
    claim = plant.submit(LONG)
    notifier = Notifier(spell_broker_url(plant.server.url))
    notifier.notify({Queue.FETCH: 5, Queue.SCORE: 5})
    worker = plant.start_worker("--concurrency", "4")
    plant.judge_all(claim)
    wait_until(lambda: worker.log.read_text().count("task_ended") >= 10)
    assert len(set(plant.scorings(LONG))) == 1
    assert worker.log.read_text().count('"outcome": "committed"') == 2
    assert notifier.missed == 0


def test_messages_left_over_end_at_once_and_new_work_does_not_wait_behind_them(
    plant: Plant,
) -> None:
    """As after several notifications at once, or from a release whose messages had ids."""
    Notifier(spell_broker_url(plant.server.url)).notify(
        {Queue.FETCH: MESSAGES_MAX, Queue.SCORE: MESSAGES_MAX}
    )
    with Celery(set_as_current=False) as earlier:
        earlier.conf.update(celery_settings(spell_broker_url(plant.server.url)))
        for number in range(20):
            earlier.send_task("fetch.gather", args=(f"c_{number}", 1), queue="fetch")
    assert plant.waiting_messages() == 2 * MESSAGES_MAX + 20
    worker = plant.start_worker()
    wait_until(lambda: worker.log.read_text().count("nothing-to-do") >= 2 * MESSAGES_MAX)
    plant.judge_all(plant.submit(LONG))
    wait_until(lambda: plant.waiting_messages() == 0)


@pytest.mark.timeout(300)
def test_messages_stay_few_while_hundreds_of_claims_come_in_and_are_worked_on(
    plant: Plant,
) -> None:
    """Six hundred submissions, each with the message that the service sends, and sweeps."""
    notifier = Notifier(spell_broker_url(plant.server.url))
    most = 0

    def note() -> bool:
        nonlocal most
        most = max(most, plant.waiting_messages())
        return plant.store.health().due < 500

    for number in range(600):
        plant.submit(f"{LONG} {number}")
        notifier.notify({Queue.FETCH: 1})
        if number % 30 == 0:
            note()
    assert most <= 1
    worker = plant.start_worker()
    wait_until(note, patience_s=120)
    assert 0 < most <= 2 * (MESSAGES_MAX + 4)
    assert worker.is_running()


def test_message_lost_between_queue_and_worker_is_made_up_for(plant: Plant) -> None:
    losing = plant.start_worker(app="losing_worker")
    claim = plant.submit(LONG)
    wait_until(lambda: not losing.is_running())
    assert (plant.folder / "lost").exists()
    plant.start_worker()
    plant.judge_all(claim)


def test_two_beats_change_nothing(plant: Plant) -> None:
    for _ in range(2):
        plant.start_beat()
    wait_until(lambda: plant.waiting_ticks() >= 4)  # both send ticks, and no worker takes them yet
    worker = plant.start_worker()
    texts = [f"The bridge is long {number}" for number in range(10)]
    plant.judge_all(*[plant.submit(text) for text in texts])
    assert worker.log.read_text().count('"outcome": "committed"') == 20


def test_another_check_asked_for_twice_at_once_is_done_once(plant: Plant) -> None:
    plant.start_worker()
    claim = plant.submit(LONG)
    plant.judge_all(claim)
    assert {plant.store.recheck_claim(claim) for _ in range(5)} == {2}
    plant.judge_all(claim)
    [first, second] = plant.store.get_history(claim)
    assert (first.scored, second.scored) == (True, False)  # the page had not changed


def test_sweep_goes_on_when_the_one_who_swept_died(plant: Plant) -> None:
    assert plant.store.acquire_sweep(ttl_s=2.0)  # the sweeper dies without a sweep
    plant.start_worker()
    plant.judge_all(plant.submit(LONG))
