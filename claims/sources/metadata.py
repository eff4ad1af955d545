"""What a page says about itself: title, publisher, date, canonical address, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from claims.errors import InvalidInput
from claims.sources.address import (
    canonical_url,
    find_address,
    host_and_port,
    parse_source_url,
    site_of,
)
from claims.sources.dates import read_date
from claims.sources.reading import Reading
from claims.text import clean_line

_MAX_TITLE = 300
_MAX_LINKED_DATA = 200_000  # characters of one JSON-LD block
_MAX_NODES = 2_000  # maximum JSON-LD objects that are read

# In the order of trust: the page's own statement of its first publication comes first.
_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "parsely-pub-date",
    "citation_publication_date",
)
_AUTHOR_NAMES = ("author", "article:author", "dc.creator", "parsely-author", "byl")
_ORIGINAL_NAMES = ("syndication-source", "original-source")
_CREDITS = 10
_MAX_CREDIT = 100
_MODIFIED_NAMES = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·-]\s+")
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.IGNORECASE)


def read_metadata(soup: BeautifulSoup, *, url: str) -> Reading:
    """A reading without text; `url` is the address from which the page was finally fetched."""
    meta = _meta(soup)
    linked = list(_linked_data(soup))
    publisher = _publisher(meta, linked, url)
    return Reading(
        text="",
        title=_title(soup, meta, publisher),
        publisher=publisher,
        published_at=_published_at(soup, meta, linked),
        modified_at=_modified_at(meta, linked),
        canonical_url=_canonical(soup, meta, url),
        language=_language(soup),
        credits=tuple(_credits(meta, linked)),
        original_url=_original(soup, meta, url),
    )


def find_article_body(soup: BeautifulSoup) -> str | None:
    """The text of the article in the page's JSON-LD (`articleBody`), which may contain HTML.

    None if several objects have one, as on lists of articles, or if any object says that the text
    is not free to read (`isAccessibleForFree`).
    """
    linked = list(_linked_data(soup))
    if any(_is_false(node.get("isAccessibleForFree")) for node in linked):
        return None
    bodies = [body for node in linked if isinstance(body := node.get("articleBody"), str)]
    return bodies[0] if len(bodies) == 1 else None


def _is_false(said: object) -> bool:
    """Whether a value of JSON-LD is false; sites write it as a word or an address as well."""
    return said is False or (isinstance(said, str) and said.lower().endswith("false"))


def _meta(soup: BeautifulSoup) -> dict[str, str]:
    """The contents of the meta elements by lower-case name; the first element of a name counts."""
    found: dict[str, str] = {}
    for element in soup.find_all("meta", content=True):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = clean_line(str(element["content"]))
        if name and content:
            found.setdefault(str(name).strip().lower(), content)
    return found


def _linked_data(soup: BeautifulSoup) -> Iterator[dict[str, object]]:
    """All objects of the page's JSON-LD, outer ones first, up to _MAX_NODES."""
    blocks = soup.find_all("script", type="application/ld+json", limit=20)
    waiting: list[object] = []
    for block in blocks:
        text = block.get_text()
        if len(text) <= _MAX_LINKED_DATA:
            try:
                waiting.append(json.loads(text, strict=False))
            except (ValueError, RecursionError):
                continue
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node[:_MAX_NODES])


def _text_of(element: Tag | None) -> str | None:
    if element is None:
        return None
    return clean_line(element.get_text(" ")) or None


def _title(soup: BeautifulSoup, meta: dict[str, str], publisher: str | None) -> str | None:
    """The headline, without the publisher's name that many sites append to it."""
    title = meta.get("og:title") or _text_of(soup.title) or _text_of(soup.h1)
    if not title:
        return None
    parts = _TITLE_SEPARATOR.split(title)
    if len(parts) > 1 and parts[-1] == publisher:
        title = title[: -len(parts[-1])].rstrip(" |-–—·:")
    return title[:_MAX_TITLE]


def _publisher(meta: dict[str, str], linked: list[dict[str, object]], url: str) -> str | None:
    name = meta.get("og:site_name") or _linked_publisher(linked) or meta.get("application-name")
    if name:
        return name[:_MAX_TITLE]
    try:
        return host_and_port(parse_source_url(url))[0].removeprefix("www.")
    except InvalidInput:
        return None  # a local file


