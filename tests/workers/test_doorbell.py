"""Rings reach the right queue; a broker that is away costs a moment and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from claims.ports import WorkItem
from claims.store import RedisStore
from claims.store.embedded import EmbeddedServer
from claims.types import Stage
from tests.workers.messages import take_messages
from workers.doorbell import Doorbell

ITEMS = [WorkItem(stage, "x_1", 1) for stage in Stage]


def test_item_is_a_message_in_the_queue_of_its_stage(store: RedisStore, store_url: str) -> None:
    bell = Doorbell(store_url)
    bell.ring([WorkItem(Stage.EXTRACT, "a_1", 1), WorkItem(Stage.GATHER, "c_1", 2)])
    bell.ring([WorkItem(Stage.JUDGE, "c_1", 2)])
    bell.close()
    fetch, score = take_messages(store_url, "fetch"), take_messages(store_url, "score")
    assert [(m["task"], m["id"]) for m in fetch] == [
        ("fetch.extract", "extract:a_1:1"),
        ("fetch.gather", "gather:c_1:2"),
    ]
    assert [(m["task"], m["id"], m["argsrepr"]) for m in score] == [
        ("score.judge", "judge:c_1:2", "('c_1', 2)")
    ]
    assert bell.missed == 0


def test_nothing_to_ring_does_not_even_connect() -> None:
    bell = Doorbell("redis://127.0.0.1:1")
    bell.ring([])
    assert bell.missed == 0


def test_absent_broker_is_counted_and_costs_less_than_a_second() -> None:
    bell = Doorbell("redis://127.0.0.1:1")
    started = time.monotonic()
    bell.ring(ITEMS)
    assert time.monotonic() - started < 1.0
    assert bell.missed == 1


def test_frozen_broker_costs_a_moment_and_is_rung_again_when_it_is_back(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        bell = Doorbell(server.url)
        bell.ring(ITEMS)
        os.kill(server.pid, signal.SIGSTOP)
        started = time.monotonic()
        bell.ring(ITEMS)
        waited_s = time.monotonic() - started
        os.kill(server.pid, signal.SIGCONT)
        assert waited_s < 3.0
        assert bell.missed == 1
        bell.ring(ITEMS)
        assert bell.missed == 1
        bell.close()


def test_flushed_broker_takes_the_next_ring(store: RedisStore, store_url: str) -> None:
    bell = Doorbell(store_url)
    bell.ring(ITEMS)
    store.connection.command("FLUSHALL")
    bell.ring(ITEMS)
    assert len(take_messages(store_url, "fetch")) == 2
    assert len(take_messages(store_url, "score")) == 1
    bell.close()


@pytest.mark.parametrize("unwanted", ["workers.tasks", "onnxruntime", "claims.pipeline", "flask"])
def test_front_door_rings_without_loading_the_engine_room(unwanted: str) -> None:
    code = f"import sys, workers.doorbell; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
