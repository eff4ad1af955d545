"""Animacy: nouns that may mean a person, "the recluse", "her husband", and nouns that never do."""

from __future__ import annotations

from collections.abc import Sequence, Set

from claims.english.anaphora import is_plural_noun
from claims.english.clauses import clause_verb, lead_in_end
from claims.english.function_words import (
    ADVERBS,
    AUXILIARIES,
    BE,
    CONNECTORS,
    DETERMINERS,
    HAVE,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from claims.english.gazetteer import PERSON_NOUNS, SOMEONE
from claims.english.quantities import NUMBER_WORDS
from claims.english.tokens import Token, is_adverb, is_name, is_number, is_past
from claims.english.verb_forms import PARTICIPLES, PAST, THIRD_PERSON, VERBS
from claims.english.word_lists import read_words, word_set

# Other beings that "he" or "she" may mean, animals included; not used for recognising names.
_OTHER_BEINGS = read_words("other_beings")
_BEING_ENDINGS = ("er", "or", "ist", "ian", "ant", "ee", "man", "woman", "ess", "mate", "-old")
# Frequent words with such an ending that do not mean a being.
_THINGS = read_words("things_like_beings")
# Nouns that "he" or "she" never means. The list is closed: any other noun may mean a person.
_NO_BEINGS = read_words("no_beings")
_NO_BEING_ENDINGS = ("tion", "ment", "ness", "ship", "ism", "ence", "ity")
_BEINGS_SO_ENDING = word_set("celebrity personality deity nonentity")
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


def is_being(word: str) -> bool:
    """Whether a common noun, in lower case, may be the antecedent of "he" or "she"."""
    if word in PERSON_NOUNS or word in _OTHER_BEINGS or word in SOMEONE:
        return True
    return len(word) > 4 and word.endswith(_BEING_ENDINGS) and word not in _THINGS


def is_no_being(word: str) -> bool:
    """Whether a common noun, in lower case, is known never to be meant by "he" or "she"."""
    if word in _NO_BEINGS:
        return True
    return word.endswith(_NO_BEING_ENDINGS) and word not in _BEINGS_SO_ENDING


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
    """Whether a known name is next to the noun, or separated from it by one comma.

    An adverb may stand before the noun: "Howard Tell, formerly vice-president of Norvale".
    """
    before, after = at - 1, at + 1
    before -= before >= 0 and is_adverb(tokens[before])
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
