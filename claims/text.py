"""Text and spans: splitting into sentences, folding white space, shingles. Pure functions."""

from __future__ import annotations

import re
import unicodedata

import sentencex

from claims.types import Sentence, Span

# Control characters other than tab, newline and carriage return: never wanted in text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut `text` into sentences with exact spans, in order; a line break between lines ends one.

    Quotation marks, abbreviations and decimal points do not end a sentence (sentencex, MIT).
    """
    sentences = []
    offset = 0
    for line in text.splitlines(keepends=True):
        for boundary in sentencex.get_sentence_boundaries("en", line):
            span = trim_span(line, Span(boundary["start_index"], boundary["end_index"]))
            if span.end > span.start:
                moved = Span(span.start + offset, span.end + offset)
                sentences.append(Sentence(line[span.start : span.end], moved))
        offset += len(line)
    return tuple(sentences)


def trim_span(text: str, span: Span) -> Span:
    """The span without the white space at both ends; empty (start == end) if nothing is left."""
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.start + len(piece.rstrip())))


def fold_spaces(text: str) -> str:
    """One space for every run of white space, none at the ends."""
    return " ".join(text.split())


def clean_text(text: str) -> str:
    """Compose to NFC; drop control characters and lone surrogates: for text from pages."""
    return _CONTROL.sub("", _SURROGATE.sub("", unicodedata.normalize("NFC", text)))


def words(text: str) -> list[str]:
    """The words of `text`, case-folded, in order; digits count as words."""
    return [match.group().casefold() for match in _WORD.finditer(text)]


def shingles(text: str, size: int = 5) -> frozenset[tuple[str, ...]]:
    """The set of runs of `size` words; of a shorter text its one run, of none the empty set."""
    tokens = words(text)
    if not tokens:
        return frozenset()
    count = max(1, len(tokens) - size + 1)
    return frozenset(tuple(tokens[i : i + size]) for i in range(count))


def jaccard(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> float:
    """Shared part of two sets in [0, 1]; 0 when both are empty."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0
