"""Whether two sentences are about the same thing, by the words they share. Pure functions."""

from __future__ import annotations

import Stemmer
from bm25s.stopwords import STOPWORDS_EN

from claims.text import words

# Of the words of the shorter one, the share that the other has as well.
_SAME = 0.5
_LEAST_SHARED = 2


def is_alike(claim: str, other: str) -> bool:
    """Whether half the words of the shorter one, and two at least, stand in the longer one, by
    their stems. Says nothing of whether they agree."""
    shorter, longer = sorted((stems(claim), stems(other)), key=len)
    shared = len(shorter & longer)
    return shared >= _LEAST_SHARED and shared >= _SAME * len(shorter)


def stems(text: str) -> frozenset[str]:
    """The stems of the words of `text` that are no stop words."""
    stemmer = Stemmer.Stemmer("english")
    content = [word for word in map(str.lower, words(text)) if word not in STOPWORDS_EN]
    return frozenset(stemmer.stemWords(content))
