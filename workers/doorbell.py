"""Rings the workers: publishes work items as Celery messages, by task name and at best effort.

A message says only that something is due. The store already holds the work item, so a ring that
is lost, doubled or late does no harm: the sweeper rings again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import KombuError

from claims.ports import WorkItem
from workers.config import celery_settings
from workers.queues import TASK_OF_STAGE, queue_of

log = structlog.get_logger(__name__)

PUBLISH_TIMEOUT_S = 0.8
"""How long one command to the broker may take: a submission never waits longer for a ring."""


class Doorbell:
    """One process's line to the broker. Thread-safe; connects at the first ring.

    Never raises when the broker is away: the error is counted in `missed` and logged.
    """

    def __init__(self, store_url: str) -> None:
        self.missed = 0
        self._app = Celery("assay-doorbell", set_as_current=False)
        self._app.conf.update(_publisher_settings(store_url))
        connection = self._app.connection_for_write()
        self._errors = (
            KombuError,
            OSError,
            *connection.connection_errors,
            *connection.channel_errors,
        )

    def ring(self, items: Sequence[WorkItem]) -> None:
        """Publish one message for each item; after a failure the sweeper does the rest."""
        if not items:
            return
        try:
            with self._app.producer_or_acquire() as producer:
                for item in items:
                    self._publish(item, producer)
        except self._errors as error:
            self.missed += 1
            log.warning("ring_missed", items=len(items), missed=self.missed, error=str(error))

    def close(self) -> None:
        """Close the connections."""
        self._app.close()

    def _publish(self, item: WorkItem, producer: Any) -> None:
        task = TASK_OF_STAGE[item.stage]
        self._app.send_task(
            task,
            args=(item.id, item.check),
            task_id=f"{item.stage}:{item.id}:{item.check}",
            queue=queue_of(task),
            producer=producer,
            retry=False,
            ignore_result=True,
        )


def _publisher_settings(store_url: str) -> dict[str, Any]:
    """The settings of all, with short waits: whoever rings has something better to do."""
    settings = celery_settings(store_url)
    settings["broker_pool_acquire_timeout"] = PUBLISH_TIMEOUT_S
    settings["broker_transport_options"] |= {
        "socket_timeout": PUBLISH_TIMEOUT_S,
        "socket_connect_timeout": PUBLISH_TIMEOUT_S,
        "max_retries": 0,
    }
    return settings
