"""The names and nouns of one statement, in which the next statements look for antecedents.

Among them is the subject, a possible antecedent of "they" and "it".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from claims.english.anaphora import is_plural_noun, vague_opening
from claims.english.animacy import has_stranger, is_no_being
from claims.english.clauses import clause_verb, lead_in_end
from claims.english.function_words import (
    ADVERBS,
    DETERMINERS,
    HAVE,
    PREPOSITIONS,
    RELATIVES,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
)
from claims.english.gazetteer import is_title
from claims.english.organisations import companies_in, organisations_in
from claims.english.person_names import People, Person, is_introduced
from claims.english.proper_names import NO_NAME, RUN
from claims.english.reporting_verbs import PUBLISHING
from claims.english.tokens import Token, is_adverb, is_name, is_past
from claims.english.verb_forms import THIRD_PERSON
from claims.english.word_lists import word_set

_ASIDE_WORDS = 3  # words before a name that are searched for a preposition: "by the widow Ann Lee"
_NOT_YET = word_set("a an its his her their another")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """The names in one statement; `subject` is its subject as written, if it is short.

    `head` is the person who is the subject, `owners` are people named only as possessors
    ("Lowe's lawyer, Simon Achterberg, spoke"), `aside` people after a preposition. `has_rival`
    means that something else of the same number could be meant as well, `has_plural` that there is
    any plural noun, `has_stranger` that it mentions a person without a name ("her husband").
    `open_gender` is the gender of a he or she that is still the subject: an unknown person. `made`
    is what the subject published or wrote ("report"), `others` are names that are no people's,
    `nouns` are the common nouns after an article, `low` is the statement in lower case.
    """

    people: tuple[Person, ...]
    organisations: tuple[str, ...]
    companies: tuple[str, ...]
    subject: str | None
    head: Person | None
    owners: tuple[Person, ...]
    aside: tuple[Person, ...]
    is_plural: bool
    has_rival: bool
    has_plural: bool
    has_stranger: bool
    speaker: Person | None
    open_gender: str | None
    made: frozenset[str]
    others: tuple[str, ...]
    nouns: frozenset[str]
    low: str

    @property
    def name(self) -> str | None:
        """The subject without its article, if it is a single name and not a person's."""
        bare = (self.subject or "").removeprefix("the ").removeprefix("The ")
        is_name = bare[:1].isupper() and not self.is_plural and not self.people_in_subject
        return bare if is_name else None

    @property
    def people_in_subject(self) -> bool:
        """Whether the subject names a person."""
        return any(_find_name(person, self.subject or "") for person in self.people)

    def is_about(self, person: Person) -> bool:
        """Whether the person is the subject or the speaker."""
        return person in (self.speaker, self.head)


def read_mention(
    masked: str, tokens: Sequence[Token], *, people: People, speaker: Person | None
) -> Mention:
    """The mention for a statement whose quotations are overwritten."""
    subject, is_plural, has_rival = find_subject(masked, tokens)
    named = people.mentioned_in(masked)
    known = {word for person in named for word in person.name.split(" ")}
    owners = tuple(person for person in named if _is_owner(person, masked))
    return Mention(
        people=named,
        organisations=organisations_in(masked),
        companies=tuple(c for c in companies_in(masked) if not people.mentioned_in(c)),
        subject=subject,
        head=_find_head(masked, tokens, people=people, owners=owners),
        owners=owners,
        aside=tuple(person for person in named if _is_aside(person, masked)),
        is_plural=is_plural,
        has_rival=has_rival,
        has_plural=any(map(is_plural_noun, tokens)),
        has_stranger=has_stranger(tokens, known),
        speaker=speaker,
        open_gender=_find_open_gender(tokens),
        made=_find_made(tokens),
        others=tuple(run for run in _runs(masked) if not people.mentioned_in(run)),
        nouns=frozenset(_find_nouns(tokens)),
        low=masked.lower(),
    )


def _find_open_gender(tokens: Sequence[Token]) -> str | None:
    start = lead_in_end(tokens, 0, len(tokens))
    # "There he met": a place may stand before it.
    opening = {token.low for token in tokens[start : start + 2]}
    return "m" if "he" in opening else "f" if "she" in opening else None


def _is_owner(person: Person, masked: str) -> bool:
    """Whether the person is mentioned only as a possessor."""
    owned = len(re.findall(rf"\b{re.escape(person.surname)}['’]", masked))
    return 0 < owned == len(re.findall(rf"\b{re.escape(person.surname)}\b", masked))


