"""A page that cannot be read any more: evidence by its last text, until the third strike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from claims.errors import SourceError
from claims.pipeline import EarlierPages
from claims.ports import Fetcher
from claims.sources.failures import FailureCode
from claims.types import Failing, Gathered, HistoryEntry, Page, Verdict, VerdictLabel
from tests.claims.fakes import DIED, Web, address, again, check_of, codes, decide, gather, urls
from tests.claims.samples import NOON, page

MONDAY = NOON.date()
OTHER = "By Monday the navy had confirmed that the boat sank in the strike."


class Watch:
    """A claim with the sources a and b, checked again and again while a page fails."""

    def __init__(self) -> None:
        self.web = FailingWeb(a=DIED, b=OTHER)
        self.stored = [page(url, text) for url, text in self.web.texts.items()]
        self.found = gather(check_of("a", "b"), self.web)
        self.verdict, self.entry = decide(check_of("a", "b"), self.found)

    def look(self, *, day: int, hour: int = 0) -> tuple[Verdict, HistoryEntry, Gathered]:
        """The next check, this many days after the first."""
        before = self.found
        at = NOON + timedelta(days=day, hours=hour)
        check = replace(again(check_of("a", "b"), self.verdict), requested_at=at)
        earlier = EarlierPages(lambda: before, self.find_page)
        self.found = gather(check, self.web, earlier=earlier)
        self.verdict, self.entry = decide(check, self.found, before=before)
        return self.verdict, self.entry, self.found

    def find_page(self, sha256: str) -> Page | None:
        return next((one for one in self.stored if one.sha256 == sha256), None)


class FailingWeb(Web):
    """Pages of `failures`, by address, fail with this code."""

    def __init__(self, **texts: str) -> None:
        super().__init__(**texts)
        self.failures: dict[str, str] = {}

    def get_or_fetch(self, url: str, *, fresh_after: object, fetcher: Fetcher) -> Page:
        if url in self.failures:
            raise SourceError(self.failures[url], "it failed")
        return fetcher.fetch(url)


@pytest.fixture
def watch() -> Watch:
    watch = Watch()
    assert watch.verdict.label is VerdictLabel.SUPPORTED
    return watch


@pytest.mark.parametrize(
    "code",
    ["http-404", "http-503", FailureCode.BLOCKED, FailureCode.NO_TEXT, FailureCode.PAYWALL],
)
def test_last_text_of_a_page_that_fails_is_evidence_and_marked(watch: Watch, code: str) -> None:
    watch.web.failures[address("a")] = code
    verdict, entry, found = watch.look(day=1)
    assert (verdict.label, entry.scored, entry.diff) == (VerdictLabel.SUPPORTED, False, None)
    assert verdict.evidence[0].page.failing == Failing(code, (MONDAY + timedelta(days=1),))
    assert verdict.evidence[0].page.fetched_at == NOON
    assert verdict.lost_page is None
    assert codes(found) == [code]
    assert (found.coverage.asked, found.coverage.fetched) == (2, 1)
    assert urls(found) == [address("a"), address("b")]


def test_page_is_gone_after_failures_on_three_days(watch: Watch) -> None:
    watch.web.failures[address("a")] = "http-404"
    for day in (1, 2):
        verdict, entry, _ = watch.look(day=day)
        assert (verdict.label, entry.changed, entry.diff) == (VerdictLabel.SUPPORTED, False, None)
    verdict, entry, found = watch.look(day=3)
    assert verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert entry.diff is not None
    assert [(one.url, one.code) for one in entry.diff.gone] == [(address("a"), "http-404")]
    assert entry.diff.vanished == entry.turned_by == (address("a"),)
    assert verdict.lost_page is not None
    assert verdict.lost_page.code == "http-404"
    assert urls(found) == [address("b")]
    _, entry, _ = watch.look(day=4)
    assert entry.diff is None  # gone once


def test_failures_of_one_day_are_one_strike(watch: Watch) -> None:
    watch.web.failures[address("a")] = "http-503"
    for hour in range(6):
        verdict, _, _ = watch.look(day=1, hour=hour)
    failing = verdict.evidence[0].page.failing
    assert failing is not None
    assert len(failing.days) == 1


def test_page_that_is_read_again_begins_with_no_strike(watch: Watch) -> None:
    for day in range(1, 8):
        watch.web.failures = {address("a"): "http-503"} if day % 3 else {}
        verdict, entry, _ = watch.look(day=day)
        assert verdict.label is VerdictLabel.SUPPORTED
        assert entry.diff is None
        if day % 3 == 0:
            assert verdict.evidence[0].page.failing is None


def test_host_that_was_not_asked_gives_no_strike(watch: Watch) -> None:
    watch.web.failures[address("a")] = FailureCode.HOST_RESTING
    for day in range(1, 5):
        verdict, _, _ = watch.look(day=day)
    assert verdict.evidence[0].page.failing == Failing(FailureCode.HOST_RESTING)


@pytest.mark.parametrize("code", [FailureCode.OWN_SITE, FailureCode.AFTER_AS_OF])
def test_page_refused_by_a_rule_is_no_evidence_at_once(watch: Watch, code: str) -> None:
    watch.web.failures[address("a")] = code
    verdict, entry, found = watch.look(day=1)
    assert urls(found) == [address("b")]
    assert verdict.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert entry.diff is not None
    assert (entry.diff.vanished, entry.diff.gone) == ((address("a"),), ())


def test_page_without_a_stored_text_is_no_evidence_at_once(watch: Watch) -> None:
    watch.stored.clear()
    watch.web.failures[address("a")] = "http-404"
    _, entry, found = watch.look(day=1)
    assert urls(found) == [address("b")]
    assert entry.diff is not None
    assert (entry.diff.vanished, entry.diff.gone) == ((address("a"),), ())


def test_page_that_the_verdict_does_not_cite_goes_without_being_named(watch: Watch) -> None:
    watch.web.failures[address("b")] = "http-404"
    for day in (1, 2, 3):
        _, entry, found = watch.look(day=day)
    assert urls(found) == [address("a")]
    assert entry.diff is not None
    assert (entry.diff.vanished, entry.diff.gone) == ((address("b"),), ())


def test_page_that_fails_stays_beside_one_that_changes(watch: Watch) -> None:
    watch.web.failures[address("a")] = FailureCode.BLOCKED
    watch.web.texts[address("b")] = "Nobody died in the strike on the boat."
    verdict, _, _ = watch.look(day=1)
    assert verdict.label is VerdictLabel.CONFLICTING_EVIDENCE
    failing = {item.page.url: item.page.failing for item in verdict.evidence}
    assert failing[address("a")] is not None
    assert failing[address("b")] is None
