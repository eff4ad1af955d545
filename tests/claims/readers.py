"""A second reader that gives prepared answers, and the counts of one that was tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

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

GOOD = Table(
    {
        label: {other: 60 if other is label else 1 for other in VerdictLabel}
        for label in VerdictLabel
    }
)
"""The counts of a reader that is right 60 times of 63 for every label."""


def answer(
    question: Question,
    label: VerdictLabel,
    *quoted: tuple[str, Stance],
    name: ReaderName = ReaderName("scripted", "1"),  # noqa: B008 - a frozen value
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


@dataclass
class ScriptedReader:
    """claims.ports.Reader: answers by a function, and remembers what it was asked."""

    script: Callable[[Question], Reading | NotRead] = lambda _: NotRead(
        skipped=Unread.NO_ANSWER, detail="nobody answers"
    )
    name: ReaderName = field(default_factory=lambda: ReaderName("scripted", "1"))
    asked: list[Question] = field(default_factory=list)

    def read(self, question: Question) -> Reading | NotRead:
        """The answer of the script."""
        self.asked.append(question)
        return self.script(question)


def says(
    label: VerdictLabel, *quoted: tuple[str, Stance], name: ReaderName | None = None
) -> ScriptedReader:
    """A reader that always has this label and these quotations."""
    name = name or ReaderName("scripted", "1")

    def script(question: Question) -> Reading:
        return answer(question, label, *quoted, name=name)

    return ScriptedReader(script, name)
