"""Gather evidence for a claim: fetch its sources and the pages found, admit them, rank passages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

from claims.admission import admit
from claims.errors import HostBusy, SourceError
from claims.ports import Fetcher, PageCache, StoredClaim
from claims.registry import NO_SOURCES, Registry
from claims.retrieval.rank import rank_passages
from claims.scoring import NO_PAGE, cut_evidence
from claims.searching import Providers, search
from claims.sources.address import list_once, site_of
from claims.sources.as_of import may_be_later, refuse_later
from claims.sources.failures import FailureCode
from claims.sources.files import NO_FILES, LocalSources
from claims.types import Coverage, Gathered, Page, Passage, SearchOutcome, SourceFailure
from claims.verdicts.origins import name_origins

# A page fetched at most this long before a first check was asked for is not fetched again: the
# claims of one article share their sources. A later check always fetches the source again.
SHARED_FOR = timedelta(minutes=5)
# Maximum fetches at the same time: all pages that a claim usually has, 50 handed over and 8 found,
# so that it waits for the slowest page and for no queue (benchmarks/gathering.py). With registered
# pages in addition, some pages wait for their turn. Threads that wait cost nothing; pages are read
# one at a time.
FETCHES_AT_ONCE = 58
# Seconds after the beginning of the search for pages within which a fetch may begin. A fetch takes
# at most a minute: waiting for the host, fetching, waiting for the reader and reading (3 + 20 + 30
# + 8 seconds). Before it, up to half a minute may pass in waiting for another fetch of the page.
# Together they end before the time limit of a task.
FETCHING_S = 27.0
# Maximum seconds, from the first time on, for which an item is postponed for hosts that others ask.
POSTPONED_S = 300.0
# Maximum passages judged per claim, and per page. At about ten pairs a second, a claim takes a
# second.
PASSAGES = 12
PASSAGES_PER_PAGE = 4
# Maximum passages per origin while other origins have passages: seven copies of a report leave room
# for a report that answers it.
PASSAGES_PER_ORIGIN = 4
_OWN_SITE = "the article's own site is no evidence for it"


def gather_evidence(
    claim: StoredClaim,
    *,
    pages: PageCache,
    fetcher: Fetcher,
    providers: Providers | None = None,
    registry: Registry = NO_SOURCES,
    article_text: str | None = None,
    local: LocalSources = NO_FILES,
    keep: Callable[[SearchOutcome], object] = lambda searched: None,
    may_wait_s: float = 0.0,
) -> Gathered:
    """Read all sources of a claim and rank their passages.

    The sources are those of the claim, the registered pages and the pages that providers find.
    `local` holds the sources that are files. A page whose text is nearly `article_text`, from which
    the claim was read, is left out. `keep` is called with what providers found before anything is
    fetched, so that another attempt need not ask them again (`claim.searched`). Raises HostBusy
    when all other sources were tried and a host may be asked within `may_wait_s`, but not yet; the
    fetched pages are in the page cache.
    """
    began_at = time.monotonic()
    shared_for = SHARED_FOR if claim.check == 1 else timedelta()
    as_of = claim.options.as_of
    handed = (*claim.options.sources, *registry.addresses())
    searched = claim.searched
    if searched is None:
        searched = search(claim.record, providers or Providers(), known=handed, as_of=as_of)
        if searched.searches:
            keep(searched)
    found, failed = fetch_sources(
        (*handed, *searched.urls),
        pages=pages,
        fetcher=fetcher,
        fresh_after=claim.requested_at - shared_for,
        article_url=claim.article_url,
        as_of=as_of,
        began_at=began_at,
        may_wait_s=may_wait_s,
    )
    return rank_evidence(
        claim.record.text,
        [*local.pages, *found],
        [*local.failed, *failed],
        searched=searched,
        registry=registry,
        article_text=article_text,
        as_of=as_of,
    )


def gather_passages(
    claim: str, passages: Iterable[str | Passage], *, as_of: date | None = None
) -> Gathered:
    """Gather evidence from passages that are handed over, without any fetch.

    Passages given as str form one origin together, because nothing is known of their pages; of a
    long one, the parts nearest to the claim are taken. A passage from a page published after
    `as_of` is left out.
    """
    found: list[Passage] = []
    failed: dict[str, SourceFailure] = {}
    for number, passage in enumerate(passages, start=1):
        if isinstance(passage, Passage):
            try:
                refuse_later(passage.page, as_of=as_of)
                found.append(passage)
            except SourceError as error:
                url = passage.page.url
                failed[url] = SourceFailure(url, error.code, error.detail)
            continue
        page = replace(NO_PAGE, url=f"passage:{number}", title=f"passage {number}")
        parts = cut_evidence(passage, claim)
        # The last of several parts is put together from all over the text: it is no quotation.
        found += [replace(part, page=page) for part in parts[: max(1, len(parts) - 1)]]
    pages = {passage.page.url: passage.page for passage in found}
    coverage = Coverage(
        asked=len(pages) + len(failed),
        fetched=len(pages),
        origins=len({page.origin for page in pages.values()}),
        failed=tuple(failed.values()),
        maybe_later=sum(may_be_later(page, as_of=as_of) for page in pages.values()),
    )
    return Gathered(passages=tuple(found), pages=tuple(pages.values()), coverage=coverage)


def fetch_sources(
    sources: Sequence[str],
    *,
    pages: PageCache,
    fetcher: Fetcher,
    fresh_after: datetime,
    article_url: str | None,
    as_of: date | None = None,
    began_at: float | None = None,
    may_wait_s: float = 0.0,
) -> tuple[list[Page], list[SourceFailure]]:
    """The fetched pages and the sources that failed, each in the order of `sources`.

    An address that occurs twice, in any spelling, is one source. The article's own site is not
    asked: it never counts as evidence for itself. A page published after `as_of` is a failure
    `after-as-of`. A source whose turn does not come within FETCHING_S of `began_at` (monotonic;
    default: now), because others did not answer, is a failure `timeout`. Raises the HostBusy with
    the shortest wait when hosts may be asked within `may_wait_s` but not yet; a host that is busy
    for longer is a failure.
    """
    own_site = site_of(article_url) if article_url else None
    last_start = (time.monotonic() if began_at is None else began_at) + FETCHING_S

    def look(url: str) -> Page | SourceFailure | HostBusy:
        if own_site and site_of(url) == own_site:
            return SourceFailure(url, FailureCode.OWN_SITE, _OWN_SITE)
        if time.monotonic() > last_start:
            detail = f"other sources took so long that its turn did not come in {FETCHING_S:g} s"
            return SourceFailure(url, FailureCode.TIMEOUT, detail)
        try:
            page = pages.get_or_fetch(url, fresh_after=fresh_after, fetcher=fetcher)
            refuse_later(page, as_of=as_of)
        except HostBusy as busy:
            within = busy.wait_s <= may_wait_s
            return busy if within else SourceFailure(url, busy.code, busy.detail)
        except SourceError as error:
            return SourceFailure(url, error.code, error.detail)
        # A short link or a syndicated copy may lead back to the article's site.
        if own_site and site_of(page.canonical_url) == own_site:
            return SourceFailure(url, FailureCode.OWN_SITE, _OWN_SITE)
        return page

    pool = ThreadPoolExecutor(FETCHES_AT_ONCE)
    try:
        results = list(pool.map(look, list_once(sources)))
    finally:
        # After Ctrl-C or a time limit, do not wait for servers that do not answer.
        pool.shutdown(wait=False, cancel_futures=True)
    busy = [result for result in results if isinstance(result, HostBusy)]
    if busy:
        raise min(busy, key=lambda one: one.wait_s)
    return (
        [result for result in results if isinstance(result, Page)],
        [result for result in results if isinstance(result, SourceFailure)],
    )


def rank_evidence(
    claim: str,
    pages: Sequence[Page],
    failed: Iterable[SourceFailure],
    *,
    searched: SearchOutcome | None = None,
    registry: Registry = NO_SOURCES,
    article_text: str | None = None,
    as_of: date | None = None,
) -> Gathered:
    """Name the origins of the admitted `pages` and pick the passages worth judging.

    Pages that are not admitted (claims/admission.py) are left out.
    """
    searched = searched or SearchOutcome()
    admitted = admit(pages, article_text=article_text)
    pages, failed = admitted.pages, (*failed, *searched.left_out, *admitted.failed)
    origins = name_origins(pages, registry)
    return Gathered(
        passages=rank_passages(
            claim,
            list(zip(origins.references, pages, strict=True)),
            limit=PASSAGES,
            per_page=PASSAGES_PER_PAGE,
            per_origin=PASSAGES_PER_ORIGIN,
        ),
        pages=origins.references,
        coverage=Coverage(
            asked=len(pages) + len(failed),
            fetched=len(pages),
            origins=len({reference.origin for reference in origins.references}),
            failed=failed,
            searches=searched.searches,
            shared_origins=origins.shared,
            maybe_later=sum(may_be_later(page, as_of=as_of) for page in pages),
        ),
        prior_checks=searched.prior_checks,
        answers=tuple(page.answer for page in pages),
    )
