"""Citations: a quotation with its page, to be copied into a text. Pure functions."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from claims.report.formatting import (
    describe_day,
    describe_moment,
    host_of,
    web_link,
)
from claims.report.unseen import reveal_line
from claims.types import Evidence, PageReference
from claims.verdicts.explain_days import describe_archived

# Characters that Markdown reads as markup (CommonMark 2.4).
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")
# Characters that end an address in angle brackets, or a line.
_UNSAFE = re.compile(r"[<>\s\\]")


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation with its page: title, publisher, days and address, in three notations."""

    plain: str
    markdown: str
    html: str


def cite(item: Evidence) -> Citation:
    """The citation of a piece of evidence.

    Characters that a reader would not see are named, as on the pages. Only http and https become
    links.
    """
    page = item.page
    quote, title = reveal_line(item.quote), reveal_line(page.title or host_of(page.url))
    address, link = reveal_line(page.url), web_link(page.url)
    about = _describe(page)
    marked = _escape(title)
    if link:
        marked = f"[{marked}](<{_UNSAFE.sub(_encode, link)}>)"
    linked = html.escape(title)
    if link:
        linked = f'<a href="{html.escape(link)}">{linked}</a>'
    cited = f' cite="{html.escape(link)}"' if link else ""
    return Citation(
        plain=f"“{quote}” ({title}, {about}, {address})",
        markdown=f"> {_escape(quote)}\n>\n> — {marked}, {_escape(about)}",
        html=f"<blockquote{cited}><p>{html.escape(quote)}</p></blockquote>\n"
        f"<p>— {linked}, {html.escape(about)}</p>",
    )


def _describe(page: PageReference) -> str:
    """The publisher, the day of publication, that of an archived copy, and the time of reading."""
    parts = [page.publisher and reveal_line(page.publisher)]
    if page.published_at:
        parts.append(reveal_line(describe_day(page.published_at)))
    parts.append(describe_archived(page))
    parts.append(f"read {describe_moment(page.fetched_at)}")
    return ", ".join(filter(None, parts))


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _encode(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
