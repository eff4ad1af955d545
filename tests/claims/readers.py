"""A second reader that gives prepared answers, the counts of one that was tested, and a judge that
finds everything neutral."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import CalibratedJudge
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
from claims.verdicts.two_readers import Table
from tests.claims.samples import JUDGE

NAME = ReaderName("scripted", "1")
GOOD = Table(
    {
        label: {other: 60 if other is label else 1 for other in VerdictLabel}
        for label in VerdictLabel
    }
)
"""The counts of a reader that is right 60 times of 63 for every label."""
_SIDES = {
    VerdictLabel.SUPPORTED: (Stance.SUPPORTS,),
    VerdictLabel.REFUTED: (Stance.REFUTES,),
    VerdictLabel.CONFLICTING_EVIDENCE: (Stance.SUPPORTS, Stance.REFUTES),
    VerdictLabel.NOT_ENOUGH_EVIDENCE: (),
}


def answer(
    question: Question,
    label: VerdictLabel,
    *quoted: tuple[str, Stance],
    name: ReaderName = NAME,
    tokens: int = 900,
) -> Reading:
    """A reading that quotes words of the first passage that holds them."""
    quotes = []
    for words, stance in quoted:
        passage = next(one for one in question.passages if words in one.text)
        start = passage.span.start + passage.text.index(words)
        span = Span(start, start + len(words))
        quotes.append(
            ReaderQuote(
                quote=words,
                span=span,
                stance=stance,
                page=passage.page,
                page_number=passage.page_number,
            )
        )
    return Reading(
        model=name.model,
        instruction=name.instruction,
        label=label,
        quotes=tuple(quotes),
        reason="The pages say so in as many words.",
        missing="A second report.",
        tokens=tokens,
    )


def answer_each_side(question: Question, label: VerdictLabel, *, tokens: int = 1500) -> Reading:
    """A reading with a quotation for each side of its label, from different origins."""
    by_origin = {passage.page.origin: passage for passage in reversed(question.passages)}
    quotes = tuple(
        ReaderQuote(quote=passage.text, span=passage.span, stance=stance, page=passage.page)
        for stance, passage in zip(_SIDES[label], reversed(by_origin.values()), strict=False)
    )
    return replace(answer(question, label, tokens=tokens), quotes=quotes)


def skip(why: Unread = Unread.NO_ANSWER) -> NotRead:
    """Nothing said, for this reason."""
    return NotRead(skipped=why, detail="no answer within 60 s", tokens=100)


@dataclass
class ScriptedReader:
    """claims.ports.Reader: answers by a function, and remembers what it was asked."""

    script: Callable[[Question], Reading | NotRead] = lambda _: NotRead(
        skipped=Unread.NO_ANSWER, detail="nobody answers"
    )
    name: ReaderName = NAME
    asked: list[Question] = field(default_factory=list)

    def read(self, question: Question) -> Reading | NotRead:
        """The answer of the script."""
        self.asked.append(question)
        return self.script(question)


def says(
    label: VerdictLabel, *quoted: tuple[str, Stance], name: ReaderName = NAME
) -> ScriptedReader:
    """A reader that always has this label and these quotations."""

    def script(question: Question) -> Reading:
        return answer(question, label, *quoted, name=name)

    return ScriptedReader(script, name)


class UndecidedJudge:
    """claims.ports.Judge: finds every passage neutral."""

    name = JUDGE

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """The same row for each pair."""
        return np.tile(np.array([0.05, 0.05, 0.9], dtype=np.float32), (len(pairs), 1))


UNDECIDED = CalibratedJudge(UndecidedJudge())
