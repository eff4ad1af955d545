"""The real adapters, put together: `verify` on a page of a local server."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import verify
from claims.errors import InvalidInput
from claims.settings import Settings
from claims.sources.fetch import WebFetcher
from claims.types import Purpose, Query, VerdictLabel
from claims.wiring import build_fetcher, build_providers, open_store
from examples.serve import serve_pages
from tests.claims.shelves.desk import Desk

PAGES = Path(__file__).parents[2] / "examples" / "pages"


def test_verify_checks_one_claim_and_says_what_could_not_be_looked_at() -> None:
    with serve_pages(PAGES) as server:
        verdict = verify(
            "The United States used an air base at Manta until 2007.",
            [server.page_url("manta-base.html"), server.page_url("gone.html"), "http://10.0.0.1/"],
            settings=Settings(fetch_allow=f"127.0.0.1:{server.port}", judge_threads=2),
        )
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "2007" in verdict.evidence[0].quote
    assert {failure.code for failure in verdict.coverage.failed} == {"http-404", "address-blocked"}


def test_an_address_wrong_in_syntax_is_refused() -> None:
    with pytest.raises(InvalidInput, match="http"):
        verify("Eleven people died.", ["ftp://a.example/"], settings=Settings())


def test_without_an_address_there_is_no_store() -> None:
    with pytest.raises(InvalidInput, match="assay up"):
        open_store(Settings(redis_url=None))


def test_verify_finds_what_is_on_a_shelf_and_only_on_those_that_are_named(tmp_path: Path) -> None:
    page = tmp_path / "manta.txt"
    page.write_text("The United States used an air base at Manta in Ecuador until 2009, it said.")
    with WebFetcher() as reader:
        Desk(tmp_path / "data", reader).add(page)
    claim = "The United States used an air base at Manta until 2007."
    settings = Settings(data_folder=str(tmp_path / "data"), judge_threads=2)
    verdict = verify(claim, [], settings=settings)
    assert verdict.label is VerdictLabel.REFUTED
    assert verdict.evidence[0].page.url == "shelf:press/manta.txt"
    assert {search.provider for search in verdict.coverage.searches} == {"shelf:press"}
    nobody = verify(claim, [], settings=settings.model_copy(update={"shelves": "none"}))
    assert nobody.coverage.asked == 0 and nobody.coverage.searches == ()


def test_a_shelf_that_comes_later_is_searched_without_building_anew(tmp_path: Path) -> None:
    settings = Settings(data_folder=str(tmp_path / "data"))
    providers = build_providers(settings)
    assert providers.shelves() == ()
    (tmp_path / "a.txt").write_text("The library of Orrin was opened in 1987 by the mayor.")
    with build_fetcher(settings) as fetcher, WebFetcher() as reader:
        Desk(tmp_path / "data", reader).add(tmp_path / "a.txt")
        (provider,) = providers.shelves()
        (found,) = provider.search(Query("library of Orrin", Purpose.CLAIM))
        assert fetcher.fetch(found.url).text.startswith("The library of Orrin")


def test_an_impossible_name_of_a_shelf_is_refused() -> None:
    with pytest.raises(InvalidInput, match="ASSAY_SHELVES"):
        build_providers(Settings(shelves="../etc"))
