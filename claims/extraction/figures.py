"""Several figures of one verb: "$13 million for roads and $6 million for schools" is two claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from claims.english.clauses import finite_verb
from claims.english.function_words import (
    ADVERBS,
    BE,
    DETERMINERS,
    HAVE,
    MODALS,
    PREPOSITIONS,
    SUBORDINATORS,
)
from claims.english.quantities import NUMBER_WORDS, SCALES, UNITS
from claims.english.tokens import Piece, Range, Token, is_name, is_number, is_past
from claims.english.verb_forms import THIRD_PERSON

_PHRASE_ENDS = SUBORDINATORS | {"to", ",", ";"}
_WITH_FIGURE = SCALES | {"percent", "per", "cent", "%"}
_BEFORE_FIGURE = ADVERBS | {"least", "than", "up", "at", "more", "to", "about"}
_NO_VERB = PREPOSITIONS | DETERMINERS | NUMBER_WORDS
_BEFORE_BASE = MODALS | {"to"}
_PRESENT = THIRD_PERSON | HAVE
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
    return follows_modal or is_past(token) or token.low in _PRESENT
