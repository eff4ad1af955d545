"""Discourse markers: words that link a statement to another one, or give its cause. Patterns."""

from __future__ import annotations

import re

# Words that link a sentence to the one before and have no content of their own.
OPENERS = re.compile(
    r"(?:(?:but|and|yet)\b,?"
    r"|(?:however|meanwhile|moreover|furthermore|additionally|also|still|nevertheless|nonetheless"
    r"|therefore|thus|besides|indeed|similarly|instead|likewise|consequently|so|separately|notably"
    r"|in addition|for example|for instance|of course|in fact|in other words|on the other hand"
    r"|in contrast|by contrast|at the same time|what is more),"
    # A participle that only comments on the main clause: "Further compounding tensions,".
    r"|(?:further )?(?:adding|compounding|complicating|heightening|escalating|fuel+ing|deepening"
    r"|underscoring|highlighting|raising)\b[a-z ]{0,60},)\s+",
    re.IGNORECASE,
)
# The same between commas inside a sentence, and "also".
INSERTED = re.compile(r",? (?:however|meanwhile|moreover|nevertheless|nonetheless|too),(?= )")
ALSO = re.compile(r"(?<!but) also(?= \w)")
# Words that give one thing as the cause of another.
CAUSAL = re.compile(
    r"\b(?:because|due to|owing to|as a result|caused?|causing|led to|leading to|leads to"
    r"|result(?:s|ed)? in|therefore|thanks to|triggered|prompted|enables?|enabled|allows?|so that"
    r"|in response to)\b",
    re.IGNORECASE,
)
