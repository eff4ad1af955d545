"""State machine for lists: after any changes a list is what a plain filter of all records gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from claims.ports import ArticleFilter, ClaimFilter, ListCount, NewArticle, Order
from claims.store import RedisStore, connect, keys, search
from claims.store.encoding import to_ms
from claims.store.invariant import check_invariant
from claims.types import (
    ArticleId,
    ArticleReading,
    ArticleRecord,
    ArticleStatus,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Extraction,
    VerdictLabel,
)
from tests.claims.samples import NOON
from tests.contracts import steps
from tests.contracts.machines import run_machine
from tests.contracts.test_store_search import collect, judge, submit

T = TypeVar("T", bound=ArticleFilter)
TEXTS = ("The bridge opened", "The bridge fell in 1987", "Rain fell", "The RAIN stopped")
TAGS = ("City", "city", "Sport")
HOSTS = ("a.example", "news.a.example", "b.example")
PEOPLE = (None, "Anna Berg", "ANNA BERG", "Holm")

some_tags = st.lists(st.sampled_from(TAGS), max_size=2, unique_by=str.casefold).map(tuple)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def few(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.just(()) | st.lists(values, min_size=1, max_size=3).map(tuple)


COMMON = {
    "labels": few(st.sampled_from(VerdictLabel)),
    "tags": few(st.sampled_from(TAGS)),
    "words": maybe(st.sampled_from(["the", "bridge", "rain", "fell the", "1987"])),
    "site": maybe(st.sampled_from(["a.example", "b.example", "example"])),
}
claim_filters = st.builds(
    ClaimFilter,
    statuses=few(st.sampled_from(ClaimStatus)),
    article=maybe(st.sampled_from([steps.article_id(0), steps.article_id(1)])),
    claimant=maybe(st.sampled_from(["anna berg", "holm"])),
    least_confidence=maybe(st.sampled_from([0.5, 0.6])),
    order=st.sampled_from(Order),
    **COMMON,
)
article_filters = st.builds(
    ArticleFilter,
    statuses=few(st.sampled_from(ArticleStatus)),
    order=st.sampled_from([Order.NEWEST, Order.OLDEST]),
    **COMMON,
)


def is_on(site: str, urls: list[str]) -> bool:
    hosts = [str(urlsplit(url).hostname) for url in urls]
    return any(host == site or host.endswith(f".{site}") for host in hosts)


def is_said(words: str | None, text: str) -> bool:
    return set((words or "").split()) <= set(text.casefold().split())


def is_tagged(chosen: ArticleFilter, tags: tuple[str, ...]) -> bool:
    wanted = set(map(str.casefold, chosen.tags))
    return not wanted or bool(wanted & set(map(str.casefold, tags)))


def fits_claim(chosen: ClaimFilter, claim: ClaimRecord, article: ArticleRecord | None) -> bool:
    verdict = claim.verdict
    cited = [piece.page.url for piece in verdict.evidence] if verdict else []
    least = chosen.least_confidence
    return (
        (not chosen.labels or (verdict is not None and verdict.label in chosen.labels))
        and (not chosen.statuses or claim.status in chosen.statuses)
        and is_tagged(chosen, claim.tags + (article.tags if article else ()))
        and (chosen.site is None or is_on(chosen.site, cited))
        and is_said(chosen.words, claim.text)
        and chosen.article in (None, claim.article_id)
        and (chosen.claimant is None or chosen.claimant == (claim.claimant or "").casefold())
        and (least is None or (verdict is not None and verdict.confidence >= least))
        and (verdict is not None or chosen.order in (Order.NEWEST, Order.OLDEST))
    )


def fits_article(chosen: ArticleFilter, article: ArticleRecord) -> bool:
    return (
        (not chosen.labels or bool(set(chosen.labels) & {VerdictLabel(x) for x in article.summary}))
        and (not chosen.statuses or article.status in chosen.statuses)
        and is_tagged(chosen, article.tags)
        and (chosen.site is None or is_on(chosen.site, [article.url or ""]))
        and is_said(chosen.words, article.title or "")
    )


class SearchMachine(RuleBasedStateMachine):
    """Changes claims and articles, and compares lists with a filter in Python."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.store: RedisStore = connect(self.url)
        self.store.connection.command("FLUSHALL")

    def teardown(self) -> None:
        self.store.close()

    def list_ids(self, key: str) -> list[str]:
        found: list[str] = self.store.connection.command("ZRANGE", key, 0, -1, "REV")
        return found

    # changes ----------------------------------------------------------------------------------

    @rule(
        number=st.integers(0, 5),
        text=st.sampled_from(TEXTS),
        claimant=st.sampled_from(PEOPLE),
        tags=some_tags,
    )
    def submit_claim(
        self, number: int, text: str, claimant: str | None, tags: tuple[str, ...]
    ) -> None:
        submit(self.store, number, text, claimant=claimant, tags=tags)

    @rule(
        number=st.integers(0, 1),
        title=st.sampled_from(TEXTS),
        host=st.sampled_from(HOSTS),
        tags=some_tags,
    )
    def submit_article(self, number: int, title: str, host: str, tags: tuple[str, ...]) -> None:
        article = steps.article_id(number)
        url = f"https://{host}/{number}"
        self.store.submit_article(NewArticle(id=article, url=url, title=title, tags=tags))

    @rule(
        number=st.integers(0, 1),
        texts=st.lists(st.sampled_from(TEXTS), max_size=3),
        title=st.sampled_from(TEXTS),
        claimant=st.sampled_from(PEOPLE),
    )
    def extract(self, number: int, texts: list[str], title: str, claimant: str | None) -> None:
        article = steps.article_id(number)
        if article not in self.list_ids(keys.ARTICLES):
            return
        if self.store.get_article(article).record.status is not ArticleStatus.QUEUED:
            return
        claims = tuple(Claim(text=text, sentence=text, claimant=claimant) for text in texts)
        assert self.store.commit_extraction(
            steps.acquire(self.store, steps.extract_item(article)),
            ArticleReading(text="It is so.", extraction=Extraction(claims, ()), title=title),
        )

    def pick(self, pick: int) -> tuple[ClaimId, int] | None:
        """A claim whose check has not begun, and the number of that check."""
        ids = self.list_ids(keys.CLAIMS)
        if not ids:
            return None
        claim = ClaimId(ids[pick % len(ids)])
        return claim, self.store.recheck_claim(claim)

    @rule(
        pick=st.integers(0, 9),
        label=st.sampled_from(VerdictLabel),
        confidence=st.sampled_from([0.4, 0.5, 0.6]),
        day=st.integers(0, 2),
        host=st.sampled_from(HOSTS),
    )
    def check(self, pick: int, label: VerdictLabel, confidence: float, day: int, host: str) -> None:
        if (found := self.pick(pick)) is None:
            return
        claim, number = found
        judge(
            self.store,
            claim,
            number,
            label=label,
            confidence=confidence,
            checked_at=NOON + timedelta(days=day),
            cites=steps.read_page(self.store, "It is so.", url=f"https://{host}/page"),
        )

    @rule(pick=st.integers(0, 9), is_retried=st.booleans())
    def give_up(self, pick: int, is_retried: bool) -> None:
        if (found := self.pick(pick)) is None:
            return
        lease = steps.acquire(self.store, steps.gather_item(*found))
        assert self.store.give_up(lease, steps.ERROR)
        if is_retried:
            self.store.recheck_claim(found[0])

    @rule(pick=st.integers(0, 9), tags=some_tags)
    def set_claim_tags(self, pick: int, tags: tuple[str, ...]) -> None:
        if ids := self.list_ids(keys.CLAIMS):
            self.store.set_claim_tags(ClaimId(ids[pick % len(ids)]), tags)

    @rule(pick=st.integers(0, 9), tags=some_tags)
    def set_article_tags(self, pick: int, tags: tuple[str, ...]) -> None:
        if ids := self.list_ids(keys.ARTICLES):
            self.store.set_article_tags(ArticleId(ids[pick % len(ids)]), tags)

    # lists ------------------------------------------------------------------------------------

    @rule(chosen=claim_filters, limit=st.integers(1, 4), lookups=st.sampled_from([1, 5, 5000]))
    def list_claims(self, chosen: ClaimFilter, limit: int, lookups: int) -> None:
        articles = {
            article: self.store.get_article(ArticleId(article)).record
            for article in self.list_ids(keys.ARTICLES)
        }
        claims = [self.store.get_claim(ClaimId(i)).record for i in self.list_ids(keys.CLAIMS)]
        expected = [
            claim
            for claim in claims
            if fits_claim(chosen, claim, articles.get(claim.article_id or ""))
        ]
        if chosen.order is Order.OLDEST:
            expected.reverse()
        elif chosen.order is not Order.NEWEST:
            expected.sort(key=lambda claim: self.sort_key(chosen.order, claim), reverse=True)
        assert self.list_limited(chosen, limit, lookups) == [claim.id for claim in expected]
        self.check_count(self.store.count_claims, chosen, lookups, len(expected))

    def sort_key(self, order: Order, claim: ClaimRecord) -> tuple[float, str]:
        assert claim.verdict is not None
        serial = self.store.connection.command("ZSCORE", keys.CLAIMS, claim.id)
        verdict = claim.verdict
        key = verdict.confidence if order is Order.CONFIDENCE else to_ms(verdict.checked_at)
        return key, str(serial).removesuffix(".0")

    @rule(chosen=article_filters, limit=st.integers(1, 2), lookups=st.sampled_from([1, 5, 5000]))
    def list_articles(self, chosen: ArticleFilter, limit: int, lookups: int) -> None:
        records = [
            self.store.get_article(ArticleId(i)).record for i in self.list_ids(keys.ARTICLES)
        ]
        expected = [record.id for record in records if fits_article(chosen, record)]
        if chosen.order is Order.OLDEST:
            expected.reverse()
        assert self.list_limited(chosen, limit, lookups) == expected
        self.check_count(self.store.count_articles, chosen, lookups, len(expected))

    def check_count(
        self, count: Callable[[T], ListCount], chosen: T, lookups: int, expected: int
    ) -> None:
        """The number is exact, or a minimum that is said to be one."""
        usual, search.LOOKUPS = search.LOOKUPS, lookups
        try:
            counted = count(chosen)
        finally:
            search.LOOKUPS = usual
        assert counted.number == expected if counted.is_exact else counted.number <= expected
        assert counted.is_exact or lookups < 5000

    def list_limited(self, chosen: ArticleFilter, limit: int, lookups: int) -> list[str]:
        usual, search.LOOKUPS = search.LOOKUPS, lookups
        try:
            return collect(self.store, chosen, limit)
        finally:
            search.LOOKUPS = usual

    @invariant()
    def the_store_is_sound(self) -> None:
        assert check_invariant(self.store) == []


@pytest.mark.no_cover  # the other tests of the store reach its lines
def test_lists_equal_those_of_a_filter_in_python(embedded_url: str) -> None:
    run_machine(SearchMachine, url=embedded_url, examples=30, steps=40)
