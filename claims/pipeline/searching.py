"""Asks providers for pages about a claim, and for prior checks by fact-checkers.

Providers are asked in parallel. Each gets its queries one after another until one fails: the
failure goes to coverage, and the other providers continue.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import zip_longest

from claims.errors import InvalidInput, SourceError
from claims.pipeline.threads import open_pool
from claims.ports import PriorChecks, SourceProvider
from claims.retrieval.queries import make_queries
from claims.retrieval.similarity import is_alike
from claims.sources.address import canonical_url, parse_source
from claims.sources.as_of import describe_later, is_later
from claims.sources.failures import FailureCode
from claims.types import (
    Candidate,
    Claim,
    PriorCheck,
    Purpose,
    Query,
    Search,
    SearchOutcome,
    SourceFailure,
    read_day,
)

# Seconds after the first query within which a query to a provider may begin; each may take ten
# seconds.
SEARCHING_S = 15.0
# Maximum providers asked at the same time, each by a thread or two. Up to a thousand feeds and
# sitemaps can be registered.
ASKED_AT_ONCE = 40
# Maximum pages found by providers that are fetched for a claim.
FOUND_PAGES = 8
# The provider's name, in coverage, for the links of the article.
LINKS = "links"
_MOST_SENTENCE = 300
# Maximum prior checks shown with a claim.
SHOWN_CHECKS = 5


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers to ask for pages, and for prior checks. No provider by default.

    `shelves` is called at each search for more providers: shelves come and go while a worker runs.
    """

    pages: tuple[SourceProvider, ...] = ()
    prior: tuple[PriorChecks, ...] = ()
    shelves: Callable[[], Sequence[SourceProvider]] = tuple

    def is_anybody_there(self) -> bool:
        """Whether there is any provider to ask."""
        return bool(self.pages or self.prior or self.shelves())


@dataclass(frozen=True, slots=True)
class _Answer:
    """The result of one query to one provider."""

    search: Search
    candidates: tuple[Candidate, ...] = ()
    prior_checks: tuple[PriorCheck, ...] = ()


def search(
    claim: Claim,
    providers: Providers,
    *,
    known: Sequence[str] = (),
    as_of: date | None = None,
) -> SearchOutcome:
    """The pages and prior checks that providers find for a claim, and the links of its article.

    `known` are addresses that are read anyway. Pages known to be published after `as_of` are left
    out.
    """
    made = make_queries(claim.text, claimant=claim.claimant)
    queries = [replace(query, as_of=as_of) for query in made]
    prior = replace(queries[0], purpose=Purpose.PRIOR)
    last_start = time.monotonic() + SEARCHING_S
    asking: list[Callable[[], list[_Answer]]] = [
        *(
            partial(_find_pages, provider, queries, last_start=last_start)
            for provider in (*providers.pages, *providers.shelves())
        ),
        *(partial(_find_checks, provider, prior) for provider in providers.prior),
    ]
    answers = [*_follow_links(claim), *_ask(asking)]
    urls, left_out = _merge([answer.candidates for answer in answers], known, as_of=as_of)
    checks = [check for answer in answers for check in answer.prior_checks]
    return SearchOutcome(
        urls,
        _choose(claim.text, checks, as_of=as_of),
        tuple(answer.search for answer in answers),
        left_out,
    )


def _ask(asking: Sequence[Callable[[], list[_Answer]]]) -> list[_Answer]:
    """The answers of all providers, in order."""
    if not asking:
        return []
    pool = open_pool(min(len(asking), ASKED_AT_ONCE))
    try:
        return [answer for some in pool.map(lambda ask: ask(), asking) for answer in some]
    finally:
        # After Ctrl-C or a time limit, do not wait for providers that do not answer.
        pool.shutdown(wait=False, cancel_futures=True)


def _follow_links(claim: Claim) -> list[_Answer]:
    """The article's links in the claim's sentence, as the result of a search."""
    if not claim.links:
        return []
    query = Query(claim.sentence[:_MOST_SENTENCE], Purpose.LINKED)
    candidates = tuple(Candidate(url=url) for url in claim.links)
    return [_Answer(_record(LINKS, query, len(candidates)), candidates=candidates)]


def _find_pages(
    provider: SourceProvider, queries: Sequence[Query], *, last_start: float
) -> list[_Answer]:
    """The results of each query that the provider accepts, until one fails or time is up."""
    answers: list[_Answer] = []
    for query in queries:
        if query.purpose not in provider.purposes:
            continue
        try:
            if time.monotonic() > last_start:
                raise SourceError(FailureCode.TIMEOUT, "the queries before took too long")
            found = provider.search(query)
        except SourceError as error:
            return [*answers, _Answer(_record(provider.name, query, error=error))]
        answers.append(_Answer(_record(provider.name, query, len(found)), candidates=found))
    return answers


def _find_checks(provider: PriorChecks, query: Query) -> list[_Answer]:
    try:
        found = provider.look_up(query)
    except SourceError as error:
        return [_Answer(_record(provider.name, query, error=error))]
    return [_Answer(_record(provider.name, query, len(found)), prior_checks=found)]


def _record(
    provider: str, query: Query, found: int = 0, *, error: SourceError | None = None
) -> Search:
    return Search(
        provider=provider,
        query=query.text,
        purpose=query.purpose,
        found=found,
        code=error.code if error else None,
        detail=error.detail if error else None,
    )


def _merge(
    found: Sequence[Sequence[Candidate]], known: Sequence[str], *, as_of: date | None
) -> tuple[tuple[str, ...], tuple[SourceFailure, ...]]:
    """The best result of every search, then the second of every search, ...; no page twice.

    Returns the addresses worth fetching, and the pages among the results that were published after
    `as_of`.
    """
    seen = {canonical_url(url) for url in known}
    urls: list[str] = []
    left_out: list[SourceFailure] = []
    for candidate in (one for row in zip_longest(*found) for one in row if one):
        url = _well_formed(candidate.url)
        if not url or canonical_url(url) in seen or len(urls) == FOUND_PAGES:
            continue
        seen.add(canonical_url(url))
        day = read_day(candidate.published_at)
        if is_later(day, as_of=as_of):
            detail = describe_later(day, as_of)
            left_out.append(SourceFailure(url, FailureCode.AFTER_AS_OF, detail))
        else:
            urls.append(url)
    return tuple(urls), tuple(left_out)


def _well_formed(url: str) -> str | None:
    try:
        return parse_source(url)
    except InvalidInput:
        return None


def _choose(
    claim: str, checks: Sequence[PriorCheck], *, as_of: date | None
) -> tuple[PriorCheck, ...]:
    """The prior checks similar to the claim, each once: an index returns all that share a word."""
    alike = {
        check.url: check
        for check in checks
        if is_alike(claim, check.claim) and not is_later(read_day(check.reviewed_at), as_of=as_of)
    }
    return tuple(alike.values())[:SHOWN_CHECKS]
