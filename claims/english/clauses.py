"""Clauses: their finite verb, where a subject can begin, and where the main clause begins.

A verb is recognised by its form and its neighbours. Every rule prefers precision: where a clause is
not recognised, the sentence stays whole. All functions run in time linear in the number of tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.function_words import (
    ADVERBS,
    AUXILIARIES,
    BE,
    CONNECTORS,
    DETERMINERS,
    HAVE,
    MODALS,
    PERSONAL_PRONOUNS,
    PREPOSITIONS,
    RELATIVES,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from claims.english.quantities import APPROXIMATING, WEEKDAY_WORDS
from claims.english.reporting_verbs import REPORTING
from claims.english.tokens import Token, is_adverb, is_name, is_number, is_past
from claims.english.verb_forms import PARTICIPLES, PAST_DISTINCT, PLAIN_PRESENT, THIRD_PERSON, VERBS

# Words before a noun: after one of these, a form in -ed or -s is not a finite verb.
_BEFORE_NOUN = (DETERMINERS - {"this", "that", "these", "those", "all", "both", "some", "many"}) | (
    PREPOSITIONS - {"up", "out", "off", "down"}
)
# Conjunctions that begin a clause with its own verb, which is not the main verb.
_ADVERBIAL = frozenset(
    {"when", "because", "if", "while", "although", "though", "unless", "whereas"}
)
_PRESENT = THIRD_PERSON | VERBS
_BEFORE_PARTICIPLE = HAVE | BE | {"being", "been", "get", "got"}
_CLAUSE_ENDS = RELATIVES | SUBORDINATORS | {",", ";", "and", "but", "or"}
_COMPLEMENTS = PREPOSITIONS | {"that", "to"}
_NO_SUBJECT = SUBORDINATORS | PREPOSITIONS | AUXILIARIES | CONNECTORS | {"not", "to"}
_LONGEST_SUBJECT = 16


def _opens_object(token: Token | None) -> bool:
    """Whether a noun phrase or a that-clause can begin here, which means that a verb precedes."""
    return token is not None and (
        token.low in DETERMINERS
        or token.low in {"him", "her", "them", "us", "me", "it", "its", "himself", "themselves"}
        or is_number(token)
        or is_name(token)
        or token.text[0] == "_"
    )


def _after_have_or_be(tokens: Sequence[Token], at: int) -> bool:
    before = at - 1
    while before >= 0 and is_adverb(tokens[before]):
        before -= 1
    return before >= 0 and tokens[before].low in _BEFORE_PARTICIPLE


def is_certain_verb(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token is an auxiliary, or an unambiguous simple past."""
    token, before = tokens[at], tokens[at - 1].low if at else ""
    if is_name(token):
        return False
    if token.low in AUXILIARIES:
        return before not in _BEFORE_NOUN and before not in MODALS and before != "to"
    return token.low in PAST_DISTINCT and before not in _BEFORE_NOUN


def _is_simple_past(tokens: Sequence[Token], start: int, *, at: int, stop: int) -> bool:
    """Whether an ambiguous past form is the verb of its clause and not a reduced relative.

    With an object after it, it is the verb. Otherwise it is the verb unless an unambiguous verb
    follows in the same clause ("people killed in the strike were ...").
    """
    before = tokens[at - 1].low
    if before in {"he", "she", "they", "it", "we", "i", "you", "who"}:
        return True
    if before in _BEFORE_NOUN or before.endswith("'s") or _after_have_or_be(tokens, at):
        return False
    commas = sum(tokens[place].text == "," for place in range(start, at))
    if before == "," and commas % 2:
        # "The airline, based in Oslo, employs": the second comma would close the insertion.
        return False
    if _opens_object(tokens[at + 1] if at + 1 < stop else None):
        return True
    for ahead in range(at + 1, stop):
        if tokens[ahead].low in _CLAUSE_ENDS:
            return True
        if is_certain_verb(tokens, ahead) or (
            is_past(tokens[ahead])
            and (tokens[ahead].low in REPORTING or _opens_object(tokens[min(ahead + 1, stop - 1)]))
        ):
            return False
    return True


