"""What a source says: pages, how a verdict cites them, and their passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from claims.types.articles import Link, Span


@dataclass(frozen=True, slots=True)
class Header:
    """One header field of an answer, by the name that the standard gives it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAnswer:
    """What a server answered when a page was fetched, as far as it is kept: never a cookie.

    `final_url` is where the answer came from, after redirects. Status 304 says that the page is
    still the one that was sent before.
    """

    status: int
    final_url: str
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched URL at one time, reduced to its main text.

    `url` is the address as handed over, `sha256` that of `text` in UTF-8: two fetches that give the
    same main text are the same page, whatever changed around it. `published_at` and `modified_at`
    are what the page says. `etag` and `last_modified` are the server's validators, for the next
    conditional fetch. `links` lead from the text to other sites. `answer` is None for a file, and
    for what was kept before answers were. `credits` are whom the page names as its authors,
    `original_url` is the address on another site that it names as that of its original: its word,
    to be believed of nobody else.
    """

    url: str
    canonical_url: str
    title: str | None
    publisher: str | None
    published_at: str | None
    fetched_at: datetime
    sha256: str
    text: str
    modified_at: str | None = None
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    links: tuple[Link, ...] = ()
    answer: ServerAnswer | None = None
    credits: tuple[str, ...] = ()
    original_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReference:
    """A page as a verdict cites it: everything but its text.

    `source` and `credibility` in [0, 1] are those of the registered source it belongs to.
    """

    url: str
    title: str | None
    publisher: str | None
    published_at: str | None
    fetched_at: datetime
    sha256: str
    origin: str
    source: str | None = None
    credibility: float | None = None
    modified_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A contiguous span of a page, the unit that is ranked and scored.

    text == page_text[span.start:span.end]; `rank_score` is the BM25 score within this check.
    `page_number` is where it begins in a document that has pages, from 1.
    """

    text: str
    span: Span
    page: PageReference
    rank_score: float = 0.0
    page_number: int | None = None
