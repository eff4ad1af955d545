"""The names of a text: runs of capitalised words. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from claims.types import Span
from claims.verdicts.findings.lexicon import NO_NAMES, TITLES

# One word of a name.
CAPITALISED = r"(?<!\w)(?:(?:[A-Z]\.)+|[A-ZÀ-ÖØ-Þ][\w’'-]*)"
_LINK = r"(?:(?:of|van|von|de|del|der|la|al|bin|dos|the|for|&) )?(?:the )?"
_NAME = re.compile(rf"{CAPITALISED}(?: {_LINK}{CAPITALISED}| [IVX]+\b)*")
_PART = re.compile(r"(?:[A-Z]\.)+|[\w’'-]+")
# Endings that do not belong to a name: "Holm's", "US-led", "London-based".
_POSSESSIVE = re.compile(
    r"['’]s$|-(?:[a-z]+(?:ed|ing)|led|born|made|run|built|wide|style|era|held|bound)$"
)
# Words of firms and institutions: the word before them is no title, as in General Motors.
_FIRMS = frozenset("motors electric mills dynamics assembly council hospital street".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, its words without titles, lower case, and the title before it if any."""

    text: str
    words: tuple[str, ...]
    span: Span
    title: str = ""


def find_names(text: str) -> tuple[Name, ...]:
    """Runs of capitalised words, without titles and without words that only open a sentence."""
    found = []
    for match in _NAME.finditer(text):
        parts = [(m[0], m.span()) for m in _PART.finditer(match[0])]
        title = ""
        while parts and _is_before_name(parts):
            word = parts.pop(0)[0].lower()
            title = word if word in TITLES else ""
        if not parts or (len(parts) == 1 and _opens_sentence(text, match, parts[0][1][0])):
            continue
        start, end = match.start() + parts[0][1][0], match.start() + parts[-1][1][1]
        words = tuple(fold_accents(_POSSESSIVE.sub("", part.lower())) for part, _ in parts)
        shown = _POSSESSIVE.sub("", text[start:end])
        found.append(Name(shown, words, Span(start, start + len(shown)), title))
    return tuple(found)


def _is_before_name(parts: Sequence[tuple[str, tuple[int, int]]]) -> bool:
    """Whether the first word is a title or opens the sentence: not "General" in General Motors."""
    first = parts[0][0].lower()
    follows = parts[1][0].lower() if len(parts) > 1 else ""
    return first in NO_NAMES or (first in TITLES and follows not in _FIRMS)


def _opens_sentence(text: str, match: re.Match[str], offset: int) -> bool:
    before = text[: match.start() + offset].rstrip(" “\"‘'(")
    return not before or before[-1] in ".!?:\n"


def fold_accents(text: str) -> str:
    """The text without accents: news write Erdogan for Erdoğan."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def has_word(text: str, word: str) -> bool:
    """Whether a text has the word or words, alone or with a plural or possessive "s"."""
    return re.search(rf"(?<!\w){re.escape(word)}(?:'s|s)?(?!\w)", text) is not None
