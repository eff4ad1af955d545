"""Queue and task names, defined only here.

The notifier sends tasks by name, so that the service never imports the tasks themselves.
"""

from __future__ import annotations

from claims.types import Queue

TICK = "tick"
QUEUES = (*Queue, TICK)

TASK_OF_QUEUE = {
    Queue.FETCH: "fetch.next",
    Queue.SCORE: "score.next",
    Queue.READ: "read.next",
    Queue.DELIVER: "deliver.next",
}
SWEEP_TASK = "tick.sweep"


def queue_of(task: str) -> str:
    """The queue of a task: the part of its name before the dot."""
    return task.partition(".")[0]
