"""The notifier: few messages in the right queue; without a broker only a short delay, no error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from claims.settings import Settings
from claims.store import RedisStore
from claims.store.embedded import EmbeddedServer
from claims.types import Queue
from tests.workers.messages import take_messages
from workers.config import find_broker_url, spell_broker_url
from workers.notifier import MESSAGES_MAX, Notifier

BOTH = {Queue.FETCH: 1, Queue.SCORE: 1}


def test_a_message_is_sent_for_each_ready_item_up_to_a_limit(
    store: RedisStore, store_url: str
) -> None:
    notifier = Notifier(spell_broker_url(store_url))
    notifier.notify({Queue.FETCH: 3, Queue.SCORE: 1000})
    notifier.close()
    fetch, score = take_messages(store_url, "fetch"), take_messages(store_url, "score")
    assert [(m["task"], m["argsrepr"]) for m in fetch] == [("fetch.next", "()")] * 3
    assert [m["task"] for m in score] == ["score.next"] * MESSAGES_MAX
    assert notifier.missed == 0


def test_messages_that_wait_are_not_repeated(store: RedisStore, store_url: str) -> None:
    notifier = Notifier(spell_broker_url(store_url))
    for count in (1, 1, 4, 2):
        notifier.notify({Queue.FETCH: count})
    assert len(take_messages(store_url, "fetch")) == 4
    notifier.notify({Queue.FETCH: 2})
    assert len(take_messages(store_url, "fetch")) == 2
    notifier.close()


def test_nothing_to_do_does_not_even_connect() -> None:
    notifier = Notifier("redis://127.0.0.1:1")
    notifier.notify({Queue.FETCH: 0, Queue.SCORE: 0})
    assert notifier.missed == 0


def test_absent_broker_is_counted_and_costs_less_than_a_second() -> None:
    notifier = Notifier("redis://127.0.0.1:1")
    started = time.monotonic()
    notifier.notify(BOTH)
    assert time.monotonic() - started < 1.0
    assert notifier.missed == 1


def test_frozen_broker_costs_a_moment_and_is_used_again_when_it_is_back(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        notifier = Notifier(spell_broker_url(server.url))
        notifier.notify(BOTH)
        os.kill(server.pid, signal.SIGSTOP)
        started = time.monotonic()
        notifier.notify(BOTH)
        waited_s = time.monotonic() - started
        os.kill(server.pid, signal.SIGCONT)
        assert waited_s < 3.0
        assert notifier.missed == 1
        notifier.notify(BOTH)
        assert notifier.missed == 1
        notifier.close()


def test_flushed_broker_takes_the_next_message(store: RedisStore, store_url: str) -> None:
    notifier = Notifier(spell_broker_url(store_url))
    notifier.notify(BOTH)
    store.connection.command("FLUSHALL")
    notifier.notify(BOTH)
    assert len(take_messages(store_url, "fetch")) == 1
    assert len(take_messages(store_url, "score")) == 1
    notifier.close()


def test_messages_go_to_the_broker_that_is_named_and_to_no_other(
    store: RedisStore, store_url: str, tmp_path: Path
) -> None:
    with EmbeddedServer(tmp_path) as server:
        broker = server.url.replace("db=0", "db=1")
        settings = Settings(redis_url=store_url, broker_url=broker)
        notifier = Notifier(find_broker_url(settings))
        notifier.notify({Queue.FETCH: 1})
        notifier.close()
        assert len(take_messages(broker, "fetch")) == 1
    assert take_messages(store_url, "fetch") == []


@pytest.mark.parametrize("unwanted", ["workers.tasks", "onnxruntime", "claims.pipeline", "flask"])
def test_service_notifies_without_loading_the_workers(unwanted: str) -> None:
    code = f"import sys, workers.notifier; sys.exit({unwanted!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
