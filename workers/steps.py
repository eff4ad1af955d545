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

from claims.adaptive_schedules import Plan, find_urgency, list_looks, plan_check
from claims.entailment.calibration import CalibratedJudge
from claims.errors import NotFound, Unreadable
from claims.pipeline import (
    NO_EARLIER,
    POSTPONED_S,
    EarlierPages,
    extract_article,
    find_returned,
    gather_evidence,
    is_signed_off,
    judge_claim,
    keep_reading,
    leave_unread,
    read_check,
    read_evidence,
    verify_passages,
    wants_reading,
)
from claims.ports import Lease, StoredClaim, VerifyRequest
from claims.shapes import open_check
from claims.types import (
    ArticleId,
    Check,
    ClaimId,
    Gathered,
    HistoryEntry,
    Page,
    ReaderChoice,
    Stage,
    Verdict,
)
from claims.wiring import now
from workers.context import WorkerContext
from workers.second_reader import UNANSWERED, SecondReader, wait_for_reader

log = structlog.get_logger(__name__)

Step = Callable[[WorkerContext, Lease], bool]


def extract(context: WorkerContext, lease: Lease) -> bool:
    """Find the claims of an article."""
    article = context.store.get_article(ArticleId(lease.item.id))
    read = extract_article(
        article.new,
        pages=context.store,
        fetcher=context.fetcher,
        now=now(),
        may_wait_s=POSTPONED_S - lease.waited_s,
        claims_max=context.claims_max,
    )
    return context.store.commit_extraction(lease, read)


def gather(context: WorkerContext, lease: Lease) -> bool:
    """Gather evidence for a claim from its sources."""
    claim = context.store.get_claim(ClaimId(lease.item.id))
    if not _link_returned(context, lease, claim, judge=None):
        return False
    registry = context.store.get_registry()
    article_id = claim.record.article_id
    gathered = gather_evidence(
        _open_check(claim),
        pages=context.store,
        fetcher=context.fetcher,
        providers=context.find_providers(registry),
        registry=registry,
        article_text=context.store.get_article_text(article_id) if article_id else None,
        searched=claim.searched,
        keep=lambda searched: context.store.keep_searched(lease, searched),
        may_wait_s=POSTPONED_S - lease.waited_s,
        passages_max=context.passages_max,
        earlier=_open_earlier(context, claim),
        reads_copies=context.reads_copies,
    )
    return context.store.commit_gathering(lease, gathered)


def judge(context: WorkerContext, lease: Lease) -> bool:
    """Judge the gathered passages and commit the verdict."""
    claim_id = ClaimId(lease.item.id)
    context.stopwatch.take_s()  # of an attempt that failed
    claim = context.store.get_claim(claim_id)
    if not _link_returned(context, lease, claim, judge=context.judge):
        return False
    last = claim.record.verdict
    second = context.second_reader
    asked = None if second is None or second.refusal else second
    check, gathered = _open_check(claim), context.store.get_gathered(claim_id, lease.item.check)
    verdict, entry = judge_claim(
        check,
        gathered,
        judge=context.judge,
        now=now(),
        before=_find_gathered(context, claim_id, last.check) if last else None,
        reader=asked.reader.name if asked else None,
        table=asked.table if asked else None,
        read_text=lambda sha256: page.text if (page := _find_page(context, sha256)) else None,
    )
    judge_s = context.stopwatch.take_s()
    verdict, is_read = _say_reader(second, verdict, choice=claim.reader, claim_id=claim_id)
    if is_read:
        return context.store.commit_provisional(lease, verdict, entry, judge_s=judge_s)
    if asked:
        verdict, entry = keep_reading(check, gathered, verdict, entry, judge=context.judge)
    plan = _plan_check(context, claim, verdict, entry)
    return context.store.commit_verdict(lease, verdict, entry, judge_s=judge_s, plan=plan)


def _link_returned(
    context: WorkerContext, lease: Lease, claim: StoredClaim, *, judge: CalibratedJudge | None
) -> bool:
    """Link a claim at its first check to an earlier one that means the same; False when the lease
    is lost. The judge is loaded only where claims are judged, so that gathering links claims of the
    same words, before anything is fetched, and judging those in other words."""
    if lease.item.check > 1 or claim.record.same_as is not None:
        return True
    earlier = find_returned(claim.record, store=context.store, judge=judge)
    if earlier is None:
        return True
    signed = earlier.review.label if is_signed_off(earlier.review) else None
    return context.store.link_same(lease, earlier.id, signed=signed)


