"""Negation, conditions and opposites. Pure functions."""

from __future__ import annotations

import re

from claims.english.function_words import AUXILIARIES
from claims.english.word_lists import word_set

# Words that deny the clause that they stand in.
NEGATIONS = frozenset(word for word in AUXILIARIES if word.endswith("n't")) | word_set(
    "not no never none nobody nothing neither nor without hardly cannot"
)
# Words next to quoted ones that deny them, or make them conditional. Their verbs and adjectives
# deny what they have as object, and not the clause that they stand in: "He denied the report".
DENIALS = NEGATIONS | {"deny", "denied", "false"}
CONDITIONS = word_set("if unless except provided only until but though although when")
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
# The words of these pairs that are one word.
CONTRARY_WORDS = frozenset(word for pair in _CONTRARY for word in pair if " " not in word)
# Negations that a statement may be without: "nobody" is not, for it is the subject. "No. 10" is no
# negation.
_NEGATION = re.compile(
    r"\b(?:not|never|no(?!\. ?\d))\b|\b(?:wo|ca|sha)n['’]t\b|n['’]t\b", re.IGNORECASE
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
        kept = _WHOLE.get(match[0].lower(), "")
        return re.sub(r"\s+", " ", f"{text[: match.start()]}{kept}{text[match.end() :]}")
    for one, other in _CONTRARY:
        for word, contrary in ((one, other), (other, one)):
            turned, count = re.subn(rf"\b{word}\b", contrary, text, count=1)
            if count:
                return turned
    return None
