"""Anaphora: words that point outside the sentence: pronouns, "this announcement", "the company"."""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.clauses import clause_verb
from claims.english.function_words import ADVERBS, AUXILIARIES, BE, DEMONSTRATIVES, HAVE, POINTING
from claims.english.quantities import MONTH_WORDS, SMALL_NUMBERS, WEEKDAY_WORDS
from claims.english.reporting_verbs import SAYING_BARE
from claims.english.tokens import Token, is_name, is_number
from claims.english.verb_forms import PAST
from claims.english.word_lists import word_set

# Verbs before "her" that leave its role unclear: "helped her work" has it as object or possessive.
BEFORE_EITHER_HER = word_set(
    "let lets make makes made help helped see saw seen hear heard watched had"
)
_OPEN_DEMONSTRATIVES = DEMONSTRATIVES - {"that"}
_PRONOUNS = POINTING | {"him", "them"}
# Nouns that after "the" mean something named before, unless "of", "that", ... qualify them. Not all
# titles and nouns for bodies: a claim may say by its case which court it means.
_DEFINITE = word_set(
    "announcement move decision comments remarks statement company firm group attack incident",
    "deal plan proposal measure bill ruling agreement visit strike vote pair duo trio man woman",
    "victim suspect minister president secretary mayor governor judge chancellor premier senator",
    "spokesman spokeswoman spokesperson organisation organization agency bank ministry",
    "department university party council union commission committee board airline club team",
    "operation policy programme program project study report survey figure figures findings",
    "results latter former",
)
_QUALIFIERS = word_set("of to by that which who whose in between on for against from with at into")
_COUNTS = SMALL_NUMBERS.keys() - {"one"}
_SHORTENED = _COUNTS | word_set("others both another neither none most many some several few one")
_TIMES = WEEKDAY_WORDS | word_set(
    "year month week weekend morning afternoon evening night day time decade century summer",
    "winter spring autumn season quarter term years months weeks days decades point moment",
    "period stage",
)
_VERBS_AFTER = AUXILIARIES | PAST
_NO_PERSON = _PRONOUNS | {"the", "a", "an"}
_GROUPS = word_set("people police men women children staff both who and")
_AFTER_EXPLETIVE = word_set(
    "clear likely unlikely possible impossible hard difficult easy important unclear raining",
    "snowing time not true expected believed thought reported alleged estimated said known",
    "understood the a an when",
)
_BEFORE_EMERGING = ADVERBS | HAVE
_EMERGING = word_set(
    "emerged emerges turned turns appeared appears seemed seems followed follows transpired",
    "transpires",
)
_BEFORE_EXPLETIVE = BE | {"has", "took", "takes", "will", "would", "may", "might"}
_NO_NOUN = _QUALIFIERS | {"is", "was", "were", "are"}
_EARLIER_OR_LATER = frozenset({"later", "earlier", "same", "then", "before"})
_FROM_TODAY = word_set("week month night morning afternoon evening weekend")


def vague_opening(tokens: Sequence[Token], start: int) -> bool:
    """Whether the main clause from token `start` begins with a reference to earlier text."""
    if start >= len(tokens):
        return False
    first = tokens[start].low.split("'")[0]
    rest = [token.low for token in tokens[start + 1 : start + 4]]
    second = rest[0] if rest else ""
    if first in DEMONSTRATIVES:
        names_whom = first == "those" and second in {"who", "in", "with"}
        return second not in _TIMES and not names_whom
    if first in _PRONOUNS:
        return not (first == "it" and is_expletive(tokens, start))
    if first == "both":
        return all(token.low != "and" for token in tokens[start + 1 : start + 6])
    if first == "the" and second in _COUNTS:
        is_told_apart = any(word.endswith("est") or word in {"most", "of", ","} for word in rest)
        return not is_told_apart and not any(map(is_name, tokens[start + 2 : start + 4]))
    if first == "the" and second in _DEFINITE:
        after = tokens[start + 2] if len(rest) > 1 else None
        # "The judge, Rhoda Ellery," is named; "the company, based in Oslo," is not.
        is_named = after is not None and after.text == "," and _names_next(tokens, start + 3)
        return after is None or not (is_named or after.low in _QUALIFIERS or is_name(after))
    return first in _SHORTENED and (second in AUXILIARIES or second in PAST)


def _names_next(tokens: Sequence[Token], at: int) -> bool:
    return at < len(tokens) and is_name(tokens[at])


