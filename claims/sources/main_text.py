"""The main text of an HTML page: the article, without menus, notices and scripts.

trafilatura finds it. BeautifulSoup with lxml first removes the elements that no reader sees. It
is also the fallback ("floor") when trafilatura finds no text or almost none. A page that a script
fills in a browser has no text in either: its JSON-LD may state the article. Runs in the extraction
child only.
"""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, islice

import trafilatura
from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import PageElement, PreformattedString, Tag
from trafilatura.settings import use_config

from claims.sources.links import collect_anchors, place_links
from claims.sources.metadata import find_article_body, read_metadata
from claims.sources.obstacles import find_obstacle, look_at
from claims.sources.reading import Reading
from claims.text import clean_text, fold_spaces, words

MAX_CHARACTERS = 200_000
# Above these limits trafilatura takes more than three seconds, and the floor does not (measured on
# 50,000 attributes in one tag, 100,000 paragraphs and 150,000 table cells; one core of 2 GHz).
_MAX_TAG_CHARACTERS = 64 * 1024
_MAX_TAGS = 50_000
# If trafilatura finds less than this share of the floor's text, it has missed the main text. If
# both find less than this share of the article in the page's JSON-LD, the page does not show it.
_TOO_LITTLE = 1 / 3

# Minimum words in a main or article element for it to count as the main text.
_ENOUGH_WORDS = 40

_NEVER_SHOWN = frozenset(
    "script style template noscript svg iframe object embed canvas audio video select button "
    "input textarea datalist".split()
)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FURNITURE = ["nav", "footer", "aside", "dialog"]
_LISTS = ("ul", "ol", "table", "div", "section")
_LEVELS = 6
_FURNITURE_ROLES = ["navigation", "banner", "contentinfo", "search", "dialog", "complementary"]
# Words in class and id of blocks around the text: notices, and lists of links to elsewhere.
_NOTICE = frozenset("cookie cookies consent gdpr newsletter subscribe paywall".split())
_ELSEWHERE = frozenset(
    "related recommended recommendations trending popular share sharing social breadcrumb "
    "breadcrumbs sidebar promo sponsored advert advertisement pagination".split()
)
_WORD_OF_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_BIGGEST_NOTICE = 1500  # characters
_MOST_CLUTTER = 500  # maximum blocks that are examined; a page has a dozen

_BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|body|br|caption|center|dd|details|div|dl|dt|fieldset|"
    r"figcaption|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|summary|table|"
    r"tbody|tfoot|thead|tr|ul)\b[^>]*>"
)
_CELL_END = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
_LONG_RUN = re.compile(rf"<[^<]{{{_MAX_TAG_CHARACTERS},}}")
_CELL_GAP = " | "
_ARTICLE_BODY = '"articleBody"'
_HAS_FIGURE = re.compile(r"\d")
_LONGEST_ROW = 300  # characters; longer ones are pages laid out by tables
_SITE_NOTICE = re.compile(
    r"(?:(?:we|(?:this|our) (?:web)?site) (?:uses?|sets?|stores?|values?|and our)"
    r"|by (?:using|continuing|clicking))\b.{0,200}\bcookies?\b"
    r"|(?:©|\(c\)|copyright)[\s©]*\d{4}.{0,200}$",
    re.IGNORECASE,
)
_ROW_RULE = re.compile(r"[|\s:-]+")
_LIST_MARK = re.compile(r"[-*•]\s+")


def read_html(markup: str, *, url: str) -> Reading:
    """Main text and metadata of a page; the text is empty when the page has none."""
    markup = clean_text(markup)
    soup = _parse(markup)
    reading = read_metadata(soup, url=url)
    look = look_at(soup, url=url)
    stated = _by_linked_data(soup) if _ARTICLE_BODY in markup else []
    _take_out_unseen(soup)
    anchors = collect_anchors(soup, url=url)
    found = [] if _is_too_complex(markup) else _by_trafilatura(str(soup))
    floor = _by_structure(soup)
    too_little = _size(found) < _TOO_LITTLE * _size(floor)
    lines = floor if too_little else found + _missing_rows(found, floor)
    if _size(lines) < _TOO_LITTLE * _size(stated):
        lines = stated
    text = _join(lines)
    return replace(
        reading,
        text=text,
        links=place_links(anchors, text),
        obstacle=find_obstacle(look, lines),
    )


