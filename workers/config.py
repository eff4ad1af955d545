"""The Celery settings, and the address of the broker.

The store is the system of record and Celery only notifies, so most of these settings decide how
soon a lost or duplicate message is noticed; none of them is needed for correctness.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from kombu.entity import Queue

from claims.errors import InvalidInput
from claims.settings import Settings
from workers.queues import QUEUES, SWEEP_TASK, TASK_OF_QUEUE, TICK, queue_of

BROKER_DATABASE = 1
"""Database for messages on the store's server; the store uses 0. Flushing it loses nothing."""

KEY_PREFIX = "assay:mq:"

SWEEP_EVERY_S = 5.0
# Seconds. Gathering takes at most two minutes: see claims.pipeline.source_fetching.FETCHING_S.
SOFT_TIME_LIMIT_S = 125
HARD_TIME_LIMIT_S = 155


def find_broker_url(settings: Settings) -> str:
    """ASSAY_BROKER_URL in kombu's form, or else database 1 of the store's server.

    Raises InvalidInput without a store, since the messages are about its work.
    """
    if not settings.redis_url:
        raise InvalidInput("no store: set ASSAY_REDIS_URL, or start everything with: assay up")
    if settings.broker_url:
        return spell_broker_url(settings.broker_url, database=None)
    return spell_broker_url(settings.redis_url)


def spell_broker_url(url: str, *, database: int | None = BROKER_DATABASE) -> str:
    """The address of a server in kombu's form, with this database; None: the address's own.

    unix:///run/a.sock -> redis+socket:///run/a.sock?virtual_host=1; redis:// and rediss:// keep
    their host and get /1. Raises InvalidInput for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        userinfo, at, _ = parts.netloc.rpartition("@")
        path = quote(parts.path, safe="/%")
        named = dict(parse_qsl(parts.query)).get("db", "0")
        return f"redis+socket://{userinfo}{at}{path}?virtual_host={_choose(database, named)}"
    if parts.scheme not in ("redis", "rediss"):
        raise InvalidInput(f"not a Redis address: {parts.scheme or 'no scheme'}://...")
    query = {name: value for name, value in parse_qsl(parts.query) if name.startswith("ssl_")}
    if parts.scheme == "rediss":
        query.setdefault("ssl_cert_reqs", "required")
    path = f"/{_choose(database, parts.path.strip('/') or '0')}"
    return parts._replace(path=path, query=urlencode(query)).geturl()


def _choose(database: int | None, named: str) -> str:
    if database is None and not named.isdecimal():
        raise InvalidInput(f"not a Redis address: the database {named[:20]!r} is not a number")
    return named if database is None else str(database)


def celery_settings(broker_url: str, *, sweep_every_s: float = SWEEP_EVERY_S) -> dict[str, Any]:
    """Settings of every Celery process. No result backend, no countdown, no Celery retries."""
    return {
        "broker_url": broker_url,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": _transport_options(),
        "result_backend": None,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_queues": [Queue(name, routing_key=name) for name in QUEUES],  # type: ignore[no-untyped-call]
        "task_default_exchange": "assay",
        "task_create_missing_queues": False,
        "task_default_queue": TICK,
        "task_routes": {
            name: {"queue": queue_of(name)} for name in (*TASK_OF_QUEUE.values(), SWEEP_TASK)
        },
        # The parent of a pool puts a message back when its process dies before it took an item.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_soft_time_limit": SOFT_TIME_LIMIT_S,
        "task_time_limit": HARD_TIME_LIMIT_S,
        "timezone": "UTC",
        "enable_utc": True,
        "beat_scheduler": "celery.beat:Scheduler",  # in memory: due items are in the store
        "beat_schedule": {
            SWEEP_TASK: {
                "task": SWEEP_TASK,
                "schedule": sweep_every_s,
                "options": {"expires": sweep_every_s},  # ticks that no worker takes do not pile up
            }
        },
        **_worker_settings(),
    }


def _worker_settings() -> dict[str, object]:
    return {
        "worker_prefetch_multiplier": 1,
        "worker_enable_prefetch_count_reduction": False,
        "worker_lost_wait": 2,
        "worker_proc_alive_timeout": 60,  # a loaded machine forks slowly
        "worker_max_tasks_per_child": 200,
        "worker_max_memory_per_child": 900_000,  # KiB
        # Running work survives a lost connection: its lease, not its message, is the right to it.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": False,
        "worker_send_task_events": False,
        "worker_enable_remote_control": False,  # its queues would be more keys of the broker
        "task_send_sent_event": False,
    }


def _transport_options() -> dict[str, object]:
    return {
        # A message that is lost with its worker is not kept: the sweeper sends another.
        "ack_emulation": False,
        "socket_timeout": 15,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "global_keyprefix": KEY_PREFIX,
    }
