"""Pages that providers and the article's links lead to, and prior checks."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from claims.errors import HostBusy
from claims.pipeline import searching, source_fetching
from claims.pipeline.searching import FOUND_PAGES, Providers
from claims.types import Check, Purpose, VerdictLabel
from tests.claims.fakes import (
    CLAIM,
    DIED,
    Archive,
    BusyWeb,
    Library,
    SlowLibrary,
    Web,
    address,
    check_of,
    codes,
    decide,
    gather,
    urls,
)


def test_pages_that_a_provider_finds_are_read_beside_those_given() -> None:
    web = Web(a=DIED, b="A boat.")
    library = Library(claim=address("a"))
    found = gather(check_of("b"), web, library)
    assert urls(found) == [address("b"), address("a")]
    (search,) = found.coverage.searches
    assert (search.provider, search.purpose, search.found) == ("library", Purpose.CLAIM, 1)
    assert (found.coverage.asked, found.coverage.fetched) == (2, 2)


def test_what_providers_found_is_used_at_once_and_not_searched_for_again() -> None:
    """A gathering that resumes, after a busy host or a crash, repeats no search."""
    web, kept = BusyWeb({"a": 4.0}, a=DIED), []
    library = Library(claim=address("a"))
    check = check_of()
    with pytest.raises(HostBusy):
        gather(check, web, library, keep=kept.append, may_wait_s=9.0)
    web.waits.clear()
    found = gather(check, web, library, searched=kept[0], keep=kept.append)
    assert urls(found) == [address("a")]
    assert (len(found.coverage.searches), len(library.asked), len(kept)) == (1, 1, 1)


def test_a_provider_that_fails_is_coverage_and_is_not_asked_again() -> None:
    web = Web(a=DIED)
    broken = Library("broken", fails=True, claim="", opposite="")
    library = Library(claim=address("a"))
    found = gather(check_of(), web, broken, library)
    assert urls(found) == [address("a")]
    assert [search.code for search in found.coverage.searches] == ["rate-limited", None]
    assert len(broken.asked) == 1


def test_the_best_of_every_search_comes_first_and_no_page_twice() -> None:
    web = Web(**{f"s{number}": "Text." for number in range(20)})
    names = list(web.texts)
    one = Library("one", claim=" ".join(names[:10]))
    other = Library("other", claim=f"{names[0]}?utm_source=x {' '.join(names[10:])}")
    found = gather(check_of("s1"), web, one, other)
    order = [names.index(page.url) for page in found.pages]
    assert order == [1, 0, 10, 2, 11, 3, 12, 4, 13]
    assert len(order) == 1 + FOUND_PAGES


def test_what_is_found_on_the_own_site_or_is_no_address_is_no_evidence() -> None:
    web = Web()
    check = check_of(article_url="https://example.org/article")
    library = Library(claim="https://www.example.org/p file:///etc/passwd javascript:x")
    found = gather(check, web, library)
    assert codes(found) == ["own-site"]
    assert web.asked == {}


@pytest.mark.parametrize(
    ("fails", "reason"),
    [(True, "No provider answered"), (False, "found no page")],
    ids=["the provider fails", "it finds nothing"],
)
def test_a_search_without_pages_says_so(fails: bool, reason: str) -> None:
    library = Library(fails=fails, claim="")
    verdict, _ = decide(check_of(), gather(check_of(), Web(), library))
    assert verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert reason in verdict.explanation


def test_prior_checks_of_the_same_claim_are_shown_and_do_not_enter_the_verdict() -> None:
    archive = Archive("A strike on a boat killed eleven people.", "The earth is flat.")
    found = gather(check_of("a"), Web(a=DIED), prior=(archive,))
    verdict, _ = decide(check_of("a"), found)
    assert [check.url for check in verdict.prior_checks] == ["https://p.example/0"]
    assert verdict.label is VerdictLabel.SUPPORTED
    assert verdict.coverage.asked == 1
    assert [(one.purpose, one.found) for one in verdict.coverage.searches] == [("prior-checks", 2)]


def test_prior_checks_that_cannot_be_had_are_coverage() -> None:
    web = Web(a=DIED)
    found = gather(check_of("a"), web, prior=(Archive(fails=True),))
    assert [search.code for search in found.coverage.searches] == ["http-403"]
    assert found.coverage.fetched == 1


def test_slow_provider_is_asked_no_more_and_what_it_found_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "SEARCHING_S", 0.05)
    web = Web(a=DIED)
    library = SlowLibrary(claim=address("a"), opposite=address("b"))
    found = gather(check_of(), web, library)
    assert [search.code for search in found.coverage.searches] == [None, "timeout"]
    assert len(library.asked) == 1
    assert urls(found) == [address("a")]


def test_of_a_thousand_providers_some_are_asked_at_once_and_the_slow_ones_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "SEARCHING_S", 1.0)
    libraries = [SlowLibrary(str(number), claim=address("a")) for number in range(1000)]
    threads = threading.active_count()
    began = time.monotonic()
    found = searching.search(check_of().claim, Providers(tuple(libraries)))
    assert time.monotonic() - began < 5
    assert threading.active_count() <= threads + searching.ASKED_AT_ONCE
    assert [search.provider for search in found.searches] == [one.name for one in libraries]
    late = [search for search in found.searches if search.code == "timeout"]
    assert 0 < len(late) < 1000
    assert found.urls == (address("a"),)


def test_time_spent_searching_counts_against_fetching(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search and fetching together must end before the time limit of a task."""
    monkeypatch.setattr(source_fetching, "FETCHING_S", 0.05)
    web = Web(a=DIED)
    library = SlowLibrary(claim=address("a"))
    found = gather(check_of(), web, library)
    assert codes(found) == ["timeout"]
    assert web.asked == {}


def linking(check: Check, *names: str) -> Check:
    return replace(check, claim=replace(check.claim, links=tuple(map(address, names))))


def test_links_of_the_article_are_candidates_and_count_as_found() -> None:
    web = Web(a="Eleven died in the strike.", b="Gardens.", d="Eleven people died in it.")
    check = linking(check_of("a"), "a", "b", "c")
    library = Library(claim=address("d"))
    found = gather(check, web, library)
    assert [page.url[8] for page in found.pages] == ["a", "d", "b"]
    assert (found.coverage.asked, found.coverage.failed[0].code) == (4, "http-404")
    links, search = found.coverage.searches
    assert (links.provider, links.purpose, links.query) == ("links", Purpose.LINKED, CLAIM)
    assert (links.found, search.provider) == (3, "library")


def test_a_link_to_the_articles_own_site_is_no_evidence_for_it() -> None:
    web = Web(a="Eleven died in the strike.")
    check = linking(check_of(article_url="https://a.example/article"), "a")
    assert codes(gather(check, web)) == ["own-site"]


def test_copies_of_the_article_are_left_out_wherever_they_were_found() -> None:
    article = f"{CLAIM} {'The boat had left the harbour of Kelm at noon with a load of salt. ' * 5}"
    web = Web(a=article, b=f"{article} More follows.", c=article, d="Eleven people died in it.")
    check = linking(check_of("a"), "b")
    library = Library(claim="https://c.example/p https://d.example/p")
    found = gather(check, web, library, article_text=article)
    assert [page.url[8] for page in found.pages] == ["d"]
    assert codes(found) == ["copy-of-article"] * 3
    assert (found.coverage.asked, found.coverage.fetched, found.coverage.origins) == (4, 1, 1)
