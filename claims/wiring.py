"""Builds the real adapters, once per process, for the workers and the command line.

Each builder imports its adapter itself, so that a process loads only what it uses: the API never
loads the model, a fetching worker neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from claims.registry import NO_SOURCES, RegisteredSource, Registry, SourceKind
from claims.settings import Settings

_CHAT, _HUB = "chat:", "hub:"
_HUB_FILES = ["*.json", "*.onnx", "*.onnx_data", "onnx/model.onnx", "onnx/*.onnx_data"]

if TYPE_CHECKING:
    from claims.entailment.chat import ChatJudge
    from claims.entailment.stances import CalibratedJudge
    from claims.ports import HostGate, ScoreCache, SourceProvider, Store
    from claims.searching import Providers
    from claims.shelves.fetch import SourceFetcher
    from claims.shelves.shelf import Shelves
    from claims.sources.archive import RawArchive
    from claims.sources.fetch import WebFetcher
    from claims.sources.vetting import AllowList
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


def build_fetcher(settings: Settings, *, gate: HostGate | None = None) -> SourceFetcher:
    """The fetcher for the open web and for the shelves; close it when done.

    `gate`: see build_web_fetcher.
    """
    from claims.shelves.fetch import SourceFetcher

    web = build_web_fetcher(settings, gate=gate)
    return SourceFetcher(web, shelves=find_shelves(settings), clock=now)


def build_web_fetcher(settings: Settings, *, gate: HostGate | None = None) -> WebFetcher:
    """The fetcher for the open web alone; close it when done.

    With the `gate` that all workers share it waits briefly for a host's turn, since its caller
    can come back later; without, it has a gate of its own and waits as long as it takes.
    """
    from claims.sources.fetch import WebFetcher
    from claims.sources.gate import MemoryHostGate
    from claims.sources.pacing import LONG_WAIT_S, SHORT_WAIT_S, Pacing
    from claims.sources.vetting import AllowList

    allow = AllowList.parse(settings.fetch_allow)
    pacing = Pacing(
        gate or MemoryHostGate(),
        every_s=settings.pace_s,
        wait_s=SHORT_WAIT_S if gate else LONG_WAIT_S,
        unpaced=allow,
    )
    return WebFetcher(
        allow=allow, pacing=pacing, contact=settings.contact, archive=build_archive(settings)
    )


def build_archive(settings: Settings) -> RawArchive | None:
    """Where raw pages are kept, when the settings say so. Raises InvalidInput for a folder that
    cannot be used."""
    if not settings.keep_raw:
        return None
    from claims.sources.archive import RawArchive

    return RawArchive(Path(settings.keep_raw).expanduser())


def read_registry(settings: Settings) -> Registry:
    """The registered sources of ASSAY_REGISTRY, for what runs without a store; none by default.

    Raises InvalidInput.
    """
    from claims.sources.registry_file import read_registry as read

    return read(Path(settings.registry).expanduser()) if settings.registry else Registry()


def find_shelves(settings: Settings) -> Shelves:
    """The shelves that may be searched and read from: all there are, or those that are named.

    Raises InvalidInput for an impossible name.
    """
    from claims.shelves.places import read_names
    from claims.shelves.shelf import Shelves

    return Shelves(settings.find_data_folder(), read_names(settings.shelves))


def build_providers(settings: Settings, registry: Registry = NO_SOURCES) -> Providers:
    """The providers that settings and registry name, and the shelves.

    What a setting names may be on a private network. What is registered may not, since that is done
    over the API as well, unless ASSAY_FETCH_ALLOW names it. Raises InvalidInput for an address
    wrong in syntax or an impossible name of a shelf.
    """
    from claims.searching import Providers
    from claims.sources.address import host_and_port
    from claims.sources.fetch import write_user_agent
    from claims.sources.providers import brave, factcheck
    from claims.sources.providers.api import JsonApi
    from claims.sources.providers.endpoint import trust
    from claims.sources.providers.mediawiki import MediaWiki
    from claims.sources.providers.searxng import SearXng
    from claims.sources.vetting import AllowList

    agent = write_user_agent(None, settings.contact)
    found: list[SourceProvider] = [
        MediaWiki(host_and_port(address)[0], JsonApi(address, agent, allow=trust(address)))
        for address in _split_addresses(settings.mediawiki, "ASSAY_MEDIAWIKI")
    ]
    found += _build_listings(settings, agent)
    if settings.searxng:
        address = _check_address(settings.searxng, "ASSAY_SEARXNG")
        api = JsonApi(address, agent, allow=trust(address))
        found.append(SearXng("searxng", api))
    if settings.brave_key:
        headers = {brave.KEY_HEADER: settings.brave_key.get_secret_value()}
        found.append(brave.Brave("brave", JsonApi(brave.ADDRESS, agent, headers)))
    allow = AllowList.parse(settings.fetch_allow)
    registered = (_build_registered(source, agent, allow) for source in registry.sources)
    found += (provider for provider in registered if provider)
    prior = []
    if settings.factcheck_key:
        headers = {factcheck.KEY_HEADER: settings.factcheck_key.get_secret_value()}
        prior.append(factcheck.FactCheckTools(JsonApi(factcheck.ADDRESS, agent, headers)))
    return Providers(tuple(found), tuple(prior), _build_shelf_providers(settings))


def _build_shelf_providers(settings: Settings) -> Callable[[], Sequence[SourceProvider]]:
    """Gives a provider for each shelf there is at the moment."""
    from claims.shelves.provider import ShelfProvider

    shelves = find_shelves(settings)
    return lambda: tuple(ShelfProvider(shelf) for shelf in shelves.open())


def _build_registered(
    source: RegisteredSource, agent: str, allow: AllowList
) -> SourceProvider | None:
    """The provider that a registered source is; None for one that is not searched."""
    from claims.retrieval.text_index import TextIndex
    from claims.sources.providers.admitted import Admitted
    from claims.sources.providers.api import JsonApi
    from claims.sources.providers.feed import Feed
    from claims.sources.providers.mediawiki import MediaWiki
    from claims.sources.providers.searxng import SearXng
    from claims.sources.providers.sitemap import Sitemap

    name, address = source.name, source.address or ""
    match source.kind:
        case SourceKind.MEDIAWIKI:
            return Admitted(source, MediaWiki(name, JsonApi(address, agent, allow=allow)))
        case SourceKind.SEARXNG:
            return Admitted(source, SearXng(name, JsonApi(address, agent, allow=allow)))
        case SourceKind.FEED | SourceKind.SITEMAP:
            kind = Feed if source.kind is SourceKind.FEED else Sitemap
            return kind(
                name,
                address,
                user_agent=agent,
                index_texts=TextIndex,
                allow=allow,
                only=source.admits,
            )
        case _:
            return None


def _build_listings(settings: Settings, agent: str) -> list[SourceProvider]:
    """The feeds and sitemaps; each is called by its address without the scheme."""
    from claims.retrieval.text_index import TextIndex
    from claims.sources.providers.endpoint import trust
    from claims.sources.providers.feed import Feed
    from claims.sources.providers.sitemap import Sitemap

    return [
        kind(
            address.partition("://")[2],
            address,
            user_agent=agent,
            index_texts=TextIndex,
            allow=trust(address),
        )
        for kind, addresses in (
            (Feed, _split_addresses(settings.feeds, "ASSAY_FEEDS")),
            (Sitemap, _split_addresses(settings.sitemaps, "ASSAY_SITEMAPS")),
        )
        for address in addresses
    ]


def _split_addresses(addresses: str, setting: str) -> list[str]:
    """The addresses of a comma-separated setting. Raises InvalidInput for one wrong in syntax."""
    some = filter(None, map(str.strip, addresses.split(",")))
    return [_check_address(address, setting) for address in dict.fromkeys(some)]


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

    `claimed_at` is when it was made; pages published after `as_of` are left out. Shelves and the
    providers that the settings name are searched as well, and the sources of ASSAY_REGISTRY looked
    at. Raises InvalidInput for a URL wrong in syntax; what cannot be looked at is coverage.
    """
    from claims.extraction import read_claim
    from claims.limits import check_claim, check_sources
    from claims.pipeline import fetch_sources, rank_evidence, weigh_evidence
    from claims.searching import search
    from claims.sources.address import parse_source
    from claims.sources.cache import MemoryPageCache

    settings = settings or Settings()
    urls = [parse_source(source) for source in sources]
    check_claim(claim)
    check_sources(urls)
    read = replace(read_claim(claim, article_text=None, claimed_at=claimed_at), as_of=as_of)
    registry = read_registry(settings)
    urls = [*urls, *registry.addresses()]
    searched = search(read, build_providers(settings, registry), known=urls)
    with build_fetcher(settings) as fetcher:
        pages, failed = fetch_sources(
            [*urls, *searched.urls],
            pages=MemoryPageCache(),
            fetcher=fetcher,
            fresh_after=now(),
            article_url=None,
            as_of=as_of,
        )
    gathered = rank_evidence(
        read.text, pages, failed, searched=searched, registry=registry, as_of=as_of
    )
    return weigh_evidence(read, gathered, judge=build_judge(settings), check=1, now=now())
