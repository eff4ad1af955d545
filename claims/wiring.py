"""Builds the real adapters, once per process, for the workers and the command line.

Each builder imports its adapter itself, so that a process loads only what it uses: the API never
loads the model, a fetching worker neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from claims.settings import Settings

if TYPE_CHECKING:
    from claims.entailment.stances import CalibratedJudge
    from claims.ports import ScoreCache, Store
    from claims.sources.fetch import WebFetcher
    from claims.types import Verdict


def now() -> datetime:
    """The time, aware and in UTC: the one real clock."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """The store at ASSAY_REDIS_URL. Raises InvalidInput without one, StoreMisconfigured."""
    from claims.errors import InvalidInput
    from claims.store import connect

    if not settings.redis_url:
        raise InvalidInput("no store: set ASSAY_REDIS_URL, or start everything with: assay up")
    return connect(settings.redis_url, queue_max=settings.queue_max)


def build_fetcher(settings: Settings) -> WebFetcher:
    """The fetcher for the open web; close it when done."""
    from claims.sources.fetch import WebFetcher
    from claims.sources.vetting import AllowList

    return WebFetcher(allow=AllowList.parse(settings.fetch_allow), contact=settings.contact)


def build_judge(
    settings: Settings, *, scores: ScoreCache | None = None, folder: Path | None = None
) -> CalibratedJudge:
    """The judge in `folder` (None: the shipped one), calibrated; what `scores` has is not asked.

    Raises JudgeUnavailable.
    """
    from claims.entailment.calibration import load_calibration, load_pooling, load_weighing
    from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge
    from claims.entailment.remembering import RememberingJudge
    from claims.entailment.stances import CalibratedJudge

    folder = folder or SHIPPED_FOLDER
    judge = RememberingJudge(OnnxJudge(folder, threads=settings.judge_threads), scores)
    return CalibratedJudge(
        judge, load_calibration(folder), load_pooling(folder), load_weighing(folder)
    )


def verify(claim: str, sources: Sequence[str], *, settings: Settings | None = None) -> Verdict:
    """Check one claim against sources (URLs), in this process: `from claims import verify`.

    Raises InvalidInput for a URL wrong in syntax; a source that cannot be looked at is coverage.
    """
    from claims.extraction import read_claim
    from claims.limits import check_claim, check_sources
    from claims.pipeline import fetch_sources, rank_evidence, weigh_evidence
    from claims.sources.address import parse_source_url
    from claims.sources.cache import MemoryPageCache

    settings = settings or Settings()
    urls = [parse_source_url(source) for source in sources]
    check_claim(claim)
    check_sources(urls)
    with build_fetcher(settings) as fetcher:
        pages, failed = fetch_sources(
            urls, pages=MemoryPageCache(), fetcher=fetcher, fresh_after=now(), article_url=None
        )
    read = read_claim(claim, article_text=None)
    gathered = rank_evidence(read.text, pages, failed)
    return weigh_evidence(read, gathered, judge=build_judge(settings), check=1, now=now())
