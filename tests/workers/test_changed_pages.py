"""What a re-check by a worker says about a page that changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from claims.errors import SourceError
from claims.ports import Adapted, EventFilter
from claims.settings import Settings
from claims.sources.archived_copies import is_copy_address
from claims.store import RedisStore
from claims.types import Adaptive, ArchivedCopy, Page, VerdictLabel
from tests.contracts.steps import gather_item, judge_item, new_claim
from tests.stack.scripted import ScriptedFetcher
from tests.workers.items import TEXT, do
from workers.context import WorkerContext

COPY = ArchivedCopy("https://archive.example/web/20240303101112id_/x", date(2024, 3, 3))
BEFORE, AFTER = "The bridge is 42 metres long.", "The bridge is 24 metres long."


class ChangedPage(ScriptedFetcher):
    """Serves the same sentence at every address, with a line of furniture that is always new."""

    def __init__(self) -> None:
        self.sentence = BEFORE
        self.fetches = 0

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        self.fetches += 1
        text = f"{self.sentence} It was built in 1901.\n\nUpdated {self.fetches} hours ago"
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        return replace(super().fetch(url, known=known), text=text, sha256=sha256)


class FailingPage(ChangedPage):
    """Answers 404 from the second fetch on."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        if self.fetches:
            raise SourceError("http-404", "it answered 404")
        return super().fetch(url, known=known)


def test_page_that_fails_once_stays_evidence_by_its_stored_text(
    store: RedisStore, context: WorkerContext
) -> None:
    context.fetcher = FailingPage()
    claim = store.submit_claim(new_claim(text=TEXT))
    for check in (1, 2, 3):
        store.recheck_claim(claim)
        do(gather_item(claim, check=check), context)
        do(judge_item(claim, check=check), context)
    verdict = store.get_claim(claim).record.verdict
    assert verdict is not None
    assert (verdict.check, verdict.label) == (3, VerdictLabel.SUPPORTED)
    (evidence,) = verdict.evidence
    assert evidence.page.failing is not None
    assert (evidence.page.failing.code, len(evidence.page.failing.days)) == ("http-404", 1)
    assert [entry.diff for entry in store.get_history(claim)] == [None, None, None]
    events = store.list_events(since=None, limit=100, only=EventFilter(types=("page.vanished",)))
    assert events.items == ()


class CopiedPage(ChangedPage):
    """Answers 404 at every address, and has an archived copy of each."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        if not is_copy_address(url):
            raise SourceError("http-404", "it answered 404")
        return replace(super().fetch(url, known=known), archived=COPY)


def test_history_and_verdict_name_the_archived_copy_of_a_page_that_fails(
    store: RedisStore, context: WorkerContext
) -> None:
    context.fetcher, context.reads_copies = CopiedPage(), True
    claim = store.submit_claim(new_claim(text=TEXT))
    for check in (1, 2):
        store.recheck_claim(claim)
        do(gather_item(claim, check=check), context)
        do(judge_item(claim, check=check), context)
    verdict = store.get_claim(claim).record.verdict
    assert verdict is not None
    (evidence,) = verdict.evidence
    assert (evidence.page.archived, verdict.check) == (COPY, 2)
    assert evidence.page.failing is not None
    assert "archived copy of 3 March 2024" in verdict.explanation
    first, second = store.get_history(claim)
    assert (first.archived, first.failing) == ((evidence.page.url,), ())
    assert (second.archived, second.failing, second.diff) == ((evidence.page.url,), (), None)
    assert not is_copy_address(evidence.page.url)
    assert context.fetcher.fetches == 1


@pytest.mark.parametrize(("archive", "reads"), [("", False), ("https://web.archive.org", True)])
def test_copies_are_read_only_with_the_setting(store_url: str, archive: str, reads: bool) -> None:
    settings = Settings(redis_url=store_url, archive=archive)
    assert WorkerContext.from_settings(settings).reads_copies is reads


def test_check_on_an_adaptive_schedule_sets_the_period_from_its_looks(
    store: RedisStore, context: WorkerContext
) -> None:
    context.fetcher = ChangedPage()
    claim = store.submit_claim(new_claim(text=TEXT))
    for check in (1, 2):
        store.recheck_claim(claim)
        do(gather_item(claim, check=check), context)
        do(judge_item(claim, check=check), context)
        adaptive = Adapted(Adaptive("PT1M", "P1D"), "no look back yet")
        store.set_schedule(claim, every="P1D", until=None, adaptive=adaptive)
    store.recheck_claim(claim)
    do(gather_item(claim, check=3), context)
    do(judge_item(claim, check=3), context)
    schedule = store.get_claim(claim).record.schedule
    assert schedule is not None
    assert schedule.adaptive == adaptive.bounds
    assert schedule.reason == "unchanged in 2 looks; sooner because the claim is new"
    assert schedule.every != "P1D"


def test_history_has_the_changed_sentences_of_the_stored_texts_and_no_furniture(
    store: RedisStore, context: WorkerContext
) -> None:
    web = ChangedPage()
    context.fetcher = web
    claim = store.submit_claim(new_claim(text=TEXT))
    for check, sentence in enumerate((BEFORE, BEFORE, AFTER), start=1):
        web.sentence = sentence
        store.recheck_claim(claim)
        do(gather_item(claim, check=check), context)
        do(judge_item(claim, check=check), context)
    _, unchanged, changed = store.get_history(claim)
    assert unchanged.diff is None
    assert changed.diff is not None
    (change,) = changed.diff.changed
    assert (change.before, change.after, change.deciding) == (BEFORE, AFTER, True)
