"""Finds pronouns inside a claim that can mean no person named before them in the claim."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from claims.english.anaphora import BEFORE_EITHER_HER, is_plural_noun
from claims.english.animacy import is_no_being, is_verb_form, may_be_someone
from claims.english.clauses import clause_verb
from claims.english.function_words import (
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from claims.english.gazetteer import PERSON_NOUNS, SOMEONE, is_title
from claims.english.person_names import People
from claims.english.quantities import CALENDAR_WORDS, NUMBER_WORDS
from claims.english.tokens import Token, is_name, is_number, is_past
from claims.english.word_lists import word_set

GENDERS = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}
_BEFORE_PLACE = word_set("in at near from across outside")
_NO_PERSON = DETERMINERS | PREPOSITIONS | SUBJECT_PRONOUNS | SUBORDINATORS | CALENDAR_WORDS
# Words after "her" that leave its role unclear, as BEFORE_EITHER_HER does before it: "praised her
# first" or "her first novel".
_AFTER_EITHER = ADVERBS | NUMBER_WORDS | word_set("own more most few many")
_AFTER_OBJECT = (PREPOSITIONS | DETERMINERS | SUBORDINATORS | {"and", "but", "or"}) - _AFTER_EITHER


class OpenPronoun(NamedTuple):
    """A pronoun at token `at`; `is_owner` for his and her before a noun.

    `barred` are words of names that it cannot mean: the subject of the verb whose object it is.
    With `is_unclear` it must not be replaced: a noun of the claim may be its antecedent, or "her"
    may be either an object or a possessive.
    """

    at: int
    gender: str
    is_owner: bool
    is_unclear: bool
    barred: frozenset[str]


def find_open_pronoun(
    tokens: Sequence[Token], start: int, *, people: People, bodies: Container[str]
) -> OpenPronoun | None:
    """The first he, she, him, his or her after token `start` without an antecedent in the claim.

    An antecedent is a fitting word before it: a person of that gender or of unknown gender, a noun
    for people, the same pronoun. Names made of the words in `bodies` do not mean people.
    """
    verb = clause_verb(tokens, start, len(tokens))
    for at in range(start + 1, len(tokens)):
        gender = GENDERS.get(tokens[at].low)
        if gender is None:
            continue
        is_owner = _is_owner(tokens, at)
        barred = _bars_subject(tokens, start, verb=verb, at=at) and not is_owner
        first = verb if barred and verb is not None else start
        before = (*range(start), *range(first, at))
        if not any(_fits(tokens, b, gender, people=people, bodies=bodies) for b in before):
            is_unclear = any(may_be_someone(tokens, b) for b in before) or (
                tokens[at].low == "her" and _may_be_either(tokens, at)
            )
            names = frozenset(token.text for token in tokens[start:first] if is_name(token))
            return OpenPronoun(at, gender, is_owner, is_unclear, names)
    return None


def _is_owner(tokens: Sequence[Token], at: int) -> bool:
    """Whether "his" or "her" belongs to a noun after it; in "told her that" it is an object."""
    if tokens[at].low == "his":
        return True
    if tokens[at].low != "her" or at + 1 >= len(tokens):
        return False
    after = tokens[at + 1]
    return after.text[0].isalnum() and after.low not in _AFTER_OBJECT


def _may_be_either(tokens: Sequence[Token], at: int) -> bool:
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    return after is not None and (
        tokens[at - 1].low in BEFORE_EITHER_HER
        or after.low in _AFTER_EITHER
        or after.low.endswith("ly")
        or (is_verb_form(tokens[at - 1]) and (is_verb_form(after) or after.low in AUXILIARIES))
        # "the team behind her won": a base form may be a noun, as in "in her work".
        or (tokens[at - 1].low in PREPOSITIONS and (is_past(after) or after.low in AUXILIARIES))
        or is_number(after)
    )


def _bars_subject(tokens: Sequence[Token], start: int, *, verb: int | None, at: int) -> bool:
    """Whether him or her is the object of the main verb, so that the subject is another person."""
    if verb is None or tokens[at].low not in {"him", "her"} or not verb < at <= verb + 2:
        return False
    between = tokens[verb + 1 : at]
    has_owner = any(token.low.endswith(("'s", "s'")) for token in tokens[start:verb])
    return not has_owner and (not between or tokens[verb].low in AUXILIARIES)


def _fits(
    tokens: Sequence[Token], at: int, gender: str, *, people: People, bodies: Container[str]
) -> bool:
    """Whether the token can be the antecedent of a pronoun of this gender."""
    token = tokens[at]
    if GENDERS.get(token.low) == gender:
        return True
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    is_before_name = is_name(token) and after is not None and is_name(after)
    if (token.low in PERSON_NOUNS or token.low in SOMEONE) and not is_before_name:
        return True
    if not is_name(token) or token.low in _NO_PERSON or token.text in bodies:
        return False
    genders = people.genders_of(token.text.removesuffix("'s").removesuffix("’s"))
    if genders:
        return bool(genders & {"", gender})
    if after is not None and is_no_being(after.low):
        # "the US court"
        return False
    before = tokens[at - 1].low if at else ""
    is_common = (not before and is_plural_noun(token)) or is_title(token.text)
    return not is_common and before not in _BEFORE_PLACE
