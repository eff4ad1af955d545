"""The parts of a report of speech; attribution.py finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from claims.english.tokens import Token
from claims.types import Span


class Form(StrEnum):
    """How a statement is reported.

    according    According to the ministry, 40 people fled.   40 people fled, according to ...
    indirect     The ministry said (on Monday) that 40 people fled.   40 people fled, it said.
    direct       "40 people fled," the ministry said.   Rubio stated, Now they're going to ...
    act          The ministry denied the report.   Rubio announced $6 million in aid.
    """

    ACCORDING = "according"
    INDIRECT = "indirect"
    DIRECT = "direct"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One statement and its speaker; all spans are positions in the sentence.

    `content` are the pieces of the sentence with the reported statement (none for an act), `frame`
    the words of the reporting clause beyond speaker and verb ("in Quito on Monday"). `negated` is
    set when the speaker does not say it. `rest` is a clause after the speaker that the article
    adds: "..., the utility said, and three people were killed".
    """

    form: Form
    speaker: Span
    verb: str
    content: tuple[Span, ...] = ()
    frame: Span | None = None
    negated: bool = False
    rest: Span | None = None


def end_of_words(tokens: Sequence[Token]) -> int:
    """Index after the last word: the final stop is not included."""
    stop = len(tokens)
    while stop and tokens[stop - 1].text in ".!?;:":
        stop -= 1
    return stop


def span_of(tokens: Sequence[Token], start: int, stop: int) -> Span:
    """The characters of tokens[start:stop], which must not be empty."""
    return Span(tokens[start].start, tokens[stop - 1].end)


def span_or_none(tokens: Sequence[Token], start: int, stop: int) -> Span | None:
    """The same as `span_of`, but None when there are no tokens."""
    return span_of(tokens, start, stop) if stop > start else None


def find_commas(tokens: Sequence[Token], start: int, stop: int) -> list[int]:
    """Indexes of the commas in tokens[start:stop]."""
    return [at for at in range(start, stop) if tokens[at].text == ","]
