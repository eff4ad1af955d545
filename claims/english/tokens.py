"""Tokens of a sentence, and what a word can be by its form: name, number, adverb, past form.

There is no trained tagger. All functions run in time linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from claims.english.function_words import ADVERBS
from claims.english.quantities import NUMBER_WORDS
from claims.english.verb_forms import PAST
from claims.english.word_lists import word_set

_NO_ADVERBS = word_set(
    "family ally assembly supply rally reply bully monopoly italy july anomaly belly jelly"
)
_NO_VERB_IN_ED = frozenset(
    {"hundred", "indeed", "biped", "exceed", "succeed", "proceed", "naked", "wicked"}
)
# Quoted text is masked with underscores (quotation.py); a run of them is one nominal token.
_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}"
    r"|[$€£¥]?\d+(?:[.,]\d+)*[a-z]{0,2}%?"
    r"|[^\W\d_]+(?:['’\-][^\W_]+)*"
    r"|_+|[^\w\s]|\w"
)


class Token(NamedTuple):
    """A word, number or mark; `low` is lower case with straight apostrophes."""

    text: str
    low: str
    start: int
    end: int


class Range(NamedTuple):
    """Tokens [start, stop) of a sentence."""

    start: int
    stop: int


class Piece(NamedTuple):
    """Token ranges that form one sentence; `own` are the tokens that no other piece has."""

    parts: tuple[Range, ...]
    own: Range


def tokenise(text: str, *, start: int = 0) -> tuple[Token, ...]:
    """The tokens of `text` from position `start`, in order, without white space."""
    return tuple(
        Token(m.group(), m.group().lower().replace("’", "'"), m.start(), m.end())
        for m in _TOKEN.finditer(text, start)
    )


def is_number(token: Token) -> bool:
    """Whether the token is a figure or a number word ("$13.5", "70%", "three")."""
    return any(c.isdigit() for c in token.text[:2]) or token.low in NUMBER_WORDS


def is_name(token: Token) -> bool:
    """Whether the token is written with a capital, as a name is inside a sentence."""
    return token.text[0].isupper()


def is_adverb(token: Token) -> bool:
    """Whether the word is an adverb by its form; "family" is not."""
    return token.low in ADVERBS or (token.low.endswith("ly") and token.low not in _NO_ADVERBS)


def is_past(token: Token) -> bool:
    """Whether the token can be a simple past form or a past participle."""
    return not is_name(token) and (
        token.low in PAST
        or (
            token.low.endswith("ed")
            and len(token.low) > 5
            and not token.low.startswith("un")
            and token.low not in _NO_VERB_IN_ED
        )
    )
