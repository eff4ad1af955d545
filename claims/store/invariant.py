"""What must hold in the store at every moment, checked on one consistent reading of all of it.

    An article or claim is not finished  <=>  its current work item is in due or in lease, not both.
    A finished claim with a schedule has its next check in due, at the time it shows.
    A check has at most one verdict; a claim's history, verdict and check number agree.
    An article's counters are those of its claims.
    Every verdict that is kept has what it rests on, and the latest of a claim is kept.
    A page to which a check refers is there, and is counted as often as checks refer to it.

Reading everything takes the server's time: for tests and for a look at a store in trouble.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from claims.store.redis_store import RedisStore
from claims.types import ArticleStatus, ClaimStatus, Stage, VerdictLabel

_STAGE_OF = {
    ClaimStatus.QUEUED: Stage.GATHER,
    ClaimStatus.GATHERING: Stage.GATHER,
    ClaimStatus.JUDGING: Stage.JUDGE,
}


@dataclass(frozen=True, slots=True)
class _Work:
    due: dict[str, float]
    leased: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Article:
    id: str
    status: ArticleStatus
    open: int | None
    claims: int | None
    summary: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Claim:
    id: str
    status: ClaimStatus
    check: int
    article: str | None
    verdict_check: int | None
    label: str | None
    finished: bool
    scheduled: bool
    next_ms: float
    history: tuple[tuple[int, str], ...]

    @property
    def is_finished(self) -> bool:
        return self.status in (ClaimStatus.JUDGED, ClaimStatus.FAILED)


def check_invariant(store: RedisStore) -> list[str]:
    """One sentence per violation; empty when all is well. Raises StoreUnavailable."""
    found = store.connection.run("read_all")
    due, ring, leased, articles, claims, histories, checks, citations, gone, superseded = found
    work = _Work(dict(zip(due[::2], map(float, due[1::2]), strict=True)), frozenset(leased))
    history_of = {claim_id: _read_history(entries) for claim_id, entries in histories}
    all_claims = [_read_claim(row[0], row[1], history_of[row[0]]) for row in claims]
    all_articles = [_read_article(*row) for row in articles]
    expected = {item for claim in all_claims for item in _items_of_claim(claim)}
    expected |= {
        f"{Stage.EXTRACT}:{article.id}:1"
        for article in all_articles
        if article.status is ArticleStatus.QUEUED
    }
    return [
        *_check_work(work, ring, expected),
        *(problem for claim in all_claims for problem in _check_claim(claim, work)),
        *(problem for article in all_articles for problem in _check_article(article, all_claims)),
        *_check_kept(all_claims, checks, superseded),
        *_check_citations([row[3] for row in checks], citations, gone),
    ]


def _check_work(work: _Work, ring: Sequence[str], expected: set[str]) -> Iterator[str]:
    if set(ring) != set(work.due):
        yield f"due and ring differ in {sorted(set(ring) ^ set(work.due))}"
    for item in sorted(work.leased & set(work.due)):
        yield f"{item} is both due and leased"
    present = work.leased | set(work.due)
    for item in sorted(expected - present):
        yield f"{item} is neither due nor leased: it would never be done"
    for item in sorted(present - expected):
        yield f"{item} is due or leased, but nothing waits for it"


def _items_of_claim(claim: _Claim) -> list[str]:
    """The work item that must be in due or lease for this claim, if any."""
    if not claim.is_finished:
        return [f"{_STAGE_OF[claim.status]}:{claim.id}:{claim.check}"]
    return [_next_item(claim)] if claim.scheduled else []


def _next_item(claim: _Claim) -> str:
    return f"{Stage.GATHER}:{claim.id}:{claim.check + 1}"


def _check_claim(claim: _Claim, work: _Work) -> Iterator[str]:
    checks = [check for check, _ in claim.history]
    if any(later <= earlier for earlier, later in pairwise(checks)):
        yield f"{claim.id}: a check has two verdicts or the history is out of order: {checks}"
    last = claim.history[-1] if claim.history else (None, None)
    if last != (claim.verdict_check, claim.label):
        yield f"{claim.id}: the history ends with {last}, not with the verdict"
    if checks and checks[-1] > claim.check:
        yield f"{claim.id}: check {checks[-1]} has a verdict but was never asked for"
    if claim.status is ClaimStatus.JUDGED and claim.verdict_check != claim.check:
        yield f"{claim.id}: judged, but check {claim.check} has no verdict"
    if claim.is_finished and claim.scheduled:
        at = work.due.get(_next_item(claim))
        if at != claim.next_ms:
            yield f"{claim.id}: its next check is due at {at}, not at {claim.next_ms}"
    if claim.is_finished and not claim.finished:
        yield f"{claim.id}: finished, but its article still counts it as open"


def _check_article(article: _Article, claims: Sequence[_Claim]) -> Iterator[str]:
    own = [claim for claim in claims if claim.article == article.id]
    if len(own) != (article.claims or 0):
        yield f"{article.id}: {len(own)} claims, {article.claims} counted"
    still_open = sum(not claim.finished for claim in own)
    if still_open != (article.open or 0):
        yield f"{article.id}: {still_open} claims open, {article.open} counted"
    is_extracted = article.claims is not None
    if is_extracted and (article.status is ArticleStatus.DONE) != (still_open == 0):
        yield f"{article.id}: {article.status} with {still_open} claims open"
    labels = dict(Counter(claim.label for claim in own if claim.label))
    if labels != article.summary:
        yield f"{article.id}: labels {labels}, {article.summary} counted"


def _check_kept(
    claims: Sequence[_Claim],
    checks: Sequence[tuple[str, list[str], list[str], list[str]]],
    superseded: Sequence[str],
) -> Iterator[str]:
    """Verdicts kept, what they rest on, and when they may go."""
    listed = set(superseded)
    for claim, (_, gathered, verdicts, _cited) in zip(claims, checks, strict=True):
        current = [str(claim.check)] if claim.status is ClaimStatus.JUDGING else []
        if set(gathered) != {*verdicts, *current}:
            yield f"{claim.id}: verdicts of {verdicts}, but gathered of {gathered}"
        last = [] if claim.verdict_check is None else [str(claim.verdict_check)]
        if not set(last) <= set(verdicts):
            yield f"{claim.id}: its last verdict, of check {last[0]}, is not kept"
        older = {f"{claim.id}:{check}" for check in verdicts if check not in last}
        if older != {member for member in listed if member.rpartition(":")[0] == claim.id}:
            yield f"{claim.id}: its older checks {sorted(older)} are not those that will be deleted"


def _check_citations(
    cited: Sequence[list[str]], citations: Sequence[str], gone: Sequence[str]
) -> Iterator[str]:
    """`cited`: for each claim check numbers and pages in turn; `citations`: pages and counts."""
    for sha256 in gone:
        yield f"page {sha256} is cited, but not kept"
    times = Counter(sha256 for row in cited for pages in row[1::2] for sha256 in pages.split())
    counted = dict(zip(citations[::2], map(int, citations[1::2]), strict=True))
    if times != Counter({page: count for page, count in counted.items() if count}):
        yield f"pages are cited {dict(times)} times, {counted} counted"


def _read_history(entries: Sequence[str]) -> tuple[tuple[int, str], ...]:
    return tuple((entry["check"], entry["label"]) for entry in map(json.loads, entries))


def _read_article(article_id: str, values: Sequence[str | None]) -> _Article:
    status, still_open, claims, *counts = values
    return _Article(
        id=article_id,
        status=ArticleStatus(str(status)),
        open=_read_int(still_open),
        claims=_read_int(claims),
        summary={
            label.value: int(count)
            for label, count in zip(VerdictLabel, counts, strict=True)
            if count and int(count)
        },
    )


def _read_claim(
    claim_id: str, values: Sequence[str | None], history: tuple[tuple[int, str], ...]
) -> _Claim:
    status, check, article, verdict_check, label, finished, every_ms, next_ms = values
    return _Claim(
        id=claim_id,
        status=ClaimStatus(str(status)),
        check=int(check or 0),
        article=article,
        verdict_check=_read_int(verdict_check),
        label=label,
        finished=finished is not None,
        scheduled=every_ms is not None,
        next_ms=float(next_ms or 0),
        history=history,
    )


def _read_int(text: str | None) -> int | None:
    return None if text is None else int(text)
