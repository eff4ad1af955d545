"""A broken broker connection is closed without an error that Celery does not expect."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from kombu.common import ignore_errors

from claims.store.embedded import EmbeddedServer
from claims.types import Queue
from tests.stack.workers import wait_until
from workers.broker import use_transport
from workers.config import celery_settings, spell_broker_url


def test_broken_connection_that_held_a_message_is_closed_without_attribute_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps are those of a Celery worker that loses its broker."""
    # A worker sets the transport before its first connection; this process may have cached one.
    monkeypatch.setattr("kombu.transport._transport_cache", {})
    use_transport()
    with EmbeddedServer(tmp_path) as server:
        app = Celery("test", set_as_current=False)
        app.conf.update(celery_settings(spell_broker_url(server.url)))
        app.send_task("any", queue=Queue.FETCH)
        connection = app.connection_for_read()
        held: list[Any] = []
        # Each channel waits for a message when the connection breaks, as both do in a worker.
        for channel, queue in (
            (connection.default_channel, Queue.FETCH),
            (connection.channel(), Queue.SCORE),
        ):
            consumer = app.amqp.TaskConsumer(
                channel, queues=[app.amqp.queues[queue]], on_message=held.append
            )
            consumer.consume()
        while not held:
            connection.drain_events(timeout=5)
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.2)
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not server.is_running())
        connection.collect(socket_timeout=1)
        ignore_errors(connection, connection.close)
        with pytest.raises(connection.connection_errors):
            held[0].requeue()
        app.close()
