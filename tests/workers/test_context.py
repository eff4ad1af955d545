"""The ports of a process: built once when needed, and closed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

from claims.entailment.calibration import CalibratedJudge, Calibration
from claims.pipeline.searching import Providers
from claims.ports import Store
from claims.registry import RegisteredSource, Registry, SourceKind
from tests.stack.scripted import ScriptedFetcher, ScriptedJudge
from workers.context import WorkerContext


class CountingFetcher(ScriptedFetcher):
    """Counts how often a fetcher is built and closed."""

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
    context = WorkerContext(
        "redis://127.0.0.1:1",
        open_store=lambda: store,
        build_fetcher=lambda given: CountingFetcher(given is store),
        build_judge=lambda scores: build_scripted(tmp_path, asked=scores is store),
    )
    assert CountingFetcher.built == 0
    assert context.fetcher is context.fetcher
    assert context.judge is context.judge
    assert context.notifier is context.notifier
    context.close()
    context.close()
    assert (CountingFetcher.built, CountingFetcher.closed) == (1, 1)


def test_providers_are_kept_until_other_ones_are_registered(tmp_path: Path) -> None:
    context = WorkerContext(
        "redis://127.0.0.1:1",
        open_store=lambda: cast("Store", object()),
        build_fetcher=lambda given: CountingFetcher(True),
        build_judge=lambda scores: build_scripted(tmp_path, asked=True),
        build_providers=lambda registry: Providers(shelves=lambda: registry.sources),  # type: ignore[arg-type, return-value]
    )
    feed = RegisteredSource(name="f", kind=SourceKind.FEED, address="https://a.example/rss")
    rated = replace(feed, credibility=0.2, reason="r", family="F")
    known = RegisteredSource(name="known", domains=("b.example",))
    first = context.find_providers(Registry((feed,)))
    assert context.find_providers(Registry((rated, known))) is first
    moved = replace(feed, address="https://a.example/atom")
    assert context.find_providers(Registry((moved, known))) is not first
    assert context.find_providers(Registry()).shelves() == ()
