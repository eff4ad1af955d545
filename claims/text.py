"""Text and spans: splitting into sentences, folding white space, shingles. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import sentencex

from claims.types import Sentence, Span

# Control characters other than tab, newline and carriage return; they are removed from text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
# Precedes the first text of a new page, in a document that has pages.
PAGE_BREAK = "\f"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
# A quotation mark after a full stop that opens a quotation and is never closed.
_OPENS_NEXT = re.compile(r"[.!?][”\"’]?\s+([“\"‘])\s*$")


# The splitter takes quadratic time in the quotation marks of one line (measured: 12 s for 200,000
# of them); a longer line is first cut at a full stop, so that the whole stays linear.
_LONGEST_LINE = 5_000


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut `text` into sentences with exact spans, in order; a line break between lines ends one.

    Quotation marks, abbreviations and decimal points do not end a sentence (sentencex, MIT).
    """
    sentences = []
    for start, line in _lines(text):
        begin = 0
        for boundary in sentencex.get_sentence_boundaries("en", line):
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


def clean_line(text: str) -> str:
    """`clean_text` on one line, with single spaces: for titles, names and lines from pages."""
    return fold_spaces(clean_text(text))


def page_number(text: str, offset: int) -> int | None:
    """The page of a document with the character at `offset`, from 1; None where the text is not
    divided into pages."""
    return 1 + text.count(PAGE_BREAK, 0, offset) if PAGE_BREAK in text else None


def words(text: str) -> list[str]:
    """The words of `text`, case-folded, in order; digits count as words."""
    return [match.group().casefold() for match in _WORD.finditer(text)]


def shingles(text: str, size: int = 5) -> frozenset[tuple[str, ...]]:
    """The set of runs of `size` words; a shorter text has one run, an empty text has none."""
    tokens = words(text)
    if not tokens:
        return frozenset()
    count = max(1, len(tokens) - size + 1)
    return frozenset(tuple(tokens[i : i + size]) for i in range(count))


def jaccard(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> float:
    """Share of common elements of two sets in [0, 1]; 0 when both are empty."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def cut_long(text: str, span: Span, max_chars: int) -> tuple[Span, ...]:
    """Cut `span` at white space into pieces of at most `max_chars`, each overlapping the last.

    The overlap is a quarter of a piece, so that text at a cut is complete in one of them.
    """
    pieces = []
    start = span.start
    while span.end - start > max_chars:
        end = text.rfind(" ", start + max_chars // 2, start + max_chars)
        end = start + max_chars if end < 0 else end
        pieces.append(trim_span(text, Span(start, end)))
        start = end - max_chars // 4
    pieces.append(trim_span(text, Span(start, span.end)))
    return tuple(pieces)


# Maximum characters of a heading or a byline: a line without an end mark.
_HEADING_CHARS = 100
# A first word that needs the sentence before to be understood.
_LEANS_BACK = re.compile(r"(?:He|She|They|It|His|Her|Their|Its|There|Both|This|That|These)\b")
_END_MARKS = (".", "!", "?", "…", '"', "”", "’", ":")


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
        if is_heading(sentence.text) and span.end - span.start <= 2 * _HEADING_CHARS:
            heading = span
        else:
            units.extend(cut_long(text, span, max_chars))
    return [*units, heading] if heading else units


def is_title(text: str, title: str | None) -> bool:
    """Whether `text` has only the words of a page's title: the whole title, or a part in a row.

    If the title ends with the site's name, the heading in the text is such a part.
    """
    said = words(text)
    return bool(said) and f" {' '.join(said)} " in f" {' '.join(words(title or ''))} "


def is_heading(line: str) -> bool:
    """Whether a line is short and has no end mark. A table row ("cell | cell") is no heading."""
    return len(line) <= _HEADING_CHARS and not line.endswith(_END_MARKS) and " | " not in line
