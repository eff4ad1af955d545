"""The store of an API process, whose settings are checked at its first use."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.access import Actor
from claims.errors import StoreUnavailable
from claims.store import RedisStore, connect
from claims.store.connection import StoreConnection
from claims.types import Queue
from service.server.wsgi import CheckedStore
from tests.contracts import steps

DESK = Actor("0a1b2c3d", "desk")


def test_a_store_is_bound_to_an_actor_while_it_does_not_answer(tmp_path: Path) -> None:
    """The service starts without its store, and answers when it is there."""
    away = RedisStore(StoreConnection(f"unix://{tmp_path}/nobody.sock"), queue_max=1)
    bound = CheckedStore(away).acting_as(DESK)
    with pytest.raises(StoreUnavailable):
        bound.health()


def test_a_bound_store_records_its_actor_and_notifies(store_url: str, store: RedisStore) -> None:
    queues: list[Queue] = []

    def notify(queue: Queue = Queue.FETCH) -> None:
        queues.append(queue)

    checked = CheckedStore(connect(store_url))
    checked.acting_as(DESK, notify=notify).submit_claim(steps.new_claim())
    checked.close()
    assert [entry.actor for entry in store.audit.read(limit=9).items] == [DESK.id]
    assert queues == [Queue.FETCH]
