"""Gather evidence for a claim: fetch its sources and the pages found, admit them, rank passages."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from claims.english.language_detection import find_language
from claims.errors import SourceError
from claims.evidence.pairs import NO_PAGE, cut_evidence
from claims.pipeline import source_fetching
from claims.pipeline.admission import admit
from claims.pipeline.failing_pages import (
    NO_EARLIER,
    EarlierPages,
    count_strikes,
    keep_failing,
)
from claims.pipeline.searching import Providers, search
from claims.pipeline.source_fetching import SourceFetching
from claims.ports import Fetcher, PageCache
from claims.registry import NO_SOURCES, Registry
from claims.retrieval.rank import choose_nearest, rank_passages
from claims.sources.as_of import may_be_later, refuse_later
from claims.sources.files import NO_FILES, LocalSources
from claims.text import replace_surrogates
from claims.types import (
    Check,
    Coverage,
    Failing,
    Gathered,
    Page,
    PageReference,
    Passage,
    SearchOutcome,
    SourceFailure,
)
from claims.verdicts.origins import name_origins, refer_to

# A page fetched at most this long before a first check was asked for is not fetched again: the
# claims of one article share their sources. A later check fetches the source again, unless it is on
# schedule and another one has fetched it since it was due (Check.fresh_after).
SHARED_FOR = timedelta(minutes=5)
# Maximum seconds, from the first time on, for which an item is postponed for hosts that others ask.
POSTPONED_S = 300.0
# Maximum passages judged per claim, and per page. At about ten pairs a second, a claim takes a
# second.
PASSAGES = 12
PASSAGES_PER_PAGE = 4
# Maximum passages per origin while other origins have passages: seven copies of a report leave room
# for a report that answers it.
PASSAGES_PER_ORIGIN = 4


def gather_evidence(
    check: Check,
    *,
    pages: PageCache,
    fetcher: Fetcher,
    providers: Providers | None = None,
    registry: Registry = NO_SOURCES,
    article_text: str | None = None,
    local: LocalSources = NO_FILES,
    searched: SearchOutcome | None = None,
    keep: Callable[[SearchOutcome], object] = lambda searched: None,
    may_wait_s: float = 0.0,
    passages_max: int = PASSAGES,
    earlier: EarlierPages = NO_EARLIER,
    reads_copies: bool = False,
) -> Gathered:
    """Read all sources of a claim and rank their passages.

    The sources are those of the claim, the registered pages and the pages that providers find.
    `local` holds the sources that are files. A page whose text is nearly `article_text`, from which
    the claim was read, is left out. `keep` is called with the providers' results before anything is
    fetched, so that another attempt need not ask them again (`searched`). Raises HostBusy
    when all other sources were tried and a host may be asked within `may_wait_s`, but not yet; the
    fetched pages are in the page cache. If `passages_max` is above PASSAGES, the passages after the
    first PASSAGES are for a second reader alone (`Gathered.further`). A page that fails now keeps
    the text that the last check (`earlier`) read, until it is gone (claims/pipeline/failing_pages).
    With `reads_copies`, `fetcher` reads archived copies of pages that fail and have no such text.
    """
    began_at = time.monotonic()
    shared_for = SHARED_FOR if check.number == 1 else timedelta()
    as_of = check.options.as_of
    given = (*check.options.sources, *registry.addresses())
    if searched is None:
        searched = search(check.claim, providers or Providers(), known=given, as_of=as_of)
        if searched.searches:
            keep(searched)
    sources = (*given, *searched.urls)
    fetching = SourceFetching(
        pages=pages,
        fetcher=fetcher,
        fresh_after=check.fresh_after or check.requested_at - shared_for,
        article_url=check.article_url,
        last_start=began_at + source_fetching.FETCHING_S,
        as_of=as_of,
        may_wait_s=may_wait_s,
    )
    known, failed, failing = _read_sources(
        sources, fetching, earlier=earlier, at=check.requested_at, reads_copies=reads_copies
    )
    return rank_evidence(
        check.claim.text,
        [*local.pages, *known],
        [*local.failed, *failed],
        searched=searched,
        registry=registry,
        article_text=article_text,
        as_of=as_of,
        passages_max=passages_max,
        failing=failing,
    )


def _read_sources(
    sources: Sequence[str],
    fetching: SourceFetching,
    *,
    earlier: EarlierPages,
    at: datetime,
    reads_copies: bool,
) -> tuple[list[Page], list[SourceFailure], Mapping[str, Failing]]:
    """The pages in the order of `sources`, all failures, and how the pages fail, by address, of
    which the last text or a copy is among the pages."""
    found, failed = fetching.fetch(sources)
    before = earlier.find_gathered() if failed else None
    strikes = count_strikes(failed, before, at=at)
    kept = keep_failing(strikes, before, find_page=earlier.find_page)
    if reads_copies:
        copies, failed = fetching.fetch_copies(failed, without=kept)
        kept = {**kept, **copies}
    places = {url: place for place, url in enumerate(sources)}
    pages = sorted([*found, *kept.values()], key=lambda one: places[one.url])
    return pages, failed, {url: strikes[url] for url in kept}


def gather_passages(
    claim: str,
    passages: Iterable[str | Passage | Page],
    *,
    as_of: date | None = None,
    passages_max: int = PASSAGES,
) -> Gathered:
    """Gather evidence from given passages and pages, without any fetch.

    Passages given as str form one origin together, because nothing is known of their pages; of a
    long passage, the parts nearest to the claim are used. Pages without an address belong to that
    origin too; the others have origins as in a check. The passages of all pages that are nearest to
    the claim are used, as many as in a check; `passages_max` as in `gather_evidence`. Pages
    published after `as_of` are left out, and so are pages in a language that the judge does not
    read. A lone surrogate, which cannot be encoded, becomes U+FFFD.
    """
    found: list[Passage] = []
    failed: list[SourceFailure] = []
    pages: list[Page] = []
    for number, passage in enumerate(passages, start=1):
        if isinstance(passage, str):
            unknown = replace(NO_PAGE, url=f"passage:{number}", title=f"passage {number}")
            found += _cut_passages(passage, claim, unknown)
            continue
        page = passage.page if isinstance(passage, Passage) else passage
        try:
            refuse_later(page, as_of=as_of)
        except SourceError as error:
            failed.append(SourceFailure(page.url, error.code, error.detail))
            continue
        if isinstance(passage, Passage):
            found.append(replace(passage, text=replace_surrogates(passage.text)))
        else:
            language = find_language(passage.text, declared=passage.language)
            pages.append(
                replace(passage, url=passage.url or f"passage:{number}", language=language)
            )
    admitted = admit(pages, article_text=None)
    origins = name_origins([page for page in admitted.pages if page.canonical_url])
    references = _refer_to_all(admitted.pages, origins.references)
    parts = [
        part
        for page, reference in zip(admitted.pages, references, strict=True)
        for part in _cut_passages(page.text, claim, reference)
    ]
    best, more = (_choose(claim, parts, most) for most in (PASSAGES, max(PASSAGES, passages_max)))
    found += best
    failed = [*{failure.url: failure for failure in failed}.values(), *admitted.failed]
    cited = {passage.page.url: passage.page for passage in found if passage.page not in references}
    all_pages = (*cited.values(), *references)
    coverage = Coverage(
        asked=len(all_pages) + len(failed),
        fetched=len(all_pages),
        origins=len({page.origin for page in all_pages}),
        failed=tuple(failed),
        shared_origins=origins.shared,
        maybe_later=sum(may_be_later(page, as_of=as_of) for page in all_pages),
    )
    further = tuple(passage for passage in more if passage not in best)
    return Gathered(passages=tuple(found), pages=all_pages, coverage=coverage, further=further)


def _choose(claim: str, parts: Sequence[Passage], most: int) -> list[Passage]:
    """The passages nearest to the claim, at most so many in all, of a page and of an origin."""
    return list(
        choose_nearest(
            claim, parts, limit=most, per_page=PASSAGES_PER_PAGE, per_origin=PASSAGES_PER_ORIGIN
        )
    )


def _refer_to_all(
    pages: Sequence[Page], named: Sequence[PageReference]
) -> tuple[PageReference, ...]:
    """A reference to each page: those `named`, in order, and those that have no address."""
    following = iter(named)
    return tuple(
        next(following) if page.canonical_url else refer_to(page, origin=NO_PAGE.origin)
        for page in pages
    )


def _cut_passages(text: str, claim: str, page: PageReference) -> list[Passage]:
    """The parts of a text to judge; none if it is blank.

    The last of several parts of `cut_evidence` is put together from all over the text: it is no
    quotation, and is left out.
    """
    parts = cut_evidence(replace_surrogates(text), claim)
    return [replace(part, page=page) for part in parts[: max(1, len(parts) - 1)]]


def rank_evidence(
    claim: str,
    pages: Sequence[Page],
    failed: Iterable[SourceFailure],
    *,
    searched: SearchOutcome | None = None,
    registry: Registry = NO_SOURCES,
    article_text: str | None = None,
    as_of: date | None = None,
    passages_max: int = PASSAGES,
    failing: Mapping[str, Failing] | None = None,
) -> Gathered:
    """Name the origins of the admitted `pages` and pick the passages worth judging.

    Pages that are not admitted (claims/pipeline/admission.py) are left out. `passages_max` as in
    `gather_evidence`. The pages of `failing`, by address, are as an earlier check read them; their
    failures are in `failed`.
    """
    searched = searched or SearchOutcome()
    admitted = admit(pages, article_text=article_text)
    pages, failed = admitted.pages, (*failed, *searched.left_out, *admitted.failed)
    origins = name_origins(pages, registry)
    marks = failing or {}
    references = tuple(replace(one, failing=marks.get(one.url)) for one in origins.references)
    fetched = sum(one.failing is None for one in references)
    ranked = rank_passages(
        claim,
        list(zip(references, pages, strict=True)),
        limit=PASSAGES,
        per_page=PASSAGES_PER_PAGE,
        per_origin=PASSAGES_PER_ORIGIN,
        further=max(0, passages_max - PASSAGES),
    )
    return Gathered(
        passages=ranked[:PASSAGES],
        pages=references,
        coverage=Coverage(
            asked=fetched + len(failed),
            fetched=fetched,
            origins=len({reference.origin for reference in references}),
            failed=failed,
            searches=searched.searches,
            shared_origins=origins.shared,
            maybe_later=sum(may_be_later(page, as_of=as_of) for page in pages),
        ),
        prior_checks=searched.prior_checks,
        answers=tuple(page.answer for page in pages),
        further=ranked[PASSAGES:],
    )
