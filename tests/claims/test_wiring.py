"""The real adapters, built from settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.errors import HostBusy, InvalidInput, SourceError
from claims.ports import Turn
from claims.registry import RegisteredSource, Registry, SourceKind
from claims.settings import Settings
from claims.sources.fetch import WebFetcher
from claims.sources.pacing import OpenGate
from claims.types import Purpose, Query
from claims.wiring import build_fetcher, build_providers, now, open_store
from tests.claims.shelves.desk import Desk
from tests.claims.sources.servers import raw_server

PAGES = Path(__file__).parents[2] / "examples" / "pages"


class FullGate(OpenGate):
    """A gate where every host is busy; records the interval requested by host."""

    def __init__(self) -> None:
        self.paces: dict[str, float] = {}

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        self.paces[host] = every_s
        return Turn(at=now(), wait_s=1000.0)


def test_hosts_are_paced_by_the_shared_gate_except_those_of_the_operator() -> None:
    gate = FullGate()
    settings = Settings(fetch_allow="127.0.0.1:9000", pace_s=2.5)
    with build_fetcher(settings, gate=gate) as fetcher:
        for url in ("http://127.0.0.1:9000/", "https://a.example.org/"):
            with pytest.raises(HostBusy):
                fetcher.fetch(url)
    assert gate.paces == {"127.0.0.1:9000": 0.0, "a.example.org": 2.5}


def test_hosts_are_paced_without_a_shared_gate_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = FullGate()
    monkeypatch.setattr("claims.sources.gate.MemoryHostGate", lambda: gate)
    with build_fetcher(Settings()) as fetcher, pytest.raises(HostBusy):
        fetcher.fetch("https://a.example.org/")
    assert gate.paces == {"a.example.org": 1.0}


@pytest.mark.parametrize("pace", [-1, "inf", "nan", "soon"])
def test_invalid_pace_is_refused(pace: object) -> None:
    with pytest.raises(InvalidInput, match=r"ASSAY_PACE_S: .*from 0 to 3600"):
        Settings.model_validate({"pace_s": pace})


def test_without_an_address_there_is_no_store() -> None:
    with pytest.raises(InvalidInput, match="assay up"):
        open_store(Settings(redis_url=None))


def test_feeds_and_sitemaps_are_named_by_their_addresses() -> None:
    settings = Settings(
        feeds="https://a.example/rss, https://b.example/atom,", sitemaps="http://c/s"
    )
    found = build_providers(settings).pages
    assert [one.name for one in found] == ["a.example/rss", "b.example/atom", "c/s"]
    with pytest.raises(InvalidInput, match="ASSAY_SITEMAPS"):
        build_providers(Settings(sitemaps="/sitemap.xml"))


def test_registered_sources_are_searched_under_their_names() -> None:
    sources = (
        RegisteredSource(name="known", domains=("a.example",)),
        RegisteredSource(name="a-feed", kind=SourceKind.FEED, address="https://a.example/rss"),
        RegisteredSource(name="a-map", kind=SourceKind.SITEMAP, address="https://a.example/map"),
        RegisteredSource(name="wiki", kind=SourceKind.MEDIAWIKI, address="https://w.example/api"),
        RegisteredSource(name="engine", kind=SourceKind.SEARXNG, address="https://s.example/s"),
    )
    found = build_providers(Settings(), Registry(sources)).pages
    assert [provider.name for provider in found] == ["a-feed", "a-map", "wiki", "engine"]


@pytest.mark.parametrize("kind", [one for one in SourceKind if one not in ("page", "shelf")])
def test_a_registered_address_is_vetted_like_any_other(kind: SourceKind) -> None:
    """A client of the API can register an address, and could otherwise scan the network."""
    with raw_server() as server:
        source = RegisteredSource(name="inside", kind=kind, address=server.url("/x"))
        for allow in ("", f"127.0.0.1:{server.port}"):
            settings = Settings(fetch_allow=allow)
            (provider,) = build_providers(settings, Registry((source,))).pages
            with pytest.raises(SourceError) as raised:
                provider.search(Query("Manta", sorted(provider.purposes)[0]))
            assert (raised.value.code == "port-blocked") is (not allow)
            assert bool(server.heads) is bool(allow)


def test_new_shelf_is_searched_without_rebuilding_the_providers(tmp_path: Path) -> None:
    settings = Settings(data_folder=str(tmp_path / "data"))
    providers = build_providers(settings)
    assert providers.shelves() == ()
    (tmp_path / "a.txt").write_text("The library of Orrin was opened in 1987 by the mayor.")
    with build_fetcher(settings) as fetcher, WebFetcher() as reader:
        Desk(tmp_path / "data", reader).add(tmp_path / "a.txt")
        (provider,) = providers.shelves()
        (found,) = provider.search(Query("library of Orrin", Purpose.CLAIM))
        assert fetcher.fetch(found.url).text.startswith("The library of Orrin")


def test_invalid_shelf_name_is_refused() -> None:
    with pytest.raises(InvalidInput, match="ASSAY_SHELVES"):
        build_providers(Settings(shelves="../etc"))


def test_relative_judge_folder_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings(judge="mine").judge == str(tmp_path / "mine")
    assert Settings(judge="hub:owner/name").judge == "hub:owner/name"
    assert Settings().judge == ""