def read_plain(text: str) -> Reading:
    """A plain text; its lines are kept, runs of white space become one space."""
    return Reading(text=_join(fold_spaces(line) for line in clean_text(text).splitlines()))


def _size(lines: list[str]) -> int:
    return sum(map(len, lines))


def _parse(markup: str) -> BeautifulSoup:
    with warnings.catch_warnings():
        # A page that looks like a file name or like XML is read all the same.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(markup, "lxml")


def _is_too_complex(markup: str) -> bool:
    """Whether trafilatura would take seconds: the page has very many tags, or a very long one."""
    if markup.count("<") > _MAX_TAGS:
        return True
    # A run without "<" is one tag and the text after it.
    tags = (run.partition(">")[0] for run in _LONG_RUN.findall(markup))
    return any(len(tag) > _MAX_TAG_CHARACTERS for tag in tags)


# --- what is taken out ---------------------------------------------------------------------


def _take_out_unseen(soup: BeautifulSoup) -> None:
    """Remove comments, scripts, hidden elements, and notices and link lists around the text."""
    _take_out(
        [
            node
            for node in soup.descendants
            if (_is_hidden(node) if isinstance(node, Tag) else isinstance(node, PreformattedString))
        ]
    )
    named = (element for element in soup.find_all(True) if _is_named_clutter(element))
    _take_out([element for element in islice(named, _MOST_CLUTTER) if _is_clutter(element)])


def _take_out(nodes: Sequence[PageElement]) -> None:
    """Cut nodes, given in the order of the page, out of the tree.

    Inner ones first, so that each cut is cheap; what is cut out stays whole, because asking a
    node of BeautifulSoup whether it was destroyed searches its whole subtree.
    """
    for node in reversed(nodes):
        node.extract()


def _is_hidden(element: Tag) -> bool:
    if element.name in ("html", "body"):
        return False  # shown by a script, as some sites do
    style = element.get("style")
    return (
        element.name in _NEVER_SHOWN
        or element.has_attr("hidden")
        or (isinstance(style, str) and _HIDING_STYLE.search(style) is not None)
    )


def _is_named_clutter(element: Tag) -> bool:
    if not element.attrs or element.name in ("html", "body", "main", "article"):
        return False
    return not _names(element).isdisjoint(_NOTICE | _ELSEWHERE)


def _is_clutter(element: Tag) -> bool:
    """Whether a block whose name suggests a notice or a link list is one by its text as well."""
    if _names(element) & _NOTICE and element.find(["main", "article", "h1"]) is None:
        return len(element.get_text()) <= _BIGGEST_NOTICE
    return _is_mostly_links(element)


def _names(element: Tag) -> set[str]:
    """The words of an element's id and classes, in lower case."""
    names = f"{element.get('id', '')} {' '.join(element.get_attribute_list('class'))}"
    return {word.lower() for word in _WORD_OF_NAME.findall(names[:500])}


def _is_mostly_links(element: Tag) -> bool:
    linked = sum(len(link.get_text()) for link in element.find_all("a"))
    return linked > 0.5 * len(element.get_text(strip=True))


# --- three ways to the text ----------------------------------------------------------------


def _by_trafilatura(markup: str) -> list[str]:
    """The lines of the main text, or none. Its own fallbacks are off; the floor replaces them."""
    settings = use_config()
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")
    text = trafilatura.extract(
        markup, include_comments=False, include_tables=True, output_format="txt", config=settings
    )
    return _without_notices(_plain_line(line) for line in (text or "").splitlines())


