"""Ask providers what to look at for a claim, and what fact-checkers have published of it already.

Providers are asked at once, as many as there usually are, each its queries one after another until
one fails: a failure is coverage, and the others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import zip_longest

from claims.days import read_day
from claims.errors import InvalidInput, SourceError
from claims.ports import PriorChecks, SourceProvider
from claims.retrieval.queries import make_queries
from claims.retrieval.similarity import is_alike
from claims.sources.address import canonical_url, parse_source
from claims.sources.as_of import describe_later, is_later
from claims.sources.failures import FailureCode
from claims.types import (
    Candidate,
    Claim,
    ClaimRecord,
    PriorCheck,
    Purpose,
    Query,
    Search,
    SearchOutcome,
    SourceFailure,
)

# No query to a provider begins later than this after the first; each may take ten seconds.
SEARCHING_S = 15.0
# There may be a thousand, for feeds and sitemaps can be registered; each takes a thread or two.
ASKED_AT_ONCE = 40
# Pages fetched for a claim that nobody handed over, and prior checks shown with it.
FOUND_PAGES = 8
# Who found what the article links to, as coverage has it.
LINKS = "links"
_MOST_SENTENCE = 300
SHOWN_CHECKS = 5


@dataclass(frozen=True, slots=True)
class Providers:
    """Who is asked: where pages may be found, and who knows prior checks. Nobody by default.

    `shelves` is asked at each search who else there is: shelves come and go while a worker runs.
    """

    pages: tuple[SourceProvider, ...] = ()
    prior: tuple[PriorChecks, ...] = ()
    shelves: Callable[[], Sequence[SourceProvider]] = tuple

    def is_anybody_there(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self.pages or self.prior or self.shelves())


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one query to one provider brought."""

    search: Search
    candidates: tuple[Candidate, ...] = ()
    prior_checks: tuple[PriorCheck, ...] = ()


def search(
    claim: Claim | ClaimRecord, providers: Providers, *, known: Sequence[str] = ()
) -> SearchOutcome:
    """Everything that providers have for a claim, and where the article links to beside it.

    `known` are addresses that are read anyway. What is known to be published after the claim's
    `as_of` is left out.
    """
    made = make_queries(claim.text, claimant=claim.claimant)
    queries = [replace(query, as_of=claim.as_of) for query in made]
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
    urls, left_out = _merge([answer.candidates for answer in answers], known, as_of=claim.as_of)
    checks = [check for answer in answers for check in answer.prior_checks]
    return SearchOutcome(
        urls,
        _choose(claim.text, checks, as_of=claim.as_of),
        tuple(answer.search for answer in answers),
        left_out,
    )


def _ask(asking: Sequence[Callable[[], list[_Answer]]]) -> list[_Answer]:
    """What all of them answer, in order."""
    if not asking:
        return []
    pool = ThreadPoolExecutor(min(len(asking), ASKED_AT_ONCE))
    try:
        return [answer for some in pool.map(lambda ask: ask(), asking) for answer in some]
    finally:
        # After Ctrl-C or a time limit nobody waits for providers that do not answer.
        pool.shutdown(wait=False, cancel_futures=True)


def _follow_links(claim: Claim | ClaimRecord) -> list[_Answer]:
    """The article's own links, as if the sentence that they stand by had been searched for."""
    if not claim.links:
        return []
    query = Query(claim.sentence[:_MOST_SENTENCE], Purpose.LINKED)
    candidates = tuple(Candidate(url=url) for url in claim.links)
    return [_Answer(_record(LINKS, query, len(candidates)), candidates=candidates)]


def _find_pages(
    provider: SourceProvider, queries: Sequence[Query], *, last_start: float
) -> list[_Answer]:
    """What each query that the provider is good for brings, until one fails or it is too late."""
    answers: list[_Answer] = []
    for query in queries:
        if query.purpose not in provider.purposes:
            continue
        try:
            if time.monotonic() > last_start:
                raise SourceError(FailureCode.TIMEOUT, "the questions before took too long")
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
    """The best of every search, then the second of every one, ...; no page twice.

    Beside the addresses worth fetching, what was met on the way and is published after `as_of`.
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
    """Those about the same thing, each review once: an index gives what shares any word."""
    alike = {
        check.url: check
        for check in checks
        if is_alike(claim, check.claim) and not is_later(read_day(check.reviewed_at), as_of=as_of)
    }
    return tuple(alike.values())[:SHOWN_CHECKS]
