"""The judge, a second reader, and both together on claims of events and of their mirrors."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from claims.entailment.calibration import CalibratedJudge
from claims.pipeline.reader_test import Trial, conclude_all, conclude_alone
from claims.ports import Reader
from claims.reader.labelled_claims import EVENT, MIRROR, ClaimKey, LabelledClaim
from claims.types import NotRead, Reading, VerdictLabel
from claims.verdicts.aggregate import Conclusion
from claims.verdicts.two_readers import Table, load_default_table
from evaluation.real.asking import weigh
from evaluation.real.questions import list_questions
from evaluation.real.tables import DECISIVE
from training.events import Event
from training.mirrors import Mirrored

JUDGE, READER, BOTH = "judge alone", "reader alone", "both, always"
UNDECIDED = "both, where the judge is undecided"
UNTESTED = "both, always, with a reader that was not tested"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of a reader, and the seconds for all of them; None if they were not measured."""

    said: Mapping[ClaimKey, Reading | NotRead]
    seconds: float | None


def list_all_questions(
    events: Iterable[Event], mirrored: Iterable[Mirrored], *, passages: int
) -> list[LabelledClaim]:
    """The questions about all claims of the events, then about those of the mirrors."""
    mirrors = [one.mirror for one in mirrored]
    return [
        *list_questions(events, EVENT, passages=passages),
        *list_questions(mirrors, MIRROR, passages=passages),
    ]


def ask_reader(
    reader: Reader,
    asked: Sequence[LabelledClaim],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Answered:
    """Ask all questions, one after the other; progress on stderr."""
    began = clock()
    said: dict[ClaimKey, Reading | NotRead] = {}
    for number, one in enumerate(asked, start=1):
        said[one.key] = reader.read(one.question)
        if number % 10 == 0 or number == len(asked):
            print(f"  {number}/{len(asked)} questions", file=sys.stderr, flush=True)
    return Answered(said, clock() - began)


def judge_asked(
    events: Iterable[Event],
    mirrored: Iterable[Mirrored],
    asked: Iterable[LabelledClaim],
    *,
    said: Mapping[ClaimKey, Reading | NotRead],
    judge: CalibratedJudge,
) -> list[Trial]:
    """The trials of all questions with an answer, by event; progress on stderr."""
    answered = {one.key: one for one in asked if one.key in said}
    sides = [(EVENT, event) for event in events]
    sides += [(MIRROR, one.mirror) for one in mirrored]
    found = []
    for side, event in sides:
        texts = {text for name, where, text in answered if (name, where) == (event.name, side)}
        for claim, _, verdict in weigh(event, judge, only=texts):
            key = (event.name, side, claim.claim)
            found.append(Trial(answered[key], verdict, said[key]))
        if texts:
            print(f"  judged: {event.name}, {side}", file=sys.stderr, flush=True)
    return found


def conclude_rows(
    trials: Sequence[Trial], *, tested: Table | None, least_confidence: float
) -> dict[str, list[Conclusion]]:
    """The conclusions of the judge alone, and of both, by the name of the row.

    `tested` is the table of the reader's test; with None, each event has the table of the answers
    to the other events.
    """
    tables = {BOTH: tested, UNTESTED: load_default_table()}
    return {JUDGE: list(map(conclude_alone, trials))} | {
        name: conclude_all(trials, least_confidence=least_confidence, table=table)
        for name, table in tables.items()
    }


def name_rows(
    trials: Sequence[Trial], concluded: Mapping[str, Sequence[Conclusion]]
) -> dict[str, list[VerdictLabel]]:
    """The labels of the judge alone, of the reader alone, and of both, by the name of the row.

    `concluded` is what `conclude_rows` gives. Without an answer, the label of the reader alone is
    NOT_ENOUGH_EVIDENCE. The row UNDECIDED asks the reader only about claims that the judge neither
    supports nor refutes.
    """
    neither = VerdictLabel.NOT_ENOUGH_EVIDENCE
    judged, both, untested = (
        [one.label for one in concluded[name]] for name in (JUDGE, BOTH, UNTESTED)
    )
    return {
        JUDGE: judged,
        READER: [one.said.label if isinstance(one.said, Reading) else neither for one in trials],
        BOTH: both,
        UNDECIDED: [
            alone if alone in DECISIVE else joint for alone, joint in zip(judged, both, strict=True)
        ],
        UNTESTED: untested,
    }


def share_asked(trials: Sequence[Trial], row: str) -> float:
    """The share of the claims about which a row of `name_rows` asks the reader."""
    if row == JUDGE:
        return 0.0
    if row != UNDECIDED:
        return 1.0
    return sum(one.verdict.label not in DECISIVE for one in trials) / max(1, len(trials))
