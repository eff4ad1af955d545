"""Whether two sentences are about the same thing, by the words they share. Pure functions."""

from __future__ import annotations

from claims.english.stemming import stems

# Minimum share of the shorter text's words that the other text has as well, and minimum number.
_SAME = 0.5
_LEAST_SHARED = 2


def is_alike(claim: str, other: str) -> bool:
    """Whether two texts share enough words, by their stems; says nothing of whether they agree.

    At least half the words of the shorter one, and at least two, must be in the longer one.
    """
    shorter, longer = sorted((stems(claim), stems(other)), key=len)
    shared = len(shorter & longer)
    return shared >= _LEAST_SHARED and shared >= _SAME * len(shorter)
