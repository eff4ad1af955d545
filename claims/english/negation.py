"""Negation, conditions and opposites. Pure functions.

NEGATIONS is for reading a sentence by its tokens. DENIALS is for the words next to a quotation; it
has "hardly", "deny", "denied" and "false", and lacks "nothing", "nor" and some auxiliaries. The two
overlap and are not merged, because each was measured with its rule.
"""

from __future__ import annotations

import re

from claims.english.word_lists import word_set

# Words that deny the clause that they stand in.
NEGATIONS = word_set(
    "not no never none nobody nothing neither nor without isn't aren't wasn't weren't hasn't",
    "haven't hadn't doesn't don't didn't won't wouldn't can't cannot couldn't shouldn't",
)
# Words that deny the words quoted next to them, or make them conditional.
CONDITIONS = frozenset("if unless except provided only until but though although when".split())
DENIALS = frozenset(
    "not never no nobody none hardly neither without don't doesn't didn't won't can't cannot isn't "
    "aren't wasn't wouldn't couldn't shouldn't deny denied false".split()
)
# Words that deny that somebody said the words of a quotation.
QUOTATION_DENIAL = re.compile(
    r"\b(?:never|falsely|fake|faked|fabricated|invented|made[- ]up|doctored|misattributed|bogus"
    r"|hoax|satire|satirical|no (?:record|evidence))\b"
    r"|(?:\bnot|n['’]t)(?: \w+){0,2} (?:say|said|tell|told|make|made|writ(?:e|ten)|used?|utter)\b",
    re.IGNORECASE,
)
# Words of news and their opposites, used in both directions; the first pair with a word of the
# claim is used.
_CONTRARY = (
    ("rose", "fell"), ("risen", "fallen"), ("increased", "decreased"), ("gained", "lost"),
    ("won", "lost"), ("approved", "rejected"), ("accepted", "refused"), ("allowed", "banned"),
    ("opened", "closed"), ("confirmed", "denied"), ("supports", "opposes"), ("causes", "prevents"),
    ("supported", "opposed"), ("guilty", "not guilty"), ("higher", "lower"), ("more", "fewer"),
    ("highest", "lowest"), ("first", "not the first"), ("safe", "unsafe"), ("legal", "illegal"),
    ("before", "after"), ("alive", "dead"), ("agreed", "disagreed"), ("passed", "failed"),
)  # fmt: skip
_AUXILIARY = "did|does|do|was|were|is|are|has|have|had|will|would|can|could"
# "No. 10" is no negation.
_NEGATION = re.compile(
    rf"\b(?:(?:{_AUXILIARY})\s+)?(?:not|never|no(?!\. ?\d))\b|\b(?:wo|ca|sha)n['’]t\b|n['’]t\b",
    re.IGNORECASE,
)
_WHOLE = {
    f"{cut}n{mark}t": whole
    for cut, whole in (("wo", "will"), ("ca", "can"), ("sha", "shall"))
    for mark in "'’"
}


def find_opposite(text: str) -> str | None:
    """The opposite of a statement: without its negation, or with a word replaced by its opposite.

    None if there is neither.
    """
    if match := _NEGATION.search(text):
        kept = match[0].split()[0] if " " in match[0] else _WHOLE.get(match[0].lower(), "")
        return re.sub(r"\s+", " ", f"{text[: match.start()]}{kept}{text[match.end() :]}")
    for one, other in _CONTRARY:
        for word, contrary in ((one, other), (other, one)):
            turned, count = re.subn(rf"\b{word}\b", contrary, text, count=1)
            if count:
                return turned
    return None
