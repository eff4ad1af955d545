"""What feeds and sitemaps list: addresses with a few words about each. Pure functions."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from claims.text import clean_text, fold_spaces

_MOST_TITLE = 300
_MOST_SUMMARY = 2_000  # characters that are ranked; a whole article is not needed for that
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A listed address; `words` are what it is found by, its title among them."""

    url: str
    words: str
    title: str | None = None
    published_at: str | None = None


def read_words(markup: str, *, most: int = _MOST_SUMMARY) -> str:
    """The text of a title or summary, which may be marked up and escaped, on one line."""
    plain = html.unescape(_TAG.sub(" ", markup[: 4 * most]))
    # What was escaped twice is marked up still.
    return fold_spaces(clean_text(_TAG.sub(" ", plain)))[:most]


def read_title(markup: str) -> str | None:
    """A title, at most 300 characters of it; None when it says nothing."""
    return read_words(markup, most=_MOST_TITLE) or None
