"""The notifier: few messages in the right queue; without a broker only a short delay, no error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from claims.settings import Settings
from claims.store import RedisStore
from claims.store.embedded import EmbeddedServer
from claims.types import Queue
from tests.workers.messages import take_messages
from workers.config import find_broker_url, spell_broker_url
from workers.notifier import MESSAGES_MAX, BackgroundNotifier, Notifier

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


def test_service_notifies_without_loading_the_workers() -> None:
    unwanted = {"workers.tasks", "onnxruntime", "claims.pipeline", "flask"}
    code = f"import sys, workers.notifier; print(sorted({unwanted} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


class CountingNotifier(Notifier):
    """A notifier that counts its notifications, and fails at the first `failures` of them."""

    def __init__(self, broker_url: str, *, failures: int = 0) -> None:
        super().__init__(broker_url)
        self.notified = 0
        self._failures = failures

    def notify(self, ready: Mapping[Queue, int]) -> None:
        self.notified += 1
        if self.notified <= self._failures:
            raise RuntimeError("a fault of the program")
        super().notify(ready)


def test_work_stored_at_once_is_notified_of_together(store: RedisStore, store_url: str) -> None:
    notifier = CountingNotifier(spell_broker_url(store_url))
    background = BackgroundNotifier(notifier)
    for _ in range(100):
        background.notify(Queue.FETCH)
        background.notify(Queue.SCORE)
    background.close()
    assert 1 <= notifier.notified < 50
    assert len(take_messages(store_url, "fetch")) == 1
    assert len(take_messages(store_url, "score")) == 1


def test_work_stored_before_the_end_is_notified_of(store: RedisStore, store_url: str) -> None:
    for count in range(5):
        background = BackgroundNotifier(Notifier(spell_broker_url(store_url)))
        for _ in range(count):
            background.notify()
        background.close()
        assert len(take_messages(store_url, "fetch")) == min(count, 1)


def test_work_stored_after_a_notification_is_notified_of(store: RedisStore, store_url: str) -> None:
    background = BackgroundNotifier(Notifier(spell_broker_url(store_url)))
    for _ in range(3):
        background.notify()
        wait_for_message(store_url)
    background.close()


def test_a_frozen_broker_delays_no_caller(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path) as server:
        notifier = Notifier(spell_broker_url(server.url))
        background = BackgroundNotifier(notifier)
        background.notify()
        wait_for_message(server.url)
        os.kill(server.pid, signal.SIGSTOP)
        began_at = time.monotonic()
        for _ in range(100):
            background.notify()
        waited_s = time.monotonic() - began_at
        while not notifier.missed:
            time.sleep(0.01)
        os.kill(server.pid, signal.SIGCONT)
        assert waited_s < 10.0  # and not 0.8 s or more each
        background.notify()
        wait_for_message(server.url)
        background.close()


def test_a_fault_in_the_thread_does_not_end_notifying(
    store: RedisStore, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda about: faults.append(about.exc_value))
    background = BackgroundNotifier(CountingNotifier(spell_broker_url(store_url), failures=1))
    background.notify()
    while not faults:
        time.sleep(0.01)
    while not take_messages(store_url, "fetch"):
        background.notify()
    background.close()
    assert [str(fault) for fault in faults] == ["a fault of the program"]


def wait_for_message(store_url: str) -> None:
    """Wait until a message is in the queue of fetching, and take it."""
    until = time.monotonic() + 10.0
    while not take_messages(store_url, "fetch"):
        assert time.monotonic() < until
        time.sleep(0.01)
