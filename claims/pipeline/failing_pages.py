"""Pages that cannot be read any more, and whose last text stays evidence for now. Pure functions.

A page that fails once may be back tomorrow: a server is restarted, a test for robots stands in
front of it, an editor moves it. Each day on which it fails is a strike. Its last text is evidence,
marked as such, until the third strike; then the page is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

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


def _find_nothing(sha256: str) -> Page | None:
    return None


@dataclass(frozen=True, slots=True)
class EarlierPages:
    """What the last check gathered (None: nothing is kept), and the stored page with a sha256."""

    find_gathered: Callable[[], Gathered | None] = lambda: None
    find_page: Callable[[str], Page | None] = _find_nothing


NO_EARLIER = EarlierPages()


def keep_failing(
    failed: Iterable[SourceFailure], earlier: EarlierPages, *, at: datetime
) -> Mapping[str, tuple[Page, Failing]]:
    """The pages among `failed`, by address, whose last text stays evidence in a check asked for
    `at` (aware): those that the last check had and that have fewer than STRIKES strikes."""
    failures = {failure.url: failure for failure in failed if failure.code not in _REFUSED}
    before = earlier.find_gathered() if failures else None
    if before is None:
        return {}
    answers = before.answers or (None,) * len(before.pages)
    kept: dict[str, tuple[Page, Failing]] = {}
    for reference, answer in zip(before.pages, answers, strict=True):
        failure = failures.get(reference.url)
        failing = failure and count_strike(reference, failure, at=at)
        page = earlier.find_page(reference.sha256) if failing and not is_gone(failing) else None
        if failing and page:
            kept[reference.url] = replace(_read_again(page, reference), answer=answer), failing
    return kept


def count_strike(page: PageReference, failure: SourceFailure, *, at: datetime) -> Failing:
    """How a page of the last check fails now; a second failure on one day is the same strike."""
    before = page.failing.days if page.failing else ()
    if failure.code in _NOT_ASKED:
        return Failing(failure.code, before)
    return Failing(failure.code, tuple(sorted({*before, _day(at)})))


def is_gone(failing: Failing) -> bool:
    """Whether a page has failed on so many days that its last text is no evidence any more."""
    return len(failing.days) >= STRIKES


def list_gone(
    gathered: Gathered, *, before: Gathered, last: Verdict, at: datetime
) -> tuple[SourceFailure, ...]:
    """How the pages failed that the last verdict cites for a side and that this check, asked for
    `at`, found to be gone."""
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
    failing = {page.url: page.failing for page in gathered.pages}

    def mark(page: PageReference) -> PageReference:
        return replace(page, failing=failing.get(page.url))

    evidence = tuple(replace(item, page=mark(item.page)) for item in verdict.evidence)
    return replace(verdict, evidence=evidence)


def _read_again(stored: Page, reference: PageReference) -> Page:
    """The page as the last check read it; `stored` has its text, maybe from another address."""
    is_same = stored.url == reference.url
    return replace(
        stored,
        url=reference.url,
        canonical_url=stored.canonical_url if is_same else reference.url,
        title=reference.title,
        publisher=reference.publisher,
        published_at=reference.published_at,
        modified_at=reference.modified_at,
        fetched_at=reference.fetched_at,
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
