"""Make the search queries for a claim, to find pages that bear on it. Pure functions.

A few variants are made by rule: the claim itself, its names and figures, each name alone, a query
with the claimant, and one that looks for the opposite. Each provider gets the queries that suit it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.english.negation import find_opposite
from claims.english.proper_names import find_names
from claims.types import Purpose, Query

_MOST_TERMS = 6
_MOST_NAMES = 3
_MOST_CHARACTERS = 300

# A figure without its currency: pages write currencies in many ways, and a search for all words of
# a query would miss these pages.
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_SCALE = re.compile(r"\s(?:million|billion|trillion|thousand)\b", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b)", re.IGNORECASE)


def make_queries(claim: str, *, claimant: str | None = None) -> tuple[Query, ...]:
    """The queries for a claim, no text twice; never empty for a claim with a word in it."""
    # Days and months are left out: pages about a day do not help, and a useful page may write the
    # date in figures, or give another date.
    names = list(dict.fromkeys(name.text for name in find_names(claim)))
    terms = [*names, *_figures(claim)][:_MOST_TERMS]
    found = [Query(_cut(claim), Purpose.CLAIM)]
    if len(terms) > 1:
        found.append(Query(_cut(" ".join(terms)), Purpose.TERMS))
    found += [Query(name, Purpose.NAME) for name in _longest(names)]
    if claimant and claimant not in claim:
        found.append(Query(_cut(f"{claimant} {' '.join(terms) or claim}"), Purpose.CLAIMANT))
    found.append(Query(_cut(look_for_opposite(claim)), Purpose.OPPOSITE))
    once: dict[tuple[str, Purpose], Query] = {}
    for query in found:
        once.setdefault((query.text.casefold(), query.purpose), query)
    return tuple(once.values())


def _longest(names: Sequence[str]) -> list[str]:
    """The names to search for, those of most words first: they are the least ambiguous."""
    return sorted(map(_cut, names), key=lambda name: -len(name.split()))[:_MOST_NAMES]


def _figures(claim: str) -> list[str]:
    found = []
    for match in _FIGURE.finditer(claim):
        scale = _SCALE.match(claim, match.end())
        # The percent sign, which searches ignore, and not the word, which they would require.
        percent = "%" if _PERCENT.match(claim, match.end()) else ""
        found.append(match[0] + (scale[0] if scale else percent))
    return found


def look_for_opposite(claim: str) -> str:
    """The opposite of the claim: without its negation, or with a word replaced by its opposite.

    If there is neither: the claim with the words under which fact-checkers publish.
    """
    opposite = find_opposite(claim)
    return f"fact check: {claim}" if opposite is None else opposite


def _cut(text: str) -> str:
    """At most _MOST_CHARACTERS characters of the text, cut at the end of a word."""
    text = " ".join(text.split())
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS].rsplit(" ", 1)[0]
