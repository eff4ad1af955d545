"""What a number counts: the words of the noun that follows it. Pure functions."""

from __future__ import annotations

import re

# What may stand between a number and the noun it counts.
_SKIPPED = frozenset(
    "of the a an its their his her our these those more other additional new further extra than "
    "all different separate such some and".split()
)
# Those of them that end a noun which has begun.
_SKIPPED_BEFORE_NOUN = frozenset("of and the more".split())
_ENDS_NOUN = frozenset(
    "in on at for from by with to as is was were are be been have has had will would can could "
    "that which who whom whose when while where because since after before during over under "
    "per against between into across about only he she it they we i but or if not did does do "
    "said says say this last next ago later earlier each every compared including died lost voted "
    "won fell rose took went came made left got became killed injured dead wounded up down out "
    "off more less worth".split()
)
_WORD = re.compile(r"[A-Za-zÀ-ÿ’'-]+|[.,;:()!?–—]")
_MOST_WORDS = 4


def things_after(after: str) -> tuple[str, ...]:
    """The words, lower case, of the noun that the text right after a number begins with."""
    found: list[str] = []
    for match in _WORD.finditer(after):
        word = match[0].lower().removesuffix("’s").removesuffix("'s")
        if not word[:1].isalpha() or word in _ENDS_NOUN or len(found) == _MOST_WORDS:
            break
        if word not in _SKIPPED:
            found.append(word)
        elif found and word in _SKIPPED_BEFORE_NOUN:
            break
    return tuple(found)
