"""The subject of a statement: a possible antecedent of "they" and "it" in the next one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from claims.english.anaphora import is_plural_noun, vague_opening
from claims.english.clauses import clause_verb
from claims.english.function_words import PREPOSITIONS, SUBJECT_PRONOUNS
from claims.english.lead_ins import lead_in_end
from claims.english.tokens import Token, is_adverb, is_name
from claims.english.verb_forms import THIRD_PERSON

_LONGEST_SUBJECT = 9
_PLURAL_VERBS = frozenset({"are", "were", "have", "do"})
_SINGULAR_VERBS = frozenset({"is", "was", "has", "does"}) | THIRD_PERSON
_ARTICLES = frozenset({"the", "a", "an"})


def find_subject(masked: str, tokens: Sequence[Token]) -> tuple[str | None, bool, bool]:
    """The subject as written, whether it is plural, whether it has a rival of the same number.

    The subject is None when it is long, vague itself, or not found.
    """
    start = lead_in_end(tokens, 0, len(tokens))
    verb = clause_verb(tokens, start, len(tokens))
    if verb is None:
        return None, False, False
    end = next((at for at in range(start, verb) if tokens[at].text == ","), verb)
    while end - 1 > start and is_adverb(tokens[end - 1]):
        end -= 1
    subject = masked[tokens[start].start : tokens[end - 1].end]
    if (
        not subject
        or tokens[start].low in SUBJECT_PRONOUNS
        or end - start > _LONGEST_SUBJECT
        or vague_opening(tokens, start)
        or "_" in subject
    ):
        return None, False, False
    is_plural = _is_plural(tokens, start, end, verb)
    others = [*tokens[:start], *tokens[verb + 1 :]]
    if not is_name(tokens[start]) or tokens[start].low in _ARTICLES:
        subject = subject[0].lower() + subject[1:]
    has_rival = any(map(is_plural_noun if is_plural else is_name, others))
    return subject, is_plural, has_rival or (not is_plural and _has_thing(tokens, verb + 1))


def _has_thing(tokens: Sequence[Token], start: int) -> bool:
    """Whether a thing follows that "it" could mean as well: "launched the probe"."""
    return any(
        article.low in _ARTICLES and not is_name(noun) and noun.text[0].isalpha()
        for article, noun in pairwise(tokens[start:])
    )


def _is_plural(tokens: Sequence[Token], start: int, end: int, verb: int) -> bool:
    if any(tokens[at].low == "and" for at in range(start, end)):
        return True
    if tokens[verb].low in _PLURAL_VERBS | _SINGULAR_VERBS:
        return tokens[verb].low in _PLURAL_VERBS
    head = next(
        (tokens[at - 1] for at in range(start + 1, end) if tokens[at].low in PREPOSITIONS),
        tokens[end - 1],
    )
    return is_plural_noun(head) and (head is tokens[start] or not is_name(head))
