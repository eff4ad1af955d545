"""A reader that answers from a script, without an endpoint, and a judge without an opinion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from claims.entailment.stances import CalibratedJudge
from claims.ports import Question
from claims.types import (
    NotRead,
    ReaderName,
    ReaderQuote,
    Reading,
    Span,
    Stance,
    Unread,
    VerdictLabel,
)
from tests.claims.samples import JUDGE

NAME = ReaderName("scripted", "1")
_SIDES = {
    VerdictLabel.SUPPORTED: (Stance.SUPPORTS,),
    VerdictLabel.REFUTED: (Stance.REFUTES,),
    VerdictLabel.CONFLICTING_EVIDENCE: (Stance.SUPPORTS, Stance.REFUTES),
    VerdictLabel.NOT_ENOUGH_EVIDENCE: (),
}


def answer(question: Question, label: VerdictLabel, *, tokens: int = 1500) -> Reading:
    """A reading with a quotation for each side of its label, from different origins."""
    by_origin = {passage.page.origin: passage for passage in reversed(question.passages)}
    quotes = tuple(
        ReaderQuote(
            quote=passage.text,
            span=Span(passage.span.start, passage.span.end),
            stance=stance,
            page=passage.page,
        )
        for stance, passage in zip(_SIDES[label], reversed(by_origin.values()), strict=False)
    )
    return Reading(
        model=NAME.model,
        instruction=NAME.instruction,
        label=label,
        quotes=quotes,
        reason="Because it says so.",
        missing="",
        tokens=tokens,
    )


def skip(why: Unread = Unread.NO_ANSWER) -> NotRead:
    """Nothing said, for this reason."""
    return NotRead(skipped=why, detail="no answer within 60 s", tokens=100)


class ScriptedReader:
    """claims.ports.Reader: a function of the question says what is read; `asked` has them all."""

    def __init__(self, script: Callable[[Question], Reading | NotRead]) -> None:
        self.asked: list[Question] = []
        self._script = script

    @property
    def name(self) -> ReaderName:
        """The name of every scripted reader."""
        return NAME

    def read(self, question: Question) -> Reading | NotRead:
        """What the script says."""
        self.asked.append(question)
        return self._script(question)


class UndecidedJudge:
    """claims.ports.Judge: finds every passage neutral."""

    name = JUDGE

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """The same row for each pair."""
        return np.tile(np.array([0.05, 0.05, 0.9], dtype=np.float32), (len(pairs), 1))


UNDECIDED = CalibratedJudge(UndecidedJudge())
