"""Who does what to whom: two names that swap their roles around a verb. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise, product
from typing import NamedTuple

from claims.english.function_words import BE
from claims.english.proper_names import Name
from claims.english.stemming import stem
from claims.english.verb_forms import DIRECTED_VERBS, SAME_VERBS
from claims.types import Span


def _stem(word: str) -> str:
    short = stem(word)
    return SAME_VERBS.get(short, short)


# Stems of verbs for which the order of the two names matters.
_VERBS = frozenset(map(_stem, DIRECTED_VERBS))
_WORD = re.compile(r"[\w’'-]+|[.,;:!?]")
_BE = BE | {"got"}
_MOST_BETWEEN = 7
_MOST_PLACES = 30


class Swap(NamedTuple):
    """Two names of a claim, its verb and the place where a passage has them swapped."""

    first: Name
    second: Name
    verb: str
    place: Span


def find_swap(claim: str, names: Sequence[Name], passage: str) -> Swap | None:
    """The first two adjacent names of the claim whose roles are swapped in the passage.

    Two names do not count if the passage anywhere has them in the roles of the claim.
    """
    for first, second in pairwise(names):
        relation = _find_relation(claim, first.span, second.span)
        if relation is None:
            continue
        place = _find_contrary(passage, first, second, relation)
        if place is not None:
            return Swap(first, second, relation.word, place)
    return None


class _Relation(NamedTuple):
    """The verb between two names, as its stem and as written; whether the first name acts."""

    verb: str
    word: str
    first_acts: bool


def _find_relation(text: str, first: Span, second: Span) -> _Relation | None:
    words = _WORD.findall(text[first.end : second.start])
    if len(words) > _MOST_BETWEEN or any(word in ".;!?" for word in words):
        return None
    verbs = [n for n, word in enumerate(words) if _stem(word) in _VERBS]
    if len(verbs) != 1 or any(word[0].isupper() for word in words if word[0].isalpha()):
        return None
    verb = verbs[0]
    after = words[verb + 1 :]
    # "Jones was killed when Smith ...", "Chapek was replaced with Iger" do not say who acts.
    is_passive = not words[verb].endswith("ing") and _BE & {word.lower() for word in words[:verb]}
    if (is_passive and "by" not in after) or "with" in after:
        return None
    return _Relation(_stem(words[verb]), words[verb], first_acts="by" not in words[verb:])


def _find_contrary(passage: str, first: Name, second: Name, mine: _Relation) -> Span | None:
    """The first place where the passage has the roles swapped; None if it keeps them anywhere."""
    contrary = None
    for one, other in product(_occurrences(first, passage), _occurrences(second, passage)):
        if one == other:
            continue
        low, high = sorted((one, other))
        theirs = _find_relation(passage, low, high)
        if theirs is None or theirs.verb != mine.verb:
            continue
        if (one < other) == (mine.first_acts == theirs.first_acts):
            return None
        contrary = contrary or Span(low.start, high.end)
    return contrary


def _occurrences(name: Name, passage: str) -> list[Span]:
    last = name.text.split()[-1]
    found = re.finditer(rf"\b(?:{re.escape(name.text)}|{re.escape(last)})\b", passage)
    return [Span(*match.span()) for match in islice(found, _MOST_PLACES)]
