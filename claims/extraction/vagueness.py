"""Which words of a sentence point outside it: pronouns, "this announcement", "the company"."""

from __future__ import annotations

from collections.abc import Sequence

from claims.extraction.grammar import Token, clause_verb, is_name, is_number
from claims.extraction.lexicon import AUXILIARIES, BE, PAST, THIRD_PERSON, VERBS, word_set

_PRONOUNS = word_set("he she they it his her their its him them this that these those")
_DEFINITE = word_set(
    "announcement move decision comments remarks statement company firm group attack incident deal",
    "plan proposal measure bill ruling agreement visit strike vote pair duo trio man woman victim",
    "suspect minister president secretary mayor governor judge chancellor premier senator spokesman",
    "spokeswoman spokesperson organisation organization agency bank ministry department university",
    "party council union commission committee airline club team operation policy programme program",
    "project study report survey figure figures findings results latter former same two three four",
)
_QUALIFIERS = word_set(
    "of to by that which who whose in between on for against from with at into over"
)
_SHORTENED = word_set("others both another neither none most many some several few one two three")
_TIME_NOUNS = word_set(
    "year month week weekend morning afternoon evening night day time decade century summer winter",
    "spring autumn season quarter term years months weeks days decades point moment period stage",
)
_UNDATED = word_set("yesterday tomorrow tonight")
_HUMAN = word_set(
    "man woman boy girl president minister secretary mayor governor judge chancellor premier senator",
    "spokesman spokeswoman spokesperson chairman chairwoman director leader king queen prince princess",
    "pope professor doctor teacher student driver officer victim suspect defendant plaintiff witness",
    "actor actress singer player coach captain author writer artist analyst economist scientist lawyer",
    "person patient owner founder candidate lawmaker official politician father mother son daughter wife",
    "husband brother sister child everyone someone nobody anyone who",
)
_EXPLETIVE = word_set(
    "clear likely unlikely possible impossible hard difficult easy important unclear raining snowing time",
    "not true expected believed thought reported alleged estimated said known understood the a an when",
)
_GROUPS = word_set("people police men women children staff both who")


def vague_opening(tokens: Sequence[Token], start: int) -> bool:
    """Whether the main clause from token `start` opens with a reference to something before it."""
    if start >= len(tokens):
        return False
    first = tokens[start].low.split("'")[0]
    rest = tokens[start + 1 : start + 4]
    second = rest[0].low if rest else ""
    if first == "it" and is_expletive(tokens, start):
        return False
    if first in {"this", "that", "these", "those"}:
        return not names_time(second) and not (first == "those" and second in {"who", "in", "with"})
    if first in _PRONOUNS:
        return True
    if first == "the" and second in _DEFINITE:
        after = rest[1] if len(rest) > 1 else None
        return after is None or not (
            after.low in _QUALIFIERS
            or is_name(after)
            or (
                second in {"two", "three", "four", "same"}
                and after.low not in VERBS | PAST | AUXILIARIES
                and names_time(after.low)
            )
        )
    return first in _SHORTENED and (second in AUXILIARIES or second in PAST)


def is_expletive(tokens: Sequence[Token], at: int) -> bool:
    """Whether "it" stands for nothing: "it is expected that", "it was raining"."""
    low = tokens[at].low
    if low == "it's":
        after = at + 1
    elif (
        low == "it"
        and at + 1 < len(tokens)
        and tokens[at + 1].low in BE | {"has", "took", "takes", "will"}
    ):
        after = at + 2
    else:
        return False
    return after < len(tokens) and tokens[after].low in _EXPLETIVE


def names_time(word: str) -> bool:
    """Whether a noun is one of time, so that "this year" needs no context."""
    return word in _TIME_NOUNS or word in {
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    }


def is_vague_inside(tokens: Sequence[Token], start: int, opening_is_named: bool) -> bool:
    """Whether a reference after the opening has nothing in the sentence that it can point to.

    Someone named before it serves "he" and "she", a plural before it "they"; "these gangs" needs
    the gangs themselves. References in a lead-in may point to the subject that follows.
    """
    has_person = opening_is_named
    has_plural = False
    seen: set[str] = set()
    main = clause_verb(tokens, start, len(tokens))
    subject_is_name = main is not None and any(
        is_name(t) and (at > start or t.low not in {"the"})
        for at, t in enumerate(tokens[start:main], start)
    )
    for at, token in enumerate(tokens):
        low = token.low
        if at < start:
            if low in {"he", "she", "his", "her"} and not subject_is_name:
                return True
            continue
        if at > start:
            if low in {"he", "she", "him", "his", "her", "hers"} and not has_person:
                return True
            if low in {"they", "them", "their", "theirs"} and not has_plural:
                return True
            if low in {"these", "those", "this"} and _is_open_demonstrative(tokens, at, seen):
                return True
        has_person = (
            has_person
            or low in _HUMAN
            or (is_name(token) and at > start)
            or (is_name(token) and low not in _PRONOUNS and low != "the")
        )
        has_plural = (
            has_plural
            or low in _GROUPS
            or low == "and"
            or is_number(token)
            or (
                low.endswith("s")
                and len(low) > 3
                and low not in THIRD_PERSON
                and not low.endswith("'s")
            )
            or (low.endswith("s") and len(low) > 3 and is_name(token))
        )
        seen.add(low)
    return False


def _is_open_demonstrative(tokens: Sequence[Token], at: int, seen: set[str]) -> bool:
    """Whether "these gangs" points to gangs that the sentence has not named."""
    rest = tokens[at + 1 : at + 4]
    if not rest or not rest[0].text[0].isalpha():
        return False
    if rest[0].low in {
        "who",
        "which",
        "that",
        "of",
        "in",
        "with",
        "from",
        "whose",
        "is",
        "was",
        "were",
        "are",
    }:
        return False
    nouns = [token.low for token in rest]
    if any(names_time(noun) for noun in nouns[:2]):
        return False
    return not any(noun in seen or noun.rstrip("s") in seen or noun + "s" in seen for noun in nouns)


def is_undated(tokens: Sequence[Token]) -> bool:
    """Whether the sentence tells its time from the day it was written: "yesterday", "last week"."""
    for at, token in enumerate(tokens):
        after = tokens[at + 1].low if at + 1 < len(tokens) else ""
        if token.low in _UNDATED:
            return True
        if token.low in {"last", "next", "this"} and after in {
            "week",
            "month",
            "night",
            "morning",
            "afternoon",
            "evening",
            "weekend",
        }:
            return True
        if token.low in {"last", "next"} and after == "year":
            return True
    return False
