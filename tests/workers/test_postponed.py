"""Work items that wait for busy hosts: postponed, gathered as if in one go, or given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from claims.errors import HostBusy
from claims.pipeline import POSTPONED_S
from claims.pipeline.searching import Providers
from claims.ports import NewArticle, WorkItem
from claims.registry import RegisteredSource
from claims.store import RedisStore
from claims.types import Candidate, ClaimId, ClaimStatus, Page, Purpose, Query, Queue, Stage
from tests.contracts.steps import article_id, gather_item, new_claim, with_options
from tests.contracts.steps import pass_time as pass_time_in
from tests.stack.scripted import ScriptedFetcher
from tests.workers.items import TEXT, do, take
from workers.context import WorkerContext
from workers.work import Outcome


class BusyFetcher(ScriptedFetcher):
    """A fetcher for which every host is busy."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        raise HostBusy(url, 20.0, "host-busy", "others are first")


def test_claim_whose_hosts_are_busy_is_postponed_without_counting_attempts(
    store: RedisStore, context: WorkerContext
) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    context.__dict__["fetcher"] = BusyFetcher()
    for _ in range(5):
        assert do(gather_item(claim), context) is Outcome.POSTPONED
        assert do(gather_item(claim), context) is Outcome.NOTHING_TO_DO
        waiting = store.get_claim(claim).record.waiting
        assert waiting is not None
        assert waiting.code == "host-busy"
        pass_time_in(store, 21.0)
    context.__dict__["fetcher"] = ScriptedFetcher()
    assert do(gather_item(claim), context) is Outcome.COMMITTED
    assert store.get_gathered(claim, 1).coverage.fetched == 1


class Library:
    """A provider that finds one page and records its queries."""

    name = "library"
    purposes = frozenset({Purpose.CLAIM})

    def __init__(self) -> None:
        self.asked: list[Query] = []

    def search(self, query: Query) -> tuple[Candidate, ...]:
        self.asked.append(query)
        late = Candidate(url="https://late.example/p", published_at="2025-07-01")
        return Candidate(url="https://found.example/p"), late


class BusyOnce(ScriptedFetcher):
    """A fetcher for which the host of the found page is busy at first."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        self.fetched.append(url)
        if "found" in url and sum("found" in one for one in self.fetched) == 1:
            raise HostBusy(url, 20.0, "host-busy", "others are first")
        return super().fetch(url, known=known)


def test_claim_that_was_postponed_is_gathered_as_if_in_one_go(
    store: RedisStore, context: WorkerContext
) -> None:
    library, fetcher = Library(), BusyOnce()
    context._build_providers = lambda _: Providers((library,))
    context.__dict__["fetcher"] = fetcher
    site = RegisteredSource(name="s", domains=("found.example",), credibility=0.9, reason="r")
    store.put_source(site, by="Ada")

    def accept(number: int) -> ClaimId:
        new = with_options(new_claim(number, text=TEXT), as_of=date(2025, 6, 1))
        return store.submit_claim(new)

    waits = accept(1)
    assert do(gather_item(waits), context) is Outcome.POSTPONED
    # A user changes the sources while the claim waits.
    store.put_source(replace(site, credibility=0.1), by="Ada")
    store.put_source(RegisteredSource(name="f", address="https://found.example/p#x"), by="Ada")
    pass_time_in(store, 21.0)
    assert do(gather_item(waits), context) is Outcome.COMMITTED
    goes = accept(2)
    assert do(gather_item(goes), context) is Outcome.COMMITTED
    once, other = store.get_gathered(waits, 1), store.get_gathered(goes, 1)
    assert once == other
    assert once.coverage.asked == 3
    assert [failure.code for failure in once.coverage.failed] == ["after-as-of"]
    assert [page.credibility for page in once.pages] == [None, 0.1]
    assert len(library.asked) == 2
    assert len(fetcher.fetched) == 3  # one of them for the busy host
    # The search outcome is used for this check only.
    for _ in range(2):
        take(Queue.SCORE, context)
    store.recheck_claim(waits)
    assert do(gather_item(waits, 2), context) is Outcome.COMMITTED
    assert len(library.asked) == 3


def test_claim_is_not_postponed_for_ever(store: RedisStore, context: WorkerContext) -> None:
    claim = store.submit_claim(new_claim(text=TEXT))
    context.__dict__["fetcher"] = BusyFetcher()
    outcomes = []
    for _ in range(30):
        outcomes.append(do(gather_item(claim), context))
        pass_time_in(store, 21.0)
    assert outcomes.index(Outcome.COMMITTED) == outcomes.count(Outcome.POSTPONED)
    assert POSTPONED_S - 42.0 < 21.0 * outcomes.count(Outcome.POSTPONED) <= POSTPONED_S
    gathered = store.get_gathered(claim, 1)
    assert [failure.code for failure in gathered.coverage.failed] == ["host-busy"]
    assert store.get_claim(claim).record.status is ClaimStatus.JUDGING


def test_article_whose_site_is_busy_is_postponed_and_given_up_in_the_end(
    store: RedisStore, context: WorkerContext
) -> None:
    new = NewArticle(id=article_id(1), url="https://a.example/")
    store.submit_article(new)
    context.__dict__["fetcher"] = BusyFetcher()
    outcomes = []
    for _ in range(30):
        outcomes.append(do(WorkItem(Stage.EXTRACT, new.id, 1), context))
        pass_time_in(store, 21.0)
    assert outcomes.index(Outcome.GIVEN_UP) == outcomes.count(Outcome.POSTPONED)
    assert 5 < outcomes.count(Outcome.POSTPONED) < POSTPONED_S / 20
    article = store.get_article(new.id).record
    assert article.waiting is None
    assert article.error is not None
    assert article.error.code == "host-busy"
