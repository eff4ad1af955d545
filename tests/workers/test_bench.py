"""The ports of a process: built when needed, once, and let go of."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from claims.entailment.calibration import Calibration
from claims.entailment.stances import CalibratedJudge
from claims.ports import Store
from tests.stack.scripted import ScriptedFetcher, ScriptedJudge
from workers.bench import Bench


class CountingFetcher(ScriptedFetcher):
    """Counts what is built and what is closed."""

    built = 0
    closed = 0

    def __init__(self, has_store: bool) -> None:
        assert has_store, "hosts are paced in the store"
        CountingFetcher.built += 1

    def close(self) -> None:
        CountingFetcher.closed += 1


def build_scripted(folder: Path, *, asked: bool) -> CalibratedJudge:
    assert asked, "the judge remembers in the store"
    return CalibratedJudge(ScriptedJudge(folder), Calibration())


def test_ports_are_built_at_first_use_and_closed_at_the_end(tmp_path: Path) -> None:
    store = cast("Store", object())
    bench = Bench(
        "redis://127.0.0.1:1",
        open_store=lambda: store,
        build_fetcher=lambda given: CountingFetcher(given is store),
        build_judge=lambda scores: build_scripted(tmp_path, asked=scores is store),
    )
    assert CountingFetcher.built == 0
    assert bench.fetcher is bench.fetcher
    assert bench.judge is bench.judge
    assert bench.doorbell is bench.doorbell
    bench.close()
    bench.close()
    assert (CountingFetcher.built, CountingFetcher.closed) == (1, 1)
