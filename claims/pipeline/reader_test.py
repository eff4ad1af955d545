"""Tests a second reader on labelled claims: the reader alone, the judge alone, and both together.

For both together, the verdict on a claim is computed with the table of the answers about all other
events, so that no answer counts for itself.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from claims.entailment.calibration import CalibratedJudge
from claims.errors import ReaderNotAnswering
from claims.pipeline import weigh_evidence
from claims.pipeline.gathering import PASSAGES
from claims.ports import Progress, Reader
from claims.reader.labelled_claims import LabelledClaim
from claims.reader.results import Result, Tally
from claims.types import (
    Check,
    Claim,
    Coverage,
    Gathered,
    NotRead,
    ReaderName,
    Reading,
    Unread,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.aggregate import Conclusion
from claims.verdicts.two_readers import JointRule, Table, conclude_two

DECIDED = frozenset({VerdictLabel.SUPPORTED, VerdictLabel.REFUTED})
# The test is given up when the first claims, this many, all get no answer.
_FIRST = 3
# Maximum share of claims without an answer; with more, the figures do not describe the reader.
_MOST_UNANSWERED = 0.1


@dataclass(frozen=True, slots=True)
class Trial:
    """A labelled claim with the judge's verdict and the reader's answer."""

    claim: LabelledClaim
    verdict: Verdict
    said: Reading | NotRead


def try_reader(
    reader: Reader,
    claims: Sequence[LabelledClaim],
    *,
    judge: CalibratedJudge,
    now: datetime,
    forced: bool,
    progress: Progress,
    clock: Callable[[], float] = time.monotonic,
) -> Result:
    """Ask the reader and the judge about all claims; `clock` gives seconds.

    Raises ReaderNotAnswering when the first claims, or more than _MOST_UNANSWERED of all, get no
    answer, and as soon as the budget of the day is spent.
    """
    began = clock()
    said = _ask(reader, claims, progress)
    read = clock()
    verdicts = []
    for number, claim in enumerate(claims):
        progress("judging", number, len(claims))
        verdicts.append(judge_labelled(claim, judge, now=now))
    progress("judging", len(claims), len(claims))
    trials = list(map(Trial, claims, verdicts, said))
    return write_result(
        trials,
        name=reader.name,
        now=now,
        seconds=(read - began, clock() - read),
        least_confidence=judge.least_confidence,
        forced=forced,
    )


def _ask(
    reader: Reader, claims: Sequence[LabelledClaim], progress: Progress
) -> list[Reading | NotRead]:
    found: list[Reading | NotRead] = []
    unanswered: list[NotRead] = []
    for number, claim in enumerate(claims):
        progress("reading", number, len(claims))
        found.append(said := reader.read(claim.question))
        if isinstance(said, NotRead) and said.skipped is Unread.BUDGET:
            raise ReaderNotAnswering(
                f"{said.detail} after {number} of {len(claims)} claims, so that nothing is kept: "
                "raise it, or test again after 00:00 UTC"
            )
        if isinstance(said, NotRead) and not is_discarded(said):
            unanswered.append(said)
        if len(unanswered) == len(found) == min(_FIRST, len(claims)):
            why = unanswered[-1].detail
            raise ReaderNotAnswering(f"{reader.name.model} does not answer: {why}")
    progress("reading", len(claims), len(claims))
    if len(unanswered) > _MOST_UNANSWERED * len(claims):
        raise ReaderNotAnswering(
            f"{reader.name.model} did not answer for {len(unanswered)} of {len(claims)} claims, so "
            f"no result is kept; the last reason: {unanswered[-1].detail}"
        )
    return found


def is_discarded(said: Reading | NotRead) -> bool:
    """Whether the reader answered, but broke a rule."""
    return isinstance(said, NotRead) and said.skipped is Unread.BAD_ANSWER


def count_faults(said: Iterable[Reading | NotRead]) -> dict[str, int]:
    """The number of discarded answers for each reason, the most frequent first."""
    faults = [one.detail for one in said if isinstance(one, NotRead) and is_discarded(one)]
    return dict(Counter(faults).most_common())


def judge_labelled(claim: LabelledClaim, judge: CalibratedJudge, *, now: datetime) -> Verdict:
    """The judge's verdict, from as many of the passages as it judges in a check."""
    text, passages = claim.question.claim, claim.question.passages[:PASSAGES]
    check = Check(claim=Claim(text=text, sentence=text), requested_at=now)
    pages = tuple(dict.fromkeys(passage.page for passage in passages))
    origins = len({page.origin for page in pages})
    gathered = Gathered(passages, pages, Coverage(len(pages), len(pages), origins))
    return weigh_evidence(check, gathered, judge=judge, now=now)


def write_result(
    trials: Sequence[Trial],
    *,
    name: ReaderName,
    now: datetime,
    seconds: tuple[float, float],
    least_confidence: float,
    forced: bool,
) -> Result:
    """The result of the test; `seconds` are the reader's and the judge's times for all claims."""
    said = [one.said for one in trials]
    faults = count_faults(said)
    discarded = sum(faults.values())
    both = [one.label for one in conclude_all(trials, least_confidence=least_confidence)]
    return Result(
        reader=name,
        tested_at=now,
        claims=len(trials),
        counts=count_answers(trials),
        discarded=discarded,
        discarded_because=faults,
        no_answer=sum(isinstance(one, NotRead) for one in said) - discarded,
        tokens=sum(one.tokens for one in said),
        seconds=round(seconds[0], 1),
        judge=trials[0].verdict.judge,
        judge_seconds=round(seconds[1], 1),
        read=_tally(trials, [one.label if isinstance(one, Reading) else None for one in said]),
        judged=_tally(trials, [one.verdict.label for one in trials]),
        both=_tally(trials, both),
        forced=forced,
    )


def count_answers(trials: Iterable[Trial]) -> dict[VerdictLabel, dict[VerdictLabel, int]]:
    """counts[right label][label said] of the answers that passed every check; all labels."""
    counts = Counter(
        (one.claim.label, one.said.label) for one in trials if isinstance(one.said, Reading)
    )
    return {right: {said: counts[right, said] for said in VerdictLabel} for right in VerdictLabel}


def conclude_all(
    trials: Sequence[Trial],
    *,
    least_confidence: float,
    table: Table | None = None,
    rule: JointRule | None = None,
) -> list[Conclusion]:
    """The conclusion on each claim by both readers together; without a reading, the judge's.

    With `table` None, each event has its own table, of the answers about all other events.
    """
    tables = {
        event: table or Table(count_answers(one for one in trials if one.claim.event != event))
        for event in {one.claim.event for one in trials}
    }
    return [
        conclude_two(
            one.verdict.evidence,
            one.said,
            tables[one.claim.event],
            least_confidence=least_confidence,
            rule=rule,
        )
        if isinstance(one.said, Reading)
        else conclude_alone(one)
        for one in trials
    ]


def conclude_alone(trial: Trial) -> Conclusion:
    """The conclusion of the judge alone."""
    verdict = trial.verdict
    return Conclusion(verdict.label, verdict.support, verdict.confidence)


def _tally(trials: Sequence[Trial], labels: Sequence[VerdictLabel | None]) -> Tally:
    """Compare labels with the right ones; None means no label."""
    pairs = [(one.claim.label, label) for one, label in zip(trials, labels, strict=True)]
    decided = [(right, label) for right, label in pairs if label in DECIDED]
    return Tally(
        right=sum(right is label for right, label in pairs),
        decided=len(decided),
        wrong=sum(right is not label for right, label in decided),
    )