def _is_present(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Whether a form such as "uses" or "use" is the verb: subject before it, object after it."""
    token, before = tokens[at], tokens[at - 1]
    if at > 1 and before.low in ADVERBS:
        before = tokens[at - 2]
    if is_name(token) or before.low in _BEFORE_NOUN or before.low.endswith("'s"):
        return False
    if token.low not in VERBS and token.low not in THIRD_PERSON:
        return False
    plural = before.low.endswith("s") and not before.low.endswith("ss")
    if token.low in THIRD_PERSON:
        agrees = (
            before.low == ","
            or tokens[min(at + 1, stop - 1)].low == "that"
            or (before.text[0].isalpha() and (is_name(before) or not plural))
        )
    else:
        agrees = plural or before.low in {"they", "we", "i", "you", "who", "people", "police"}
    return agrees and (token.low in PLAIN_PRESENT or _has_complement(tokens, at, stop))


def _has_complement(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Whether the tokens after it fit a verb, and not a noun that is itself a subject."""
    after = at + 1
    while after < stop and is_adverb(tokens[after]):
        after += 1
    if after >= stop:
        return False
    if is_past(tokens[after]) or tokens[after].low in AUXILIARIES:
        return False
    return _opens_object(tokens[after]) or tokens[after].low in _COMPLEMENTS


def finite_verb(tokens: Sequence[Token], start: int, stop: int) -> int | None:
    """Index of the main finite verb of the clause in tokens[start:stop], None if none is found.

    The subject takes at least one token; the verb of a relative clause inside it is skipped.
    """
    relatives = 0
    for at in range(start, stop):
        token = tokens[at]
        if "'" in token.low and token.low.endswith(("'re", "'ve", "'ll", "'m", "n't")):
            if at > start or token.low[: token.low.index("'")] in SUBJECT_PRONOUNS:
                return at
        elif at == start and token.low in {"he's", "she's", "it's", "there's", "that's"}:
            return at
        if at == start or (token.low in DETERMINERS and token.low != "that"):
            continue
        if token.low in RELATIVES and _starts_relative(tokens, at, stop):
            relatives += 1
            continue
        if token.low in _ADVERBIAL or (token.low == "as" and _opens_clause(tokens, at + 1, stop)):
            relatives += 1
            continue
        is_verb = (
            is_certain_verb(tokens, at)
            or (
                is_past(token)
                and (relatives > 0 or _is_simple_past(tokens, start, at=at, stop=stop))
            )
            or _is_present(tokens, at, stop)
            or (
                relatives > 0
                and tokens[at - 1].low in {"who", "which", "that"}
                and not is_name(token)
            )
        )
        if is_verb and relatives:
            relatives -= 1
        elif is_verb:
            return at
    return None


def _opens_clause(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Whether the "as" before this token begins a clause ("the verdict was"), and not a role."""
    return at < stop and (
        tokens[at].low in {"the", "it", "he", "she", "they"} or is_name(tokens[at])
    )


def _starts_relative(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Whether "that" or a similar word begins a relative clause: a verb follows shortly."""
    if tokens[at].low != "that":
        return True
    if tokens[at - 1].low not in REPORTING and tokens[min(at + 1, stop - 1)].low in _PRESENT:
        return True
    return any(
        is_certain_verb(tokens, ahead) or is_past(tokens[ahead])
        for ahead in range(at + 1, min(at + 4, stop))
    )


def opens_subject(tokens: Sequence[Token], at: int) -> bool:
    """Whether a subject can begin at this token: no preposition, conjunction, verb or mark."""
    first = tokens[at]
    if first.low in APPROXIMATING and any(map(is_number, tokens[at + 1 : at + 4])):
        return True
    if first.low in SUBJECT_PRONOUNS or "'" in first.low:
        return True
    if not first.text[0].isalnum() and first.text[0] not in "_$€£¥":
        return False
    if first.low in _NO_SUBJECT:
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    is_verb = is_past(first) or first.low in PLAIN_PRESENT
    if first.low in PAST_DISTINCT or (is_verb and not is_name(first) and _opens_object(after)):
        return False
    return is_name(first) or not first.low.endswith("ing")


def clause_verb(tokens: Sequence[Token], start: int, stop: int) -> int | None:
    """Index of the finite verb if tokens[start:stop] can stand alone as a sentence, else None.

    It must begin with a subject and reach its verb soon.
    """
    if stop - start < 2 or not opens_subject(tokens, start):
        return None
    verb = finite_verb(tokens, start, stop)
    return verb if verb is not None and verb - start <= _LONGEST_SUBJECT else None


# --- lead-ins ---------------------------------------------------------------------------------

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
