"""Has claims read by a second reader that were judged in this process, several at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.whole_evidence import ask_reader, write_question
from claims.pipeline import conclude_with_answer, leave_unread, wants_reading
from claims.pipeline.threads import open_pool
from claims.ports import Progress, Question, Reader
from claims.reader.results import Result
from claims.types import (
    Check,
    ClaimId,
    Gathered,
    NotRead,
    ReaderChoice,
    ReaderWhen,
    Reading,
    Unread,
    Verdict,
)

READING = "asking the second reader"
"""The name of the step, for `Progress`."""


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A check of a claim with its evidence and the verdict of the judge.

    `claim_id` decides, with the number of the check, which claims are sampled for reading.
    """

    claim_id: ClaimId
    check: Check
    gathered: Gathered
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReader:
    """A second reader, how much it counts by its test, and which claims it reads.

    `threads` is the number of claims that are asked about at the same time: more than one only for
    a reader that several threads may use. A reader that its test refuses is not asked.
    """

    reader: Reader
    test: Result | None
    when: ReaderWhen
    passages_max: int
    threads: int

    def read(
        self,
        judged: Sequence[JudgedClaim],
        *,
        asked: ReaderChoice,
        judge: CalibratedJudge,
        progress: Progress,
    ) -> list[Verdict]:
        """The verdicts of both readers, in the order of the claims, those that are not read with
        the reason. Raises JudgeUnavailable, and StoreUnavailable of a reader with a store.
        """
        unread = [self._leave(one, asked) for one in judged]
        questions = [
            write_question(one.check, one.gathered, passages_max=self.passages_max)
            for one, left in zip(judged, unread, strict=True)
            if left is None
        ]
        answers = iter(self._ask(questions, progress))
        table = self.test.table if self.test else None
        return [
            left
            or conclude_with_answer(
                one.check, one.gathered, one.verdict, next(answers), judge=judge, table=table
            )
            for one, left in zip(judged, unread, strict=True)
        ]

    def _leave(self, one: JudgedClaim, asked: ReaderChoice) -> Verdict | None:
        """The verdict of the judge with why the claim is not read; None if it is to be read."""
        if not wants_reading(one.verdict, when=self.when, asked=asked, claim_id=one.claim_id):
            return leave_unread(one.verdict, when=self.when, asked=asked)
        refusal = self.test.refusal if self.test else None
        if refusal is None:
            return None
        said = NotRead(skipped=Unread.NOT_ASKED, detail=refusal, refused=True)
        return replace(one.verdict, reader=said)

    def _ask(self, questions: Sequence[Question], progress: Progress) -> list[Reading | NotRead]:
        """What the reader says to each question; asked by the thread of the caller if only one
        may ask."""
        progress(READING, 0, len(questions))
        if self.threads == 1:
            return _collect(map(self._ask_one, questions), progress, of=len(questions))
        pool = open_pool(self.threads)
        try:
            return _collect(pool.map(self._ask_one, questions), progress, of=len(questions))
        finally:
            # After Ctrl-C, do not wait for an endpoint that does not answer.
            pool.shutdown(wait=False, cancel_futures=True)

    def _ask_one(self, question: Question) -> Reading | NotRead:
        return ask_reader(question, self.reader)


def _collect(
    answers: Iterable[Reading | NotRead], progress: Progress, *, of: int
) -> list[Reading | NotRead]:
    found: list[Reading | NotRead] = []
    for said in answers:
        found.append(said)
        progress(READING, len(found), of)
    return found
