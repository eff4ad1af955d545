"""The searches of providers, described in words."""

from __future__ import annotations

from dataclasses import replace

from claims.report.searches import describe_contradiction, list_asked
from claims.types import Coverage, Purpose, Search, Verdict
from tests.claims.report import records


def search(provider: str, purpose: str, found: int = 0, code: str | None = None) -> Search:
    return Search(
        provider=provider,
        query=f"{purpose} of {provider}",
        purpose=Purpose(purpose),
        found=found,
        code=code,
        detail=code and "because",
    )


def coverage(*searches: Search) -> Coverage:
    return Coverage(3, 3, 3, searches=searches)


def verdict(*searches: Search, against: int = 0) -> Verdict:
    pieces = [
        records.evidence("REFUTES", "No.", url=f"https://p{n}.example/") for n in range(against)
    ]
    pieces.append(records.evidence("SUPPORTS", "Yes.", url="https://s.example/"))
    return replace(records.verdict("SUPPORTED", pieces), coverage=coverage(*searches))


def test_each_provider_has_one_line() -> None:
    wiki, brave = list_asked(
        coverage(
            search("wiki", "terms", 2),
            search("wiki", "name", 3),
            search("brave", "claim", code="rate-limited"),
        )
    )
    assert (wiki.provider, wiki.found, wiki.code) == ("wiki", 5, None)
    assert wiki.questions == ("terms of wiki", "name of wiki")
    assert (brave.found, brave.code, brave.detail) == (0, "rate-limited", "because")


def test_verdict_of_an_earlier_release_has_no_searches() -> None:
    assert list_asked(coverage()) == ()
    assert describe_contradiction(verdict()) is None


def test_contradiction_is_described_as_found_not_found_or_not_searched() -> None:
    turned = search("brave", "opposite", 4)
    assert describe_contradiction(verdict(turned)) == "Searched for contradiction: none in 3 pages."
    assert (
        describe_contradiction(verdict(turned, against=2))
        == "Searched for contradiction: found in 2 of 3 pages."
    )
    for others in ([search("wiki", "terms", 1)], [search("brave", "opposite", code="timeout")]):
        words = describe_contradiction(verdict(*others))
        assert words == "No provider was able to search for contradiction."


def test_links_of_the_article_do_not_count_as_a_search_for_contradiction() -> None:
    assert describe_contradiction(verdict(search("links", "linked", 2))) is None
    words = describe_contradiction(
        verdict(search("links", "linked", 2), search("brave", "opposite"))
    )
    assert words == "Searched for contradiction: none in 3 pages."


def test_links_of_the_article_are_listed_as_links_not_as_a_provider() -> None:
    links, brave = list_asked(coverage(search("links", "linked", 2), search("brave", "claim")))
    assert (links.is_link, links.found) == (True, 2)
    assert not brave.is_link
