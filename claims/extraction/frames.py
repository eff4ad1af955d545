"""Frames around the clause with the real statement, and added remarks of the same speaker.

This announcement comes days after US forces struck a boat.     -> US forces struck a boat
With data suggesting that 70% of it passes here, it is urgent.  -> both clauses
"""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.anaphora import vague_opening
from claims.english.clauses import clause_verb
from claims.english.lead_ins import lead_in_end
from claims.english.reporting_verbs import ASIDES
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


def find_aside(tokens: Sequence[Token], first: int, stop: int) -> int | None:
    """Position of the end of the speaker's words before ", while also affirming that ...", or None.

    The participle refers to the speaker, so the text after it is a statement of the same speaker.
    """
    for at in range(first + 2, stop - 3):
        if tokens[at].text != ",":
            continue
        after = at + 1
        while tokens[after].low in {"while", "and", "also"} and after + 1 < stop:
            after += 1
        said = after + 1 + (tokens[after + 1].low == "that")
        if tokens[after].low in ASIDES and clause_verb(tokens, said, stop) is not None:
            return at
    return None
