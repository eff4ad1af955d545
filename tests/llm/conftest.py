"""The model's server, one for all tests of this folder, and a line at the end about its answers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from claims.entailment.chat import ChatEndpoint, ChatJudge
from tests.llm.server import MODEL, find_model, serve_model

# How long one answer of a small model on a busy machine, behind three others, may take.
PATIENCE_S = 300.0


class HeardJudge(ChatJudge):
    """The judge as it is, which also notes what the model said to each pair."""

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
    """Where the model is asked. Without one the tests skip, and fail under ASSAY_TEST_STRICT."""
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
    """Make a judge that asks the model; its answers are counted in the line at the end."""

    def make(*, budget: int = 1_000_000) -> HeardJudge:
        judge = HeardJudge(ChatEndpoint(url, MODEL, timeout_s=PATIENCE_S, budget=budget))
        request.config.stash[_TALLY].judges.append(judge)
        return judge

    return make


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many answers could be used: a small model says what it likes."""
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
