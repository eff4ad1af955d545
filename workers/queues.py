"""Which task does which stage, and which queue carries it: the one place that spells the names.

The doorbell rings tasks by name, so that the front door never imports the tasks themselves.
"""

from __future__ import annotations

from claims.types import Stage

FETCH = "fetch"
SCORE = "score"
TICK = "tick"
QUEUES = (FETCH, SCORE, TICK)

TASK_OF_STAGE = {
    Stage.EXTRACT: "fetch.extract",
    Stage.GATHER: "fetch.gather",
    Stage.JUDGE: "score.judge",
}
SWEEP_TASK = "tick.sweep"


def queue_of(task: str) -> str:
    """The queue of a task: the part of its name before the dot."""
    return task.partition(".")[0]
