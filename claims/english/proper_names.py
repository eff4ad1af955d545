"""Names: runs of capitalised words, and capitalised words that are no names. Pure functions.

Four rules read names, each with its pattern, and leave out the words of NO_NAME:

    NAME              people and organisations that an article names: up to four words, joined by
                      particles ("van", "de"), never by "of"
    NAME_COMPARED     names of a claim that are looked for in a passage: any number of words, also
                      joined by "of", "for" and "the", with initials and numerals
    NAME_OF_SPEAKER   names next to a verb of speech: like NAME, fewer particles
    NAME_SEARCHED     names of a claim that are searched for: also joined by "and"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from claims.english.calendar_words import DAY_NAMES, SMALL_NUMBERS
from claims.english.function_words import (
    CONNECTORS,
    DETERMINERS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from claims.english.gazetteer import FIRM_WORDS, TITLES_COMPARED
from claims.english.word_lists import word_set
from claims.types import Span

# One word of a name, and a name.
CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'\-]{0,40}\w"
NAME = rf"{CAPITAL}(?: (?:(?:de|del|la|van|von|der|bin|al|el|da|dos|di|ibn) )?{CAPITAL}){{0,3}}"
RUN = re.compile(NAME)

CAPITALISED = r"(?<!\w)(?:(?:[A-Z]\.)+|[A-ZÀ-ÖØ-Þ][\w’'-]*)"
_LINK = r"(?:(?:of|van|von|de|del|der|la|al|bin|dos|the|for|&) )?(?:the )?"
NAME_COMPARED = re.compile(rf"{CAPITALISED}(?: {_LINK}{CAPITALISED}| [IVX]+\b)*")

NAME_OF_SPEAKER = re.compile(
    r"[A-ZÀ-Ý][\w’'-]+(?: (?:(?:van|von|de|der|al|bin|la|del) )?[A-ZÀ-Ý][\w’'-]+){0,3}"
)
# Joined by the small words that occur inside names.
NAME_SEARCHED = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ][\w'’&.-]*\w(?:\s+(?:(?:of|the|de|da|del|van|von|bin|al|for|and)\s+)*"
    r"[A-ZÀ-ÖØ-Þ][\w'’&.-]*\w)*"
)

# Words that are capitalised at the beginning of a sentence, or always, and are nobody's name. "Per"
# is left out, and so are the short forms of months: "Per Olsson" and "Jan Novak" are people.
NO_NAME = (
    DAY_NAMES
    | DETERMINERS
    | PREPOSITIONS
    | SUBORDINATORS
    | SUBJECT_PRONOUNS
    | CONNECTORS
    | SMALL_NUMBERS.keys()
    | word_set(
        "or not none nobody almost nearly early late last next only less here former officials",
        "police people experts researchers scientists lawyers critics prices asked speaking",
    )
) - {"per"}
# Small words inside the names of bodies: not compared, and without a letter in an acronym.
LINKS_IN_NAMES = frozenset("of the and for de van".split())
NOT_IN_INITIALS = frozenset("of the for and on in to at de du des la".split())

_PART = re.compile(r"(?:[A-Z]\.)+|[\w’'-]+")
# Endings that do not belong to a name: "Holm's", "US-led", "London-based".
_POSSESSIVE = re.compile(
    r"['’]s$|-(?:[a-z]+(?:ed|ing)|led|born|made|run|built|wide|style|era|held|bound)$"
)


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
    for match in NAME_COMPARED.finditer(text):
        parts = [(m[0], m.span()) for m in _PART.finditer(match[0])]
        title = ""
        while parts and _is_before_name(parts):
            word = parts.pop(0)[0].lower()
            title = word if word in TITLES_COMPARED else ""
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
    return first in NO_NAME or (first in TITLES_COMPARED and follows not in FIRM_WORDS)


def _opens_sentence(text: str, match: re.Match[str], offset: int) -> bool:
    before = text[: match.start() + offset].rstrip(" “\"‘'(")
    return not before or before[-1] in ".!?:\n"


def fold_accents(text: str) -> str:
    """The text without accents: news write Erdogan for Erdoğan."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def has_word(text: str, word: str) -> bool:
    """Whether a text has the word or words, alone or with a plural or possessive "s"."""
    return re.search(rf"(?<!\w){re.escape(word)}(?:'s|s)?(?!\w)", text) is not None
