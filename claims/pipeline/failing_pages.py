"""Pages that cannot be read any more, and whose last text stays evidence for now. Pure functions.

A page that fails once may be back tomorrow: a server is restarted, a test for robots stands in
front of it, an editor moves it. Each day on which it fails is a strike. Its last text is evidence,
marked as such, until the third strike; then the page is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from claims.sources.archived_copies import COPIED_CODES
from claims.sources.failures import FailureCode
from claims.types import (
    STRIKES,
    Failing,
    Gathered,
    Page,
    PageReference,
    SourceFailure,
    Stance,
    Verdict,
)

# Refusals by a rule of this service: the page is no evidence, whatever it says.
_REFUSED = frozenset(
    {
        FailureCode.BAD_URL,
        FailureCode.ADDRESS_BLOCKED,
        FailureCode.PORT_BLOCKED,
        FailureCode.OWN_SITE,
        FailureCode.COPY_OF_ARTICLE,
        FailureCode.LANGUAGE,
        FailureCode.AFTER_AS_OF,
    }
)
# The page was not asked for, so that nothing is known about it.
_NOT_ASKED = frozenset({FailureCode.HOST_BUSY, FailureCode.HOST_RESTING, FailureCode.RATE_LIMITED})


FindPage = Callable[[str], Page | None]
"""Finds the stored page with a sha256."""


def _find_nothing(sha256: str) -> Page | None:
    return None


@dataclass(frozen=True, slots=True)
class EarlierPages:
    """What the last check gathered (None: nothing is kept), and the stored page with a sha256."""

    find_gathered: Callable[[], Gathered | None] = lambda: None
    find_page: FindPage = _find_nothing


NO_EARLIER = EarlierPages()


def count_strikes(
    failed: Iterable[SourceFailure], before: Gathered | None, *, at: datetime
) -> Mapping[str, Failing]:
    """How each page among `failed`, by address, fails in a check asked for `at` (aware), with the
    strikes of the last check; without those that a rule of this service refuses."""
    known = {page.url: page for page in before.pages} if before else {}
    return {
        failure.url: count_strike(known.get(failure.url), failure, at=at)
        for failure in failed
        if failure.code not in _REFUSED
    }


def keep_failing(
    strikes: Mapping[str, Failing], before: Gathered | None, *, find_page: FindPage
) -> Mapping[str, Page]:
    """The pages with these `strikes`, by address, whose last text stays evidence: those that the
    last check had and that are not gone. A copy in an archive does not go with its page."""
    if before is None:
        return {}
    answers = before.answers or (None,) * len(before.pages)
    kept: dict[str, Page] = {}
    for reference, answer in zip(before.pages, answers, strict=True):
        failing = strikes.get(reference.url)
        stays = failing and (not is_gone(failing) or _keeps_copy(reference, failing))
        page = find_page(reference.sha256) if stays else None
        if page:
            kept[reference.url] = replace(_read_again(page, reference), answer=answer)
    return kept


def _keeps_copy(page: PageReference, failing: Failing) -> bool:
    is_copied = failing.code in COPIED_CODES or failing.code in _NOT_ASKED
    return page.archived is not None and is_copied


def count_strike(page: PageReference | None, failure: SourceFailure, *, at: datetime) -> Failing:
    """How a page fails now, which the last check had or not (None); a second failure on one day is
    the same strike. The first STRIKES strikes are kept."""
    before = page.failing.days if page and page.failing else ()
    if failure.code in _NOT_ASKED:
        return Failing(failure.code, before)
    return Failing(failure.code, tuple(sorted({*before, _day(at)}))[:STRIKES])


def is_gone(failing: Failing) -> bool:
    """Whether a page has failed on so many days that its last text is no evidence any more."""
    return len(failing.days) >= STRIKES


def list_gone(
    gathered: Gathered, *, before: Gathered, last: Verdict, at: datetime
) -> tuple[SourceFailure, ...]:
    """How the pages failed that the last verdict cites for a side and that this check, asked for
    `at`, found to be gone. A page of which an archived copy is evidence is not among them."""
    cited = {item.page.url for item in last.evidence if item.side is not Stance.NEUTRAL}
    now = {page.url for page in gathered.pages}
    failures = {failure.url: failure for failure in gathered.coverage.failed}

    def find() -> Iterator[SourceFailure]:
        for page in before.pages:
            failure = failures.get(page.url)
            if failure is None or page.url not in cited - now or failure.code in _REFUSED:
                continue
            if is_gone(count_strike(page, failure, at=at)):
                yield failure

    return tuple(find())


def mark_failing(verdict: Verdict, gathered: Gathered) -> Verdict:
    """A verdict that stands, with its pages marked as this check found them."""
    found = {page.url: page for page in gathered.pages}

    def mark(page: PageReference) -> PageReference:
        now = found.get(page.url)
        if now is None:
            return replace(page, failing=None)
        return replace(page, failing=now.failing, archived=now.archived)

    evidence = tuple(replace(item, page=mark(item.page)) for item in verdict.evidence)
    return replace(verdict, evidence=evidence)


def _read_again(stored: Page, reference: PageReference) -> Page:
    """The page as the last check read it; `stored` has its text, maybe from another address."""
    is_copy = stored.archived is not None and stored.archived == reference.archived
    is_same = stored.url == reference.url or is_copy
    return replace(
        stored,
        url=reference.url,
        canonical_url=stored.canonical_url if is_same else reference.url,
        title=reference.title,
        publisher=reference.publisher,
        published_at=reference.published_at,
        modified_at=reference.modified_at,
        fetched_at=reference.fetched_at,
        archived=reference.archived,
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
