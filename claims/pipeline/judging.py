"""Turn gathered passages into the judge's verdict, and say what changed since the last check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from claims.entailment.stances import (
    CalibratedJudge,
    ScoredPassage,
    choose_clearest,
    drop_contradicted,
    narrow,
    split_passage,
    write_evidence,
)
from claims.extraction import read_claim
from claims.pipeline.gathering import PASSAGES, gather_passages
from claims.pipeline.turning import find_turning_pages
from claims.ports import StoredClaim
from claims.scoring import score_passages
from claims.shapes import open_record
from claims.types import (
    Cause,
    CheckOptions,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Evidence,
    Gathered,
    HistoryEntry,
    Page,
    PageReference,
    Passage,
    ReaderName,
    Stance,
    Verdict,
)
from claims.verdicts.aggregate import MARGIN, weighted_probability
from claims.verdicts.compare import (
    find_causes,
    find_lost_page,
    find_reader_causes,
    write_entry,
)
from claims.verdicts.conclusion import conclude_with, explain_again, write_conclusion
from claims.verdicts.page_changes import ReadText, find_difference
from claims.verdicts.staleness import find_stale
from claims.verdicts.two_readers import Table

# Passages quoted for each stance.
EVIDENCE_PER_STANCE = 4


def judge_claim(
    claim: StoredClaim,
    gathered: Gathered,
    *,
    judge: CalibratedJudge,
    now: datetime,
    before: Gathered | None,
    reader: ReaderName | None = None,
    table: Table | None = None,
    read_text: ReadText = lambda sha256: None,
) -> tuple[Verdict, HistoryEntry]:
    """The verdict of the judge in this check and its history entry.

    `before` is what the last check gathered. If nothing on which the last verdict is based has
    changed, the verdict is kept with its reading, and nothing is scored. `reader` is the second
    reader that is set up now, `table` its test; None without one. `read_text` has the texts in
    which the entry compares sentences.
    """
    last = claim.record.verdict
    causes = find_causes(claim.record, gathered, before=before, last=last, judge=judge.judge.name)
    if last and before:
        more = find_reader_causes(gathered, before=before, last=last, reader=reader, table=table)
        causes = tuple(dict.fromkeys((*causes, *more)))
    if not causes and last and _is_concluded_otherwise(last, judge):
        causes = (Cause.RULE,)
    if causes or last is None:
        verdict = weigh_evidence(claim.record, gathered, judge=judge, check=claim.check, now=now)
    else:
        verdict = _let_stand(claim, last, gathered, now=now)
        verdict = verdict if reader else replace(verdict, reader=None)
    lost = find_lost_page(gathered, last=last, evidence=verdict.evidence, check=claim.check)
    verdict = replace(verdict, lost_page=lost)
    entry = write_entry(verdict, last=last, causes=causes, difference=None)
    if before is None or last is None:
        return verdict, entry
    difference = find_difference(
        gathered, before=before, read_text=read_text, verdict=verdict, last=last
    )
    turned_by: tuple[str, ...] = ()
    if entry.changed:
        turned_by = find_turning_pages(
            gathered,
            before=before,
            label=last.label,
            judge_without=lambda found: weigh_evidence(
                claim.record, found, judge=judge, check=claim.check, now=now
            ),
        )
    return verdict, write_entry(
        verdict, last=last, causes=causes, difference=difference, turned_by=turned_by
    )


def _let_stand(claim: StoredClaim, last: Verdict, gathered: Gathered, *, now: datetime) -> Verdict:
    """The last verdict in this check."""
    verdict = replace(
        last,
        check=claim.check,
        checked_at=now,
        coverage=gathered.coverage,
        prior_checks=gathered.prior_checks,
    )
    return replace(verdict, explanation=explain_again(claim.record, verdict))


def _is_concluded_otherwise(last: Verdict, judge: CalibratedJudge) -> bool:
    """Whether the current rule gives the same evidence another label."""
    conclusion = conclude_with(last.evidence, last.reader, least_confidence=judge.least_confidence)
    return conclusion.label is not last.label


def verify_passages(
    claim: str,
    passages: Iterable[str | Passage | Page],
    *,
    judge: CalibratedJudge,
    now: datetime,
    claimed_at: date | None = None,
    as_of: date | None = None,
    passages_max: int = PASSAGES,
    read: Callable[[ClaimRecord, Gathered, Verdict], Verdict] = lambda claim, found, judged: judged,
) -> Verdict:
    """The verdict on a claim from passages and pages alone (`gather_passages`), without any fetch.

    `claimed_at` is the time when the claim was made. `read` turns the judge's verdict into the
    verdict of the judge and a second reader, which may read `passages_max` passages.
    """
    record = open_record(
        read_claim(claim, article_text=None, claimed_at=claimed_at),
        claim_id=ClaimId(""),
        article_id=None,
        status=ClaimStatus.JUDGING,
        options=CheckOptions(as_of=as_of),
    )
    gathered = gather_passages(claim, passages, as_of=as_of, passages_max=passages_max)
    verdict = weigh_evidence(record, gathered, judge=judge, check=1, now=now)
    return read(record, gathered, verdict)


def weigh_evidence(
    claim: ClaimRecord,
    gathered: Gathered,
    *,
    judge: CalibratedJudge,
    check: int,
    now: datetime,
) -> Verdict:
    """Score the passages, find the deciding sentences, conclude."""
    is_stale = find_stale(
        gathered.pages,
        claim=claim.text,
        claimed_at=claim.claimed_at,
        shared=gathered.coverage.shared_origins,
    )
    found = find_evidence(claim.text, gathered.passages, judge, is_stale=is_stale)
    evidence = tuple(replace(item, stale=is_stale(item.page)) for item in found)
    written = write_conclusion(
        claim, evidence, gathered.coverage, least_confidence=judge.least_confidence
    )
    return Verdict(
        label=written.label,
        support=written.support,
        confidence=written.confidence,
        check=check,
        checked_at=now,
        explanation=written.explanation,
        coverage=gathered.coverage,
        judge=judge.judge.name,
        evidence=written.evidence,
        prior_checks=gathered.prior_checks,
    )


def find_evidence(
    claim: str,
    passages: Sequence[Passage],
    judge: CalibratedJudge,
    *,
    is_stale: Callable[[PageReference], bool] = lambda page: False,
) -> tuple[Evidence, ...]:
    """The evidence of the origins, the clearest first.

    Scores the passages, and the sentences of those passages that bear on the claim. Each origin
    gives one piece of evidence for each side, from all its pages.
    """

    def weighted(item: ScoredPassage, side: Stance) -> float:
        page = item.passage.page
        return weighted_probability(item.says(side), page.credibility, stale=is_stale(page))

    (scored,) = score_passages([(claim, passages)], judge)
    bearing = [item for item in scored if item.side is not Stance.NEUTRAL]
    sentences = [(claim, split_passage(item.passage)) for item in bearing]
    around = [item.passage.text for item in bearing]
    parts = score_passages(sentences, judge, within=around)
    answers = [item for item in scored if item.side is Stance.NEUTRAL]
    answers += [
        narrow(item, some, margin=MARGIN) for item, some in zip(bearing, parts, strict=True)
    ]
    chosen = choose_clearest(
        drop_contradicted(answers), limit=EVIDENCE_PER_STANCE, weighted=weighted
    )
    return tuple(map(write_evidence, chosen))
