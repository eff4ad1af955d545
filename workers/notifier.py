"""Notifies workers that a queue has work: Celery messages without ids, few at a time, best effort.

The store knows the work and its order. A message makes one worker take the next item. A lost,
duplicate, late or superfluous message does no harm, since a take may find nothing and the sweeper
notifies again.
"""

from __future__ import annotations

import threading
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

PAUSE_S = 0.02
"""Minimum seconds between two notifications by a BackgroundNotifier: at 350 submissions a second it
notifies once for seven, and a claim never waits longer for its worker than without it by this."""


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


class BackgroundNotifier:
    """Notifies in a thread of its own, once for all work that was stored since the last time.

    So a caller never waits for the broker. Work is in the store before `notify` is called: if the
    process ends first, the sweeper notifies instead. The thread starts at the first call, which may
    be after a fork, and starts again if an unforeseen error ended it. Thread-safe.
    """

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._stored: set[Queue] = set()
        self._changed = threading.Condition()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def notify(self, queue: Queue = Queue.FETCH) -> None:
        """Have a message wait in `queue` soon: at once, or PAUSE_S after the last notification."""
        with self._changed:
            self._stored.add(queue)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Notify of what is left, and close the connections. Nothing may be stored after it."""
        with self._changed:
            self._closed.set()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        self._notifier.close()

    def _run(self) -> None:
        while stored := self._take_stored():
            # One message is enough: the worker that takes an item notifies others of the rest.
            self._notifier.notify(dict.fromkeys(stored, 1))
            self._closed.wait(PAUSE_S)

    def _take_stored(self) -> set[Queue]:
        """The queues with new work, as soon as there is one; empty once nothing more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._stored or self._closed.is_set())
            stored, self._stored = self._stored, set()
            return stored


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
