"""The Celery tasks: ids in, nothing out. `register_tasks` declares them all, through one base."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import structlog
from celery import Celery, Task

from claims.ports import WorkItem
from claims.types import Stage
from workers.bench import Bench, Pace
from workers.queues import SWEEP_TASK, TASK_OF_STAGE
from workers.sweeper import sweep
from workers.work import work

log = structlog.get_logger(__name__)


class AssayTask(Task):  # type: ignore[misc]  # celery has no types
    """Gives every task its log line with ids, outcome and seconds, and lets no exception out.

    Celery would acknowledge the message all the same, and would re-raise a MemoryError in the
    parent of the pool. What is left undone is due in the store and comes again.
    """

    abstract = True
    errors = 0

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Run the task."""
        started = perf_counter()
        with structlog.contextvars.bound_contextvars(task=self.name, task_id=self.request.id):
            try:
                outcome = self.run(*args, **kwargs)
            except Exception as error:
                self.errors += 1
                log.error("task_failed", error=repr(error), errors=self.errors, exc_info=True)
            else:
                # A sweep that found nothing is not worth a line every few seconds.
                tell = log.info if outcome else log.debug
                tell("task_ended", outcome=outcome, seconds=round(perf_counter() - started, 3))


def register_tasks(app: Celery, *, bench: Bench, pace: Pace) -> None:
    """Declare the task of each stage, and the sweep that beat asks for."""
    for stage in Stage:
        _declare(app, name=TASK_OF_STAGE[stage], run=_stage_runner(stage, bench, pace))

    def run_sweep(task: AssayTask) -> int:
        return sweep(bench.store, bench.doorbell, every_s=pace.sweep_every_s, keep_s=bench.keep_s)

    _declare(app, name=SWEEP_TASK, run=run_sweep)


def _stage_runner(stage: Stage, bench: Bench, pace: Pace) -> Callable[..., str]:
    def run_stage(task: AssayTask, item_id: str, check: int) -> str:
        item = WorkItem(stage, item_id, check)
        return work(item, bench=bench, pace=pace, worker=task.request.hostname or "")

    return run_stage


def _declare(app: Celery, *, name: str, run: Callable[..., Any]) -> None:
    """The one place that passes options to Celery, which accepts misspelt ones in silence."""
    app.task(run, name=name, base=AssayTask, bind=True, shared=False)
