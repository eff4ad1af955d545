"""Limits on what is handed in, the same for API and command line. Sizes count characters."""

from __future__ import annotations

from collections.abc import Sequence

from claims.errors import InvalidInput

ARTICLE_CHARS = 200_000
CLAIM_CHARS = 1_000
SOURCES = 50
ARTICLE_CLAIMS = 200
"""Maximum claims of one article that are checked, unless a setting says otherwise."""


def check_article(text: str, *, pointer: str = "/text") -> str:
    """The unchanged text. Raises InvalidInput when it is empty, too long or not text."""
    return _check_text(text, "article", ARTICLE_CHARS, pointer)


def check_main_text(text: str) -> None:
    """Apply the article's limit to the main text of its page, which is cut there when read.

    Raises InvalidInput.
    """
    if len(text) >= ARTICLE_CHARS:
        raise InvalidInput(
            f"the article's page has {ARTICLE_CHARS:,} characters of text or more: hand in a part",
            "/url",
        )


def check_claim(text: str, *, pointer: str = "/text") -> str:
    """The unchanged text. Raises InvalidInput when it is empty, too long or not text."""
    return _check_text(text, "claim", CLAIM_CHARS, pointer)


def check_sources(sources: Sequence[object], *, pointer: str = "/sources") -> None:
    """Raises InvalidInput when there are too many."""
    if len(sources) > SOURCES:
        raise InvalidInput(
            f"{len(sources)} sources are too many: hand in at most {SOURCES}", pointer
        )


def _check_text(text: str, what: str, most: int, pointer: str) -> str:
    if not text.strip():
        raise InvalidInput(f"the {what} is empty: hand in the text to check", pointer)
    if len(text) > most:
        raise InvalidInput(
            f"the {what} has {len(text):,} characters: hand in at most {most:,}", pointer
        )
    if "\x00" in text:
        raise InvalidInput(f"the {what} holds binary data: hand in plain text", pointer)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(
            f"the {what} holds a lone surrogate: hand in well-formed Unicode", pointer
        )
    return text
