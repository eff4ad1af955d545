"""The Celery settings and the address of the broker."""

from __future__ import annotations

import pytest
from celery.app.defaults import DEFAULTS

from claims.errors import InvalidInput
from claims.pipeline import FETCHING_S
from claims.settings import Settings
from claims.sources.extractor import TURN_S
from claims.sources.limits import FetchLimits
from claims.sources.pacing import SHORT_WAIT_S
from claims.store.page_cache import WAIT_S
from workers.config import (
    HARD_TIME_LIMIT_S,
    SOFT_TIME_LIMIT_S,
    celery_settings,
    find_broker_url,
    spell_broker_url,
)
from workers.queues import QUEUES, SWEEP_TASK, TASK_OF_QUEUE, queue_of


@pytest.mark.parametrize(
    ("store", "broker"),
    [
        ("unix:///run/a.sock?db=0", "redis+socket:///run/a.sock?virtual_host=1"),
        ("unix:///my%20data/a.sock", "redis+socket:///my%20data/a.sock?virtual_host=1"),
        ("unix://me:p%40w@/run/a.sock", "redis+socket://me:p%40w@/run/a.sock?virtual_host=1"),
        ("redis://redis:6379/0", "redis://redis:6379/1"),
        ("redis://redis", "redis://redis/1"),
        ("redis://:secret@[::1]:6379", "redis://:secret@[::1]:6379/1"),
        ("rediss://redis:6380/0", "rediss://redis:6380/1?ssl_cert_reqs=required"),
        (
            "rediss://redis?ssl_cert_reqs=none&protocol=3",
            "rediss://redis/1?ssl_cert_reqs=none",
        ),
    ],
)
def test_broker_is_database_1_of_the_stores_server(store: str, broker: str) -> None:
    assert spell_broker_url(store) == broker


@pytest.mark.parametrize("store", ["", "http://redis", "redis.sock"])
def test_other_addresses_are_refused(store: str) -> None:
    with pytest.raises(InvalidInput, match="not a Redis address"):
        spell_broker_url(store)


@pytest.mark.parametrize(
    ("named", "broker"),
    [
        (None, "redis://redis:6379/1"),
        ("redis://queue:6379", "redis://queue:6379/0"),
        ("redis://queue:6379/3", "redis://queue:6379/3"),
        ("unix:///run/q.sock?db=2", "redis+socket:///run/q.sock?virtual_host=2"),
    ],
)
def test_broker_may_be_another_server_with_a_database_of_its_own(
    named: str | None, broker: str
) -> None:
    settings = Settings(redis_url="redis://redis:6379/0", broker_url=named)
    assert find_broker_url(settings) == broker


@pytest.mark.parametrize("broker", ["redis://queue/main", "unix:///run/q.sock?db=one"])
def test_a_database_that_is_no_number_is_refused(broker: str) -> None:
    with pytest.raises(InvalidInput, match="is not a number"):
        find_broker_url(Settings(redis_url="redis://redis", broker_url=broker))


@pytest.mark.parametrize("broker", [None, "redis://queue"])
def test_a_worker_without_a_store_names_the_setting(broker: str | None) -> None:
    with pytest.raises(InvalidInput, match="ASSAY_REDIS_URL"):
        find_broker_url(Settings(redis_url=None, broker_url=broker))


def test_every_setting_is_one_that_celery_knows() -> None:
    # Celery ignores misspelt settings.
    assert set(celery_settings("redis://redis")) <= {*DEFAULTS}


def test_every_task_goes_to_a_declared_queue() -> None:
    settings = celery_settings("redis://redis")
    routes = {task: route["queue"] for task, route in settings["task_routes"].items()}
    assert set(routes) == {*TASK_OF_QUEUE.values(), SWEEP_TASK}
    assert set(routes.values()) == set(QUEUES) == {queue.name for queue in settings["task_queues"]}
    assert all(queue_of(task) == queue for task, queue in routes.items())
    assert {task: queue_of(task) for task in TASK_OF_QUEUE.values()} == {
        task: str(queue) for queue, task in TASK_OF_QUEUE.items()
    }


def test_a_task_is_asked_to_end_before_its_process_is_killed() -> None:
    assert HARD_TIME_LIMIT_S > SOFT_TIME_LIMIT_S


def test_the_slowest_gathering_ends_before_its_time_limit() -> None:
    """A claim fails after three tasks that reach the time limit, whatever was found for it."""
    limits = FetchLimits()
    fetch_s = SHORT_WAIT_S + limits.total_s + TURN_S + limits.extract_s
    assert FETCHING_S + WAIT_S + fetch_s < SOFT_TIME_LIMIT_S
