"""Builds the real adapters, once per process, for the workers and the command line.

Each builder imports its adapter itself, so that a process loads only what it uses: the API never
loads the model, a fetching worker neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from claims.settings import Settings

_CHAT, _HUB = "chat:", "hub:"
_HUB_FILES = ["*.json", "*.onnx", "*.onnx_data", "onnx/model.onnx", "onnx/*.onnx_data"]

if TYPE_CHECKING:
    from claims.entailment.chat import ChatJudge
    from claims.entailment.stances import CalibratedJudge
    from claims.ports import ScoreCache, SourceProvider, Store
    from claims.searching import Providers
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


def build_providers(settings: Settings) -> Providers:
    """The providers that the settings name; none by default. Raises InvalidInput for an address
    wrong in syntax."""
    from claims.searching import Providers
    from claims.sources.address import host_and_port
    from claims.sources.fetch import write_user_agent
    from claims.sources.providers import brave, factcheck
    from claims.sources.providers.api import JsonApi
    from claims.sources.providers.mediawiki import MediaWiki
    from claims.sources.providers.searxng import SearXng

    agent = write_user_agent(None, settings.contact)
    found: list[SourceProvider] = []
    for address in filter(None, map(str.strip, settings.mediawiki.split(","))):
        api = JsonApi(_check_address(address, "ASSAY_MEDIAWIKI"), agent)
        found.append(MediaWiki(host_and_port(address)[0], api))
    if settings.searxng:
        api = JsonApi(_check_address(settings.searxng, "ASSAY_SEARXNG"), agent)
        found.append(SearXng("searxng", api))
    if settings.brave_key:
        headers = {brave.KEY_HEADER: settings.brave_key.get_secret_value()}
        found.append(brave.Brave("brave", JsonApi(brave.ADDRESS, agent, headers)))
    prior = []
    if settings.factcheck_key:
        headers = {factcheck.KEY_HEADER: settings.factcheck_key.get_secret_value()}
        prior.append(factcheck.FactCheckTools(JsonApi(factcheck.ADDRESS, agent, headers)))
    return Providers(tuple(found), tuple(prior))


def _check_address(address: str, setting: str) -> str:
    from claims.errors import InvalidInput
    from claims.sources.address import parse_source_url

    try:
        return parse_source_url(address)
    except InvalidInput as error:
        raise InvalidInput(f"{setting}: {error.message}") from None


def build_judge(
    settings: Settings, *, scores: ScoreCache | None = None, folder: Path | None = None
) -> CalibratedJudge:
    """The judge that the settings name, or the one in `folder`; what `scores` has is not asked.

    A judge without a calibration of its own is believed as it stands. Raises JudgeUnavailable.
    """
    from claims.entailment.calibration import load_calibration, load_pooling, load_weighing
    from claims.entailment.onnx import SHIPPED_FOLDER, OnnxJudge
    from claims.entailment.remembering import RememberingJudge
    from claims.entailment.stances import CalibratedJudge

    if folder is None and settings.judge.startswith(_CHAT):
        return CalibratedJudge(RememberingJudge(_build_chat_judge(settings), scores))
    folder = folder or _find_folder(settings.judge) or SHIPPED_FOLDER
    judge = RememberingJudge(OnnxJudge(folder, threads=settings.judge_threads), scores)
    return CalibratedJudge(
        judge, load_calibration(folder), load_pooling(folder), load_weighing(folder)
    )


def _build_chat_judge(settings: Settings) -> ChatJudge:
    from claims.entailment.chat import ChatEndpoint, ChatJudge

    return ChatJudge(
        ChatEndpoint(
            url=settings.chat_url,
            model=settings.judge.removeprefix(_CHAT),
            key=settings.chat_key.get_secret_value() if settings.chat_key else "",
            timeout_s=settings.chat_timeout_s,
            budget=settings.chat_budget,
        )
    )


def _find_folder(judge: str) -> Path | None:
    """The folder of a judge; one of the model hub is fetched first. None for the shipped one."""
    from claims.errors import JudgeUnavailable

    if not judge.startswith(_HUB):
        return Path(judge).expanduser() if judge else None
    from huggingface_hub import snapshot_download

    name = judge.removeprefix(_HUB)
    try:
        return Path(snapshot_download(name, allow_patterns=_HUB_FILES))
    except Exception as error:  # its errors have no common root
        raise JudgeUnavailable(f"cannot fetch {name} from the model hub: {error}") from error


def verify(
    claim: str,
    sources: Sequence[str],
    *,
    claimed_at: date | None = None,
    as_of: date | None = None,
    settings: Settings | None = None,
) -> Verdict:
    """Check one claim against sources (URLs), in this process: `from claims import verify`.

    `claimed_at` is when it was made; pages published after `as_of` are left out. Providers that the
    settings name are searched as well. Raises InvalidInput for a URL wrong in syntax; a source that
    cannot be looked at is coverage.
    """
    from claims.extraction import read_claim
    from claims.limits import check_claim, check_sources
    from claims.pipeline import fetch_sources, rank_evidence, weigh_evidence
    from claims.searching import search
    from claims.sources.address import parse_source_url
    from claims.sources.cache import MemoryPageCache

    settings = settings or Settings()
    urls = [parse_source_url(source) for source in sources]
    check_claim(claim)
    check_sources(urls)
    read = replace(read_claim(claim, article_text=None, claimed_at=claimed_at), as_of=as_of)
    searched = search(read, build_providers(settings), known=urls)
    with build_fetcher(settings) as fetcher:
        pages, failed = fetch_sources(
            [*urls, *searched.urls],
            pages=MemoryPageCache(),
            fetcher=fetcher,
            fresh_after=now(),
            article_url=None,
            as_of=as_of,
        )
    gathered = rank_evidence(read.text, pages, failed, searched=searched, as_of=as_of)
    return weigh_evidence(read, gathered, judge=build_judge(settings), check=1, now=now())
