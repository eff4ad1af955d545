"""Builds the providers searched for every claim: from settings, registry and shelves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from claims.registry import NO_SOURCES, RegisteredSource, Registry, SourceKind
from claims.settings import Settings, split_list
from claims.wiring.places import find_shelves

if TYPE_CHECKING:
    from claims.pipeline.searching import Providers
    from claims.ports import SourceProvider
    from claims.sources.vetting import AllowList


def build_providers(settings: Settings, registry: Registry = NO_SOURCES) -> Providers:
    """The providers that settings and registry name, and the shelves.

    A provider named by a setting may be on a private network. A registered one may not, since
    sources are also registered over the API, unless ASSAY_FETCH_ALLOW names it.
    """
    from claims.pipeline.searching import Providers
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
        for address in split_list(settings.mediawiki)
    ]
    found += _build_listings(settings, agent)
    if settings.searxng:
        api = JsonApi(settings.searxng, agent, allow=trust(settings.searxng))
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
    """Returns a function that gives a provider for each shelf existing at the moment."""
    from claims.shelves.provider import ShelfProvider

    shelves = find_shelves(settings)
    return lambda: tuple(ShelfProvider(shelf) for shelf in shelves.open())


def _build_registered(
    source: RegisteredSource, agent: str, allow: AllowList
) -> SourceProvider | None:
    """The provider of a registered source; None for a source that is not searched."""
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
    """The providers of feeds and sitemaps; the name of each is its address without the scheme."""
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
            (Feed, split_list(settings.feeds)),
            (Sitemap, split_list(settings.sitemaps)),
        )
        for address in addresses
    ]
