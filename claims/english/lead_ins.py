"""Finds where the main clause of a sentence begins: "On 4 September, the Pentagon said ..."."""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.calendar_words import WEEKDAY_WORDS
from claims.english.clauses import clause_verb, is_certain_verb, opens_subject
from claims.english.function_words import (
    ADVERBS,
    CONNECTORS,
    PERSONAL_PRONOUNS,
    PREPOSITIONS,
    SUBORDINATORS,
)
from claims.english.quantities import APPROXIMATING
from claims.english.tokens import Token, is_name, is_number
from claims.english.verb_forms import PARTICIPLES

_TIMES = (
    frozenset({"yesterday", "today", "last", "earlier", "later", "this", "that"}) | WEEKDAY_WORDS
)
_PARTICIPLES_OPENING = PARTICIPLES | {"to", "born", "built", "held", "made", "led", "left"}
_TIME_OPENERS = frozenset(
    {"a", "an", "one", "some", "hours", "days", "weeks", "months", "years", "shortly", "moments"}
)
_LEAD_IN_OPENERS = PREPOSITIONS | SUBORDINATORS | CONNECTORS | ADVERBS | _TIMES
_LONGEST_LEAD_IN = 40


def lead_in_end(tokens: Sequence[Token], start: int, stop: int) -> int:
    """Index where the main clause begins: after "On 4 September, ..."; `start` without a lead-in.

    A lead-in begins with a preposition, a conjunction, an adverb, a participle or a time
    ("One day later,") and ends at a comma; the text after it must be able to stand alone.
    """
    if start >= stop or not _opens_lead_in(tokens, start):
        return start
    first = start
    for at in range(start, min(stop, start + _LONGEST_LEAD_IN)):
        if tokens[at].text != "," or _inside_date_or_place(tokens, at, stop):
            continue
        if _has_own_verb(tokens, start, at):
            break
        verb = clause_verb(tokens, at + 1, stop)
        if verb is not None and all(tokens[place].text != "," for place in range(at + 1, verb)):
            return at + 1
        # A subject with an insertion; a plain clause after a later comma is preferred.
        first = at + 1 if verb is not None and first == start else first
    return first if first > start else _before_pronoun(tokens, start, stop)


def _has_own_verb(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Whether tokens[start:stop] is more than a lead-in: it has a verb without a conjunction."""
    low = [token.low for token in tokens[start:stop]]
    brought = sum(word in SUBORDINATORS for word in low)
    return sum(is_certain_verb(tokens, at) for at in range(start, stop)) > brought


def _before_pronoun(tokens: Sequence[Token], start: int, stop: int) -> int:
    """Main clause after a lead-in without comma: "At the last round in Dunholt he came second"."""
    for at in range(start + 2, min(stop - 1, start + 10)):
        is_subject = tokens[at].low in PERSONAL_PRONOUNS
        verb = at + 2 if tokens[at + 1].low in ADVERBS else at + 1
        if is_subject and clause_verb(tokens, at, stop) == verb:
            return start if _has_own_verb(tokens, start, at) else at
    return start


def _opens_lead_in(tokens: Sequence[Token], start: int) -> bool:
    first = tokens[start].low
    if opens_subject(tokens, start) and first in APPROXIMATING:
        return False
    later = {token.low for token in tokens[start : start + 4]}
    return (
        first in _LEAD_IN_OPENERS
        or first.endswith(("ing", "ly"))
        or (first.endswith("ed") and tokens[start + 1 : start + 2] != ())
        or first in _PARTICIPLES_OPENING
        or (bool(later & {"later", "earlier", "ago"}) and _opens_time(tokens[start]))
    )


def _opens_time(token: Token) -> bool:
    return is_number(token) or token.low in _TIME_OPENERS


def _inside_date_or_place(tokens: Sequence[Token], comma: int, stop: int) -> bool:
    """Whether this comma is the first of "September 4, 2025," or "Guayaquil, Ecuador,"."""
    after = comma + 1
    return (
        after + 1 < stop
        and tokens[after + 1].text == ","
        and (is_name(tokens[after]) or tokens[after].text.isdigit())
    )
