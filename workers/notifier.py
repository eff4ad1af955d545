"""Notifies workers that a queue has work: Celery messages without ids, few at a time, best effort.

The store knows the work and its order. A message makes one worker take the next item. A lost,
duplicate, late or superfluous message does no harm, since a take may find nothing and the sweeper
notifies again.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from celery import Celery
from kombu.exceptions import KombuError

from claims.types import Queue
from workers.broker import use_transport
from workers.config import celery_settings
from workers.queues import TASK_OF_QUEUE

log = structlog.get_logger(__name__)

PUBLISH_TIMEOUT_S = 0.8
"""Maximum seconds for one command to the broker: a submission never waits longer for it."""

MESSAGES_MAX = 16
"""Maximum messages that wait in one queue: a worker that takes one replaces it, so they must only
keep idle processes busy until then, some milliseconds."""


class Notifier:
    """One process's connection to the broker. Thread-safe; connects at the first message.

    Never raises when the broker is unavailable: the error is counted in `missed` and logged.
    """

    def __init__(self, broker_url: str) -> None:
        self.missed = 0
        use_transport()
        self._app = Celery("assay-notifier", set_as_current=False)
        self._app.conf.update(_publisher_settings(broker_url))
        connection = self._app.connection_for_write()
        self._errors = (
            KombuError,
            OSError,
            *connection.connection_errors,
            *connection.channel_errors,
        )

    def notify(self, ready: Mapping[Queue, int]) -> None:
        """Ensure that a message waits for each item that is `ready` in a queue, up to a limit.

        Two concurrent calls may both find too few: then there are a few messages too many.
        """
        wanted = {queue: min(count, MESSAGES_MAX) for queue, count in ready.items() if count}
        if not wanted:
            return
        try:
            with self._app.producer_or_acquire() as producer:
                for queue, count in wanted.items():
                    waiting = producer.channel.queue_declare(queue=str(queue)).message_count
                    for _ in range(count - waiting):
                        self._publish(queue, producer)
        except self._errors as error:
            self.missed += 1
            log.warning("notification_missed", missed=self.missed, error=str(error))

    def find_problem(self) -> str | None:
        """Why no message can be sent now, or None: asks the broker for the length of a queue."""
        try:
            with self._app.producer_or_acquire() as producer:
                producer.channel.queue_declare(queue=str(Queue.FETCH))
        except self._errors as error:
            return str(error)
        return None

    def close(self) -> None:
        """Close the connections."""
        self._app.close()

    def _publish(self, queue: Queue, producer: object) -> None:
        self._app.send_task(
            TASK_OF_QUEUE[queue],
            queue=str(queue),
            producer=producer,
            retry=False,
            ignore_result=True,
        )


def _publisher_settings(broker_url: str) -> dict[str, object]:
    """The Celery settings with short timeouts: a caller that notifies must not wait long."""
    settings = celery_settings(broker_url)
    settings["broker_pool_acquire_timeout"] = PUBLISH_TIMEOUT_S
    settings["broker_transport_options"] |= {
        "socket_timeout": PUBLISH_TIMEOUT_S,
        "socket_connect_timeout": PUBLISH_TIMEOUT_S,
        "max_retries": 0,
    }
    return settings
