"""Reads untrusted XML as a flat list of records: items of a feed, addresses of a sitemap.

expat reads it as a stream, and no tree is built. A document type is refused where it begins, as
defusedxml does: without one there are no entities to expand and nothing to load.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from xml.parsers import expat

from claims.errors import SourceError
from claims.sources.charset import decode
from claims.sources.failures import FailureCode

MOST_RECORDS = 50_000  # maximum records, which is the sitemap protocol's limit
# Maximum elements of a document. A sitemap has some ten elements per address; an item of a feed
# with marked-up text has more.
_MOST_ELEMENTS = 1_000_000
_DEEPEST = 50
_FIELD_LEVELS = 2  # levels below a record; the text of deeper elements belongs to these

# Elements are named with the usual prefix of their vocabulary; common vocabularies have none.
_PREFIXES = {
    "": "",
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "",
    "http://www.w3.org/1999/xhtml": "",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "https://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
    "http://www.google.com/schemas/sitemap-news/0.9": "news:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dc:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
}
_OTHER = "other:"
_SEPARATOR = " "
_BASE = "http://www.w3.org/XML/1998/namespace base"

_DECLARATION = re.compile(r"\s*<\?xml[^<>]*\?>")
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{1,31};)?")


@dataclass(slots=True)
class Field:
    """An element of a record, with all its text. `path` is "link" or "source/title"."""

    path: str
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, without white space at the ends."""
        return "".join(self.pieces).strip()


@dataclass(frozen=True, slots=True)
class Record:
    """One of the requested elements, with its fields in order."""

    name: str
    fields: list[Field]

    def texts(self, *paths: str) -> Iterator[str]:
        """The non-empty texts, in the order of `paths`."""
        for path in paths:
            yield from (one.text for one in self.fields if one.path == path and one.text)


@dataclass(frozen=True, slots=True)
class Records:
    """The content of a document; `root` is the name of its outermost element, `base` the address
    to which it says that other addresses are relative."""

    root: str
    base: str
    records: tuple[Record, ...]


def read_records(
    body: bytes, *, content_type: str, names: Collection[str], check: Callable[[], None]
) -> Records:
    """The elements named in `names`, in order; `check` is called now and then and may raise.

    Text that is not well formed is read once more after repair of stray characters. Raises
    SourceError `not-feed` for a page or text that is not XML, `unsafe-xml` for a document type
    and for elements nested too deep, `too-large` for too many.
    """
    text = _UNWANTED.sub("", decode(body, content_type=content_type, markup=True))
    # The text is Unicode already, whatever encoding it declares.
    text = _DECLARATION.sub("", text, count=1).lstrip()
    try:
        return _Reader(names, check).read(text)
    except expat.ExpatError:
        pass
    try:
        return _Reader(names, check).read(_REFERENCE.sub(_repair, text))
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code) or "broken"
        raise no_feed(f"not well-formed XML: {reason}, in line {error.lineno}") from None


def no_feed(detail: str) -> SourceError:
    """The error for a document that is neither feed nor sitemap."""
    return SourceError(FailureCode.NOT_FEED, detail)


def _repair(match: re.Match[str]) -> str:
    """An HTML entity as its character; any other "&" as an escaped "&"."""
    return html.escape(html5.get(match[1] or "", match[0]))


class _Reader:
    """Collects the events of expat as records."""

    def __init__(self, names: Collection[str], check: Callable[[], None]) -> None:
        self._names = frozenset(names)
        self._check = check
        self._root = ""
        self._base = ""
        self._depth = 0
        self._elements = 0
        self._records: list[Record] = []
        self._record: Record | None = None
        self._record_depth = 0
        self._open: list[Field] = []  # fields to which text is added

    def read(self, text: str) -> Records:
        parser = expat.ParserCreate("utf-8", _SEPARATOR)
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.EntityDeclHandler = _refuse_entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(text.encode(), True)
        return Records(self._root, self._base, tuple(self._records))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._elements % 1000 == 0:
            self._check()
        if self._depth > _DEEPEST:
            raise _unsafe(f"elements nested more than {_DEEPEST} deep")
        if self._elements > _MOST_ELEMENTS:
            raise SourceError(FailureCode.TOO_LARGE, f"more than {_MOST_ELEMENTS:,} elements")
        name = _short_name(tag)
        if not self._root:
            self._root, self._base = name, attributes.get(_BASE, "")
        if self._record is None:
            if name in self._names and self._depth > 1:
                self._begin(name, attributes)
        elif self._depth - self._record_depth <= _FIELD_LEVELS:
            path = f"{self._open[-1].path}/{name}" if self._open else name
            self._open.append(Field(path, attributes))
            self._record.fields.append(self._open[-1])

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._records) == MOST_RECORDS:
            raise SourceError(FailureCode.TOO_LARGE, f"more than {MOST_RECORDS:,} entries")
        self._record = Record(name, [Field("", attributes)])
        self._record_depth = self._depth
        self._records.append(self._record)

    def _end(self, tag: str) -> None:
        if self._record is not None:
            if self._depth == self._record_depth:
                self._record = None
            elif self._depth - self._record_depth <= _FIELD_LEVELS:
                self._open.pop()
        self._depth -= 1

    def _text(self, data: str) -> None:
        for one in self._open:
            one.pieces.append(data)


def _short_name(tag: str) -> str:
    space, _, name = tag.rpartition(_SEPARATOR)
    return _PREFIXES.get(space, _OTHER) + name


def _refuse_doctype(name: str, *_rest: object) -> None:
    if name.lower() == "html":
        raise no_feed("an HTML page, neither a feed nor a sitemap")
    raise _unsafe("it declares a document type")


def _refuse_entity(*_declaration: object) -> None:
    raise _unsafe("it declares an entity")


def _unsafe(detail: str) -> SourceError:
    return SourceError(FailureCode.UNSAFE_XML, detail)
