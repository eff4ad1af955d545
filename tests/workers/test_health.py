"""The health check of a worker's container."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from claims.ports import StoreHealth
from claims.store import RedisStore
from workers.health import find_problem


def health(**about: object) -> StoreHealth:
    values = {
        "problems": (),
        "shortages": (),
        "due": 0,
        "leased": 0,
        "oldest_due_age_s": 0.0,
        "workers": (),
        "judges": (),
        "consumers": {},
    }
    return StoreHealth(**(values | about))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (health(workers=("celery@here",)), None),
        (health(workers=("celery@there",)), "no worker of here is consuming"),
        (health(), "no worker of here is consuming"),
        (health(workers=("celery@here",), oldest_due_age_s=119.0), None),
        (health(workers=("celery@here",), oldest_due_age_s=500.0, leased=2), None),
        (health(workers=("celery@here",), oldest_due_age_s=500.0), "an item has been due for 500"),
    ],
)
def test_worker_is_well_when_it_consumes_and_work_goes_on(
    state: StoreHealth, problem: str | None
) -> None:
    found = find_problem(state, host="here")
    assert found is None if problem is None else problem in str(found)


def check(store_url: str) -> int:
    environment = os.environ | {"ASSAY_REDIS_URL": store_url}
    command = [sys.executable, "-m", "workers.health"]
    return subprocess.run(command, env=environment, check=False, timeout=60).returncode


def test_command_tells_by_its_status(store: RedisStore, store_url: str) -> None:
    assert check(store_url) == 1
    store.beat(f"celery@{socket.gethostname()}", ttl_s=60.0)
    assert check(store_url) == 0
    assert check("redis://127.0.0.1:1") == 1
