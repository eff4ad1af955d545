"""The entries of feeds and sitemaps: addresses with some words about each. Pure functions."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from claims.text import clean_text, fold_spaces

_MOST_TITLE = 300
_MOST_SUMMARY = 2_000  # maximum characters that are ranked; ranking does not need a whole article
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A listed address; `words` are the words that it is searched by, including its title."""

    url: str
    words: str
    title: str | None = None
    published_at: str | None = None


def read_words(markup: str, *, most: int = _MOST_SUMMARY) -> str:
    """The text of a title or summary, which may contain escaped markup, on one line."""
    plain = html.unescape(_TAG.sub(" ", markup[: 4 * most]))
    # Text that was escaped twice still contains markup.
    return fold_spaces(clean_text(_TAG.sub(" ", plain)))[:most]


def read_title(markup: str) -> str | None:
    """A title of at most 300 characters; None when it has no text."""
    return read_words(markup, most=_MOST_TITLE) or None
