"""Names: runs of capitalised words, words that are no names, and countries under other names.

There are two patterns, and for both the words of NO_NAME are no names:

    NAME           people and organisations that an article names, and speakers: up to four words,
                   joined by particles ("van", "de") and never by "of", which joins two names more
                   often than it is part of one ("Voss of Norra Water"); organisations.py joins them
    NAME_OF_CLAIM  names of a claim that are looked for in a passage or searched for: any number of
                   words, also joined by "of", "for" and "the", with initials and numerals, because
                   a name has to be compared as a whole ("Bank of England")

News write "Berlin rejected it", "the German government" and "Germany" for the same. Pure functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from claims.english.function_words import (
    CONNECTORS,
    DETERMINERS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from claims.english.gazetteer import (
    ORGANISATION_WORDS,
    SURNAMES_TOO,
    TITLE_PARTS,
    TITLES_BEFORE_NAME,
    is_title,
)
from claims.english.quantities import DAY_NAMES, SMALL_NUMBERS
from claims.english.word_lists import read_pairs, word_set
from claims.text import UPPER
from claims.types import Span

# Small words inside the names of people.
_PARTICLES = "de|del|la|van|von|der|bin|al|el|da|dos|di|ibn"
# One word of a name, and a name.
CAPITAL = rf"[{UPPER}][\w’'\-]{{0,40}}\w"
NAME = rf"{CAPITAL}(?: (?:(?:{_PARTICLES}) )?{CAPITAL}){{0,3}}"
RUN = re.compile(NAME)
# The same for the names of claims: also initials, and single letters ("Vitamin D").
CAPITALISED = rf"(?<!\w)(?:(?:[A-Z]\.)+|[{UPPER}][\w’'&-]*)"
_LINK = rf"(?:(?:{_PARTICLES}|of|the|for|&) )?(?:the )?"
NAME_OF_CLAIM = re.compile(rf"{CAPITALISED}(?: {_LINK}{CAPITALISED}| [IVX]+\b)*")

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
# Small words inside names that are not compared, and those that an acronym may leave out. The first
# has none that may be a name's own first word ("La Paz", "Al Gore"), which has to be compared.
LINKS_IN_NAMES = frozenset("of the and for de van".split())
NOT_IN_INITIALS = frozenset("of the for and on in to at de du des la".split())

# Words after which a title before them is part of a name: Foreign Office, Prince Street.
_NO_SURNAME = (ORGANISATION_WORDS | {"mills", "street"}) - SURNAMES_TOO
_PART = re.compile(r"(?:[A-Z]\.)+|\w[\w’'&-]*")
# Endings that do not belong to a name: "Holm's", "the Kestrels'", "US-led", "London-based".
_POSSESSIVE = re.compile(
    r"['’]s?$|-(?:[a-z]+(?:ed|ing)|led|born|made|run|built|wide|style|era|held|bound)$"
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
    for match in NAME_OF_CLAIM.finditer(text):
        parts = [(m[0], m.span()) for m in _PART.finditer(match[0])]
        title = ""
        while parts and _is_before_name(parts, title):
            word = parts.pop(0)[0].lower()
            title = word if word in TITLES_BEFORE_NAME else title
        if not parts or (len(parts) == 1 and _opens_sentence(text, match, parts[0])):
            continue
        start, end = match.start() + parts[0][1][0], match.start() + parts[-1][1][1]
        words = tuple(fold_accents(_POSSESSIVE.sub("", part.lower())) for part, _ in parts)
        shown = _POSSESSIVE.sub("", text[start:end])
        found.append(Name(shown, words, Span(start, start + len(shown)), title))
    return tuple(found)


def _is_before_name(parts: Sequence[tuple[str, tuple[int, int]]], title: str) -> bool:
    """Whether the first word opens the sentence, or is a title of the name after it.

    "General" is no title in General Motors; "Energy" is part of one only before or after another
    word of it. `title` is the title before the words, if any.
    """
    first = parts[0][0].lower()
    follows = parts[1][0].lower() if len(parts) > 1 else ""
    if first in NO_NAME:
        return True
    if follows in _NO_SURNAME:
        return False
    is_part = first in TITLE_PARTS and (bool(title) or is_title(follows))
    return first in TITLES_BEFORE_NAME or is_part


def _opens_sentence(text: str, match: re.Match[str], part: tuple[str, tuple[int, int]]) -> bool:
    """Whether the capital may only mark the start of a sentence; of "NASA" it does not."""
    word, (offset, _) = part
    before = text[: match.start() + offset].rstrip(" “\"‘'(")
    return word[1:].islower() and (not before or before[-1] in ".!?:\n")


def fold_accents(text: str) -> str:
    """The text without accents: news write Erdogan for Erdoğan."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def has_word(text: str, word: str) -> bool:
    """Whether a text has the word or words, alone or with a plural or possessive "s"."""
    return re.search(rf"(?<!\w){re.escape(word)}(?:'s|s)?(?!\w)", text) is not None


# --- countries and parties --------------------------------------------------------------------

# Seats of government, each with the beginning of the name of its country or its people.
_CAPITALS = read_pairs("capitals")
# Countries, each with the adjective for its people, language or government.
_ADJECTIVES = read_pairs("adjectives")
# Each set holds the forms of one name.
_FORMS = (
    frozenset({"us", "usa", "america", "american", "americans", "united states"}),
    frozenset({"uk", "gb", "britain", "british", "briton", "united kingdom", "great britain"}),
    frozenset({"eu", "european", "european union"}),
    frozenset({"tory", "tories", "conservative", "conservatives", "conservative party"}),
    frozenset({"gop", "republican", "republicans", "republican party"}),
    frozenset({"democrat", "democrats", "democratic", "democratic party"}),
    *(frozenset(pair) for pair in _ADJECTIVES.items()),
)
# Endings of demonyms; the rest is the beginning of the place's name: Ecuador-ian, Ital-ian, Cub-an.
_ENDINGS = ("ian", "ean", "an", "n", "ese", "ish", "i", "ite", "er", "ine", "e")
_SHORTEST_BASE = 4
_LONGEST_ENDING = 2


def is_place_of(demonym: str, text: str) -> bool:
    """Whether the text has the place that belongs to the lower-case word, if that is a demonym.

    "ecuadorian" has the base "ecuador", and a place is a capitalised word with this base and up to
    two more letters.
    """
    word = demonym.removesuffix("s")
    bases = {word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)}
    return any(
        re.search(rf"(?<!\w){re.escape(base.capitalize())}\w{{0,{_LONGEST_ENDING}}}(?!\w)", text)
        for base in bases
        if _SHORTEST_BASE <= len(base) < len(demonym)
    )


def is_country_mentioned(name: Name, text: str) -> bool:
    """Whether `name` is a country, people or capital, and the lower-case text has a form of it."""
    full = " ".join(name.words).replace(".", "")
    plain = text.replace("u.s.", "us").replace("u.k.", "uk")
    if any(full in forms and any(has_word(plain, form) for form in forms) for forms in _FORMS):
        return True
    if any(full.startswith(land) and has_word(text, city) for city, land in _CAPITALS.items()):
        return True
    land = _CAPITALS.get(full)
    return bool(land and re.search(rf"\b{land}", text))