def is_expletive(tokens: Sequence[Token], at: int) -> bool:
    """Whether "it" refers to nothing: "it is expected that", "it was raining"."""
    after = at + 1
    if tokens[at].low == "it":
        emerging = after
        while emerging < len(tokens) and tokens[emerging].low in _BEFORE_EMERGING:
            emerging += 1
        if emerging < len(tokens) and tokens[emerging].low in _EMERGING:
            rest = [token.low for token in tokens[emerging + 1 : emerging + 7]]
            return "that" in rest or rest[:1] == ["out"]
        if after >= len(tokens) or tokens[after].low not in _BEFORE_EXPLETIVE:
            return False
        while after < len(tokens) and tokens[after].low in _BEFORE_EXPLETIVE:
            after += 1
    return after < len(tokens) and tokens[after].low in _AFTER_EXPLETIVE


def is_plural_noun(token: Token) -> bool:
    """Whether the word looks like a plural noun that "they" could mean."""
    return token.low in _GROUPS or (
        len(token.low) > 3
        and token.low.endswith("s")
        and not token.low.endswith(("ss", "us", "is", "'s"))
        and token.low not in AUXILIARIES
    )


def is_vague_inside(tokens: Sequence[Token], start: int, *, opening_is_named: bool) -> bool:
    """Whether a reference after the opening has no antecedent in the sentence.

    Any plural before it is enough for "they"; "these gangs" needs the word gangs before it.
    `opening_is_named` means that the opening was replaced by a name. "He" and "she" are not
    looked at.
    """
    opening = [token.low for token in tokens[:2]]
    if (_is_open_lead_in(tokens, start) and not opening_is_named) or opening in (
        ["since", "then"],
        ["by", "then"],
    ):
        return True
    # "Sethi called it a budget for the rich": only the subject precedes "it".
    verb = clause_verb(tokens, start, len(tokens))
    has_plural = opening_is_named
    seen: set[str] = set()
    for at in range(start, len(tokens)):
        low = tokens[at].low
        if at > start and (
            (low in {"they", "them", "their", "theirs"} and not has_plural)
            or (low in _OPEN_DEMONSTRATIVES and _is_open(tokens, at, seen))
            or (low == "it" and _is_bare_object(tokens, verb, at))
        ):
            return True
        has_plural = has_plural or is_plural_noun(tokens[at]) or is_number(tokens[at])
        seen.add(low)
    return False


def _is_bare_object(tokens: Sequence[Token], verb: int | None, at: int) -> bool:
    """Whether only subject and verb precede "it", and no verb follows: "it" is the object."""
    if verb is None or not verb < at <= verb + 2 or tokens[at - 1].low in SAYING_BARE:
        return False
    return at + 1 >= len(tokens) or tokens[at + 1].low not in _VERBS_AFTER


def _names_someone(token: Token) -> bool:
    return is_name(token) and token.low not in _NO_PERSON


def _is_open_lead_in(tokens: Sequence[Token], start: int) -> bool:
    """Whether the words before the main clause refer back: "In his speech," or "One day later,".

    A name as the subject is the antecedent of "his"; a date makes "later" clear.
    """
    lead_in = tokens[:start]
    low = {token.low for token in lead_in}
    if low & {"he", "she", "his", "her"}:
        verb = clause_verb(tokens, start, len(tokens))
        if not any(map(_names_someone, tokens[start : verb or start])):
            return True
    is_dated = any(token.low in MONTH_WORDS or token.text.isdigit() for token in lead_in)
    return bool(low & _EARLIER_OR_LATER) and not is_dated


def _is_open(tokens: Sequence[Token], at: int, seen: set[str]) -> bool:
    """Whether "these gangs" means gangs that the sentence has not named."""
    nouns = [token.low for token in tokens[at + 1 : at + 4]]
    if not nouns or not nouns[0][0].isalpha() or nouns[0] in _NO_NOUN:
        return False
    if nouns[0] in _TIMES or nouns[-1] in _TIMES:
        return False
    return not any(noun in seen or noun.rstrip("s") in seen or noun + "s" in seen for noun in nouns)


def is_undated(tokens: Sequence[Token]) -> bool:
    """Whether the sentence has a time relative to the day of writing: "yesterday", "last week"."""
    for at, token in enumerate(tokens):
        after = tokens[at + 1].low if at + 1 < len(tokens) else ""
        if token.low in {"yesterday", "tomorrow", "tonight"}:
            return True
        if token.low in {"last", "next", "this"} and after in _FROM_TODAY:
            return True
        if token.low in {"last", "next"} and after == "year":
            return True
    return False
