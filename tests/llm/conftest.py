"""Fixtures: one model server for all tests of this folder; a summary line about its answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from claims.ports import RequestUsage
from claims.reader.chat import ChatReader
from claims.reader.endpoint import ChatClient, ChatEndpoint, Written
from claims.reader.parameters import Message
from claims.reader.token_counts import TokenCount
from tests.llm.server import MISSING, MODEL, find_model, serve_model

# Timeout of one question in seconds: a small model on a busy machine.
PATIENCE_S = 600.0


class Counter:
    """A token ledger without a budget."""

    def __init__(self) -> None:
        self.spent: list[int] = []

    def allows(self) -> bool:
        return True

    def spend(self, usage: RequestUsage) -> None:
        self.spent.append(usage.tokens)


class _RecordingClient(ChatClient):
    def __init__(self, endpoint: ChatEndpoint) -> None:
        super().__init__(endpoint)
        self.said: list[str] = []

    def complete(
        self, messages: Sequence[Message], *, note: Callable[[TokenCount], object]
    ) -> Written:
        written = super().complete(messages, note=note)
        self.said.append(written.text)
        return written


class HeardReader(ChatReader):
    """The real reader, which also keeps what the model wrote."""

    def __init__(self, endpoint: ChatEndpoint) -> None:
        self.counter = Counter()
        super().__init__(endpoint, ledger=self.counter)
        self._client: _RecordingClient = _RecordingClient(endpoint)

    @property
    def said(self) -> list[str]:
        """All answers in order, as they were written."""
        return self._client.said


@dataclass(slots=True)
class Tally:
    """What the summary line says."""

    readers: list[HeardReader] = field(default_factory=list)
    read: int = 0
    right: int = 0
    asked: int = 0
    began_at: float = field(default_factory=time.monotonic)


_TALLY = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the model. Without one the tests skip; they fail if ASSAY_TEST_STRICT is set."""
    model = find_model()
    if model is None:
        if os.environ.get("ASSAY_TEST_STRICT"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    request.config.stash[_TALLY] = Tally()
    with serve_model(model, tmp_path_factory.mktemp("llm") / "server.log") as base:
        yield base


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest, url: str) -> Tally:
    """The counts of this run."""
    return request.config.stash[_TALLY]


@pytest.fixture(scope="session")
def reader(url: str, tally: Tally) -> HeardReader:
    """A reader on the model; its answers count in the summary line."""
    heard = HeardReader(ChatEndpoint(url, MODEL, timeout_s=PATIENCE_S))
    tally.readers.append(heard)
    return heard


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many answers of the model could be used, and how many of them are right."""
    tally = terminalreporter.config.stash.get(_TALLY, None)
    if tally is None:
        return
    requests = sum(len(reader.said) for reader in tally.readers)
    tokens = sum(sum(reader.counter.spent) for reader in tally.readers)
    seconds = time.monotonic() - tally.began_at
    terminalreporter.write_sep("=", "the language model")
    terminalreporter.write_line(
        f"{MODEL}: {tally.asked} questions, {requests} requests, {tally.read} read, "
        f"{tally.right} right, {tokens} tokens, {seconds:.0f} s"
    )
