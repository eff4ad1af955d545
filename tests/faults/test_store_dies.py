"""The store is killed, stopped or restarted under load; no accepted claim is lost."""

from __future__ import annotations

import os
import signal
import time

from claims.types import ClaimId
from tests.faults.conftest import Plant
from tests.stack.workers import wait_until

WAITS = "The bridge waits for the gate"


def submit_many(plant: Plant, count: int = 20) -> list[ClaimId]:
    return [plant.submit(f"The bridge is long {number}") for number in range(count)]


def test_all_claims_are_judged_after_kill_9_of_the_store_mid_flight(plant: Plant) -> None:
    worker = plant.start_worker()
    claims = [plant.submit(WAITS), *submit_many(plant)]
    wait_until(lambda: plant.scorings(WAITS))
    plant.kill_store()
    plant.server.start()
    plant.open_gate()
    plant.judge_all(*claims)
    assert worker.is_running()


def test_all_claims_are_judged_after_kill_9_of_everything(plant: Plant) -> None:
    workers = [plant.start_worker(), plant.start_worker()]
    claims = [plant.submit(WAITS), *submit_many(plant)]
    wait_until(lambda: plant.scorings(WAITS))
    for worker in workers:
        worker.signal_all(signal.SIGKILL)
    plant.kill_store()
    plant.server.start()
    plant.open_gate()
    plant.start_worker()
    plant.judge_all(*claims)


def test_workers_resume_after_the_store_was_frozen(plant: Plant) -> None:
    worker = plant.start_worker()
    claims = [plant.submit(WAITS), *submit_many(plant)]
    wait_until(lambda: plant.scorings(WAITS))
    os.kill(plant.server.pid, signal.SIGSTOP)
    time.sleep(8)  # longer than the leases and than the timeout of a call
    os.kill(plant.server.pid, signal.SIGCONT)
    plant.open_gate()
    plant.judge_all(*claims)
    assert worker.is_running()


def test_all_claims_are_judged_after_the_broker_database_was_flushed(plant: Plant) -> None:
    plant.start_worker("--concurrency", "1")
    claims = [plant.submit(WAITS), *submit_many(plant)]
    wait_until(lambda: plant.scorings(WAITS))
    plant.flush_broker()
    plant.open_gate()
    plant.judge_all(*claims)
