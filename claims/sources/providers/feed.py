"""A feed: RSS 2.0 and its earlier versions, RSS 1.0 (RDF), Atom 1.0 (RFC 4287).

https://www.rssboard.org/rss-specification. Its entries are ranked by title and summary.
"""

from __future__ import annotations

from claims.sources.address import find_address
from claims.sources.dates import read_date
from claims.sources.deadline import Deadline
from claims.sources.providers.endpoint import Answer
from claims.sources.providers.entries import Entry, read_title, read_words
from claims.sources.providers.listing import Entries, Listing
from claims.sources.xml_records import Record, no_feed, read_records

_ROOTS = frozenset({"rss", "RDF", "feed"})
_SUMMARIES = ("summary", "description", "content:encoded", "content")
# Not "updated", the date of the last change: a later change is no reason to leave out a page that
# was published in time.
_DATES = ("pubDate", "published", "dc:date")


class Feed(Listing[Entries]):
    """The feed at `address` (claims.ports.SourceProvider)."""

    most_bytes = 5_000_000

    def read(self, answer: Answer, deadline: Deadline) -> Entries:
        """See read_feed."""
        return read_feed(answer, deadline)

    def collect(self, deadline: Deadline) -> list[Entries]:
        """The entries of the one document."""
        return [self.documents.get(self.address, deadline=deadline)]


def read_feed(answer: Answer, deadline: Deadline) -> Entries:
    """The entries of a feed, in its order. Raises SourceError: see read_records."""
    found = read_records(
        answer.body or b"",
        content_type=answer.content_type,
        names={"item", "entry"},
        check=deadline.check,
    )
    if found.root not in _ROOTS:
        raise no_feed(f"<{found.root[:40]}> is not the start of a feed")
    base = find_address(found.base, base=answer.url) or answer.url
    entries = (_read_entry(record, base) for record in found.records)
    return tuple(entry for entry in entries if entry is not None)


def _read_entry(record: Record, base: str) -> Entry | None:
    """An item as an entry; None if it has no address."""
    url = _find_link(record, base)
    if url is None:
        return None
    title = next(map(read_title, record.texts("title", "dc:title")), None)
    summary = next(map(read_words, record.texts(*_SUMMARIES)), "")
    # An aggregator names the publisher of an item, and people search for that name.
    publisher = next(map(read_words, record.texts("source/title", "source")), "")
    return Entry(
        url=url,
        title=title,
        words=" \n".join(filter(None, (title, summary, publisher))),
        published_at=next(filter(None, map(read_date, record.texts(*_DATES))), None),
    )


def _find_link(record: Record, base: str) -> str | None:
    """The page of an item: its link, in Atom the alternate link, else a guid that is an address."""
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
