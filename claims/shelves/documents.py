"""The results of reading a file: documents, and entries for records that are not documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from claims.english.sentences import split_sentences
from claims.errors import InvalidInput
from claims.shelves.wrapped import tidy
from claims.sources.address import parse_source_url
from claims.text import clean_line, cut_long, trim_span
from claims.types import Span

# Maximum characters of a part; longer documents are divided, so that only one part is fetched.
PART_CHARACTERS = 60_000
_LONGEST_TITLE = 300


class EntryCode(StrEnum):
    """Why a record is not on the shelf, or only in part; used together with the coverage codes."""

    BAD_RECORD = "bad-record"  # a line, row, record or message that cannot be read
    NO_FIELD = "no-field"  # no column or key holds the text
    TEXT_CUT = "text-cut"  # the document has more text than is read of one


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a file; `number` is its position among several, None for the whole file.

    `url` is the web address that the document gives for itself, the two days are ISO 8601,
    `credits` and `original_url` have the same meaning as in a page (claims/types.py).
    """

    text: str
    number: int | None = None
    title: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    url: str | None = None
    publisher: str | None = None
    language: str | None = None
    credits: tuple[str, ...] = ()
    original_url: str | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A remark on a file, or on its record `number`: a code and a sentence."""

    number: int | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Names of the columns or keys for each field; the first that exists counts, in any case.

    All texts that the user named are used, in order (`join_texts`).
    """

    text: tuple[str, ...] = ("text", "body", "content", "article", "full_text")
    title: tuple[str, ...] = ("title", "headline", "subject")
    date: tuple[str, ...] = ("date", "published_at", "published", "date_published", "datetime")
    url: tuple[str, ...] = ("url", "link", "canonical_url", "source_url")
    join_texts: bool = False

    def pick(self, row: Mapping[str, str], *, number: int) -> Document | None:
        """The document in a row of lower-case names and values; None without a text field."""
        texts = [row[name] for name in map(str.lower, self.text) if name in row]
        if not texts:
            return None
        text = "\n".join(texts) if self.join_texts else next(filter(str.strip, texts), "")
        return Document(
            text=tidy(text),
            number=number,
            title=clean_line(_first(row, self.title) or "")[:_LONGEST_TITLE] or None,
            published_at=_first(row, self.date),
            url=find_web_address(_first(row, self.url)),
        )


def choose_fields(
    *, text: Sequence[str], title: str | None, date: str | None, url: str | None
) -> Fields | None:
    """The usual names, replaced by those that were chosen; None when none was chosen."""
    usual = Fields()
    chosen = Fields(
        text=tuple(text) or usual.text,
        title=(title,) if title else usual.title,
        date=(date,) if date else usual.date,
        url=(url,) if url else usual.url,
        join_texts=bool(text),
    )
    return chosen if chosen != usual else None


def _first(row: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    found = (row.get(name.lower(), "").strip() for name in names)
    return next(filter(None, found), None)


def find_web_address(text: str | None) -> str | None:
    """The address, if it is well formed, else None."""
    try:
        return parse_source_url(text) if text else None
    except InvalidInput:
        return None


def divide(text: str, *, most: int = PART_CHARACTERS) -> Iterator[str]:
    """The text in parts of at most `most` characters, each ending at the end of a sentence."""
    if len(text) <= most:
        yield text
        return
    pieces = (
        piece
        for sentence in split_sentences(text)
        for piece in (
            [sentence.span]
            if sentence.span.end - sentence.span.start <= most
            else _without_overlap(cut_long(text, sentence.span, most))
        )
    )
    start, end = 0, 0
    for piece in pieces:
        if piece.end - start > most:
            yield _cut(text, start, end)
            start = end
        end = piece.end
    yield _cut(text, start, len(text))


def _without_overlap(spans: tuple[Span, ...]) -> Iterator[Span]:
    end = spans[0].start
    for span in spans:
        yield Span(max(end, span.start), span.end)
        end = span.end


def _cut(text: str, start: int, end: int) -> str:
    span = trim_span(text, Span(start, end))
    return text[span.start : span.end]
