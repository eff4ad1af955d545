"""Limits on submissions, the same for API, command line and library. Sizes are in characters."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from claims.errors import InvalidInput

ARTICLE_CHARS = 200_000
CLAIM_CHARS = 1_000
SOURCES = 50
TAGS = 20
TAG_CHARS = 50
TAG_SCHEDULES = 1000
FOLLOWED = 10_000
"""Claims to which one change of a tag's schedule, or one sweep, gives it: about a second."""
ARTICLE_CLAIMS = 200
"""Maximum claims of one article that are checked, unless a setting says otherwise."""
STORE_MEMORY_MB = 2048
"""Memory of the embedded store in MiB, unless a setting says otherwise."""
SIGN_OFF_DAYS = 180
"""Days after which a sign-off is stale, unless a setting says otherwise; 0: never."""
QUEUE_SHARE = 0.5
"""Part of the queue that the items of one key may take, unless a setting says otherwise."""


def check_article(text: str, *, pointer: str = "/text") -> str:
    """The unchanged text. Raises InvalidInput when it is empty, too long or not text."""
    return _check_text(text, "article", most=ARTICLE_CHARS, pointer=pointer)


def check_main_text(text: str) -> None:
    """Raise InvalidInput if an article's page reaches the limit, at which reading cuts its text."""
    if len(text) >= ARTICLE_CHARS:
        raise InvalidInput(
            f"the article's page has {ARTICLE_CHARS:,} characters of text or more: send a part",
            "/url",
        )


def check_claim(text: str, *, pointer: str = "/text") -> str:
    """The unchanged text. Raises InvalidInput if it is empty, too long, not text or wordless."""
    _check_text(text, "claim", most=CLAIM_CHARS, pointer=pointer)
    if not any(map(str.isalpha, text)):
        raise InvalidInput("the claim has no words: give a statement", pointer)
    return text


def check_sources(sources: Sequence[object], *, pointer: str = "/sources") -> None:
    """Raise InvalidInput when there are too many."""
    if len(sources) > SOURCES:
        raise InvalidInput(f"too many sources: {len(sources)}, maximum {SOURCES}", pointer)


# Comma and semicolon: Latin, Arabic, ideographic and its half width, small, and full width.
_SEPARATORS = "[,;\u060c\u061b\u3001\uff64\ufe50-\ufe51\ufe54\uff0c\uff1b]"


def split_tags(text: str, *, known: Collection[str] = ()) -> list[str]:
    """The tags of a text: one per line, or separated by commas or semicolons of any script.

    A line that is one of the `known` tags stays whole, whatever it contains.
    """
    parts: list[str] = []
    for line in map(str.strip, text.splitlines()):
        parts += [line] if line in known else map(str.strip, re.split(_SEPARATORS, line))
    return [part for part in parts if part]


def check_tags(tags: Sequence[object], *, pointer: str = "/tags") -> None:
    """Raise InvalidInput for too many tags, and for a tag that is not text, blank or too long."""
    if len(tags) > TAGS:
        raise InvalidInput(f"too many tags: {len(tags)}, maximum {TAGS}", pointer)
    for tag in tags:
        if not isinstance(tag, str) or not tag.strip():
            raise InvalidInput("a tag must be text that is not blank", pointer)
        if len(tag.strip()) > TAG_CHARS:
            raise InvalidInput(
                f"a tag is too long: {len(tag.strip())} characters, maximum {TAG_CHARS}", pointer
            )


def _check_text(text: str, what: str, *, most: int, pointer: str) -> str:
    if not text.strip():
        raise InvalidInput(f"the {what} is empty: give the text to check", pointer)
    if len(text) > most:
        raise InvalidInput(
            f"the {what} is too long: {len(text):,} characters, maximum {most:,}", pointer
        )
    if "\x00" in text:
        raise InvalidInput(f"the {what} has binary data: give plain text", pointer)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(
            f"the {what} has half of a surrogate pair: give well-formed Unicode", pointer
        )
    return text
