"""Turn gathered passages into the judge's verdict, and say what changed since the last check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.choosing import find_evidence
from claims.evidence.staleness import find_stale
from claims.extraction import read_claim
from claims.pipeline.failing_pages import list_gone, mark_failing
from claims.pipeline.gathering import PASSAGES, gather_passages
from claims.pipeline.turning import find_turning_pages
from claims.types import (
    Cause,
    Check,
    CheckOptions,
    Gathered,
    HistoryEntry,
    Page,
    Passage,
    ReaderName,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.compare import (
    find_causes,
    find_lost_page,
    find_reader_causes,
    write_entry,
)
from claims.verdicts.conclusion import conclude_verdict, conclude_with, explain_verdict
from claims.verdicts.page_changes import ReadText, find_difference
from claims.verdicts.two_readers import Table


def judge_claim(
    check: Check,
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
    last = check.last
    causes = find_causes(check, gathered, before=before, judge=judge.judge.name)
    if last and before:
        more = find_reader_causes(gathered, before=before, last=last, reader=reader, table=table)
        causes = tuple(dict.fromkeys((*causes, *more)))
    if not causes and last and _is_concluded_otherwise(last, judge):
        causes = (Cause.RULE,)
    if causes or last is None:
        verdict = weigh_evidence(check, gathered, judge=judge, now=now)
    else:
        verdict = _let_stand(check, last, gathered, now=now)
        verdict = verdict if reader else replace(verdict, reader=None)
    verdict = replace(verdict, lost_page=find_lost_page(check, gathered, evidence=verdict.evidence))
    archived = tuple(one.url for one in gathered.pages if one.archived)
    entry = write_entry(verdict, last=last, causes=causes, difference=None, archived=archived)
    if before is None or last is None:
        return verdict, entry
    difference = find_difference(
        gathered, before=before, read_text=read_text, verdict=verdict, last=last
    )
    gone = list_gone(gathered, before=before, last=last, at=check.requested_at)
    difference = replace(difference, gone=gone)
    turned_by: tuple[str, ...] = ()
    if entry.changed:
        turned_by = find_turning_pages(
            gathered,
            before=before,
            label=last.label,
            judge_without=lambda found: weigh_evidence(check, found, judge=judge, now=now),
        )
    return verdict, write_entry(
        verdict,
        last=last,
        causes=causes,
        difference=difference,
        turned_by=turned_by,
        failing=tuple(one.url for one in gathered.pages if one.failing and not one.archived),
        archived=archived,
    )


def _let_stand(check: Check, last: Verdict, gathered: Gathered, *, now: datetime) -> Verdict:
    """The last verdict in this check."""
    verdict = replace(
        mark_failing(last, gathered),
        check=check.number,
        checked_at=now,
        coverage=gathered.coverage,
        prior_checks=gathered.prior_checks,
    )
    return explain_verdict(check, verdict)


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
    read: Callable[[Check, Gathered, Verdict], Verdict] = lambda check, found, judged: judged,
) -> Verdict:
    """The verdict on a claim from passages and pages alone (`gather_passages`), without any fetch.

    `claimed_at` is the time when the claim was made. `read` turns the judge's verdict into the
    verdict of the judge and a second reader, which may read `passages_max` passages.
    """
    check = Check(
        claim=read_claim(claim, article_text=None, claimed_at=claimed_at),
        options=CheckOptions(as_of=as_of),
        requested_at=now,
    )
    gathered = gather_passages(claim, passages, as_of=as_of, passages_max=passages_max)
    return read(check, gathered, weigh_evidence(check, gathered, judge=judge, now=now))


def weigh_evidence(
    check: Check, gathered: Gathered, *, judge: CalibratedJudge, now: datetime
) -> Verdict:
    """Score the passages, find the deciding sentences, conclude."""
    is_stale = find_stale(check.claim, gathered)
    found = find_evidence(check.claim.text, gathered.passages, judge, is_stale=is_stale)
    draft = Verdict(
        label=VerdictLabel.NOT_ENOUGH_EVIDENCE,
        support=None,
        confidence=0.0,
        check=check.number,
        checked_at=now,
        explanation="",
        coverage=gathered.coverage,
        judge=judge.judge.name,
        evidence=tuple(replace(item, stale=is_stale(item.page)) for item in found),
        prior_checks=gathered.prior_checks,
    )
    return conclude_verdict(check, draft, least_confidence=judge.least_confidence)
