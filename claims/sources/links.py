"""Where the main text of a page links to: addresses, with the characters of each link.

Links are collected from the page's tree and then located in its main text by the words around
them, so that collecting links does not change the extracted text. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from claims.sources.address import find_address, site_of
from claims.types import Link, Span

MOST_LINKS = 100
# Limits on the part of a page that is searched; an article has some dozens of links, in paragraphs.
_MOST_ANCHORS = 500
_MOST_NODES = 1_500
_MOST_ANCHOR = 300  # characters
_LEVELS = 40
_BLOCKS = frozenset(
    "p li td th dd dt blockquote figcaption caption div section article main h1 h2 h3 h4 h5 h6 pre"
    " body".split()
)
_FURNITURE = frozenset("nav header footer aside form dialog menu".split())
_FURNITURE_ROLES = frozenset("navigation banner contentinfo search dialog complementary".split())
_NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|avif|ico|mp[34]|m4a|mov|avi|webm|ogg|wav|css|m?js|json|xml|rss"
    r"|ics|zip|gz|tar|7z|exe|dmg|apk)$",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"(?:facebook\.com/(?:sharer|share|dialog)|(?:twitter|x)\.com/(?:intent|share)"
    r"|linkedin\.com/(?:sharearticle|sharing|cws)|reddit\.com/submit|whatsapp\.com/send|wa\.me/"
    r"|(?:t|telegram)\.me/share|pinterest\.[a-z.]+/pin/create|tumblr\.com/(?:share|widgets)"
    r"|getpocket\.com/(?:save|edit)|share\.flipboard\.com/|news\.ycombinator\.com/submitlink"
    r"|bsky\.app/intent|threads\.net/intent|xing\.com/(?:spi/shares|social/share)|share\.[\w-]+\.)",
    re.IGNORECASE,
)
# Number of characters around a link, without white space, that are enough to locate it.
_KNOWN_BY = 20
_AROUND = 30


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link with the text of its block, most often a paragraph.

    `around` is the block's text without white space; the link is [start, end) of it. Anchors of
    one block have the same number `block`.
    """

    url: str
    block: int
    around: str
    start: int
    end: int


def collect_anchors(soup: BeautifulSoup, *, url: str) -> tuple[Anchor, ...]:
    """The links of a page that may lead to sources, in order; `url` is the page's own.

    Links in menus, links to the page's own site, links to pictures, sounds and scripts, and links
    for sharing the page are left out. Call this before the tree is modified.
    """
    base = _find_base(soup, url)
    own = _own_sites(soup, url)
    wanted: dict[int, str] = {}
    blocks: dict[int, Tag] = {}
    for anchor in soup.find_all("a", href=True, limit=_MOST_ANCHORS):
        target = _find_target(str(anchor["href"]), base)
        block = _find_block(anchor)
        if target is None or block is None or site_of(target) in own:
            continue
        wanted[id(anchor)] = target
        blocks[id(block)] = block
    return tuple(
        one
        for number, block in enumerate(blocks.values())
        for one in _read_block(block, number, wanted)
    )


def _find_base(soup: BeautifulSoup, url: str) -> str:
    base = soup.find("base", href=True)
    try:
        return urljoin(url, str(base["href"]).strip()) if base else url
    except ValueError:
        return url


def _own_sites(soup: BeautifulSoup, url: str) -> set[str]:
    """The sites of the page: that of its address and those that it names itself, because HTML that
    was submitted has no address of its own."""
    canonical = soup.find("link", rel="canonical", href=True)
    graph = soup.find("meta", property="og:url", content=True)
    said = [url, canonical and canonical["href"], graph and graph["content"]]
    return {site_of(str(one).strip()) for one in said if one}


def _find_target(href: str, base: str) -> str | None:
    href = href.strip()
    if href.startswith("#"):
        return None
    target = find_address(href, base=base)
    try:
        parts = urlsplit(target or "")
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    is_share = _SHARE.match(f"{host}{parts.path}") or _SHARE.match(
        _drop_subdomain(host, parts.path)
    )
    return None if is_share or _NO_PAGE.search(parts.path) else target


def _drop_subdomain(host: str, path: str) -> str:
    """ "api.whatsapp.com/send" as "whatsapp.com/send"."""
    return f"{host.partition('.')[2]}{path}"


def _find_block(anchor: Tag) -> Tag | None:
    """The paragraph, list item or cell that contains a link; None in menus and the like."""
    block = None
    for parent in islice(anchor.parents, _LEVELS):
        if parent.name in _FURNITURE or parent.attrs.get("role") in _FURNITURE_ROLES:
            return None
        if block is None and parent.name in _BLOCKS:
            block = parent
    return block


def _read_block(block: Tag, number: int, wanted: dict[int, str]) -> Iterator[Anchor]:
    """The wanted links of a block, each with the whole text of the block."""
    pieces: list[str] = []
    places: list[tuple[str, int, int]] = []
    size = 0
    for node in islice(block.descendants, _MOST_NODES):
        if isinstance(node, NavigableString):
            pieces.append(_squeeze(node))
            size += len(pieces[-1])
        elif isinstance(node, Tag) and id(node) in wanted:
            length = len(_squeeze(_text_of(node)))
            if length and _is_nearest(node, block):
                places.append((wanted[id(node)], size, size + length))
    around = "".join(pieces)
    return (Anchor(url, number, around, start, end) for url, start, end in places)


def _text_of(anchor: Tag) -> str:
    strings = (one for one in islice(anchor.descendants, 50) if isinstance(one, NavigableString))
    return "".join(strings)[:_MOST_ANCHOR]


def _is_nearest(anchor: Tag, block: Tag) -> bool:
    """Whether there is no other block between the two."""
    return next((one for one in anchor.parents if one.name in _BLOCKS), None) is block


def _squeeze(text: str) -> str:
    return "".join(text.split())


def place_links(anchors: Sequence[Anchor], text: str) -> tuple[Link, ...]:
    """The anchors that `text` contains, in its order, at most MOST_LINKS."""
    if not anchors:
        return ()
    offsets = [place for place, character in enumerate(text) if not character.isspace()]
    squeezed = _squeeze(text)
    links = []
    cursor = 0  # the end of the block that was found last
    for _, group in groupby(anchors, key=lambda anchor: anchor.block):
        some = list(group)
        block = _find_block_in(squeezed, some[0].around, cursor)
        if block is not None:
            cursor = block + len(some[0].around)
        for anchor in some:
            start = _find_near(anchor, squeezed) if block is None else block + anchor.start
            if start is not None:
                end = start + anchor.end - anchor.start
                links.append(Link(anchor.url, Span(offsets[start], offsets[end - 1] + 1)))
    return tuple(sorted(links, key=lambda link: link.span))[:MOST_LINKS]


def _find_block_in(squeezed: str, around: str, cursor: int) -> int | None:
    """The position of a block in the text, if it is clear: after the last block, or elsewhere."""
    if len(around) < _KNOWN_BY and squeezed.count(around) != 1:
        return None
    place = squeezed.find(around, cursor)
    place = squeezed.find(around) if place < 0 else place
    return None if place < 0 else place


def _find_near(anchor: Anchor, squeezed: str) -> int | None:
    """The position of a link in the text, by some words around it that occur there only once."""
    before = min(anchor.start, _AROUND)
    near = anchor.around[anchor.start - before : anchor.end + _AROUND]
    if len(near) >= _KNOWN_BY and squeezed.count(near) == 1:
        return squeezed.find(near) + before
    return None
