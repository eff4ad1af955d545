"""Pages of sources, how a verdict cites them, and their passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from claims.types.articles import Link, Span

# Days with a failure, without a reading between them, after which a page is gone: most outages and
# tests for robots end sooner.
STRIKES = 3


@dataclass(frozen=True, slots=True)
class Header:
    """One header field of an answer, under its standard name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAnswer:
    """The stored part of a server's answer to a fetch; never a cookie.

    `final_url` is the address of the answer, after redirects. Status 304 means that the page is
    the same as the one sent before.
    """

    status: int
    final_url: str
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchivedCopy:
    """The copy in an archive from which a page was read, because the page itself failed.

    `address` is that of the copy, `taken_on` the day (UTC) on which the archive took it.
    """

    address: str
    taken_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched URL at one time, reduced to its main text.

    `url` is the address as given, `sha256` the hash of `text` in UTF-8: two fetches that give the
    same main text are the same page, even if the rest of the page changed. `published_at` and
    `modified_at` are the dates that the page states. `etag` and `last_modified` are the server's
    validators, for the next conditional fetch. `links` lead from the text to other sites. `answer`
    is None for a file, and for pages that a release without answers stored. `credits` are the
    authors that the page names; `original_url` is an address on another site that the page states
    as its original. That statement counts for this page only. `archived` is set for a page that was
    read from an archive.
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
    archived: ArchivedCopy | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """A page that could not be read again: the coverage code of the last failure, and the strikes,
    which are the days (UTC) since its last reading on which it failed, oldest first."""

    code: str
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReference:
    """A page as a verdict cites it: all fields except its text.

    `source` and `credibility` in [0, 1] are taken from the registered source of the page. `failing`
    is set while the page cannot be read and its last text, read at `fetched_at`, is still evidence,
    or an archived copy of it (`archived`).
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
    failing: Failing | None = None
    archived: ArchivedCopy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A contiguous span of a page, the unit that is ranked and scored.

    text == page_text[span.start:span.end]; `rank_score` is the BM25 score within this check.
    `page_number` is the page on which it begins in a document with pages, from 1.
    """

    text: str
    span: Span
    page: PageReference
    rank_score: float = 0.0
    page_number: int | None = None
