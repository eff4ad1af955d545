"""Checks whether all parts of a service are ready: API, store, broker, workers, judge."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Collection

from claims.errors import AssayError
from claims.ports import Store, StoreHealth
from claims.types import Queue
from service.instance_shapes import ReadyPart

TIMEOUT_S = 5.0


def find_missing(
    url: str, *, open_store: Callable[[], Store], workers: Collection[str]
) -> str | None:
    """The part for which the service at `url` still waits, or None: API, store or a worker.

    Asks the API only whether it is alive, which needs no key, and the store for the rest.
    """
    try:
        with _OPENER.open(f"{url}/livez", timeout=TIMEOUT_S):
            pass
    except urllib.error.HTTPError as error:
        return f"the API answers {error.code}"
    except OSError:
        return "the API does not answer"
    try:
        health = open_store().health()
    except AssayError as error:
        return str(error)
    wrong = "; ".join(
        health.problems
    )  # a lack of room does not count: accepted work is still finished
    absent = [worker for worker in workers if worker not in health.workers]
    return wrong or (f"not consuming yet: {', '.join(absent)}" if absent else None)


_IDLE = {
    Queue.DELIVER: "none takes work: events for webhooks wait",
    Queue.READ: "none takes work: no claim is read by a second reader",
}
"""The consequence if no worker takes from a queue on which no other part depends."""


def list_parts(
    health: StoreHealth, *, broker_problem: str | None, reads: bool = False
) -> tuple[ReadyPart, ...]:
    """Each part of a running service, in words; `broker_problem`: why no message can be sent.

    `reads`: whether a second reader is set.
    """
    workers = tuple(
        _part(
            f"{queue} workers",
            None
            if names or queue in _IDLE
            else f"none takes work: start one, or look into its log (worker-{queue}.log)",
            f"{len(names)} take work" if names else _IDLE.get(queue, ""),
        )
        for queue, names in health.consumers.items()
        if queue is not Queue.READ or reads or names
    )
    return (
        _part("store", "; ".join(health.problems), "it answers, and keeps what is accepted"),
        _part("disk", "; ".join(health.shortages), "disk and memory of the store have room"),
        _part(
            "broker",
            broker_problem
            and f"it does not answer ({broker_problem}): start it, or correct ASSAY_BROKER_URL",
            "it takes messages",
        ),
        *workers,
        _part(
            "judge",
            None if health.judges else _find_judge_problem(health),
            f"loaded in {len(health.judges)} of {len(health.consumers[Queue.SCORE])} score workers",
        ),
    )


def _find_judge_problem(health: StoreHealth) -> str:
    if not health.consumers[Queue.SCORE]:
        return "no worker has one: start a score worker"
    return (
        "loading: if this takes over a minute, look into the log of the worker (worker-score.log)"
    )


def write_parts(parts: Collection[ReadyPart]) -> str:
    """The parts as text, a line each, under one line that says whether all are ready."""
    is_ready = all(part.ready for part in parts)
    lines = ["ready" if is_ready else "not ready"]
    lines += [
        f"{'ok' if part.ready else 'NOT READY':9}  {part.name}: {part.detail}" for part in parts
    ]
    return "\n".join(lines) + "\n"


def _part(name: str, problem: str | None, well: str) -> ReadyPart:
    return ReadyPart(name, not problem, problem or well)


# The environment's proxies are for other hosts, not for our own child process.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
