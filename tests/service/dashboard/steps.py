"""Worker steps for tests of the pages: stored pages, claims with spans, evidence from the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from claims.ports import NewArticle, WorkItem
from claims.store.redis_store import RedisStore
from claims.types import (
    ArticleId,
    ArticleReading,
    Cause,
    CheckOptions,
    Claim,
    ClaimId,
    ClaimRecord,
    Coverage,
    ErrorRecord,
    Evidence,
    Extraction,
    Gathered,
    HistoryEntry,
    LostPage,
    NotChecked,
    NotRead,
    Page,
    PageDifference,
    PriorCheck,
    Probabilities,
    Reading,
    Search,
    ServerAnswer,
    SourceFailure,
    Span,
    Stage,
    Stance,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.origins import refer_to
from tests.claims.samples import JUDGE, NOON, page
from tests.service.work import lease

ARTICLE = ArticleId("a_1")
TEXT = "Eleven people died. The boat sank on Monday.\n\nWas it the storm?"
PAGE_TEXT = f"{'Before. ' * 60}Eleven people died.{' After.' * 60}"
SUPPORT = {
    VerdictLabel.SUPPORTED: 0.97,
    VerdictLabel.REFUTED: 0.03,
    VerdictLabel.CONFLICTING_EVIDENCE: 0.5,
    VerdictLabel.NOT_ENOUGH_EVIDENCE: None,
}


@dataclass(frozen=True, slots=True)
class OnePage:
    """A Fetcher that returns the same page for every URL."""

    page: Page

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        return self.page

    def read_html(self, html: str, *, url: str) -> Page:
        return self.page


def keep_page(store: RedisStore, text: str = PAGE_TEXT, **about: object) -> Page:
    """Store a page as if it had been fetched; `about` overrides its fields."""
    kept = replace(page(text=text), **about)
    fresh_after = kept.fetched_at - timedelta(days=1)
    return store.get_or_fetch(kept.url, fresh_after=fresh_after, fetcher=OnePage(kept))


def submit(
    store: RedisStore,
    claims: Sequence[Claim] | None = None,
    *,
    text: str = TEXT,
    as_of: date | None = None,
) -> list[ClaimRecord]:
    """Submit the article and commit these claims as extracted, by default its two sentences."""
    two = (claim_of(text, 0, 19), claim_of(text, 20, 44))
    question = NotChecked("Was it the storm?", Span(46, 63), "question")
    options = CheckOptions(sources=("https://a.example/one",), as_of=as_of)
    store.submit_article(NewArticle(id=ARTICLE, text=text, options=options))
    extraction = Extraction(two if claims is None else tuple(claims), (question,))
    assert store.commit_extraction(
        lease(store, WorkItem(Stage.EXTRACT, ARTICLE, 1)),
        ArticleReading(text=text, extraction=extraction, title="A boat", published_at="2025-09-05"),
    )
    return list(store.get_article(ARTICLE).record.claims)


def claim_of(text: str, start: int, end: int) -> Claim:
    """Build a claim whose text and sentence are `text[start:end]`."""
    return Claim(text=text[start:end], sentence=text[start:end], span=Span(start, end))


def evidence_from(
    source: Page, quote: str = "Eleven people died.", stance: Stance = Stance.SUPPORTS
) -> Evidence:
    """Build evidence for the first occurrence of `quote` in the page."""
    start = source.text.index(quote)
    reference = refer_to(source, origin="o1")
    sides = {Stance.SUPPORTS: (0.97, 0.01, 0.02), Stance.REFUTES: (0.01, 0.97, 0.02)}
    return Evidence(
        quote=quote,
        span=Span(start, start + len(quote)),
        stance=stance,
        probabilities=Probabilities(*sides.get(stance, (0.1, 0.1, 0.8))),
        page=reference,
    )


def judge(
    store: RedisStore,
    claim_id: ClaimId,
    evidence: Sequence[Evidence] = (),
    *,
    label: VerdictLabel = VerdictLabel.NOT_ENOUGH_EVIDENCE,
    check: int = 1,
    failed: Sequence[SourceFailure] = (),
    changed: bool = False,
    causes: Sequence[Cause] = (Cause.PASSAGES,),
    difference: PageDifference | None = None,
    turned_by: tuple[str, ...] = (),
    archived: tuple[str, ...] = (),
    searches: Sequence[Search] = (),
    prior_checks: Sequence[PriorCheck] = (),
    answer: ServerAnswer | None = None,
    confidence: float = 0.9,
    lost_page: LostPage | None = None,
    reader: Reading | NotRead | None = None,
    is_provisional: bool = False,
) -> None:
    """Commit gathering and verdict of one check of a claim; `answer` is stored for each page."""
    pages = tuple({item.page.url: item.page for item in evidence}.values())
    coverage = Coverage(
        len(pages) + len(failed), len(pages), len(pages), tuple(failed), tuple(searches)
    )
    found = Gathered((), pages, coverage, answers=(answer,) * len(pages))
    gathering = lease(store, WorkItem(Stage.GATHER, claim_id, check))
    assert store.commit_gathering(gathering, found)
    verdict = Verdict(
        label=label,
        support=SUPPORT[label],
        confidence=confidence,
        check=check,
        checked_at=NOON + timedelta(days=check),
        explanation="Because of what the page says.",
        coverage=coverage,
        judge=JUDGE,
        evidence=tuple(evidence),
        prior_checks=tuple(prior_checks),
        lost_page=lost_page,
        reader=reader,
    )
    entry = HistoryEntry(
        check=check,
        checked_at=verdict.checked_at,
        label=label,
        support=verdict.support,
        confidence=confidence,
        changed=changed,
        scored=bool(causes),
        causes=tuple(causes),
        diff=difference,
        turned_by=turned_by,
        archived=archived,
    )
    judging = lease(store, WorkItem(Stage.JUDGE, claim_id, check))
    commit = store.commit_provisional if is_provisional else store.commit_verdict
    assert commit(judging, verdict, entry)


def support(
    store: RedisStore, *, text: str = PAGE_TEXT, **about: str | None
) -> tuple[ClaimRecord, Page]:
    """Submit the article and support its first claim by a new page: the claim, and the page.

    `about` overrides fields of the page.
    """
    claim, source = submit(store)[0], keep_page(store, text, **about)
    judge(store, claim.id, [evidence_from(source)], label=VerdictLabel.SUPPORTED)
    return claim, source


def end_reading(store: RedisStore, claim_id: ClaimId, said: Reading | NotRead) -> None:
    """Commit the provisional verdict of the first check, with this reader, as its verdict."""
    stored = store.get_claim(claim_id)
    verdict, entry = stored.record.provisional, stored.provisional_entry
    assert verdict is not None and entry is not None
    reading = lease(store, WorkItem(Stage.READ, claim_id, 1))
    assert store.commit_verdict(reading, replace(verdict, reader=said), entry)


def give_up(store: RedisStore, item: WorkItem, detail: str) -> None:
    """Mark the article or claim of this work item as failed."""
    assert store.give_up(lease(store, item), ErrorRecord("broken", detail))