def _is_aside(person: Person, masked: str) -> bool:
    """Whether a preposition is shortly before the person: "the case against Thomas Ashdown"."""
    place = _find_name(person, masked)
    before = masked[: place.start()].split()[-_ASIDE_WORDS:] if place else []
    return bool(PREPOSITIONS & {word.lower() for word in before})


def _find_name(person: Person, text: str) -> re.Match[str] | None:
    """The first match of the person's full name in the text, or else of the surname."""
    return re.search(rf"\b{re.escape(person.name)}\b", text) or re.search(
        rf"\b{re.escape(person.surname)}\b", text
    )


def _runs(masked: str) -> list[str]:
    """The names in a text, without words that are capitalised only because of their position."""
    runs = []
    for match in RUN.finditer(masked):
        words = re.sub(r"['’]s?$", "", match.group()).split(" ")
        while words and (words[0].lower() in NO_NAME or is_title(words[0])):
            words.pop(0)
        is_common = not match.start() and len(words) == 1 and is_no_being(words[0].lower())
        if words and not is_common:
            runs.append(" ".join(words))
    return runs


def _find_nouns(tokens: Sequence[Token]) -> list[str]:
    """The two words after each article, except in an insertion: "Volmark, a carmaker,"."""
    found = []
    for at, token in enumerate(tokens):
        if token.low in DETERMINERS and (at == 0 or tokens[at - 1].text != ","):
            found += [near.low for near in tokens[at + 1 : at + 3] if not is_name(near)]
    return found


def _find_made(tokens: Sequence[Token]) -> frozenset[str]:
    """What the subject published: "report" in "The Coastal Survey published a new report"."""
    start = lead_in_end(tokens, 0, len(tokens))
    verb = clause_verb(tokens, start, len(tokens))
    while verb is not None and verb + 1 < len(tokens) and tokens[verb].low in HAVE | ADVERBS:
        verb += 1
    if verb is None:
        return frozenset()
    # A subject that "reported a loss" may have written nothing.
    made = {tokens[verb].low.removesuffix("ed")} - {"report"} if is_past(tokens[verb]) else set()
    first = verb + 1
    if tokens[verb].low in PUBLISHING and first < len(tokens) and tokens[first].low in _NOT_YET:
        end = first + 1
        while end < len(tokens) and _is_in_object(tokens[end]):
            end += 1
        if not any(token.low in {"by", "from"} for token in tokens[end:]):
            made.add(tokens[end - 1].low)
    return frozenset(made)


def _is_in_object(token: Token) -> bool:
    return token.text[0].isalnum() and token.low not in (
        PREPOSITIONS | SUBORDINATORS | DETERMINERS | {"and", "or"}
    )


def _find_head(
    masked: str, tokens: Sequence[Token], *, people: People, owners: Sequence[Person]
) -> Person | None:
    """The one person who is the subject; the subject may be a noun with an inserted name."""
    start = lead_in_end(tokens, 0, len(tokens))
    verb = clause_verb(tokens, start, len(tokens))
    if verb is None or any(token.low == "and" for token in tokens[start:verb]):
        return None
    words = masked[tokens[start].start : tokens[verb - 1].end]
    named = [person for person in people.mentioned_in(words) if person not in owners]
    place = _find_name(named[0], words) if named else None
    if place is None or not is_introduced(words[: place.start()]):
        return None
    after = words[place.end() :].lower().split()
    is_whole = not after or after[0].endswith(("ly", ",")) or words[place.end()] == ","
    return named[0] if is_whole or after[0] in PREPOSITIONS | ADVERBS | RELATIVES else None


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
    is_plural = _is_plural(tokens, start, end=end, verb=verb)
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


def _is_plural(tokens: Sequence[Token], start: int, *, end: int, verb: int) -> bool:
    if any(tokens[at].low == "and" for at in range(start, end)):
        return True
    if tokens[verb].low in _PLURAL_VERBS | _SINGULAR_VERBS:
        return tokens[verb].low in _PLURAL_VERBS
    head = next(
        (tokens[at - 1] for at in range(start + 1, end) if tokens[at].low in PREPOSITIONS),
        tokens[end - 1],
    )
    return is_plural_noun(head) and (head is tokens[start] or not is_name(head))
