"""A claim without sources is checked against a real MediaWiki."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from claims.library.verifier import Verifier
from claims.settings import Settings
from claims.sources.address import host_and_port
from claims.types import Purpose, Query, VerdictLabel
from claims.wiring import build_providers
from examples.wiki import mediawiki

PAGES = {
    "Orrin Bridge": (
        "The '''Orrin Bridge''' is a road bridge in [[Alby]]. It was opened by Ines Kolb on 4 May "
        "1987. The bridge is 42 metres long."
    ),
    "Alby": "'''Alby''' is a town on Lake Orrin. It has 4,300 inhabitants.",
    "Tower: north (A & B)": "The north tower of Alby burned down in 1911.",
}

pytestmark = [pytest.mark.mediawiki, pytest.mark.slow]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with mediawiki(tmp_path_factory.mktemp("wiki"), PAGES) as address:
        host, port = host_and_port(address)
        yield Settings(mediawiki=f"{address}/api.php", fetch_allow=f"{host}:{port}")


def test_pages_are_found_by_name(settings: Settings) -> None:
    (wiki,) = build_providers(settings).pages
    (found,) = wiki.search(Query("Orrin Bridge", Purpose.NAME))
    assert found.title == "Orrin Bridge"
    assert found.url.endswith("/Orrin_Bridge")
    assert wiki.search(Query("Nowhere at all", Purpose.NAME)) == ()


def test_odd_titles_and_odd_questions_are_no_trouble(settings: Settings) -> None:
    (wiki,) = build_providers(settings).pages
    (tower,) = wiki.search(Query("north tower", Purpose.NAME))
    assert tower.title == "Tower: north (A & B)"
    assert "%26" in tower.url
    for odd in ('"Orrin', "Orrin*?", "-Orrin", "(((", "'; DROP TABLE page; --", "é" * 300):
        wiki.search(Query(odd, Purpose.TERMS))


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("The Orrin Bridge was opened in 1987.", VerdictLabel.SUPPORTED),
        ("The Orrin Bridge was opened in 1978.", VerdictLabel.REFUTED),
        ("The mayor of Tromby resigned.", VerdictLabel.NOT_ENOUGH_EVIDENCE),
    ],
)
def test_claims_are_judged_by_what_the_wiki_says(
    settings: Settings, claim: str, label: VerdictLabel
) -> None:
    with Verifier(settings) as verifier:
        verdict = verifier.verify(claim)
    assert verdict.label is label
    assert verdict.coverage.searches
    assert not any(search.code for search in verdict.coverage.searches)
    if label is not VerdictLabel.NOT_ENOUGH_EVIDENCE:
        assert verdict.evidence[0].page.url.endswith("/Orrin_Bridge")
        assert "1987" in verdict.evidence[0].quote
