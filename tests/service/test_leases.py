"""Leases of a program that has ended are returned as soon as the store answers."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from claims.ports import Lease
from claims.store import RedisStore, connect
from claims.store.embedded import EmbeddedServer
from service.processes import leases
from service.processes.leases import LeaseReturns
from tests.contracts import steps
from tests.contracts.turns import take_item
from tests.stack.workers import wait_until


def lease(store: RedisStore, number: int, worker: str) -> Lease:
    store.submit_claim(steps.new_claim(number))
    taken = take_item(store, steps.gather_item(steps.claim_id(number)), worker=worker)
    assert taken is not None
    return taken


def test_leases_come_back_when_the_store_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RETRY_S", 0.1)
    with EmbeddedServer(tmp_path) as server:
        url = server.url
        store = connect(url)
        ended = lease(store, 1, "host/10/11")
        going_on = lease(store, 2, "host/20/21")
    returns = LeaseReturns(lambda: connect(url))
    returns.begin("host/10", counts=True)
    time.sleep(0.5)  # time for some failed attempts
    with EmbeddedServer(tmp_path) as server:
        assert server.url == url
        wait_until(lambda: store.health().leased == 1, patience_s=20)
        assert not store.renew(ended, ttl_s=60)
        assert store.renew(going_on, ttl_s=60)
        returns.end(10)


def test_store_that_stays_away_holds_up_nobody_for_long_and_is_given_up(tmp_path: Path) -> None:
    returns = LeaseReturns(lambda: connect(f"unix://{tmp_path}/nobody.sock"))
    returns.begin("host/10", counts=False)
    began = time.monotonic()
    returns.end(0.2)
    assert time.monotonic() - began < 10
    wait_until(lambda: "leases of host/10" not in {one.name for one in threading.enumerate()})
