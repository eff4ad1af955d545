"""Messages are lost, doubled and late; the store alone says what is to be done."""

from __future__ import annotations

from claims.ports import WorkItem
from claims.types import Stage
from tests.faults.conftest import Plant
from tests.stack.workers import wait_until
from workers.doorbell import Doorbell

WAITS = "The bridge waits for the gate"
LONG = "The bridge is long"


def test_sweeper_of_a_worker_rings_what_nobody_rang(plant: Plant) -> None:
    plant.start_worker()
    plant.judge_all(plant.accept(LONG))


def test_one_message_delivered_five_times_is_worked_on_once(plant: Plant) -> None:
    text = "The bridge is long"
    claim = plant.accept(text)
    bell = Doorbell(plant.server.url)
    bell.ring([WorkItem(Stage.GATHER, claim, 1)] * 5)
    bell.ring([WorkItem(Stage.JUDGE, claim, 1)] * 5)
    worker = plant.start_worker("--concurrency", "4")
    plant.judge_all(claim)
    wait_until(lambda: worker.log.read_text().count("task_ended") >= 10)
    assert len(set(plant.scorings(text))) == 1
    assert worker.log.read_text().count('"outcome": "committed"') == 2
    assert bell.missed == 0


def test_message_lost_between_queue_and_worker_is_rung_again(plant: Plant) -> None:
    losing = plant.start_worker(app="losing_worker")
    claim = plant.accept(LONG)
    wait_until(lambda: not losing.is_running())
    assert (plant.folder / "lost").exists()
    plant.start_worker()
    plant.judge_all(claim)


def test_two_beats_change_nothing(plant: Plant) -> None:
    for _ in range(2):
        plant.start_beat()
    wait_until(lambda: plant.waiting_ticks() >= 4)  # both tick, and nobody takes the ticks yet
    worker = plant.start_worker()
    texts = [f"The bridge is long {number}" for number in range(10)]
    plant.judge_all(*[plant.accept(text) for text in texts])
    assert worker.log.read_text().count('"outcome": "committed"') == 20


def test_another_check_asked_for_twice_at_once_is_done_once(plant: Plant) -> None:
    plant.start_worker()
    claim = plant.accept(LONG)
    plant.judge_all(claim)
    assert {plant.store.request_check(claim) for _ in range(5)} == {2}
    plant.judge_all(claim)
    [first, second] = plant.store.get_history(claim)
    assert (first.scored, second.scored) == (True, False)  # the page had not changed


def test_sweep_goes_on_when_the_one_who_swept_died(plant: Plant) -> None:
    assert plant.store.acquire_sweep(ttl_s=2.0)  # and then nothing: it died
    plant.start_worker()
    plant.judge_all(plant.accept(LONG))


def test_redelivery_while_the_task_still_runs_gives_no_second_verdict(plant: Plant) -> None:
    worker = plant.start_worker(app="hasty_worker")
    claim = plant.accept(WAITS)
    wait_until(lambda: '"outcome": "nothing-to-do"' in worker.log.read_text())
    plant.open_gate()
    plant.judge_all(claim)
    assert len(set(plant.scorings(WAITS))) == 1
