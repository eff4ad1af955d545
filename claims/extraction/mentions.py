"""What one statement leaves behind for the next: whom and what it names, and in which place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claims.extraction.grammar import Token, clause_verb
from claims.extraction.lead_ins import lead_in_end
from claims.extraction.lexicon import PREPOSITIONS
from claims.extraction.names import People, Person
from claims.extraction.proper_names import companies_in, organisations_in
from claims.extraction.subjects import find_subject
from claims.extraction.vagueness import has_stranger, is_plural_noun

_ASIDE_WORDS = 3  # "by the widow Ann Lee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Who and what one statement names; `subject` is its subject as written, if it is short.

    `head` is the person who is the subject, `owners` are those named in it only as possessors
    ("Lowe's lawyer, Simon Achterberg, spoke"), `aside` those after a preposition. `has_rival` says
    that something else in it, in the same number, could be meant as well, `has_plural` that it
    has any plural noun, `has_stranger` that it speaks of someone without a name ("her husband").
    `open_gender` is that of a he or she that is its subject still: someone not known. `words` are
    all its words, in lower case.
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
    words: frozenset[str]

    @property
    def name(self) -> str | None:
        """The subject without its article, if it is one name and no person."""
        bare = (self.subject or "").removeprefix("the ").removeprefix("The ")
        is_name = bare[:1].isupper() and not self.is_plural and not self.people_in_subject
        return bare if is_name else None

    @property
    def people_in_subject(self) -> bool:
        """Whether the subject names a person."""
        return any(person.surname in (self.subject or "") for person in self.people)

    def is_about(self, person: Person) -> bool:
        """Whether the person is its subject or says it."""
        return self.speaker == person or bool(self.subject and person.surname in self.subject)


def read_mention(
    masked: str, tokens: Sequence[Token], *, people: People, speaker: Person | None
) -> Mention:
    """The mention that a statement makes; its quotations are overwritten."""
    subject, is_plural, has_rival = find_subject(masked, tokens)
    named = people.mentioned_in(masked)
    known = {word for person in named for word in person.name.split(" ")}
    owners = tuple(person for person in named if _is_owner(person, masked))
    return Mention(
        people=named,
        organisations=organisations_in(masked),
        companies=tuple(c for c in companies_in(masked) if not people.mentioned_in(c)),
        subject=subject,
        head=_find_head(masked, tokens, people, owners),
        owners=owners,
        aside=tuple(person for person in named if _is_aside(person, masked)),
        is_plural=is_plural,
        has_rival=has_rival,
        has_plural=any(map(is_plural_noun, tokens)),
        has_stranger=has_stranger(tokens, known),
        speaker=speaker,
        open_gender=_find_open_gender(tokens),
        words=frozenset(token.low for token in tokens),
    )


def _find_open_gender(tokens: Sequence[Token]) -> str | None:
    start = lead_in_end(tokens, 0, len(tokens))
    # "There he met": a place may stand before it.
    opening = {token.low for token in tokens[start : start + 2]}
    return "m" if "he" in opening else "f" if "she" in opening else None


def _is_owner(person: Person, masked: str) -> bool:
    """Whether every mention of the person is as a possessor."""
    owned = len(re.findall(rf"\b{re.escape(person.surname)}['’]", masked))
    return 0 < owned == len(re.findall(rf"\b{re.escape(person.surname)}\b", masked))


def _is_aside(person: Person, masked: str) -> bool:
    """Whether the person stands after a preposition: "the case against Thomas Ashdown"."""
    before = masked.partition(person.name)[0].split()[-_ASIDE_WORDS:]
    return bool(PREPOSITIONS & {word.lower() for word in before})


def _find_head(
    masked: str, tokens: Sequence[Token], people: People, owners: Sequence[Person]
) -> Person | None:
    """The one person who is the subject, an insertion after a noun included."""
    start = lead_in_end(tokens, 0, len(tokens))
    verb = clause_verb(tokens, start, len(tokens))
    if verb is None or any(token.low == "and" for token in tokens[start:verb]):
        return None
    words = masked[tokens[start].start : tokens[verb - 1].end]
    named = [person for person in people.mentioned_in(words) if person not in owners]
    if not named:
        return None
    before = words.partition(named[0].surname)[0].lower().split()
    return None if PREPOSITIONS & set(before) else named[0]
