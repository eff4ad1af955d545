"""The duties of a worker's parent process besides its pool: it sends heartbeats, and sweeps."""

from __future__ import annotations

import threading
from collections.abc import Collection
from functools import cached_property
from typing import Any

import structlog
from celery import Celery, bootsteps

from claims.errors import StoreMisconfigured, StoreUnavailable
from claims.ports import Store
from claims.types import Queue
from workers.context import Pace, WorkerContext
from workers.notifier import Notifier
from workers.sweeper import sweep

log = structlog.get_logger(__name__)

HEARTBEATS_MISSED = 4
"""Number of intervals for which a heartbeat is valid."""


class Tender:
    """Heartbeats and sweeps of one worker. Has its own connections, since the pool forks."""

    def __init__(
        self, worker: str, *, queues: Collection[Queue], context: WorkerContext, pace: Pace
    ) -> None:
        """`queues`: those from which the worker takes work."""
        self._worker = worker
        self._queues = queues
        self._context = context
        self._pace = pace
        self._stopped = threading.Event()

    @cached_property
    def _store(self) -> Store:
        return self._context.open_store()

    def beat(self) -> None:
        """Record that this worker is consuming, and whether a process of its pool has loaded the
        judge; a missed heartbeat is logged.
        """
        ttl_s = self._pace.heartbeat_every_s * HEARTBEATS_MISSED
        try:
            self._store.beat(
                self._worker,
                ttl_s=ttl_s,
                queues=self._queues,
                # A worker that reads has a judge as well, but no claim waits for that one.
                has_judge=self._context.has_judge and Queue.SCORE in self._queues,
            )
        except (StoreUnavailable, StoreMisconfigured) as error:
            log.warning("heartbeat_missed", error=str(error))

    def leave(self) -> None:
        """Record that this worker no longer consumes: its heartbeat ends now, not at its expiry."""
        try:
            self._store.beat(self._worker, ttl_s=0, queues=self._queues)
        except StoreUnavailable as error:
            log.warning("heartbeat_not_ended", error=str(error))

    def start_sweeping(self) -> None:
        """Sweep every `sweep_every_s` from a thread, until `stop`."""
        threading.Thread(target=self._sweep_until_stopped, name="sweeper", daemon=True).start()

    def stop(self) -> None:
        """End the thread after its current sweep."""
        self._stopped.set()

    def _sweep_until_stopped(self) -> None:
        notifier = Notifier(self._context.broker_url)
        while not self._stopped.wait(self._pace.sweep_every_s):
            try:
                sweep(
                    self._store,
                    notifier,
                    every_s=self._pace.sweep_every_s,
                    keep_s=self._context.keep_s,
                    keep_events_s=self._context.keep_events_s,
                    keep_audit_s=self._context.keep_audit_s,
                    keep_access_s=self._context.keep_access_s,
                    looks_per_day=self._context.looks_per_day,
                )
            except (StoreUnavailable, StoreMisconfigured) as error:
                log.warning("sweep_missed", error=str(error))
        notifier.close()


def tend(app: Celery, *, context: WorkerContext, pace: Pace) -> None:
    """Make every worker of `app` send heartbeats and sweep while it consumes.

    The heartbeat runs on the consumer's own timer: a worker that is alive but has stopped
    consuming, a known failure of Celery, sends no more heartbeats.
    """

    class TendingStep(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
        requires = ("celery.worker.consumer.tasks:Tasks",)
        started: tuple[Tender, Any] | None = None

        def start(self, consumer: Any) -> None:
            queues = [queue for queue in Queue if queue in consumer.app.amqp.queues.consume_from]
            tender = Tender(consumer.hostname, queues=queues, context=context, pace=pace)
            tender.beat()
            timer = consumer.timer.call_repeatedly(pace.heartbeat_every_s, tender.beat)
            tender.start_sweeping()
            self.started = tender, timer

        def stop(self, consumer: Any) -> None:
            # Celery also stops steps that it never started, when an earlier step cannot connect.
            if self.started is not None:
                tender, timer = self.started
                timer.cancel()
                tender.stop()
                tender.leave()

    app.steps["consumer"].add(TendingStep)
