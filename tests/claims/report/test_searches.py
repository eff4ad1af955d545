"""The searches of providers, described in words."""

from __future__ import annotations

from dataclasses import replace

from claims.report.searches import list_asked, tell_contradiction
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


def test_one_line_for_each_provider() -> None:
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


def test_verdicts_of_before_have_no_searches() -> None:
    assert list_asked(coverage()) == ()
    assert tell_contradiction(verdict()) is None


def test_contradiction_is_told_as_found_none_or_not_searched() -> None:
    turned = search("brave", "opposite", 4)
    assert tell_contradiction(verdict(turned)) == "Searched for contradiction: none in 3 pages."
    assert (
        tell_contradiction(verdict(turned, against=2))
        == "Searched for contradiction: found in 2 of 3 pages."
    )
    for others in ([search("wiki", "terms", 1)], [search("brave", "opposite", code="timeout")]):
        told = tell_contradiction(verdict(*others))
        assert told == "No provider was able to search for contradiction."


def test_links_of_the_article_are_no_search_for_the_contrary() -> None:
    assert tell_contradiction(verdict(search("links", "linked", 2))) is None
    told = tell_contradiction(verdict(search("links", "linked", 2), search("brave", "opposite")))
    assert told == "Searched for contradiction: none in 3 pages."


def test_what_the_article_links_to_was_asked_of_nobody() -> None:
    links, brave = list_asked(coverage(search("links", "linked", 2), search("brave", "claim")))
    assert (links.is_link, links.found) == (True, 2)
    assert not brave.is_link
