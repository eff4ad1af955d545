"""Whether a second reader reads the evidence of a claim, and the verdict of both readers.

wants_reading          whether a verdict of the judge is read, by setting and request
leave_unread           judge's verdict -> the same with the reason why no reader is asked
read_check             judge's verdict and history entry -> those of both readers
read_evidence          judge's verdict -> the verdict of both readers; asks the reader
conclude_with_answer   judge's verdict and the reader's answer -> the verdict of both readers
conclude_with_reading  the same with a reading that has its likelihoods, as stored verdicts have it
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.sides import LEADING
from claims.evidence.whole_evidence import (
    READER_PASSAGES,
    add_quotations,
    ask_reader,
    write_question,
)
from claims.ports import Reader
from claims.types import (
    Check,
    ClaimId,
    Gathered,
    HistoryEntry,
    NotRead,
    ReaderChoice,
    ReaderWhen,
    Reading,
    Unread,
    Verdict,
)
from claims.verdicts.compare import find_lost_page, note_reading
from claims.verdicts.conclusion import conclude_verdict
from claims.verdicts.two_readers import Table, apply_table

# Percentage of the claims decided by the judge that are read nevertheless, to measure its mistakes.
SAMPLE_PERCENT = 3
_AGAIN = (Unread.NOT_ASKED, Unread.BUDGET, Unread.NO_ANSWER)


def wants_reading(
    verdict: Verdict, *, when: ReaderWhen, asked: ReaderChoice, claim_id: ClaimId
) -> bool:
    """Whether a second reader is to read the passages of this check.

    A verdict that was kept from an earlier check is not read twice, whether its answer was used or
    discarded, unless the request says so. UNDECIDED chooses the claims that the judge does not
    decide and a sample of the others, which a hash of claim and check selects.
    """
    if asked is ReaderChoice.NEVER or isinstance(verdict.reader, Reading):
        return False
    if asked is ReaderChoice.ALWAYS:
        return True
    if verdict.reader is not None and verdict.reader.skipped not in _AGAIN:
        return False
    if when is ReaderWhen.UNDECIDED:
        return verdict.label not in LEADING or _is_sampled(claim_id, verdict.check)
    return when is ReaderWhen.ALWAYS


def _is_sampled(claim_id: ClaimId, check: int) -> bool:
    digest = hashlib.sha256(f"{claim_id}:{check}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < SAMPLE_PERCENT


def leave_unread(verdict: Verdict, *, when: ReaderWhen, asked: ReaderChoice) -> Verdict:
    """The verdict of the judge, with the reason why no second reader is asked (`wants_reading` is
    False). A verdict kept from an earlier check keeps its reading."""
    said = verdict.reader
    if said is not None and not (isinstance(said, NotRead) and said.skipped in _AGAIN):
        return verdict
    if asked is ReaderChoice.NEVER:
        detail = "the request says that no second reader is asked"
    elif when is ReaderWhen.ASKED:
        detail = "only claims are read for which a request says so"
    else:
        detail = "the judge decided it, and only what the judge leaves open is read"
    return replace(verdict, reader=NotRead(skipped=Unread.NOT_ASKED, detail=detail))


def read_check(
    check: Check,
    gathered: Gathered,
    verdict: Verdict,
    entry: HistoryEntry,
    *,
    reader: Reader,
    judge: CalibratedJudge,
    table: Table | None,
    passages_max: int = READER_PASSAGES,
) -> tuple[Verdict, HistoryEntry]:
    """The verdict of both readers in this check and its history entry.

    `verdict` and `entry` are those of `judge_claim`.
    """
    read = read_evidence(
        check,
        gathered,
        verdict,
        reader=reader,
        judge=judge,
        table=table,
        passages_max=passages_max,
    )
    lost = find_lost_page(check, gathered, evidence=read.evidence)
    return replace(read, lost_page=lost), note_reading(entry, read, last=check.last)


def read_evidence(
    check: Check,
    gathered: Gathered,
    verdict: Verdict,
    *,
    reader: Reader,
    judge: CalibratedJudge,
    table: Table | None,
    passages_max: int = READER_PASSAGES,
) -> Verdict:
    """The verdict of the judge and a second reader, which is asked once about all passages.

    `verdict` is the judge's, on the gathered passages; `table` has the reader's answers on labelled
    claims, None for a reader that was not tested. Without a reading the verdict is the judge's,
    with the reason why there is none. Raises JudgeUnavailable, and StoreUnavailable if the reader
    uses the store.
    """
    question = write_question(check, gathered, passages_max=passages_max)
    said = ask_reader(question, reader)
    return conclude_with_answer(check, gathered, verdict, said, judge=judge, table=table)


def conclude_with_answer(
    check: Check,
    gathered: Gathered,
    verdict: Verdict,
    said: Reading | NotRead,
    *,
    judge: CalibratedJudge,
    table: Table | None,
) -> Verdict:
    """The verdict of both readers, or the judge's with the reason why there is no reading."""
    if isinstance(said, NotRead):
        return replace(verdict, reader=said)
    return conclude_with_reading(check, gathered, verdict, apply_table(said, table), judge=judge)


def conclude_with_reading(
    check: Check,
    gathered: Gathered,
    verdict: Verdict,
    reading: Reading,
    *,
    judge: CalibratedJudge,
) -> Verdict:
    """The verdict of both readers, from the judge's and a reading that has its likelihoods."""
    evidence = add_quotations(check, gathered, verdict.evidence, reading, judge=judge)
    draft = replace(verdict, evidence=evidence, reader=reading)
    return conclude_verdict(check, draft, least_confidence=judge.least_confidence)
