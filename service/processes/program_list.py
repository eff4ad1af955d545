"""The programs of the service: the API, the workers of each queue, and beat."""

from __future__ import annotations

import os
import socket

from claims.settings import Settings
from claims.types import Queue
from claims.webhooks import WEBHOOKS_MAX
from service.processes.programs import Program
from workers.queues import TICK

APP = "workers.main"
"""The module of the Celery app that workers and beat load."""
FETCH_PROCESSES = 4
"""Number of fetching processes: they wait for the network, not for a core."""
DELIVERIES = WEBHOOKS_MAX
"""Number of threads that send events, each of which waits for a receiver. A webhook gets one event
at a time, so that receivers that hang cannot use up the threads."""


def list_programs(
    settings: Settings, *, bound: str, listener: int, score_processes: int
) -> list[Program]:
    """All programs except the store.

    `bound` is the host and port of the socket with the descriptor `listener`, which the API
    inherits; `score_processes` is the number of processes that judge.
    """
    api = (bound, "--listener", str(listener))
    return [
        Program(name="api", module="service.server", arguments=api, pass_fds=(listener,)),
        _worker(Queue.FETCH, queues=(Queue.FETCH, TICK), processes=FETCH_PROCESSES),
        _worker(Queue.SCORE, queues=(Queue.SCORE,), processes=score_processes),
        *([read_program(settings)] if settings.reader else []),
        deliver_program(),
        beat_program(),
    ]


def list_queues(settings: Settings) -> list[Queue]:
    """The queues for which workers are started."""
    return [queue for queue in Queue if queue is not Queue.READ or settings.reader]


def name_worker(role: str) -> str:
    """The Celery node name of this process's worker, unique among all runs here and elsewhere."""
    return f"{role}-{os.getpid()}@{socket.gethostname()}"


def read_program(settings: Settings) -> Program:
    """The worker for the second reader; its threads wait for answers."""
    processes = settings.reader_requests
    return _worker(Queue.READ, queues=(Queue.READ,), processes=processes, pool="threads")


def deliver_program() -> Program:
    """The worker that delivers events to webhooks: threads of one process, which mostly wait."""
    return _worker(Queue.DELIVER, queues=(Queue.DELIVER,), processes=DELIVERIES, pool="threads")


def beat_program() -> Program:
    """Celery's beat, without its banner, which is not JSON."""
    return Program(name="beat", module="celery", arguments=("-A", APP, "--quiet", "beat"))


def _worker(
    role: str, *, queues: tuple[str, ...], processes: int, pool: str = "prefork"
) -> Program:
    return Program(
        name=f"worker-{role}",
        has_leases=True,
        module="celery",
        arguments=(
            *("-A", APP, "--quiet", "worker"),
            *("--queues", ",".join(queues)),
            *("--hostname", name_worker(role)),
            *("--pool", pool, "--concurrency", str(processes)),
            *("--without-gossip", "--without-mingle"),
        ),
    )
