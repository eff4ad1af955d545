"""Whether claims, articles, what is kept of their checks, and keys agree with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from claims.store.invariant.queue_checks import next_item
from claims.store.invariant.stored_values import Article, Claim, Work
from claims.types import ArticleStatus, ClaimStatus


def check_claim(claim: Claim, work: Work) -> Iterator[str]:
    """Check a claim's history, verdict, check number, next check and provisional verdict."""
    checks = [check for check, _ in claim.history]
    if any(later <= earlier for earlier, later in pairwise(checks)):
        yield f"{claim.id}: a check has two verdicts or the history is out of order: {checks}"
    last = claim.history[-1] if claim.history else (None, None)
    if last != (claim.verdict_check, claim.label):
        yield f"{claim.id}: the history ends with {last}, not with the verdict"
    if checks and checks[-1] > claim.check:
        yield f"{claim.id}: check {checks[-1]} has a verdict but was never asked for"
    is_judged = claim.status is ClaimStatus.JUDGED and claim.verdict_check is not None
    if is_judged and claim.check not in (claim.verdict_check, claim.cancelled):
        yield f"{claim.id}: judged, but check {claim.check} has no verdict"
    if claim.is_finished and claim.scheduled:
        at = work.due.get(next_item(claim))
        if at != claim.next_ms:
            yield f"{claim.id}: its next check is due at {at}, not at {claim.next_ms}"
    expected = claim.check if claim.status is ClaimStatus.READING else None
    if claim.provisional != expected:
        yield f"{claim.id}: {claim.status}, its provisional verdict is of {claim.provisional}"
    if claim.is_finished and not claim.finished:
        yield f"{claim.id}: finished, but its article still counts it as open"


def check_article(article: Article, claims: Sequence[Claim]) -> Iterator[str]:
    """Check an article's counters and labels against its claims."""
    own = [claim for claim in claims if claim.article == article.id]
    if len(own) + article.deleted != (article.claims or 0):
        yield f"{article.id}: {len(own)} claims, {article.claims} counted"
    still_open = sum(not claim.finished for claim in own)
    if still_open != (article.open or 0):
        yield f"{article.id}: {still_open} claims open, {article.open} counted"
    is_extracted = article.claims is not None
    if is_extracted and (article.status is ArticleStatus.DONE) != (still_open == 0):
        yield f"{article.id}: {article.status} with {still_open} claims open"
    counted = [claim for claim in own if not claim.superseded]
    labels = dict(Counter(claim.label for claim in counted if claim.label))
    if labels != article.summary:
        yield f"{article.id}: labels {labels}, {article.summary} counted"


def check_kept(
    claims: Sequence[Claim],
    checks: Sequence[tuple[str, list[str], list[str], list[str]]],
    superseded: Sequence[str],
) -> Iterator[str]:
    """Checks stored verdicts, their evidence, and when they may be deleted."""
    listed = set(superseded)
    for claim, (_, gathered, verdicts, _cited) in zip(claims, checks, strict=True):
        is_current = claim.status in (ClaimStatus.JUDGING, ClaimStatus.READING)
        current = [str(claim.check)] if is_current else []
        if set(gathered) != {*verdicts, *current}:
            yield f"{claim.id}: verdicts of {verdicts}, but gathered of {gathered}"
        last = [] if claim.verdict_check is None else [str(claim.verdict_check)]
        if not set(last) <= set(verdicts):
            yield f"{claim.id}: its last verdict, of check {last[0]}, is not kept"
        older = {f"{claim.id}:{check}" for check in verdicts if check not in last}
        if older != {member for member in listed if member.rpartition(":")[0] == claim.id}:
            yield f"{claim.id}: its older checks {sorted(older)} are not those that will be deleted"


def check_citations(
    cited: Sequence[list[str]], citations: Sequence[str], gone: Sequence[str]
) -> Iterator[str]:
    """`cited`: for each claim check numbers and pages in turn; `citations`: pages and counts."""
    for sha256 in gone:
        yield f"page {sha256} is cited, but not kept"
    times = Counter(sha256 for row in cited for pages in row[1::2] for sha256 in pages.split())
    counted = dict(zip(citations[::2], map(int, citations[1::2]), strict=True))
    if times != Counter({page: count for page, count in counted.items() if count}):
        yield f"pages are cited {dict(times)} times, {counted} counted"


def check_keys(rows: Sequence[tuple[str, str, Sequence[str | None]]]) -> Iterator[str]:
    """Check the keys of the API: id, listed end, and fields of each."""
    for key_id, listed, (digest, scopes, expires, revoked) in rows:
        ends = min((float(at) for at in (expires, revoked) if at), default=float("inf"))
        if not digest or not scopes:
            yield f"key {key_id} has no secret or no scope"
        if float(listed) != ends:
            yield f"key {key_id} ends at {ends}, but is listed as ending at {listed}"


def check_deleted(deleted: Sequence[str], kept: Sequence[str]) -> Iterator[str]:
    """Check that no deleted record is stored."""
    for record_id in sorted(set(deleted) & set(kept)):
        yield f"{record_id} was deleted, but is stored"


def check_corrected(claims: Sequence[Claim]) -> Iterator[str]:
    """Check that corrected claims and their corrections refer to each other."""
    by_id = {claim.id: claim for claim in claims}
    for claim in claims:
        for other_id, back in ((claim.corrects, "corrected_by"), (claim.corrected_by, "corrects")):
            if other_id and getattr(by_id.get(other_id), back, None) != claim.id:
                yield f"{claim.id}: {other_id} does not refer back to it"
        if claim.corrected_by and (claim.scheduled or not claim.is_finished):
            yield f"{claim.id}: corrected, but it would be checked again"
        elif claim.corrected_by and not claim.superseded:
            yield f"{claim.id}: corrected, but lists and counts have it"
        elif claim.superseded and not claim.corrected_by:
            yield f"{claim.id}: not corrected, but lists and counts leave it out"
