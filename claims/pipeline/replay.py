"""Judge a check again from its snapshots: the same passages, no network. Reports what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from claims.entailment.calibration import CalibratedJudge
from claims.pipeline.judging import weigh_evidence
from claims.pipeline.second_reading import conclude_with_reading
from claims.shapes import open_check
from claims.sources.snapshots import check_unchanged, list_cited, restore_text
from claims.types import CheckRecord, ClaimId, ClaimRecord, Reading, Verdict
from claims.verdicts.differences import Difference, find_differences


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A verdict as it was and as it is now; `same` is True when nothing differs."""

    claim: ClaimId
    check: int
    same: bool
    then: Verdict
    now: Verdict
    differences: tuple[Difference, ...]


def list_pages(record: CheckRecord) -> tuple[str, ...]:
    """The sha256 of each page that the check read or its verdict cites."""
    return list_cited(record.gathered.pages, record.verdict.evidence)


def replay_check(
    claim: ClaimRecord, record: CheckRecord, texts: Mapping[str, str], *, judge: CalibratedJudge
) -> Replay:
    """Judge the passages of that check again; `texts` are those of `list_pages`, by sha256.

    Passages are not ranked again, and no second reader is asked: its earlier answer counts with its
    earlier likelihoods. So every difference comes from the judge or from the rules. `lost_page`
    stays as it was, because it describes an earlier check. Raises InvalidInput for a text that is
    not the text that was read.
    """
    for sha256 in list_pages(record):
        check_unchanged(texts[sha256], sha256)
    then = record.verdict
    gathered = restore_text(record.gathered, texts)
    check = open_check(claim, number=record.check, requested_at=then.checked_at)
    now = weigh_evidence(check, gathered, judge=judge, now=then.checked_at)
    if isinstance(then.reader, Reading):
        now = conclude_with_reading(check, gathered, now, then.reader, judge=judge)
    now = replace(now, lost_page=then.lost_page, reader=now.reader or then.reader)
    differences = find_differences(then, now)
    return Replay(
        claim=claim.id,
        check=record.check,
        same=not differences,
        then=then,
        now=now,
        differences=differences,
    )
