""" "And" between parts of one clause, each of which is a claim of its own.

Several verbs of one subject: "The firm closed a plant and cut 300 jobs".
Several figures of one verb: "$13 million for roads and $6 million for schools".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from claims.english.clauses import clause_verb, finite_verb, lead_in_end
from claims.english.function_words import (
    ADVERBS,
    AUXILIARIES,
    BE,
    DETERMINERS,
    HAVE,
    MODALS,
    PREPOSITIONS,
    SUBORDINATORS,
)
from claims.english.modality import HEDGES
from claims.english.negation import NEGATIONS
from claims.english.quantities import NUMBER_WORDS, SCALES, UNITS
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
    cuts = _verb_cuts(tokens, subject, verb=verb, stop=stop)
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
    tokens: Sequence[Token], subject: int, *, verb: int, stop: int
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


_PHRASE_ENDS = SUBORDINATORS | {"to", ",", ";"}
_WITH_FIGURE = SCALES | {"percent", "per", "cent", "%"}
_BEFORE_FIGURE = ADVERBS | {"least", "than", "up", "at", "more", "to", "about"}
_NO_VERB = PREPOSITIONS | DETERMINERS | NUMBER_WORDS
_BEFORE_BASE = MODALS | {"to"}
_PRESENT_OR_HAVE = THIRD_PERSON | HAVE
_TOGETHER = frozenset(
    {"together", "combined", "respectively", "both", "total", "between", "either"}
)


def split_figures(tokens: Sequence[Token], piece: Piece) -> tuple[Piece, ...]:
    """One piece per figure for "<verb> FIGURE noun and FIGURE noun"."""
    *before, (start, stop) = piece.parts
    if any(tokens[at].low in _TOGETHER for at in range(start, stop)):
        return (piece,)
    for left, right in pairwise(_figures(tokens, start, stop)):
        joint = right.start - 1
        if (
            tokens[joint].low == "and"
            and left.stop < joint
            and _is_same_sort(tokens, left, right)
            and _takes_object(tokens, start, left.start)
            and not _is_one_measure(tokens, left, right)
            and _is_noun_phrase(tokens, left.start, joint)
            and _is_noun_phrase(tokens, right.start, stop)
        ):
            first, rest = Range(start, joint), Range(right.start, stop)
            return (
                Piece((*before, first), first),
                Piece((*before, Range(start, left.start), rest), rest),
            )
    return (piece,)


def _is_noun_phrase(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Whether the phrase has no verb of its own (up to a purpose or an adverbial clause)."""
    end = start + 1
    while end < stop and tokens[end].low not in _PHRASE_ENDS:
        end += 1
    return finite_verb(tokens, start, end) is None


def _is_one_measure(tokens: Sequence[Token], left: Range, right: Range) -> bool:
    """Whether both figures form one measure: "3 hours and 20 minutes", "6 feet and 2 inches"."""
    units = {tokens[left.stop].low, tokens[min(right.stop, len(tokens) - 1)].low}
    return bool(units & UNITS)


def _figures(tokens: Sequence[Token], start: int, stop: int) -> Iterable[Range]:
    """Ranges of number tokens with their scale and percent ("$13.5 million", "40 percent")."""
    at = start
    while at < stop:
        if not is_number(tokens[at]):
            at += 1
            continue
        end = at + 1
        while end < stop and (is_number(tokens[end]) or tokens[end].low in _WITH_FIGURE):
            end += 1
        yield Range(at, end)
        at = end


def _is_same_sort(tokens: Sequence[Token], left: Range, right: Range) -> bool:
    """Whether both are money, percent or counts; otherwise the "and" joins something else."""

    def sort(figure: Range) -> str:
        text = " ".join(token.low for token in tokens[figure.start : figure.stop])
        if text[0] in "$€£¥":
            return "money"
        return "percent" if "%" in text or "cent" in text else "count"

    return sort(left) == sort(right)


def _takes_object(tokens: Sequence[Token], start: int, figure: int) -> bool:
    """Whether the figure is the object of a verb in -ed, an infinitive or a similar form."""
    before = figure - 1
    while before > start and (tokens[before].low in _BEFORE_FIGURE):
        before -= 1
    token = tokens[before]
    if before <= start or is_name(token) or token.low in _NO_VERB:
        return False
    if token.low in BE or token.low in {"from", "between", "of"}:
        return False
    follows_modal = tokens[before - 1].low in _BEFORE_BASE
    return follows_modal or is_past(token) or token.low in _PRESENT_OR_HAVE
