"""Several verbs of one subject: "The firm closed a plant and cut 300 jobs" is two claims."""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.clauses import clause_verb, finite_verb
from claims.english.function_words import (
    AUXILIARIES,
    DETERMINERS,
    MODALS,
    PREPOSITIONS,
    SUBORDINATORS,
)
from claims.english.lead_ins import lead_in_end
from claims.english.modality import HEDGES
from claims.english.negation import NEGATIONS
from claims.english.tokens import Piece, Range, Token, is_adverb, is_name, is_number, is_past
from claims.english.verb_forms import PAST_DISTINCT, THIRD_PERSON

_NO_CUT_BEYOND = SUBORDINATORS | {"either", "neither"}
_AFTER_VERB = DETERMINERS | PREPOSITIONS | {"that", "to", "not"}
_PRESENT = THIRD_PERSON | {"has", "is"}
_SHORTEST_PHRASE = 2


def split_verbs(tokens: Sequence[Token], piece: Piece) -> tuple[Piece, ...]:
    """One piece per finite verb phrase that shares the subject (and a lead-in of time or place)."""
    if len(piece.parts) != 1:
        return (piece,)
    start, stop = piece.parts[0]
    subject = lead_in_end(tokens, start, stop)
    verb = clause_verb(tokens, subject, stop)
    if verb is None:
        return (piece,)
    cuts = _verb_cuts(tokens, subject, verb, stop)
    if not cuts:
        return (piece,)
    short = next((at for at in range(subject, verb) if tokens[at].text == ","), verb)
    while short - 1 > subject and is_adverb(tokens[short - 1]):
        short -= 1
    shared = [Range(start, subject)] if _is_time_or_place(tokens, start, subject) else []
    shared.append(Range(subject, short))
    first = Range(start, cuts[0][0])
    pieces = [Piece((first,), first)]
    for (_, begin), (end, _) in zip(cuts, [*cuts[1:], (stop, stop)], strict=True):
        pieces.append(Piece((*shared, Range(begin, end)), Range(begin, end)))
    return tuple(pieces)


def _verb_cuts(
    tokens: Sequence[Token], subject: int, verb: int, stop: int
) -> list[tuple[int, int]]:
    """End of one verb phrase and beginning of the next, for each coordinated finite verb."""
    cuts: list[tuple[int, int]] = []
    is_list_end = False
    if any(tokens[at].low in NEGATIONS for at in range(subject, verb)):
        # "She never married and left": the negation may apply to one verb or to both.
        return cuts
    # A hedge before the first verb may apply to all of them or only to the first.
    if any(tokens[at].low in HEDGES for at in range(subject, min(stop, verb + 3))):
        return cuts
    last = verb
    for at in range(verb + 1, stop - 1):
        low = tokens[at].low
        if low in _NO_CUT_BEYOND or (low in NEGATIONS and not cuts):
            break
        if low not in {"and", "but", ","}:
            continue
        begin = at + 1
        if low == "," and tokens[begin].low in {"and", "but"}:
            continue
        while begin < stop and is_adverb(tokens[begin]):
            begin += 1
        if begin < stop - 1 and _is_coordinate_verb(tokens, verb, begin):
            end = at - (tokens[at - 1].text == ",")
            if not _is_complete(tokens, last, end):
                return []
            last = begin
            cuts.append((end, at + 1))
            is_list_end = low != ","
    return cuts if is_list_end else []


def _is_complete(tokens: Sequence[Token], verb: int, end: int) -> bool:
    """Whether a verb phrase is complete, and has no other verb to which the next one could belong:
    not "arrested and charged a man", "the court heard Smith stole ... and spent ...".
    """
    if end - verb < _SHORTEST_PHRASE or finite_verb(tokens, verb + 1, end) is not None:
        return False
    has_infinitive = any(
        tokens[at].low == "to" and tokens[at + 1].low == "have" for at in range(verb, end - 1)
    )
    is_bare = all(
        is_past(token) or is_adverb(token) or token.text == "," for token in tokens[verb + 1 : end]
    )
    return not has_infinitive and not is_bare


def _is_coordinate_verb(tokens: Sequence[Token], verb: int, at: int) -> bool:
    """Whether the token is a finite verb that fits the first one, and not an adjective or noun.

    A past form in -ed must have its object, or a preposition, right after it: "killed soldiers
    and injured civilians" stays whole.
    """
    token, after = tokens[at], tokens[at + 1]
    if is_name(token):
        return False
    if token.low in AUXILIARIES:
        return token.low not in {"do", "does", "did"} and tokens[verb].low not in MODALS
    if tokens[verb].low in MODALS:
        return False
    if token.low in PAST_DISTINCT:
        return True
    fits = after.low in _AFTER_VERB or is_number(after) or is_name(after) or after.text[0] in "_$€£"
    is_passive = tokens[verb].low in {"is", "are", "was", "were", "been"} or any(
        one.low == "been" for one in tokens[verb + 1 : verb + 4]
    )
    if is_past(token):
        return fits and not is_passive
    return token.low in THIRD_PERSON and fits and tokens[verb].low in _PRESENT


def _is_time_or_place(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Whether a lead-in gives a time or place, so that it applies to every verb that follows."""
    return stop > start and tokens[start].low in {"in", "on", "at", "since", "during", "last"}
