"""Places and parties under other names: demonym, abbreviation, seat of government. Pure functions.

News write "Berlin rejected it", "the German government" and "Germany" for the same.
"""

from __future__ import annotations

import re

from claims.english.proper_names import Name, has_word
from claims.english.word_lists import read_pairs

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
