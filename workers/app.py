"""Builds the Celery app, and gives its processes their hooks."""

from __future__ import annotations

from typing import Any

from celery import Celery, signals

from claims.settings import Settings
from workers.bench import Bench, Pace
from workers.broker import use_transport
from workers.config import celery_settings
from workers.logs import configure_logging
from workers.tasks import register_tasks
from workers.tending import tend


def build_app(settings: Settings) -> Celery:
    """The app on the real ports. Raises InvalidInput when ASSAY_REDIS_URL is not set."""
    return assemble_app(Bench.from_settings(settings), pace=Pace())


def assemble_app(bench: Bench, *, pace: Pace) -> Celery:
    """The app on the given ports: settings, tasks, and the tending of each worker."""
    use_transport()
    app = Celery("assay", set_as_current=False)
    app.conf.update(celery_settings(bench.store_url, sweep_every_s=pace.sweep_every_s))
    register_tasks(app, bench=bench, pace=pace)
    tend(app, bench=bench, pace=pace)
    _hook_processes(bench)
    return app


def _hook_processes(bench: Bench) -> None:
    """Our logging in all processes, and a tidy end for those of the pool.

    Celery itself sees to it that they are killed when their parent is.
    """

    def set_up_logging(**_: Any) -> None:
        configure_logging()

    def end_child(**_: Any) -> None:
        bench.close()

    signals.setup_logging.connect(set_up_logging, weak=False, dispatch_uid="assay")
    signals.worker_process_shutdown.connect(end_child, weak=False, dispatch_uid="assay")
