"""Nouns that may refer to a person who has no name: "the recluse", "her husband"."""

from __future__ import annotations

from collections.abc import Sequence, Set

from claims.extraction.grammar import Token, clause_verb, is_name, is_number, is_past
from claims.extraction.lead_ins import lead_in_end
from claims.extraction.lexicon import (
    ADVERBS,
    AUXILIARIES,
    BE,
    CONNECTORS,
    DETERMINERS,
    HAVE,
    NUMBER_WORDS,
    PARTICIPLES,
    PAST,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
    THIRD_PERSON,
    VERBS,
    word_set,
)
from claims.extraction.person_words import SOMEONE, is_being, is_no_being
from claims.extraction.vagueness import is_plural_noun

_NOT_NOUNS = (
    DETERMINERS
    | PREPOSITIONS
    | SUBORDINATORS
    | SUBJECT_PRONOUNS
    | AUXILIARIES
    | BE
    | ADVERBS
    | CONNECTORS
    | NUMBER_WORDS
    | word_set("he him his she her")
    | word_set("or nor it them us me who not be been being ago own least most")
)
_VERB_FORMS = VERBS | THIRD_PERSON | PAST | PARTICIPLES
_ONE = word_set("one each another other either neither first second third")


def has_stranger(tokens: Sequence[Token], known: Set[str]) -> bool:
    """Whether the statement mentions a person without one of the `known` names: "her husband".

    The subject counts as a person unless its noun is known to mean none. A name identifies a noun
    only directly before or after it: "the tenor Luca Ferrante", "his lawyer, Simon Achter".
    """
    start = lead_in_end(tokens, 0, len(tokens))
    verb = clause_verb(tokens, start, len(tokens)) or start
    for at, token in enumerate(tokens):
        is_someone = token.low not in SOMEONE and is_being(token.low) and token.text not in known
        is_subject = start <= at < verb and may_be_someone(tokens, at)
        if (is_someone or is_subject) and not _is_named(tokens, at, known):
            return True
    return False


def _is_named(tokens: Sequence[Token], at: int, known: Set[str]) -> bool:
    """Whether a known name is next to the noun, or separated from it by one comma."""
    before, after = at - 1, at + 1
    before -= before >= 0 and tokens[before].text == ","
    after += after < len(tokens) and tokens[after].text == ","
    beside = (*tokens[max(0, before) : at], *tokens[at + 1 : after + 1])
    return any(near.text in known for near in beside)


def is_verb_form(token: Token) -> bool:
    """Whether the word can be a verb form in some sentence."""
    return token.low in _VERB_FORMS or is_past(token)


def may_be_someone(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token is the last word of a noun phrase that may mean a person."""
    if tokens[at].low in _ONE and (at + 1 >= len(tokens) or not _is_noun(tokens, at + 1)):
        return True
    if not _is_noun(tokens, at) or is_plural_noun(tokens[at]) or is_no_being(tokens[at].low):
        return False
    return at + 1 >= len(tokens) or not _is_noun(tokens, at + 1)


def _is_noun(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token can be a noun or an adjective; a verb form counts as one after "the"."""
    token = tokens[at]
    if not token.text[0].isalpha() or is_name(token) or token.low in _NOT_NOUNS:
        return False
    if token.low.endswith("ly") or is_number(token):
        return False
    before = tokens[at - 1].low if at else ""
    if before in DETERMINERS or before.endswith(("'s", "s'")):
        return True
    is_participle = before in HAVE and token.low.endswith("en")
    is_verb = token.low in _VERB_FORMS or is_past(token) or is_participle
    return before not in BE and not is_verb
