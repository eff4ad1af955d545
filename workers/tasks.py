"""The Celery tasks: no arguments, no results. `register_tasks` declares them, with one base."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import structlog
from celery import Celery, Task

from claims.store import name_process
from claims.types import Queue
from workers.context import Pace, WorkerContext
from workers.deliver import deliver_ready
from workers.queues import SWEEP_TASK, TASK_OF_QUEUE
from workers.requests import build_request
from workers.sweeper import sweep
from workers.work import work

log = structlog.get_logger(__name__)


class AssayTask(Task):  # type: ignore[misc]  # celery has no types
    """Logs every task with its outcome and seconds, and lets no exception out.

    Celery would acknowledge the message in any case, and would re-raise a MemoryError in the parent
    of the pool. Unfinished work is due in the store and is taken again.
    """

    abstract = True
    errors = 0

    def __call__(self, *args: object, **kwargs: object) -> None:
        """Run the task."""
        started = perf_counter()
        structlog.contextvars.clear_contextvars()  # the item of the last task
        structlog.contextvars.bind_contextvars(task=self.name, task_id=self.request.id)
        try:
            outcome = self.run(*args, **kwargs)
        except Exception as error:
            self.errors += 1
            log.error("task_failed", error=repr(error), errors=self.errors, exc_info=True)
        else:
            # A sweep that found nothing is logged at debug level: it happens every few seconds.
            tell = log.info if outcome else log.debug
            tell("task_ended", outcome=outcome, seconds=round(perf_counter() - started, 3))


def register_tasks(app: Celery, *, context: WorkerContext, pace: Pace) -> None:
    """Declare the task of each queue, and the sweep that beat triggers."""
    request = build_request(context.open_store)
    for queue in Queue:
        run_next = _queue_runner(queue, context, pace)
        _declare(app, name=TASK_OF_QUEUE[queue], run=run_next, request=request)

    def run_sweep(task: AssayTask) -> int:
        return sweep(
            context.store,
            context.notifier,
            every_s=pace.sweep_every_s,
            keep_s=context.keep_s,
            keep_events_s=context.keep_events_s,
            keep_audit_s=context.keep_audit_s,
            keep_access_s=context.keep_access_s,
            looks_per_day=context.looks_per_day,
        )

    _declare(app, name=SWEEP_TASK, run=run_sweep)


def _queue_runner(queue: Queue, context: WorkerContext, pace: Pace) -> Callable[..., str | int]:
    def run_next(task: AssayTask) -> str | int:
        if queue is Queue.DELIVER:
            return deliver_ready(context, pace=pace, worker=name_process())
        return work(queue, context=context, pace=pace, worker=name_process())

    return run_next


def _declare(
    app: Celery, *, name: str, run: Callable[..., object], request: type[object] | None = None
) -> None:
    """The only place that passes options to Celery, which silently accepts misspelt ones."""
    options = {} if request is None else {"Request": request}
    app.task(run, name=name, base=AssayTask, bind=True, shared=False, **options)
