"""What a sentence states, apart from its wording: figures, names, negations and the like. Pure."""

from __future__ import annotations

import re

from claims.english.modality import HEDGES
from claims.english.negation import CONTRARY_WORDS, NEGATIONS
from claims.english.proper_names import find_names
from claims.english.quantities import MONTHS, NUMBER_WORDS, SMALL_NUMBERS
from claims.text import fold

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’]t)?")
_MODALS = frozenset({"may", "might", "could"})
_MARKED = NUMBER_WORDS | NEGATIONS | HEDGES | CONTRARY_WORDS | _MODALS


def find_content(text: str) -> frozenset[str]:
    """The parts of a statement that a rewording keeps: figures ("11" also for "eleven"), names,
    negations, hedges, months, and words with an opposite ("rose").

    Two sentences with equal content may still say different things; with different content they
    do not say the same.
    """
    figures = {figure.replace(",", "") for figure in _FIGURE.findall(text)}
    names = {word for name in find_names(text) for word in name.words}
    plain = (word.replace("’", "'") for word in _WORD.findall(fold(text)))
    return frozenset(figures | names | {part for word in plain if (part := _read(word))})


def _read(word: str) -> str | None:
    if word in SMALL_NUMBERS and word != "one":
        return str(SMALL_NUMBERS[word])
    if word in MONTHS and word not in _MODALS:
        return f"month {MONTHS[word]}"
    return word if word in _MARKED else None
