"""Quotations with the surrounding text, so that readers see them in context."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from claims.errors import NotFound, Unreadable
from claims.ports import Store
from claims.types import Evidence, Page, Span

CONTEXT_CHARACTERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """before + quote + after is a part of the page; `cut_*` mean that the page continues there."""

    before: str
    quote: str
    after: str
    cut_before: bool
    cut_after: bool


def excerpt_quote(
    text: str, span: Span, *, context_characters: int = CONTEXT_CHARACTERS
) -> Excerpt:
    """The quotation text[span] with up to `context_characters` on either side, in whole words."""
    start, end = span
    first = max(0, start - context_characters)
    last = min(len(text), end + context_characters)
    before, after = text[first:start], text[end:last]
    if first > 0:
        before = before.partition(" ")[2] if " " in before else before
    if last < len(text):
        after = after.rpartition(" ")[0] if " " in after else after
    return Excerpt(
        before=before,
        quote=text[start:end],
        after=after,
        cut_before=first > 0,
        cut_after=last < len(text),
    )


def read_excerpts(store: Store, evidence: Iterable[Evidence]) -> tuple[Excerpt | None, ...]:
    """The excerpt of each quotation, in order; None if the page is no longer stored or cannot be
    read: the verdict itself has the quotation."""
    pages: dict[str, Page | None] = {}
    excerpts = []
    for item in evidence:
        sha256 = item.page.sha256
        if sha256 not in pages:
            pages[sha256] = None
            with suppress(Unreadable):
                pages[sha256] = find_page(store, sha256)
        page = pages[sha256]
        excerpts.append(excerpt_quote(page.text, item.span) if page else None)
    return tuple(excerpts)


def find_page(store: Store, sha256: str) -> Page | None:
    """The page whose text has this hash; None when it is no longer kept."""
    try:
        return store.get_page(sha256)
    except NotFound:
        return None
