"""Splits one sentence into several claims, each of which is a sentence of its own.

    clauses       A rose to 5 percent, while B fell.         ; and but yet while whereas although
    relatives     Acme Corp, which owns the site, sold it.   after a name, set off by commas
    verbs         The firm closed a plant and cut 300 jobs.  one subject, several finite verbs
    figures       It gives $13 million for X and $6 million for Y.   one verb, several figures

Nothing is added: a piece repeats words of its sentence. Where a cut is not clearly right, the
sentence stays whole, because half a claim is more misleading than a long one.
"""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.clauses import (
    clause_verb,
    finite_verb,
    is_certain_verb,
    lead_in_end,
    opens_subject,
)
from claims.english.function_words import (
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    CONTRASTS,
    COORDINATORS,
    PREPOSITIONS,
    RELATIVES,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from claims.english.reporting_verbs import REPORTING, TAKING_CLAUSE
from claims.english.tokens import Piece, Range, Token, is_adverb, is_name, is_past
from claims.english.verb_forms import THIRD_PERSON
from claims.extraction.coordination import split_figures, split_verbs

_SUBORDINATORS = SUBORDINATORS - RELATIVES
_AFTER_SEMICOLON = COORDINATORS | {"however", "meanwhile"}
_BARE_CONTRASTS = CONTRASTS - {"though"}
_VERB_FORMS = AUXILIARIES | THIRD_PERSON
_CONDITIONS = frozenset({"if", "unless"})
# Words between a name and another noun: it is unclear which of the two is meant.
_TIES = PREPOSITIONS | {"and", "or", "nor", ","}
_LONGEST_CLAUSE_SUBJECT = 9
_LONGEST_BACKGROUND_SUBJECT = 5
_SHORTEST_BACKGROUND = 6


def split_statement(tokens: Sequence[Token], start: int, stop: int) -> tuple[Piece, ...]:
    """The pieces of tokens[start:stop], in reading order; the whole as one if nothing splits.

    A statement that holds only under an "if" stays whole.
    """
    if _is_conditional(tokens, start, stop):
        whole = Range(start, stop)
        return (Piece((whole,), whole),)
    pieces: list[Piece] = []
    for clause in split_clauses(tokens, start, stop):
        for piece in _split_relatives(tokens, clause):
            for part in split_verbs(tokens, piece):
                pieces.extend(split_figures(tokens, part))
    return tuple(pieces)


def _is_conditional(tokens: Sequence[Token], start: int, stop: int) -> bool:
    return any(tokens[at].low in _CONDITIONS for at in range(start, stop))


# --- clauses ---------------------------------------------------------------------------------


def split_clauses(tokens: Sequence[Token], start: int, stop: int) -> tuple[Range, ...]:
    """Coordinated and contrasted clauses, each with its own subject and verb."""
    if _is_conditional(tokens, start, stop):
        return (Range(start, stop),)
    first = tokens[start].low if start < stop else ""
    if first in CONTRASTS:
        main = lead_in_end(tokens, start, stop)
        begun = clause_verb(tokens, start + 1, main - 1) if main > start else None
        if begun is not None and tokens[start + 1].low not in SUBJECT_PRONOUNS:
            return (Range(start + 1, main - 1), *split_clauses(tokens, main, stop))
    ranges: list[Range] = []
    begin = start
    for at in range(start + 2, stop - 2):
        cut = _clause_cut(tokens, begin, at=at, stop=stop)
        if cut is not None:
            ranges.append(Range(begin, at))
            begin = cut
    return (*ranges, Range(begin, stop))


def _clause_cut(tokens: Sequence[Token], begin: int, *, at: int, stop: int) -> int | None:
    """The beginning of the next clause if one ends before token `at`, else None."""
    mark, after = tokens[at].text, at + 1
    if mark == ";":
        after += tokens[after].low in _AFTER_SEMICOLON
    elif mark == "," and tokens[after].low in CONJUNCTIONS:
        after += 1
    elif tokens[at].low == "as":
        return _background_cut(tokens, begin, at=at, stop=stop)
    elif tokens[at].low == "and":
        return _bare_cut(tokens, begin, at=at, stop=stop)
    elif tokens[at].low not in _BARE_CONTRASTS:
        return None
    if after < stop and tokens[after].text == ",":
        after += 1
    if after >= stop or (tokens[after].low == "that" and mark != ";"):
        return None
    if any(token.text in "()" for token in tokens[begin:at]) and _is_open(tokens, begin, at):
        return None
    end = stop if mark == ";" else _next_boundary(tokens, after, stop)
    verb = clause_verb(tokens, after, end)
    if verb is None or (mark != ";" and verb - after > _LONGEST_CLAUSE_SUBJECT):
        return None
    if tokens[at].low in CONTRASTS and tokens[after].low in SUBJECT_PRONOUNS:
        return None
    if _holds_conjunction(tokens, after, verb):
        return None
    left = lead_in_end(tokens, begin, at)
    return after if clause_verb(tokens, left, at) is not None else None


def _background_cut(tokens: Sequence[Token], begin: int, *, at: int, stop: int) -> int | None:
    """The beginning of the clause after "as", if it only says what happens at the same time.

    "as violence spirals" is cut; "as high as it was", "as police said", "as he left" are not.
    """
    after = at + 1
    verb = clause_verb(tokens, after, _next_boundary(tokens, after, stop))
    if verb is None or verb - after > _LONGEST_BACKGROUND_SUBJECT:
        return None
    if stop - after < _SHORTEST_BACKGROUND or tokens[at - 1].low in {",", "and", "then"}:
        return None
    if tokens[after].low in {"a", "an"}:
        return None
    near = {token.low for token in tokens[max(begin, at - 3) : at]}
    inside = {token.low for token in tokens[after:verb]}
    is_other = near & {"as", "so", "such", "same", "well", "just"} or inside & SUBORDINATORS
    if (
        is_other
        or tokens[at - 1].low in BE
        or tokens[after].low in SUBJECT_PRONOUNS
        or tokens[verb].low in REPORTING
    ):
        return None
    left = lead_in_end(tokens, begin, at)
    return after if clause_verb(tokens, left, at) is not None else None


def _bare_cut(tokens: Sequence[Token], begin: int, *, at: int, stop: int) -> int | None:
    """The beginning of the clause after "and": "Inflation was 5% and food prices rose by 8%".

    Both verbs must be unambiguous, and the first must not take a clause: "she knew A and B were".
    """
    after = at + 1
    verb = clause_verb(tokens, after, _next_boundary(tokens, after, stop))
    if verb is None or verb - after > _LONGEST_BACKGROUND_SUBJECT:
        return None
    if not is_certain_verb(tokens, verb) or tokens[after].low in SUBJECT_PRONOUNS:
        return None
    if _holds_conjunction(tokens, after, verb):
        return None
    left = lead_in_end(tokens, begin, at)
    main = clause_verb(tokens, left, at)
    if main is None or main + 1 >= at or tokens[main].low in TAKING_CLAUSE:
        return None
    inside = {token.low for token in tokens[main:at]}
    return None if inside & (SUBORDINATORS | {"to", "between", "both"}) else after


def _holds_conjunction(tokens: Sequence[Token], start: int, verb: int) -> bool:
    """Whether the verb belongs to an inner clause: "and Britain after listeria was found"."""
    return any(tokens[at].low in _SUBORDINATORS for at in range(start, verb))


def _is_open(tokens: Sequence[Token], begin: int, at: int) -> bool:
    depth = sum((token.text == "(") - (token.text == ")") for token in tokens[begin:at])
    return depth > 0


def _next_boundary(tokens: Sequence[Token], start: int, stop: int) -> int:
    """The end of the range in which a clause from `start` must have its verb."""
    for at in range(start, stop):
        if tokens[at].text in {",", ";", "–", "—"} and at > start:
            return at
    return stop


# --- relative clauses ------------------------------------------------------------------------


def _split_relatives(tokens: Sequence[Token], clause: Range) -> tuple[Piece, ...]:
    """The clause, and "Name + verb phrase" for a relative clause set off after a name."""
    for at in range(clause.start + 1, clause.stop - 4):
        if tokens[at].text != "," or tokens[at + 1].low not in {"who", "which"}:
            continue
        if "not" in {token.low for token in tokens[max(clause.start, at - 5) : at]}:
            continue
        name = _name_before(tokens, clause.start, at)
        end = _relative_end(tokens, at + 2, clause.stop)
        if name is None or end is None or end - at < 5:
            continue
        said = Range(at + 2, end)
        main = Range(clause.start, at)
        if end == clause.stop:
            return (Piece((main,), main), Piece((name, said), said))
        # The comma may belong to the relative clause itself: "who served in Iraq, Syria and Libya".
        splits_subject = finite_verb(tokens, clause.start, at) is None and opens_subject(
            tokens, clause.start
        )
        verb = next((n for n in range(end + 1, clause.stop) if not is_adverb(tokens[n])), end)
        if splits_subject and is_verb_form(tokens[verb]):
            whole = Piece((main, Range(end + 1, clause.stop)), clause)
            return (whole, Piece((name, said), said))
    return (Piece((clause,), clause),)


def _name_before(tokens: Sequence[Token], start: int, comma: int) -> Range | None:
    """The capitalised name that ends before the comma, with a "the" before it; None where the
    clause may refer to the words before the name ("the mayor of London, who ...").
    """
    begin = comma
    while begin > start and (is_name(tokens[begin - 1]) or tokens[begin - 1].low in {"de", "del"}):
        begin -= 1
    while begin < comma and not is_name(tokens[begin]):
        begin += 1
    if begin == comma:
        return None
    if begin > start and tokens[begin - 1].low == "the":
        begin -= 1
    if begin > start and tokens[begin - 1].low in _TIES:
        return None
    return Range(begin, comma)


def _relative_end(tokens: Sequence[Token], start: int, stop: int) -> int | None:
    """The end of a relative clause whose verb phrase begins at `start`; None if it has no verb."""
    verb = start + is_adverb(tokens[start])
    if verb >= stop or not is_verb_form(tokens[verb]):
        return None
    for at in range(verb + 1, stop):
        if tokens[at].text == ",":
            return at
    return stop


def is_verb_form(token: Token) -> bool:
    """Whether the word can be a finite verb by its form alone."""
    return token.low in _VERB_FORMS or is_past(token)
