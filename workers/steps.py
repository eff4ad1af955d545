"""What each stage does with a leased item: load, call the pipeline, commit. Thin on purpose.

Each step gives what its commit gave: False when the lease was lost and nothing was written. It
raises HostBusy when it can be done only later, because of hosts that others are asking.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from claims.errors import NotFound
from claims.pipeline import POSTPONED_S, extract_article, gather_evidence, judge_claim
from claims.ports import Lease
from claims.types import ArticleId, ClaimId, Gathered, Stage
from claims.wiring import now
from workers.bench import Bench

log = structlog.get_logger(__name__)

Step = Callable[[Bench, Lease], bool]


def extract(bench: Bench, lease: Lease) -> bool:
    """Find the claims of an article."""
    article = bench.store.get_article(ArticleId(lease.item.id))
    reading = extract_article(
        article.new,
        pages=bench.store,
        fetcher=bench.fetcher,
        now=now(),
        may_wait_s=POSTPONED_S - lease.waited_s,
        claims_max=bench.claims_max,
    )
    return bench.store.commit_extraction(
        lease,
        reading.extraction,
        text=reading.text,
        title=reading.title,
        url=reading.url,
        published_at=reading.published_at,
    )


def gather(bench: Bench, lease: Lease) -> bool:
    """Look at the sources of a claim."""
    claim = bench.store.get_claim(ClaimId(lease.item.id))
    registry = bench.store.get_registry()
    article_id = claim.record.article_id
    gathered = gather_evidence(
        claim,
        pages=bench.store,
        fetcher=bench.fetcher,
        providers=bench.find_providers(registry),
        registry=registry,
        article_text=bench.store.get_article_text(article_id) if article_id else None,
        keep=lambda searched: bench.store.keep_searched(lease, searched),
        may_wait_s=POSTPONED_S - lease.waited_s,
    )
    return bench.store.commit_gathering(lease, gathered)


def judge(bench: Bench, lease: Lease) -> bool:
    """Come to a verdict on what was gathered."""
    claim_id = ClaimId(lease.item.id)
    claim = bench.store.get_claim(claim_id)
    last = claim.record.verdict
    verdict, entry = judge_claim(
        claim,
        bench.store.get_gathered(claim_id, lease.item.check),
        judge=bench.judge,
        now=now(),
        before=_find_gathered(bench, claim_id, last.check) if last else None,
    )
    return bench.store.commit_verdict(lease, verdict, entry)


def _find_gathered(bench: Bench, claim_id: ClaimId, check: int) -> Gathered | None:
    """What an earlier check gathered; None when that is lost, for then all is scored anew."""
    try:
        return bench.store.get_gathered(claim_id, check)
    except NotFound as error:
        log.warning("gathered_lost", id=claim_id, check=check, error=str(error))
        return None


STEPS: dict[Stage, Step] = {Stage.EXTRACT: extract, Stage.GATHER: gather, Stage.JUDGE: judge}
