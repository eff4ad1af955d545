"""Clauses that a sentence presupposes inside a frame without content of its own."""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.anaphora import vague_opening
from claims.english.clauses import clause_verb, lead_in_end
from claims.english.tokens import Range, Token

_COMING = frozenset({"comes", "came", "come"})


_SHOWING = frozenset({"suggesting", "showing", "indicating", "estimating", "revealing", "finding"})


_LONGEST_FRAME = 12


def find_presupposed(tokens: Sequence[Token]) -> tuple[Range, ...]:
    """The clauses inside a frame, in order; empty when the sentence has no such frame."""
    return _after_coming(tokens) or _after_showing(tokens)


def _after_coming(tokens: Sequence[Token]) -> tuple[Range, ...]:
    """ "This announcement comes just days after CLAUSE": the vague subject has no content."""
    limit = min(len(tokens), _LONGEST_FRAME)
    if not vague_opening(tokens, 0):
        return ()
    verb = next((at for at in range(1, min(limit, 4)) if tokens[at].low in _COMING), None)
    if verb is None:
        return ()
    for at in range(verb + 1, limit):
        if tokens[at].low == "after" and clause_verb(tokens, at + 1, len(tokens)) is not None:
            return (Range(at + 1, len(tokens)),)
    return ()


def _after_showing(tokens: Sequence[Token]) -> tuple[Range, ...]:
    """ "With recent data suggesting that CLAUSE, CLAUSE"."""
    limit = min(len(tokens), _LONGEST_FRAME)
    if not tokens or tokens[0].low != "with":
        return ()
    for at in range(2, limit):
        if tokens[at].low in _SHOWING:
            begin = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].low == "that")
            main = lead_in_end(tokens, 0, len(tokens))
            if main > begin and clause_verb(tokens, begin, main - 1) is not None:
                return (Range(begin, main - 1), Range(main, len(tokens)))
    return ()
