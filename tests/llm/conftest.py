"""Fixtures: one model server for all tests of this folder; a summary line about its answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from claims.entailment.chat import ChatEndpoint, ChatJudge
from tests.llm.server import MODEL, find_model, serve_model

# Timeout of one answer in seconds: a small model on a busy machine, with three others in its queue.
PATIENCE_S = 300.0


class HeardJudge(ChatJudge):
    """The real chat judge, which also records the answers of the model to each pair."""

    def __init__(self, endpoint: ChatEndpoint) -> None:
        super().__init__(endpoint)
        self.said: dict[tuple[str, str], list[str]] = {}

    def _ask(self, passage: str, claim: str, temperature: float) -> str:
        content = super()._ask(passage, claim, temperature)
        self.said.setdefault((passage, claim), []).append(content)
        return content


@dataclass(slots=True)
class _Tally:
    judges: list[HeardJudge] = field(default_factory=list)
    began_at: float = field(default_factory=time.monotonic)


_TALLY = pytest.StashKey[_Tally]()


@pytest.fixture(scope="session")
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of the model. Without one the tests skip; they fail if ASSAY_TEST_STRICT is set."""
    model = find_model()
    if model is None:
        message = "needs a language model in build/llm-venv: make test-llm installs it"
        if os.environ.get("ASSAY_TEST_STRICT"):
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    request.config.stash[_TALLY] = _Tally()
    with serve_model(model, tmp_path_factory.mktemp("llm") / "server.log") as base:
        yield base


@pytest.fixture(scope="session")
def build(request: pytest.FixtureRequest, url: str) -> Callable[..., HeardJudge]:
    """Builds a judge on the model; its answers count in the summary line."""

    def make(*, budget: int = 1_000_000) -> HeardJudge:
        judge = HeardJudge(ChatEndpoint(url, MODEL, timeout_s=PATIENCE_S, budget=budget))
        request.config.stash[_TALLY].judges.append(judge)
        return judge

    return make


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many answers of the model were usable."""
    tally = terminalreporter.config.stash.get(_TALLY, None)
    if tally is None:
        return
    ledgers = [judge.ledger for judge in tally.judges]
    calls = sum(ledger.calls for ledger in ledgers)
    usable = calls - sum(ledger.discarded for ledger in ledgers)
    tokens = sum(ledger.answer_tokens for ledger in ledgers)
    seconds = time.monotonic() - tally.began_at
    terminalreporter.write_sep("=", "the language model")
    terminalreporter.write_line(
        f"{MODEL}: {usable} of {calls} answers usable, {tokens} tokens answered, {seconds:.0f} s"
    )
