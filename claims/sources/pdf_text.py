"""The text of a PDF, page by page: lines joined to paragraphs, running heads left out.

pypdf reads it. A form feed precedes the first text of a new page, so that the position of a span
gives its page (claims.text.page_number). Runs in the extraction child only.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import quantiles

from pypdf import PdfReader

from claims.sources.main_text import MAX_CHARACTERS
from claims.sources.reading import Reading
from claims.text import PAGE_BREAK, clean_line, clean_text, fold_spaces

# Number of lines at the top and at the bottom of a page that may be running heads.
_EDGE = 2
_PAGE_NUMBER = re.compile(r"(?:page )?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?|[ivxl]{1,7}", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:;]['\"”’)\]]*$")
_LIST_ITEM = re.compile(r"(?:[•‣▪–*-]|\(?(?:\d{1,2}|[a-z])[.)]) ")
# A line shorter than this share of a full line may end its paragraph.
_SHORT = 0.75
# Titles that were set by a program, not by a person.
_NO_TITLE = re.compile(r"untitled|microsoft word|\.(?:docx?|indd|pdf|tex)$", re.IGNORECASE)


class EncryptedPdf(ValueError):
    """The document cannot be read without a password."""


def read_pdf(body: bytes) -> Reading:
    """Text and metadata; the text is empty when the pages contain only pictures.

    Raises EncryptedPdf, and any error of pypdf for a broken file.
    """
    reader = PdfReader(io.BytesIO(body))
    if reader.is_encrypted and not reader.decrypt(""):
        raise EncryptedPdf
    about = reader.metadata
    title = clean_line(about.title or "") if about else ""
    return Reading(
        text=_join(_paragraphs(list(_read_lines(reader)))),
        title=title if title and not _NO_TITLE.search(title) else None,
        published_at=_day(about.creation_date_raw if about else None),
        modified_at=_day(about.modification_date_raw if about else None),
    )


def _read_lines(reader: PdfReader) -> Iterator[list[str]]:
    """The lines of each page; an empty line stands for a gap."""
    characters = 0
    for page in reader.pages:
        text = clean_text(page.extract_text())
        characters += len(text)
        yield [fold_spaces(line) for line in text.splitlines()]
        if characters > MAX_CHARACTERS:
            return


def _paragraphs(pages: Sequence[list[str]]) -> Iterator[tuple[int, str]]:
    """For each paragraph, the index of the page where it begins and its text."""
    heads = _running_heads(pages)
    full = _full_line(pages)
    begun, text, last = 0, "", ""
    for number, lines in enumerate(pages):
        for place, line in enumerate(lines):
            is_edge = place < _EDGE or place >= len(lines) - _EDGE
            if is_edge and (_shape(line) in heads or _PAGE_NUMBER.fullmatch(line)):
                continue
            if text and (not line or _ends(last, line, full)):
                yield begun, text
                text = ""
            if line:
                begun, text = (number, line) if not text else (begun, _append(text, line))
                last = line
    if text:
        yield begun, text


def _running_heads(pages: Sequence[list[str]]) -> frozenset[str]:
    """Lines, digits as 0, at the edge of more than half of the pages and of at least three."""
    counts = Counter(
        shape
        for lines in pages
        for shape in {_shape(line) for line in (*lines[:_EDGE], *lines[-_EDGE:]) if line}
    )
    return frozenset(
        shape for shape, count in counts.items() if count >= 3 and count > len(pages) / 2
    )


def _shape(line: str) -> str:
    return _DIGITS.sub("0", line)


def _full_line(pages: Sequence[list[str]]) -> float:
    """The length of a full line: the ninth decile of all line lengths."""
    lengths = [len(line) for lines in pages for line in lines if line]
    return quantiles(lengths, n=10)[-1] if len(lengths) > 1 else 0.0


def _ends(last: str, line: str, full: float) -> bool:
    """Whether the paragraph ended with `last`, so that `line` begins another."""
    if _LIST_ITEM.match(line):
        return True
    is_short = len(last) < _SHORT * full
    return is_short and (bool(_SENTENCE_END.search(last)) or not line[:1].islower())


def _append(text: str, line: str) -> str:
    """The text with the line added; a word that was hyphenated at the line end is joined."""
    if text.endswith("-") and line[:1].islower():
        return text[:-1] + line
    return f"{text} {line}"


def _join(paragraphs: Iterator[tuple[int, str]]) -> str:
    pieces, page = [], 0
    for number, text in paragraphs:
        pieces.append(PAGE_BREAK * (number - page) + text)
        page = number
    return "\n".join(pieces)[:MAX_CHARACTERS]


def _day(raw: str | None) -> str | None:
    """The day of "D:20250812093000+02'00'", if the text has this form."""
    digits = (raw or "").removeprefix("D:")[:8]
    try:
        return date.fromisoformat(digits).isoformat() if len(digits) == 8 else None
    except ValueError:
        return None
