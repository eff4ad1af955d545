"""Fixtures: an empty store, and a context on it with a scripted judge and fetcher."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.sources.vetting import AllowList
from claims.store import RedisStore, connect
from claims.store.invariant import check_invariant
from tests.stack.scripted import ScriptedFetcher, ScriptedJudge
from tests.stack.servers import embedded_server
from tests.workers.hooks import Serve
from tests.workers.receivers import Answer, Receiver, serve
from workers.config import spell_broker_url
from workers.context import WorkerContext


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with embedded_server(tmp_path_factory.mktemp("workers")) as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[RedisStore]:
    store = connect(store_url)
    store.connection.command("FLUSHALL")
    yield store
    assert check_invariant(store) == []
    store.close()


@pytest.fixture
def context(store: RedisStore, store_url: str, tmp_path: Path) -> Iterator[WorkerContext]:
    context = WorkerContext(
        spell_broker_url(store_url),
        open_store=lambda: store,
        build_fetcher=lambda store: ScriptedFetcher(),
        build_judge=lambda store: CalibratedJudge(ScriptedJudge(tmp_path), Calibration()),
    )
    yield context
    context.close()


@pytest.fixture
def receive(context: WorkerContext) -> Iterator[Serve]:
    """Return a function that serves an answer, and lets the worker call that server alone."""
    with ExitStack() as stack:

        def start(answer: Answer) -> Receiver:
            receiver = stack.enter_context(serve(answer))
            entries = context.poster.allow.entries | receiver.allow.entries
            context.poster = replace(context.poster, allow=AllowList(entries))
            return receiver

        yield start
