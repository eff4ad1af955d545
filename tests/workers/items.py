"""A worker that takes one item, for tests of work items."""

from __future__ import annotations

from claims.ports import WorkItem
from claims.types import Queue
from tests.contracts.turns import list_ready
from workers.context import Pace, WorkerContext
from workers.work import Outcome, work

TEXT = "The bridge is 42 metres long."


def take(queue: Queue, context: WorkerContext) -> Outcome:
    """Let a worker take the next item of the queue."""
    return work(queue, context=context, pace=Pace(), worker="w@test")


def do(item: WorkItem, context: WorkerContext) -> Outcome:
    """Let a worker take the next item of the queue of `item`; fails if another item is ready."""
    ready = [one for one in list_ready(context.store) if one.stage.queue is item.stage.queue]
    assert ready in ([item], [])
    return take(item.stage.queue, context)
