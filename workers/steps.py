"""The work of each stage on a leased item: load, call the pipeline, commit. Thin on purpose.

Each step returns the result of its commit: False when the lease was lost and nothing was written.
It raises HostBusy when it must wait for hosts that other workers are asking, and ReaderSilent when
it must wait for a reader.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import structlog

from claims.errors import NotFound, Unreadable
from claims.pipeline import (
    POSTPONED_S,
    extract_article,
    gather_evidence,
    judge_claim,
    leave_unread,
    read_check,
    read_evidence,
    verify_passages,
    wants_reading,
)
from claims.ports import Lease, VerifyRequest
from claims.types import ArticleId, ClaimId, ClaimRecord, Gathered, Stage, Verdict
from claims.wiring import now
from workers.context import WorkerContext
from workers.second_reader import UNANSWERED, wait_for_reader

log = structlog.get_logger(__name__)

Step = Callable[[WorkerContext, Lease], bool]


def extract(context: WorkerContext, lease: Lease) -> bool:
    """Find the claims of an article."""
    article = context.store.get_article(ArticleId(lease.item.id))
    reading = extract_article(
        article.new,
        pages=context.store,
        fetcher=context.fetcher,
        now=now(),
        may_wait_s=POSTPONED_S - lease.waited_s,
        claims_max=context.claims_max,
    )
    return context.store.commit_extraction(
        lease,
        reading.extraction,
        text=reading.text,
        title=reading.title,
        url=reading.url,
        published_at=reading.published_at,
    )


def gather(context: WorkerContext, lease: Lease) -> bool:
    """Gather evidence for a claim from its sources."""
    claim = context.store.get_claim(ClaimId(lease.item.id))
    registry = context.store.get_registry()
    article_id = claim.record.article_id
    gathered = gather_evidence(
        claim,
        pages=context.store,
        fetcher=context.fetcher,
        providers=context.find_providers(registry),
        registry=registry,
        article_text=context.store.get_article_text(article_id) if article_id else None,
        keep=lambda searched: context.store.keep_searched(lease, searched),
        may_wait_s=POSTPONED_S - lease.waited_s,
        passages_max=context.passages_max,
    )
    return context.store.commit_gathering(lease, gathered)


def judge(context: WorkerContext, lease: Lease) -> bool:
    """Judge what was gathered and commit the verdict."""
    claim_id = ClaimId(lease.item.id)
    context.stopwatch.take_s()  # of an attempt that failed
    claim = context.store.get_claim(claim_id)
    last = claim.record.verdict
    second = context.second_reader
    verdict, entry = judge_claim(
        claim,
        context.store.get_gathered(claim_id, lease.item.check),
        judge=context.judge,
        now=now(),
        before=_find_gathered(context, claim_id, last.check) if last else None,
        reader=second.reader.name if second else None,
        table=second.table if second else None,
    )
    judge_s = context.stopwatch.take_s()
    if second is None:
        return context.store.commit_verdict(lease, verdict, entry, judge_s=judge_s)
    if wants_reading(verdict, when=second.when, asked=claim.reader, claim_id=claim_id):
        provisional = replace(verdict, reader=UNANSWERED)
        return context.store.commit_provisional(lease, provisional, entry, judge_s=judge_s)
    unread = leave_unread(verdict, when=second.when, asked=claim.reader)
    return context.store.commit_verdict(lease, unread, entry, judge_s=judge_s)


def read(context: WorkerContext, lease: Lease) -> bool:
    """Have the second reader read what was gathered, and commit the verdict of both.

    Raises ReaderSilent when its endpoint did not answer and the claim waits for it.
    """
    claim_id = ClaimId(lease.item.id)
    claim = context.store.get_claim(claim_id)
    verdict, entry = claim.record.provisional, claim.provisional_entry
    if verdict is None or entry is None:
        return False  # cancelled meanwhile
    second = context.second_reader
    if second is None:  # another worker has a reader, or none has one any more
        return context.store.commit_verdict(lease, replace(verdict, reader=None), entry)
    gathered = context.store.get_gathered(claim_id, lease.item.check)
    with second.ledger.charge(claim_id):
        verdict, entry = read_check(
            claim,
            gathered,
            verdict,
            entry,
            reader=second.reader,
            judge=context.judge,
            table=second.table,
            passages_max=second.passages_max,
        )
    wait_for_reader(verdict, waited_s=lease.waited_s)
    return context.store.commit_verdict(lease, verdict, entry)


def verify(context: WorkerContext, request: VerifyRequest) -> tuple[Verdict, bool]:
    """Judge a verify request from its passages; nothing is kept but the judge's scores.

    Returns the verdict of the judge, and whether a reader is to be asked about it.
    """
    context.stopwatch.take_s()  # of an attempt that failed
    verdict = verify_passages(
        request.claim,
        request.pages,
        judge=context.judge,
        now=now(),
        claimed_at=request.claimed_at,
    )
    second = context.second_reader
    if second is None:
        return verdict, False
    when, asked = second.when, request.reader
    if wants_reading(verdict, when=when, asked=asked, claim_id=ClaimId(request.id)):
        return replace(verdict, reader=UNANSWERED), True
    return leave_unread(verdict, when=when, asked=asked), False


def read_verified(context: WorkerContext, request: VerifyRequest) -> Verdict:
    """Have the second reader read a verify request that was judged: the verdict of both.

    The judge's answers are known by now, so that judging it again takes no time.
    """
    second = context.second_reader

    def ask(claim: ClaimRecord, gathered: Gathered, judged: Verdict) -> Verdict:
        if second is None:
            return judged
        return read_evidence(
            claim,
            gathered,
            judged,
            reader=second.reader,
            judge=context.judge,
            table=second.table,
            passages_max=second.passages_max,
        )

    with second.ledger.charge(None, owner=request.owner) if second else nullcontext():
        return verify_passages(
            request.claim,
            request.pages,
            judge=context.judge,
            now=now(),
            claimed_at=request.claimed_at,
            passages_max=context.passages_max,
            read=ask,
        )


def _find_gathered(context: WorkerContext, claim_id: ClaimId, check: int) -> Gathered | None:
    """What an earlier check gathered; None when it cannot be read: all is scored again then."""
    try:
        return context.store.get_gathered(claim_id, check)
    except (NotFound, Unreadable) as error:
        log.warning("gathered_lost", id=claim_id, check=check, error=str(error))
        return None


STEPS: dict[Stage, Step] = {
    Stage.EXTRACT: extract,
    Stage.GATHER: gather,
    Stage.JUDGE: judge,
    Stage.READ: read,
}
