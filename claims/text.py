"""Text and spans in any language: cleaning, white space, words, shingles. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from claims.types import Span

# Control characters other than tab, newline and carriage return; they are removed from text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
# Precedes the first text of a new page, in a document that has pages.
PAGE_BREAK = "\f"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Latin capital letters, for a character class of a pattern.
UPPER = "A-ZÀ-ÖØ-Þ"
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def trim_span(text: str, span: Span) -> Span:
    """The span without the white space at both ends; empty (start == end) if nothing is left."""
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.start + len(piece.rstrip())))


def fold_spaces(text: str) -> str:
    """One space for every run of white space, none at the ends."""
    return " ".join(text.split())


def replace_surrogates(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which no encoding has; all positions remain."""
    return _SURROGATE.sub("\ufffd", text)


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


def fold(text: str) -> str:
    """`text` for comparison: without differences of case, width, ligatures and white space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return fold_spaces(unicodedata.normalize("NFKC", folded))


def words(text: str) -> list[str]:
    """The words of `text`, case-folded, in order; digits count as words."""
    return [match.group().casefold() for match in _WORD.finditer(text)]


def shingles(tokens: Sequence[str], size: int = 5) -> frozenset[tuple[str, ...]]:
    """The set of runs of `size` words; a shorter text has one run, an empty text has none."""
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
HEADING_CHARS = 100
_END_MARKS = (".", "!", "?", "…", '"', "”", "’", ":")


def is_title(text: str, title: str | None) -> bool:
    """Whether the words of `text` stand in a page's title, in a row.

    They need not be the whole title, because titles often end with the site's name.
    """
    said = words(text)
    return bool(said) and f" {' '.join(said)} " in f" {' '.join(words(title or ''))} "


def is_heading(line: str) -> bool:
    """Whether a line is short and has no end mark; a table row ("cell | cell") does not count."""
    return len(line) <= HEADING_CHARS and not line.endswith(_END_MARKS) and " | " not in line
