"""Sentences of English text, and windows of them, as spans. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from claims.english.function_words import POINTING
from claims.text import (
    HEADING_CHARS,
    UPPER,
    cut_long,
    is_heading,
    replace_surrogates,
    trim_span,
)
from claims.types import Sentence, Span

# A quotation mark after a full stop that opens a quotation and is never closed.
_OPENS_NEXT = re.compile(r"[.!?][”\"’]?\s+([“\"‘])\s*$")
# The splitter takes quadratic time in the quotation marks of one line (measured: 12 s for 200,000
# of them); a longer line is first cut at a full stop, so that the whole stays linear.
_LONGEST_LINE = 5_000
# "In May." at the end of a sentence, which the splitter takes for an abbreviation.
_AFTER_MAY = re.compile(rf"\b(?:in|of|by|to|on|since|\d\d?) May\.( +)(?=[{UPPER}])")
# A first word that needs the sentence before to be understood.
_LEANS_BACK = re.compile(
    rf"(?:{'|'.join(sorted(map(str.capitalize, POINTING | {'both', 'there'})))})\b"
)


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut `text` into sentences with exact spans, in order; a line break between lines ends one.

    Quotation marks, abbreviations and decimal points do not end a sentence (sentencex, MIT). Never
    raises for any text.
    """
    sentences = []
    for start, line in _lines(text):
        begin = 0
        # The splitter encodes its text, which raises for a lone surrogate.
        for boundary in sentencex.get_sentence_boundaries("en", replace_surrogates(line)):
            end = boundary["end_index"]
            mark = _OPENS_NEXT.search(line, begin, end)
            if mark and line[end:].strip():
                end = mark.start(1)
            span = trim_span(line, Span(begin, end))
            begin = end
            if span.end > span.start:
                moved = Span(span.start + start, span.end + start)
                sentences.append(Sentence(line[span.start : span.end], moved))
    return tuple(sentences)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of `text` with their offsets, none longer than _LONGEST_LINE."""
    offset = 0
    for line in text.splitlines(keepends=True):
        start = 0
        while len(line) - start > _LONGEST_LINE:
            stop = line.rfind(". ", start, start + _LONGEST_LINE) + 2
            end = stop if stop > start + 2 else start + _LONGEST_LINE
            yield offset + start, line[start:end]
            start = end
        yield offset + start, line[start:]
        offset += len(line)


def split_after_may(sentence: Sentence) -> Iterator[Sentence]:
    """Cut after "May." where `split_sentences` took it for an abbreviation: "in May. Fuel rose"."""
    start = 0
    for match in _AFTER_MAY.finditer(sentence.text):
        yield _cut(sentence, start, match.start(1))
        start = match.end(1)
    yield _cut(sentence, start, len(sentence.text))


def _cut(sentence: Sentence, start: int, end: int) -> Sentence:
    offset = sentence.span.start
    return Sentence(sentence.text[start:end], Span(offset + start, offset + end))


def sentence_windows(
    text: str, *, size: int = 2, overlap: int = 1, max_chars: int = 900
) -> tuple[Span, ...]:
    """Spans of runs of `size` sentences, each run sharing `overlap` sentences with the last.

    A heading is joined to the sentence below it, and a run that begins with a pronoun includes the
    sentence before. A run ends early when it would exceed `max_chars`; a single longer sentence
    is cut. Every sentence is in some window. 900 characters are about 220 tokens of the judge's
    vocabulary, so that together with a claim the limit of 256 is seldom reached.
    """
    units = _units(text, max_chars)
    windows: list[Span] = []
    first = 0
    while first < len(units):
        last = first
        while (
            last + 1 < min(first + size, len(units))
            and units[last + 1].end - units[first].start <= max_chars
        ):
            last += 1
        start, end = units[first].start, units[last].end
        if first and _LEANS_BACK.match(text, start) and end - units[first - 1].start <= max_chars:
            start = units[first - 1].start
        windows.append(Span(start, end))
        if last + 1 >= len(units):
            break
        first = max(first + 1, last + 1 - overlap)
    return tuple(windows)


def _units(text: str, max_chars: int) -> list[Span]:
    """The sentences of `text`, each heading joined to the next, none longer than `max_chars`."""
    units: list[Span] = []
    heading: Span | None = None
    for sentence in split_sentences(text):
        span = sentence.span
        if heading and span.end - heading.start <= max_chars:
            span = Span(heading.start, span.end)
        elif heading:
            units.append(heading)
        heading = None
        if is_heading(sentence.text) and span.end - span.start <= 2 * HEADING_CHARS:
            heading = span
        else:
            units.extend(cut_long(text, span, max_chars))
    return [*units, heading] if heading else units