def _say_reader(
    second: SecondReader | None, verdict: Verdict, *, choice: ReaderChoice, claim_id: ClaimId
) -> tuple[Verdict, bool]:
    """The judge's verdict with its reader field set, and whether the reader is asked."""
    if second is None:
        return verdict, False
    if not wants_reading(verdict, when=second.when, asked=choice, claim_id=claim_id):
        return leave_unread(verdict, when=second.when, asked=choice), False
    refusal = second.refusal
    return replace(verdict, reader=refusal or UNANSWERED), refusal is None


def read(context: WorkerContext, lease: Lease) -> bool:
    """Have the second reader read the gathered passages, and commit the verdict of both.

    Raises ReaderSilent when its endpoint did not answer and the claim waits for it.
    """
    claim_id = ClaimId(lease.item.id)
    claim = context.store.get_claim(claim_id)
    verdict, entry = claim.record.provisional, claim.provisional_entry
    if verdict is None or entry is None:
        return False  # cancelled meanwhile
    second = context.second_reader
    refusal = second.refusal if second else None
    if second is None or refusal:  # another worker has a reader, or it was tested meanwhile
        return context.store.commit_verdict(lease, replace(verdict, reader=refusal), entry)
    check = _open_check(claim)
    gathered = context.store.get_gathered(claim_id, lease.item.check)
    with second.ledger.charge(claim_id):
        verdict, entry = read_check(
            check,
            gathered,
            verdict,
            entry,
            reader=second.reader,
            judge=context.judge,
            table=second.table,
            passages_max=second.passages_max,
        )
    wait_for_reader(verdict, waited_s=lease.waited_s)
    verdict, entry = keep_reading(check, gathered, verdict, entry, judge=context.judge)
    plan = _plan_check(context, claim, verdict, entry)
    return context.store.commit_verdict(lease, verdict, entry, plan=plan)


def verify(context: WorkerContext, request: VerifyRequest) -> tuple[Verdict, bool]:
    """Judge a verify request from its passages; only the judge's scores are stored.

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
    return _say_reader(
        context.second_reader, verdict, choice=request.reader, claim_id=ClaimId(request.id)
    )


def read_verified(context: WorkerContext, request: VerifyRequest) -> Verdict:
    """Have the second reader read a verify request that was judged: the verdict of both.

    The judge's answers are known by now, so that judging it again takes no time.
    """
    second = context.second_reader

    def ask(check: Check, gathered: Gathered, judged: Verdict) -> Verdict:
        refusal = second.refusal if second else None
        if second is None or refusal:
            return replace(judged, reader=refusal)
        return read_evidence(
            check,
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


def _open_check(claim: StoredClaim) -> Check:
    """The check that is under way."""
    check = open_check(
        claim.record,
        number=claim.check,
        requested_at=claim.requested_at,
        options=claim.options,
        article_url=claim.article_url,
    )
    return replace(check, fresh_after=claim.fresh_after)


def _plan_check(
    context: WorkerContext, claim: StoredClaim, verdict: Verdict, entry: HistoryEntry
) -> Plan | None:
    """The next check of a claim with an adaptive schedule, after this verdict."""
    record = replace(claim.record, verdict=verdict)
    if record.schedule is None or record.schedule.adaptive is None:
        return None
    at = verdict.checked_at
    looks = list_looks([*context.store.get_history(record.id), entry], now=at)
    return plan_check(
        looks,
        urgency=find_urgency(record, now=at),
        bounds=record.schedule.adaptive,
        is_failing=bool(entry.failing),
        # A time of day is exact.
        seed="" if record.schedule.at else f"{record.id}:{entry.check}",
    )


def _open_earlier(context: WorkerContext, claim: StoredClaim) -> EarlierPages:
    """The pages of the last check that ended in a verdict."""
    last = claim.record.verdict
    if last is None:
        return NO_EARLIER
    return EarlierPages(
        find_gathered=lambda: _find_gathered(context, claim.record.id, last.check),
        find_page=lambda sha256: _find_page(context, sha256),
    )


def _find_gathered(context: WorkerContext, claim_id: ClaimId, check: int) -> Gathered | None:
    """What an earlier check gathered; None when it cannot be read, so that all is scored again."""
    try:
        return context.store.get_gathered(claim_id, check)
    except (NotFound, Unreadable) as error:
        log.warning("gathered_lost", id=claim_id, check=check, error=str(error))
        return None


def _find_page(context: WorkerContext, sha256: str) -> Page | None:
    """A page of this check or the last; None when it cannot be read any more."""
    try:
        return context.store.get_page(sha256)
    except (NotFound, Unreadable) as error:
        log.warning("page_text_lost", sha256=sha256, error=str(error))
        return None


STEPS: dict[Stage, Step] = {
    Stage.EXTRACT: extract,
    Stage.GATHER: gather,
    Stage.JUDGE: judge,
    Stage.READ: read,
}
