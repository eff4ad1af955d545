"""A feed: RSS 2.0 and its ancestors, RSS 1.0 (RDF), Atom 1.0 (RFC 4287).

https://www.rssboard.org/rss-specification. Its entries are ranked by title and summary.
"""

from __future__ import annotations

from typing import ClassVar

from claims.ports import IndexTexts
from claims.sources.address import find_address
from claims.sources.dates import read_date
from claims.sources.deadline import Deadline
from claims.sources.providers.endpoint import Answer
from claims.sources.providers.entries import Entry, read_title, read_words
from claims.sources.providers.listing import (
    TOTAL_S,
    Documents,
    Entries,
    Listing,
    Now,
    Wanted,
    any_address,
    monotonic,
    open_endpoint,
)
from claims.sources.vetting import AllowList
from claims.sources.xml_records import Record, no_feed, read_records
from claims.types import Candidate, Purpose, Query

MOST_BYTES = 5_000_000
_ROOTS = frozenset({"rss", "RDF", "feed"})
_SUMMARIES = ("summary", "description", "content:encoded", "content")
# Not "updated": it says when an entry was last changed, and as of a day that is no reason to leave
# a page out.
_DATES = ("pubDate", "published", "dc:date")


class Feed:
    """The feed at `address` (claims.ports.SourceProvider)."""

    purposes: ClassVar[frozenset[Purpose]] = frozenset(
        {Purpose.CLAIM, Purpose.TERMS, Purpose.OPPOSITE}
    )

    def __init__(
        self,
        name: str,
        address: str,
        *,
        user_agent: str,
        index_texts: IndexTexts,
        allow: AllowList | None = None,
        only: Wanted = any_address,
        total_s: float = TOTAL_S,
        now: Now = monotonic,
    ) -> None:
        """`allow` exempts hosts from the rules on addresses: none by default. `only` says which
        of the listed addresses are wanted; all of them by default."""
        self.name = name
        self._address = address
        endpoint = open_endpoint(
            address,
            user_agent=user_agent,
            allow=allow or AllowList(),
            most_bytes=MOST_BYTES,
            total_s=total_s,
        )
        self._documents = Documents(endpoint, read_feed, now)
        self._listing = Listing(
            self._collect,
            index_texts=index_texts,
            only=only,
            total_s=total_s,
        )

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """See claims.ports.SourceProvider."""
        return self._listing.find(query)

    def _collect(self, deadline: Deadline) -> list[Entries]:
        return [self._documents.get(self._address, deadline=deadline)]


def read_feed(answer: Answer, deadline: Deadline) -> Entries:
    """The entries of a feed, in its order. Raises SourceError: see read_records."""
    found = read_records(
        answer.body or b"",
        content_type=answer.content_type,
        names={"item", "entry"},
        check=deadline.check,
    )
    if found.root not in _ROOTS:
        raise no_feed(f"<{found.root[:40]}> begins no feed")
    base = find_address(found.base, base=answer.url) or answer.url
    entries = (_read_entry(record, base) for record in found.records)
    return tuple(entry for entry in entries if entry is not None)


def _read_entry(record: Record, base: str) -> Entry | None:
    """An item as an entry; None without an address to go to."""
    url = _find_link(record, base)
    if url is None:
        return None
    title = next(map(read_title, record.texts("title", "dc:title")), None)
    summary = next(map(read_words, record.texts(*_SUMMARIES)), "")
    # An aggregator names the publisher of what it lists, and people look for that name.
    publisher = next(map(read_words, record.texts("source/title", "source")), "")
    return Entry(
        url=url,
        title=title,
        words=" \n".join(filter(None, (title, summary, publisher))),
        published_at=next(filter(None, map(read_date, record.texts(*_DATES))), None),
    )


def _find_link(record: Record, base: str) -> str | None:
    """The page of an item: its link, in Atom the alternate one, else a guid that is an address."""
    plain: list[str] = []
    other: list[str] = []
    for one in record.fields:
        if one.path == "link" and one.attributes.get("rel", "alternate") == "alternate":
            text = one.attributes.get("href") or one.text
            is_page = "html" in one.attributes.get("type", "html")
            (plain if is_page else other).append(text)
        elif one.path == "guid" and one.attributes.get("isPermaLink", "true") == "true":
            other.append(one.text)
        elif one.path == "" and "://" in (about := one.attributes.get(_ABOUT, "")):
            other.append(about)
    addresses = (find_address(text, base=base) for text in [*plain, *other] if text)
    return next(filter(None, addresses), None)


_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
