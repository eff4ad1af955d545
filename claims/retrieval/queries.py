"""What to search for, to find pages that bear on a claim. Pure functions.

A few variants made by rule: the claim itself, its names and figures, each name alone, with the
claimant, and one that looks for the opposite. Each provider is asked those it is good for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.types import Purpose, Query

_MOST_TERMS = 6
_MOST_NAMES = 3
_MOST_CHARACTERS = 300

# A run of capitalised words, joined by what stands inside names.
_NAME = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ][\w'’&.-]*\w(?:\s+(?:(?:of|the|de|da|del|van|von|bin|al|for|and)\s+)*"
    r"[A-ZÀ-ÖØ-Þ][\w'’&.-]*\w)*"
)
# Without its currency, which pages write in many ways: a search for all words would miss them.
_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_SCALE = re.compile(r"\s(?:million|billion|trillion|thousand)\b", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|per ?cent\b)", re.IGNORECASE)
# Words that stand capitalised at the beginning of a sentence and name nothing.
_NO_NAME = frozenset(
    "a an the this that these those it he she they we i you his her its their our my in on at for "
    "from by with as and or but if when while after before since until during about over under "
    "most many some all no not more less nearly almost only every each both one two three four "
    "five six seven eight nine ten there here what who which how why according last next".split()
)
# Names of days and months: there is a page about each that helps nobody, and the page that
# helps may give the date in figures, or another.
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december".split()
)
# Contraries that news use, both ways; the first that the claim holds is turned.
_CONTRARY = (
    ("rose", "fell"), ("risen", "fallen"), ("increased", "decreased"), ("gained", "lost"),
    ("won", "lost"), ("approved", "rejected"), ("accepted", "refused"), ("allowed", "banned"),
    ("opened", "closed"), ("confirmed", "denied"), ("supports", "opposes"), ("causes", "prevents"),
    ("supported", "opposed"), ("guilty", "not guilty"), ("higher", "lower"), ("more", "fewer"),
    ("highest", "lowest"), ("first", "not the first"), ("safe", "unsafe"), ("legal", "illegal"),
    ("before", "after"), ("alive", "dead"), ("agreed", "disagreed"), ("passed", "failed"),
)  # fmt: skip
_AUXILIARY = "did|does|do|was|were|is|are|has|have|had|will|would|can|could"
# "No. 10" denies nothing.
_NEGATION = re.compile(
    rf"\b(?:(?:{_AUXILIARY})\s+)?(?:not|never|no(?!\. ?\d))\b|\b(?:wo|ca|sha)n['’]t\b|n['’]t\b",
    re.IGNORECASE,
)
_WHOLE = {
    f"{cut}n{mark}t": whole
    for cut, whole in (("wo", "will"), ("ca", "can"), ("sha", "shall"))
    for mark in "'’"
}


def make_queries(claim: str, *, claimant: str | None = None) -> tuple[Query, ...]:
    """The queries for a claim, no text twice; never empty for a claim with a word in it."""
    names = [name for name in find_names(claim) if name.lower() not in _DAYS]
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


def find_names(claim: str) -> tuple[str, ...]:
    """The names of a claim in its order, each once; a first word that names nothing is none."""
    found: dict[str, None] = {}
    for match in _NAME.finditer(claim):
        words = match[0].split()
        while words and words[0].lower() in _NO_NAME:
            words.pop(0)
        name = " ".join(words).removesuffix("'s").removesuffix("’s")
        if name and not _is_only_first_word(claim, match.start(), name):
            found.setdefault(name)
    return tuple(found)


def _is_only_first_word(claim: str, start: int, name: str) -> bool:
    """Whether the capital may be that of the sentence: one plain word at its beginning."""
    is_first = not claim[:start].strip(" \"'“‘(")
    return is_first and " " not in name and name[1:].islower() and not _is_met_again(claim, name)


def _is_met_again(claim: str, name: str) -> bool:
    return len(re.findall(rf"\b{re.escape(name)}\b", claim)) > 1


def _longest(names: Sequence[str]) -> list[str]:
    """Names of several words first: they are the least ambiguous."""
    return sorted(map(_cut, names), key=lambda name: -len(name.split()))[:_MOST_NAMES]


def _figures(claim: str) -> list[str]:
    found = []
    for match in _FIGURE.finditer(claim):
        scale = _SCALE.match(claim, match.end())
        # The sign, which searches pass over, and not the word, which they would insist on.
        percent = "%" if _PERCENT.match(claim, match.end()) else ""
        found.append(match[0] + (scale[0] if scale else percent))
    return found


def look_for_opposite(claim: str) -> str:
    """The claim turned round: its negation dropped, a word turned into its contrary; otherwise
    with the words under which fact-checkers publish."""
    if match := _NEGATION.search(claim):
        kept = match[0].split()[0] if " " in match[0] else _WHOLE.get(match[0].lower(), "")
        return re.sub(r"\s+", " ", f"{claim[: match.start()]}{kept}{claim[match.end() :]}")
    for one, other in _CONTRARY:
        for word, contrary in ((one, other), (other, one)):
            turned, count = re.subn(rf"\b{word}\b", contrary, claim, count=1)
            if count:
                return turned
    return f"fact check: {claim}"


def _cut(text: str) -> str:
    """At most so many characters, at the end of a word."""
    text = " ".join(text.split())
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS].rsplit(" ", 1)[0]