def _plain_line(line: str) -> str:
    """One line of trafilatura's output without its marks for lists and tables."""
    if not line.startswith("|"):
        return fold_spaces(_LIST_MARK.sub("", line, count=1)).removesuffix(" |")
    return "" if _ROW_RULE.fullmatch(line) else _row(line.split("|"))


def _row(cells: Iterable[str]) -> str:
    return _CELL_GAP.join(filter(None, (fold_spaces(cell) for cell in cells)))


def _by_structure(soup: BeautifulSoup) -> list[str]:
    """The lines outside menus, footers, asides and lists of links. Takes the soup apart."""
    root = _root(soup)
    lists = {id(block) for block in _link_lists(root)}
    _take_out(
        [
            element
            for element in root.find_all(True)
            if element.name in _FURNITURE
            or element.attrs.get("role") in _FURNITURE_ROLES
            or id(element) in lists
        ]
    )
    # The serialised tree is always well formed: ">" ends a tag and has no other use.
    marked = _BLOCK_TAG.sub("\n", _CELL_END.sub("\x00", root.decode().replace("\n", " ")))
    lines = html.unescape(_TAG.sub("", marked)).split("\n")
    return _without_notices(_row(line.split("\x00")) for line in lines)


def _by_linked_data(soup: BeautifulSoup) -> list[str]:
    """The lines of the article that the page's JSON-LD states, or none."""
    marked = _BLOCK_TAG.sub("\n", html.unescape(find_article_body(soup) or ""))
    lines = html.unescape(_TAG.sub("", marked)).splitlines()
    return _without_notices(map(fold_spaces, lines))


def _without_notices(lines: Iterable[str]) -> list[str]:
    """The non-empty lines, except those about the site's cookies or its rights."""
    return [line for line in lines if line and not _SITE_NOTICE.match(line)]


def _root(soup: BeautifulSoup) -> Tag:
    """The one element that the page marks as its main text, else the whole body."""
    for name in ("main", "article"):
        found = soup.find_all(name, limit=2)
        if len(found) == 1 and len(words(found[0].get_text(" "))) >= _ENOUGH_WORDS:
            return found[0]
    return soup.body or soup


def _link_lists(root: Tag) -> list[Tag]:
    """Blocks that contain almost only links, at least three of them.

    Each link is counted for the blocks a few levels around it, so that the time stays linear on
    pages nested a hundred thousand levels deep.
    """
    links: dict[int, int] = {}
    blocks: dict[int, Tag] = {}
    for link in root.find_all("a"):
        for block in islice(link.parents, _LEVELS):
            if block is root:
                break
            if block.name in _LISTS:
                blocks[id(block)] = block
                links[id(block)] = links.get(id(block), 0) + 1
    return [block for key, block in blocks.items() if links[key] >= 3 and _is_mostly_links(block)]


def _missing_rows(found: list[str], floor: list[str]) -> list[str]:
    """Rows of tables with figures that are on the page but not in `found`: claims rely on them."""
    known = set(found)
    missing: list[str] = []
    for is_table, group in groupby(floor, key=lambda line: _CELL_GAP in line):
        rows = list(group)
        new = [row for row in rows if row not in known]
        if is_table and len(rows) > 1 and any(map(_HAS_FIGURE.search, new)):
            missing += [row for row in new if len(row) <= _LONGEST_ROW]
    return missing


def _join(lines: Iterable[str]) -> str:
    """Non-empty lines, without immediate repetitions, up to MAX_CHARACTERS."""
    kept: list[str] = []
    size = 0
    for line in map(clean_text, lines):
        if not line or (kept and line == kept[-1]):
            continue
        kept.append(line)
        size += len(line) + 1
        if size > MAX_CHARACTERS:
            break
    return "\n".join(kept)[:MAX_CHARACTERS]
