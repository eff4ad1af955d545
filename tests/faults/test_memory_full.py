"""The memory of the store is full: nothing new is accepted, and the work under way is finished."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from claims.errors import StoreFull
from claims.types import ClaimId
from tests.faults.conftest import Plant

LONG = "The bridge is long"


@contextmanager
def full_memory(plant: Plant) -> Iterator[None]:
    """Inside the block the server uses more memory than it may."""
    plant.store.connection.command("CONFIG", "SET", "maxmemory", "1mb")
    try:
        yield
    finally:
        plant.store.connection.command("CONFIG", "SET", "maxmemory", "0")


def submit_six(plant: Plant) -> list[ClaimId]:
    return [
        plant.submit(f"{LONG} {number}", sources=(f"http://source.example/{number}",))
        for number in range(6)
    ]


def test_claims_that_are_gathered_when_memory_runs_out_are_judged(plant: Plant) -> None:
    worker = plant.start_worker()
    claims = submit_six(plant)
    with full_memory(plant):
        with pytest.raises(StoreFull, match=r"memory is full.*nothing accepted is lost"):
            plant.submit("One more")
        plant.judge_all(*claims)
        assert worker.is_running()
    plant.judge_all(plant.submit("One more"))
    assert worker.is_running()


def test_worker_and_beat_that_start_on_full_memory_work(plant: Plant) -> None:
    """As after a restart of the service, or of its machine."""
    claims = submit_six(plant)
    with full_memory(plant):
        worker, beat = plant.start_worker(), plant.start_beat()
        plant.judge_all(*claims)
        assert worker.is_running()
        assert beat.is_running()