def _linked_publisher(linked: list[dict[str, object]]) -> str | None:
    for node in linked:
        publisher = node.get("publisher")
        if isinstance(publisher, list) and publisher:
            publisher = publisher[0]
        name = publisher.get("name") if isinstance(publisher, dict) else publisher
        if isinstance(name, str) and name.strip():
            return clean_line(name)
    return None


def _published_at(
    soup: BeautifulSoup, meta: dict[str, str], linked: list[dict[str, object]]
) -> str | None:
    first = _DATE_NAMES[:2]
    candidates: list[object] = [meta.get(name) for name in first]
    candidates += [node.get("datePublished") for node in linked]
    candidates += [meta.get(name) for name in _DATE_NAMES[2:]]
    candidates += _time_elements(soup)
    return _first_date(candidates)


def _modified_at(meta: dict[str, str], linked: list[dict[str, object]]) -> str | None:
    """When the page was last changed: the useful date of a page that is edited for years."""
    candidates: list[object] = [meta.get(name) for name in _MODIFIED_NAMES[:2]]
    candidates += [node.get("dateModified") for node in linked]
    return _first_date([*candidates, *(meta.get(name) for name in _MODIFIED_NAMES[2:])])


def _first_date(candidates: Iterable[object]) -> str | None:
    for candidate in candidates:
        moment = read_date(candidate) if isinstance(candidate, str) else None
        if moment is not None:
            return moment
    return None


def _time_elements(soup: BeautifulSoup) -> list[str]:
    """The datetime attributes that may say when the page was published, the most reliable first.

    A time element outside the article may be the clock in the page's header, so it counts only
    when it is the only one.
    """
    everywhere = soup.find_all("time", datetime=True, limit=50)
    marked = [
        t for t in everywhere if t.get("itemprop") == "datePublished" or t.has_attr("pubdate")
    ]
    inside = [t for t in everywhere if t.find_parent(["article", "main"]) is not None]
    only = everywhere if len(everywhere) == 1 else []
    return [str(element["datetime"]) for element in [*marked, *inside, *only]]


def _canonical(soup: BeautifulSoup, meta: dict[str, str], url: str) -> str:
    """The address that the page names as its own if that is plausible, else the fetched address.

    A page must not claim an address on another site, and a page deep in a site is not its front
    page, even if its template says so.
    """
    link = soup.find("link", rel="canonical", href=True)
    for candidate in (str(link["href"]) if link else None, meta.get("og:url")):
        target = None if candidate is None else find_address(candidate, base=url)
        if target is None:
            continue
        to_front_page = urlsplit(target).path in ("", "/") and urlsplit(url).path not in ("", "/")
        if site_of(target) == site_of(url) and not to_front_page:
            return canonical_url(target)
    return canonical_url(url)


def _credits(meta: dict[str, str], linked: list[dict[str, object]]) -> list[str]:
    """The authors that the page names, people and organisations, up to a maximum number."""
    names: list[object] = [meta.get(name) for name in _AUTHOR_NAMES]
    for node in linked:
        for key in ("author", "creator", "sourceOrganization", "copyrightHolder"):
            some = node.get(key)
            many = some if isinstance(some, list) else [some]
            names += [one.get("name") if isinstance(one, dict) else one for one in many]
    found = (clean_line(name) for name in names if isinstance(name, str))
    return list(dict.fromkeys(name for name in found if 0 < len(name) <= _MAX_CREDIT))[:_CREDITS]


def _original(soup: BeautifulSoup, meta: dict[str, str], url: str) -> str | None:
    """The address on another site that the page names as its original, if there is one."""
    link = soup.find("link", rel="canonical", href=True)
    said = [meta.get(name) for name in _ORIGINAL_NAMES] + [str(link["href"]) if link else None]
    for candidate in filter(None, said):
        target = find_address(candidate, base=url)
        if target is None:
            continue
        if site_of(target) != site_of(url) and urlsplit(target).path not in ("", "/"):
            return canonical_url(target)
    return None


def _language(soup: BeautifulSoup) -> str | None:
    declared = _LANGUAGE.match(str(soup.html.get("lang", ""))) if soup.html else None
    return declared.group().lower() if declared else None
