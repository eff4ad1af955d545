"""Workers are killed or stopped; each check of a claim still ends with exactly one verdict."""

from __future__ import annotations

import os
import signal

import pytest

from claims.errors import Gone
from claims.types import ClaimStatus, Queue
from tests.faults.conftest import Plant
from tests.stack.workers import wait_until

WAITS = "The bridge waits for the gate"


def test_claim_is_judged_by_another_worker_after_kill_9_mid_judge(plant: Plant) -> None:
    first = plant.start_worker()
    claim = plant.submit(WAITS)
    wait_until(lambda: plant.scorings(WAITS))
    first.kill()
    wait_until(lambda: not first.members(), patience_s=10)  # the pool ends with its parent
    plant.open_gate()
    plant.start_worker()
    plant.judge_all(claim)
    assert len(set(plant.scorings(WAITS))) == 2


def test_claim_is_judged_again_after_kill_9_of_the_pool_process_alone(plant: Plant) -> None:
    """At once: the parent process releases the lease, which would not expire within this test."""
    worker = plant.start_worker(app="patient_worker")
    claim = plant.submit(WAITS)
    wait_until(lambda: plant.scorings(WAITS))
    os.kill(plant.scorings(WAITS)[0], signal.SIGKILL)
    plant.open_gate()
    plant.judge_all(claim)
    assert worker.is_running()


def test_worker_that_ends_gracefully_is_no_longer_listed(plant: Plant) -> None:
    first, second = plant.start_worker(), plant.start_worker()
    assert len(plant.store.health().workers) == 2
    wait_until(lambda: len(plant.store.health().judges) == 2)
    first.stop()
    assert len(plant.store.health().workers) == 1
    assert plant.store.health().judges == plant.store.health().workers
    assert second.is_running()


def test_only_a_worker_that_judges_loads_the_judge_before_any_claim(plant: Plant) -> None:
    plant.start_worker("--queues", "fetch,tick")
    judging = plant.start_worker("--queues", "score")
    wait_until(lambda: plant.store.health().judges)
    assert plant.store.health().judges == plant.store.health().consumers[Queue.SCORE]
    assert judging.is_running()


def test_claim_that_kills_every_worker_fails_after_three_attempts_and_others_go_on(
    plant: Plant,
) -> None:
    worker = plant.start_worker()
    text = "The bridge kills its worker"
    poison = plant.submit(text)
    others = [plant.submit(f"The bridge is long {number}") for number in range(5)]
    plant.judge_all(*others)
    [failed] = plant.finish(poison)
    assert failed.record.status is ClaimStatus.FAILED
    assert failed.record.error is not None
    assert len(plant.scorings(text)) == 3
    assert worker.is_running()


def test_memory_error_fails_the_claim_and_not_the_worker(plant: Plant) -> None:
    worker = plant.start_worker()
    text = "The bridge eats all memory"
    [failed] = plant.finish(plant.submit(text))
    assert failed.record.status is ClaimStatus.FAILED
    assert len(plant.scorings(text)) == 3
    assert worker.is_running()


def test_claim_that_never_comes_back_is_ended_by_the_hard_time_limit(plant: Plant) -> None:
    """No attempt waits for the end of its lease, which would not expire within this test."""
    limits = ("--soft-time-limit", "1", "--time-limit", "2")
    worker = plant.start_worker(*limits, app="patient_worker")
    text = "The bridge never comes back"
    [failed] = plant.finish(plant.submit(text))
    assert failed.record.status is ClaimStatus.FAILED
    assert len(plant.scorings(text)) == 3
    assert worker.is_running()


def test_late_commit_of_a_worker_that_was_stopped_is_refused(plant: Plant) -> None:
    first = plant.start_worker()
    claim = plant.submit(WAITS)
    wait_until(lambda: plant.scorings(WAITS))
    first.signal_all(signal.SIGSTOP)
    second = plant.start_worker()
    wait_until(lambda: len(set(plant.scorings(WAITS))) == 2)  # the first lease has expired
    plant.open_gate()
    plant.judge_all(claim)
    version = plant.store.get_claim(claim).version
    first.signal_all(signal.SIGCONT)
    wait_until(lambda: "lease-lost" in first.log.read_text())
    plant.judge_all(claim)
    assert plant.store.get_claim(claim).version == version
    assert second.is_running()


def test_warm_shutdown_finishes_what_is_under_way_and_loses_nothing(plant: Plant) -> None:
    first = plant.start_worker()
    waiting = [plant.submit(WAITS), plant.submit(WAITS)]
    wait_until(lambda: len(set(plant.scorings(WAITS))) == 2)
    queued = [plant.submit(f"The bridge is long {number}") for number in range(5)]
    plant.open_gate()
    first.stop()
    assert first.members() == []
    statuses = [plant.store.get_claim(claim).record.status for claim in waiting]
    assert statuses == [ClaimStatus.JUDGED] * 2
    plant.start_worker()
    plant.judge_all(*waiting, *queued)


def test_claim_that_is_deleted_mid_judge_is_dropped_and_the_worker_goes_on(plant: Plant) -> None:
    worker = plant.start_worker()
    claim = plant.submit(WAITS)
    cancelled = plant.submit(f"{WAITS} as well")
    wait_until(lambda: plant.scorings(WAITS) and plant.scorings(f"{WAITS} as well"))
    plant.store.delete_claim(claim)
    assert plant.store.cancel_claim(cancelled) == 1
    plant.open_gate()
    plant.judge_all(plant.submit("The bridge is long"))
    with pytest.raises(Gone):
        plant.store.get_claim(claim)
    assert plant.store.get_claim(cancelled).record.verdict is None
    assert len(plant.scorings(WAITS)) <= 2  # its passages and their sentences, once
    assert worker.is_running()
    assert "Traceback" not in worker.log.read_text()
