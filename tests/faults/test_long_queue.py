"""A very long queue: the cost of its operations does not grow with its length, and it drains."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from claims.ports import Lease
from claims.store.invariant import check_invariant
from claims.types import ErrorRecord, Queue
from tests.faults.conftest import Plant

CLAIMS = 4_000
BYTES_EACH = 2_500


def count_calls(plant: Plant) -> int:
    """Number of commands that the server has run, with those inside scripts."""
    with redis.Redis.from_url(plant.server.url) as server:
        stats = server.info("commandstats")
    return sum(row["calls"] for row in stats.values())  # type: ignore[union-attr]


def memory_bytes(plant: Plant) -> int:
    with redis.Redis.from_url(plant.server.url) as server:
        return int(server.info("memory")["used_memory_dataset"])  # type: ignore[index]


def take(plant: Plant) -> Lease | None:
    return plant.store.take(Queue.FETCH, worker="test", ttl_s=600)


def submit_and_take_calls(plant: Plant) -> int:
    """Number of commands for eight accepts and takes, a full cycle of the classes."""
    before = count_calls(plant)
    for number in range(8):
        plant.submit(f"The bridge is {number} metres long")
        assert take(plant) is not None
    return count_calls(plant) - before


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_long_queue_costs_no_more_calls_little_memory_and_drains(plant: Plant) -> None:
    for number in range(8):  # both measurements have waiting claims
        plant.submit(f"The gate is {number} metres wide")
    submit_and_take_calls(plant)  # loads the scripts
    few = submit_and_take_calls(plant)
    empty = memory_bytes(plant)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: plant.submit(f"The road is {number} long"), range(CLAIMS)))
    assert (memory_bytes(plant) - empty) / CLAIMS < BYTES_EACH
    # A health check of a connection may add a command or two.
    assert submit_and_take_calls(plant) <= few + 8
    assert check_invariant(plant.store) == []
    ended = 0
    while lease := take(plant):
        assert plant.store.give_up(lease, ErrorRecord("invalid-input", "closed"))
        ended += 1
    assert ended == CLAIMS + 8
    health = plant.store.health()
    assert (health.due, health.leased) == (0, 24)
    assert check_invariant(plant.store) == []
