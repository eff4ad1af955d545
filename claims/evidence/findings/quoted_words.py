"""A text as words with their places, for comparing quotations word by word. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from claims.english.quotation import find_quotations
from claims.english.reporting_verbs import SPEECH_VERB
from claims.types import Span

_WORD = re.compile(r"\w+(?:['’\-.,]\w+)*")
_OUR = re.compile(r"(?<=[a-z]{2})our")
_SENTENCE_END = re.compile(r"[.!?][”’\"']?\s")
# Maximum words between the parts of a broken quotation: “We are,” she told reporters, “ready.”
_MOST_BETWEEN = 8


@dataclass(frozen=True, slots=True)
class PassageWords:
    """A passage as words with their places, without the words between parts of a quotation.

    `quoted` holds the places of the quotations.
    """

    text: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    quoted: tuple[Span, ...]

    def span_of(self, start: int, end: int) -> Span:
        """The span of the words from number `start` up to `end`, which are at least one."""
        return Span(self.spans[start].start, self.spans[end - 1].end)

    def is_one_sentence(self, start: int, end: int) -> bool:
        """Whether no sentence ends among the words from number `start` up to `end`."""
        span = self.span_of(start, end)
        return not _SENTENCE_END.search(self.text[span.start : span.end])

    def is_one_voice(self, start: int, end: int) -> bool:
        """Whether these words are in one quotation and in one sentence."""
        span = self.span_of(start, end)
        inside = any(q.start <= span.start and span.end <= q.end for q in self.quoted)
        return inside and self.is_one_sentence(start, end)


def split_words(text: str, span: Span | None = None) -> list[str]:
    """The words of a text, or of a part of it, in the form in which they are compared."""
    return [word for word, _ in _placed_words(text, span or Span(0, len(text)))]


def read_passage_words(passage: str) -> PassageWords:
    """The words of a passage; the parts of a broken quotation follow one another directly."""
    quoted = tuple(quotation.span for quotation in find_quotations(passage))
    breaks = _find_breaks(passage, quoted)
    words, spans, place = [], [], 0
    for word, span in _placed_words(passage, Span(0, len(passage))):
        while place < len(breaks) and breaks[place].end <= span.start:
            place += 1
        if place == len(breaks) or span.start < breaks[place].start:
            words.append(word)
            spans.append(span)
    return PassageWords(passage, tuple(words), tuple(spans), quoted)


def _find_breaks(passage: str, quoted: Sequence[Span]) -> list[Span]:
    """The text between two parts of one quotation that says who the speaker is."""
    between = [Span(before.end, after.start) for before, after in pairwise(quoted)]
    return [
        span
        for span in between
        if len((words := passage[span.start : span.end]).split()) <= _MOST_BETWEEN
        and SPEECH_VERB.search(words)
    ]


def _placed_words(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    for match in _WORD.finditer(text, *span):
        yield _plain(match[0]), Span(*match.span())


def _plain(word: str) -> str:
    """The word in lower case, without the dots of an abbreviation, and with -our written -or."""
    low = word.lower().replace("’", "'")
    return _OUR.sub("or", low.replace(".", "") if "." in low else low)
