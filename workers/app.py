"""Builds the Celery app and sets up its processes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import celery.apps.worker
from celery import Celery, signals

from claims.errors import JudgeUnavailable
from claims.settings import Settings
from claims.types import Queue
from claims.wiring import check_judge
from workers.broker import use_transport
from workers.config import celery_settings
from workers.context import Pace, WorkerContext
from workers.logs import configure_logging
from workers.tasks import register_tasks
from workers.tending import tend

if TYPE_CHECKING:
    from celery.worker import WorkController


def build_app(settings: Settings) -> Celery:
    """The app with the real ports. Raises InvalidInput when ASSAY_REDIS_URL is not set."""
    app = assemble_app(WorkerContext.from_settings(settings), pace=Pace())
    _check_judge_of_worker(settings)
    return app


def assemble_app(context: WorkerContext, *, pace: Pace) -> Celery:
    """The app with the given ports: settings, tasks, and the tending of each worker."""
    use_transport()
    app = Celery("assay", set_as_current=False)
    app.conf.update(celery_settings(context.broker_url, sweep_every_s=pace.sweep_every_s))
    register_tasks(app, context=context, pace=pace)
    tend(app, context=context, pace=pace)
    _hook_processes(app, context)
    return app


def _check_judge_of_worker(settings: Settings) -> None:
    """End a judging worker at once, with a message of one line, when its judge cannot be used."""

    def check(instance: WorkController, **_: object) -> None:
        if not {Queue.SCORE, Queue.READ} & set(instance.app.amqp.queues.consume_from):
            return
        try:
            check_judge(settings)
        except JudgeUnavailable as error:
            sys.stderr.write(f"assay: {error}\n")
            sys.exit(2)

    signals.celeryd_after_setup.connect(check, weak=False, dispatch_uid="assay-judge")


def _hook_processes(app: Celery, context: WorkerContext) -> None:
    """Set up our logging in all processes, and the start and an orderly end of pool processes.

    Celery itself kills them when their parent is killed.
    """

    def set_up_logging(**_: object) -> None:
        configure_logging()
        # Celery prints the first signal that it gets to its output, as text.
        celery.apps.worker.safe_say = lambda *_: None

    def start_child(**_: object) -> None:
        """Load the judge before the first claim needs it. Celery logs an error, and continues."""
        if Queue.SCORE in app.amqp.queues.consume_from:
            context.load_judge()

    def end_child(**_: object) -> None:
        context.close()

    signals.setup_logging.connect(set_up_logging, weak=False, dispatch_uid="assay")
    signals.worker_process_init.connect(start_child, weak=False, dispatch_uid="assay")
    signals.worker_process_shutdown.connect(end_child, weak=False, dispatch_uid="assay")
