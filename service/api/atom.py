"""Events, and published checks, as Atom feeds (RFC 4287), in pages (RFC 5005). Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from claims.report.events import find_page, write_headline
from claims.report.published_view import (
    PublishedView,
    describe_published,
    write_published_summary,
)
from claims.types import Event

MIMETYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_TITLE = "Assay: changes"
# The time of the last change, which a feed must state, for a feed without entries.
_NEVER = "1970-01-01T00:00:00Z"
# Characters that XML 1.0 does not allow, in any form.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(
    events: Sequence[Event], *, name: str, site: str, address: str, older: str | None
) -> bytes:
    """The feed of `events`, newest first.

    `name` is the same for all pages of the feed. `site` is the address of the service, to which the
    entries link, `address` that of this page, `older` that of the next page. They are absolute,
    because feed readers have no base address for stored entries.
    """
    feed = Element("feed", xmlns=_NAMESPACE)
    _add(feed, "id", _name(name))
    _add(feed, "title", _TITLE)
    _add(feed, "updated", _moment(events[0]) if events else _NEVER)
    _add(SubElement(feed, "author"), "name", "Assay")
    SubElement(feed, "link", rel="self", type=MIMETYPE, href=address)
    if older is not None:
        SubElement(feed, "link", rel="next", type=MIMETYPE, href=older)
    for event in events:
        _add_entry(feed, event, site)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def write_published_feed(views: Sequence[PublishedView], *, site: str, publisher: str) -> bytes:
    """The feed of published checks, the last publication first.

    `site` is the address of the service, to which the entries link; `publisher` may be empty. An
    entry keeps its id when its label is corrected: feed readers show it as changed.
    """
    feed = Element("feed", xmlns=_NAMESPACE)
    address = f"{site}/public/feed.atom"
    _add(feed, "id", _name(address))
    _add(feed, "title", f"Published checks: {publisher}" if publisher else "Published checks")
    _add(feed, "updated", _write_moment(views[0].published.last.at) if views else _NEVER)
    _add(SubElement(feed, "author"), "name", publisher or "Published checks")
    SubElement(feed, "link", rel="self", type=MIMETYPE, href=address)
    SubElement(feed, "link", rel="alternate", type="text/html", href=f"{site}/public")
    for view in views:
        _add_published(feed, view, site)
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _add_published(feed: Element, view: PublishedView, site: str) -> None:
    published = view.published
    page = f"{site}/public/{published.id}"
    entry = SubElement(feed, "entry")
    _add(entry, "id", _name(page))
    _add(entry, "title", f"{describe_published(view)}: {published.claim.text}")
    _add(entry, "published", _write_moment(published.checks[0].at))
    _add(entry, "updated", _write_moment(published.last.at))
    SubElement(entry, "link", rel="alternate", type="text/html", href=page)
    _add(entry, "summary", write_published_summary(view))


def _add_entry(feed: Element, event: Event, site: str) -> None:
    entry = SubElement(feed, "entry")
    _add(entry, "id", _name(f"{event.id} {event.about}"))
    _add(entry, "title", f"{write_headline(event)}: {event.data.heading}")
    _add(entry, "updated", _moment(event))
    SubElement(entry, "category", term=event.type)
    page = f"{site}{find_page(event) or '/'}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=page)
    _add(entry, "summary", " ".join(filter(None, (event.data.text, event.data.explanation))))


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _NOT_XML.sub("\ufffd", text)


def _moment(event: Event) -> str:
    return _write_moment(event.at)


def _write_moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _name(of: str) -> str:
    """A permanent, unique name."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, of)}"
