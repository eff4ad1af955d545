"""Stems and stop words of English (Snowball, and the stop words of bm25s). Pure functions."""

from __future__ import annotations

import Stemmer
from bm25s.stopwords import STOPWORDS_EN

from claims.text import words

STOP_WORDS: tuple[str, ...] = STOPWORDS_EN

_STEMMER = Stemmer.Stemmer("english")


def make_stemmer() -> Stemmer.Stemmer:
    """A new stemmer for English, for libraries that take one."""
    return Stemmer.Stemmer("english")


def stem(word: str) -> str:
    """The stem of one word, in lower case."""
    return str(_STEMMER.stemWord(word.lower()))


def stems(text: str) -> frozenset[str]:
    """The stems of the words of `text`, without stop words."""
    content = [word for word in map(str.lower, words(text)) if word not in STOP_WORDS]
    return frozenset(make_stemmer().stemWords(content))
