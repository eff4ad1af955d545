"""A sitemap, or an index of sitemaps: https://www.sitemaps.org/protocol.html.

Its addresses are ranked by the words in them and by the titles of the news extension. For an
index, the newest sitemaps are read, as many as time and memory allow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from claims.errors import SourceError
from claims.sources.address import find_address, split_url
from claims.sources.dates import read_date
from claims.sources.deadline import Deadline
from claims.sources.providers.endpoint import Answer
from claims.sources.providers.entries import Entry, read_title
from claims.sources.providers.listing import Entries, Listing
from claims.sources.xml_records import MOST_RECORDS, Record, no_feed, read_records
from claims.text import clean_text, fold_spaces

MOST_DOCUMENTS = 20  # maximum sitemaps read per index; large sites have hundreds, by year and month
_ROOTS = frozenset({"urlset", "sitemapindex"})
_ENDING = re.compile(r"\.(?:html?|php|aspx?)$", re.IGNORECASE)
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """The content of one sitemap; `sitemaps` are those that an index names, the newest first."""

    entries: Entries = ()
    sitemaps: tuple[str, ...] = ()


class Sitemap(Listing[Document]):
    """The sitemap at `address` (claims.ports.SourceProvider)."""

    most_bytes = 20_000_000

    def read(self, answer: Answer, deadline: Deadline) -> Document:
        """See read_sitemap."""
        return read_sitemap(answer, deadline)

    def collect(self, deadline: Deadline) -> list[Entries]:
        """The entries of the sitemap and of those below it. A sitemap that fails is skipped, unless
        all of them fail. Sitemaps that do not fit in the time are read with the next question."""
        found: list[Entries] = []
        failures: list[SourceError] = []
        waiting, count = [self.address], 0
        seen: list[str] = []
        while waiting and len(seen) < MOST_DOCUMENTS and count < MOST_RECORDS:
            url = waiting.pop(0)
            seen.append(url)
            try:
                document = self.documents.get(url, deadline=deadline)
            except SourceError as error:
                failures.append(error)
                continue
            finally:
                if deadline.expired:
                    waiting = []
            found.append(document.entries)
            count += len(document.entries)
            waiting += [one for one in document.sitemaps if one not in seen and one not in waiting]
        self.documents.forget_all_but(seen)
        if failures and not any(found):
            raise failures[0]
        return found


def read_sitemap(answer: Answer, deadline: Deadline) -> Document:
    """The entries of a sitemap or an index. Raises SourceError: see read_records."""
    found = read_records(
        answer.body or b"",
        content_type=answer.content_type,
        names={"url", "sitemap"},
        check=deadline.check,
    )
    if found.root not in _ROOTS:
        raise no_feed(f"<{found.root[:40]}> is not the start of a sitemap")
    entries = (_read_entry(one, answer.url) for one in found.records if one.name == "url")
    indexed = [
        (next(filter(None, map(read_date, one.texts("lastmod"))), "")[:10], url)
        for one in found.records
        if one.name == "sitemap" and (url := _find_location(one, answer.url))
    ]
    newest_first = sorted(indexed, key=lambda row: row[0], reverse=True)
    return Document(
        tuple(entry for entry in entries if entry is not None),
        tuple(url for _, url in newest_first[:MOST_DOCUMENTS]),
    )


def _find_location(record: Record, base: str) -> str | None:
    return next((find_address(text, base=base) for text in record.texts("loc")), None)


def _read_entry(record: Record, base: str) -> Entry | None:
    url = _find_location(record, base)
    if url is None:
        return None
    title = next(map(read_title, record.texts("news:news/news:title")), None)
    # Not `lastmod`: a page that was changed after the as-of day is read all the same.
    dates = record.texts("news:news/news:publication_date")
    return Entry(
        url=url,
        title=title,
        words=f"{title or ''} \n{read_slug(url)}".strip(),
        published_at=next(filter(None, map(read_date, dates)), None),
    )


def read_slug(url: str) -> str:
    """The words of an address's path: "/news/orrin-bridge.html" gives "news orrin bridge"."""
    path = clean_text(unquote(split_url(url).path or ""))
    return fold_spaces(_NO_WORD.sub(" ", _ENDING.sub("", path)))
