"""Answers of a scripted reader to labelled claims, and a judge without an opinion."""

from __future__ import annotations

from collections.abc import Sequence

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


class UndecidedJudge:
    """claims.ports.Judge: finds every passage neutral."""

    name = JUDGE

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """The same row for each pair."""
        return np.tile(np.array([0.05, 0.05, 0.9], dtype=np.float32), (len(pairs), 1))


UNDECIDED = CalibratedJudge(UndecidedJudge())
