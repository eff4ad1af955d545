"""Resolves references that point outside a claim where one antecedent is clear.

Only the vague reference is replaced ("He" by the name); nothing is added. An antecedent is clear
when the nearest sentence that names a fitting person names exactly one, or names one as its
subject and the others only as possessors, and no noun or name near it may mean another person.
Every other reference stays unchanged and is marked with `needs_context`, except where the claim
itself seems to identify the person ("The Briton lost his leg") and for descriptions that often
need no context ("the court").
"""

from __future__ import annotations

import re
from collections import ChainMap, deque
from collections.abc import Sequence, Set
from dataclasses import dataclass

from claims.english.anaphora import is_vague_inside, vague_opening
from claims.english.clauses import clause_verb, lead_in_end
from claims.english.function_words import HAVE
from claims.english.organisations import is_organisation, organisations_in
from claims.english.person_names import People, Person
from claims.english.reporting_verbs import REPORTING, SPEECH_NOUNS
from claims.english.tokens import Token, tokenise
from claims.extraction.descriptions import find_described
from claims.extraction.mentions import Mention, read_mention
from claims.extraction.pronouns import GENDERS, OpenPronoun, find_open_pronoun

# Number of previous sentences in which an antecedent is searched.
_WINDOW = 3
_MOST_INSIDE = 4  # maximum pronouns that are resolved inside one claim


@dataclass(frozen=True, slots=True)
class Resolved:
    """A claim's text after resolution; `needs_context` when a reference was not resolved."""

    text: str
    masked: str
    needs_context: bool


class Discourse:
    """The mentions of the last sentences of one article, newest first."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._mentions: deque[Mention] = deque(maxlen=_WINDOW)
        # The words of all names of organisations so far: they do not name people.
        self._words_of_bodies: dict[str, None] = {}

    def note(self, masked: str, *, speaker: Person | None = None) -> None:
        """Remember a statement, after resolution and with its quotations overwritten."""
        mention = read_mention(masked, tokenise(masked), people=self.people, speaker=speaker)
        for name in mention.organisations:
            self._words_of_bodies.update(dict.fromkeys(name.split(" ")))
        self._mentions.appendleft(mention)

    def resolve(self, text: str, masked: str, *, speaker: Person | None = None) -> Resolved:
        """Replace references to earlier text where the antecedent is clear; mark the others.

        The references are the one that opens the main clause, and he or she inside the claim when
        it names no fitting person. `masked` is `text` with its quotations overwritten, because
        quoted text stays unchanged. `speaker` makes the claim and is not named in it.
        """
        tokens = tokenise(masked)
        if not tokens:
            return Resolved(text, masked, needs_context=False)
        start = lead_in_end(tokens, 0, len(tokens))
        replaced = self._replacement(tokens, start, speaker)
        is_open = replaced is None and vague_opening(tokens, start)
        is_open = is_open or is_vague_inside(tokens, start, opening_is_named=replaced is not None)
        if replaced is not None:
            words, count = replaced
            text, masked = _put(words, text, masked=masked, tokens=tokens[start : start + count])
        inside = self._resolve_inside(text, masked, start=start, speaker=speaker)
        return Resolved(inside.text, inside.masked, is_open or inside.needs_context)

    def _resolve_inside(
        self, text: str, masked: str, *, start: int, speaker: Person | None
    ) -> Resolved:
        """Resolve he and she after the opening: "Birch said Nadia Feroz had run ..."."""
        near = [name for mention in self._mentions for name in mention.companies]
        names = (*near, *organisations_in(masked))
        here = dict.fromkeys(word for name in names for word in name.split(" "))
        bodies = ChainMap(here, self._words_of_bodies)
        for _ in range(_MOST_INSIDE):
            tokens = tokenise(masked)
            found = find_open_pronoun(tokens, start, people=self.people, bodies=bodies)
            if found is None:
                return Resolved(text, masked, needs_context=False)
            person = self._find_unnamed(found, masked, speaker)
            if person is None or found.is_unclear:
                return Resolved(text, masked, needs_context=True)
            words = _possessive(person.name) if found.is_owner else person.name
            text, masked = _put(words, text, masked=masked, tokens=tokens[found.at : found.at + 1])
        return Resolved(text, masked, needs_context=True)

    def _find_unnamed(
        self, pronoun: OpenPronoun, masked: str, speaker: Person | None
    ) -> Person | None:
        """The person that a pronoun inside the claim means; never one whom the claim names."""
        near = {p for m in self._mentions for p in (*m.people, m.speaker) if p is not None}
        near |= {speaker} if speaker is not None else set()
        barred = {p for p in near if pronoun.barred & set(p.name.split(" "))}
        named = frozenset((*barred, *self.people.mentioned_in(masked)))
        person = self.find_person(pronoun.gender, says=False, barred=named)
        if speaker is not None and speaker not in named and speaker.gender in ("", pronoun.gender):
            return speaker if person in (None, speaker) else None
        return person

    def find_person(
        self, gender: str, *, says: bool, barred: Set[Person] = frozenset()
    ) -> Person | None:
        """The person whom "he" ("m") or "she" means, if clear; with `says` the last speaker first.

        People in `barred` are excluded. A person of unknown gender is clear only as the last
        speaker or when nobody else near fits.
        """
        for place, mention in enumerate(self._mentions):
            named = dict.fromkeys((*mention.people, *filter(None, [mention.speaker])))
            fitting = [p for p in named if p.gender in ("", gender) and p not in barred]
            if says and mention.speaker in fitting:
                return mention.speaker
            if fitting or mention.has_stranger or mention.open_gender == gender:
                person = _find_clear(mention, fitting, gender)
                return (
                    None
                    if person and self._has_rival(person, gender, place=place, barred=barred)
                    else person
                )
        return None

    def _has_rival(self, person: Person, gender: str, *, place: int, barred: Set[Person]) -> bool:
        """Whether somebody else may be meant, so that the person found is not clear.

        `place` is the mention that names the person. Older mentions may name rivals, and a subject
        that is only a name may be a person who was not recognised.
        """
        mentions = list(self._mentions)
        older = [p for mention in mentions[place:] for p in mention.people]
        is_rivalled = any(
            p.gender in ("", gender) and p != person and p not in barred for p in older
        )
        if person in mentions[place].aside and mentions[place].speaker != person:
            return is_rivalled or not any(m.is_about(person) for m in mentions[place:])
        if not person.gender:
            is_passed = any(mention.name is not None for mention in mentions[: place + 1])
            return is_rivalled or is_passed
        return not mentions[place].is_about(person) and any(
            map(_may_be_a_person, mentions[: place + 1])
        )

    def find_maker(self, noun: str) -> str | None:
        """The maker of "the report" or "the poll": the subject that published, wrote or polled.

        A subject that rejects or reads a report has not made it.
        """
        for mention in self._mentions:
            if noun in mention.made:
                return mention.name or (mention.head.name if mention.head else None)
            if re.search(rf"\b{noun}(?:s|ed)?\b", mention.low):
                return None
        return None

    def _replacement(
        self, tokens: Sequence[Token], start: int, speaker: Person | None
    ) -> tuple[str, int] | None:
        """The replacement of the opening reference and how many tokens it replaces, if clear."""
        if start >= len(tokens):
            return None
        first = tokens[start].low
        second = tokens[start + 1].low if start + 1 < len(tokens) else ""
        says = _says(tokens, start)
        if first in GENDERS:
            return self._named_person(tokens, start, says=says, speaker=speaker)
        if first in {"they", "their", "it", "its"} and vague_opening(tokens, start):
            subject = self._last_subject(is_plural=first in {"they", "their"}, says=says)
            if subject is None:
                return None
            return (_possessive(subject) if first in {"their", "its"} else subject, 1)
        if first in {"this", "that", "these", "those", "the"} and second in SPEECH_NOUNS:
            last = self._mentions[0].speaker if self._mentions else None
            if last is not None and vague_opening(tokens, start):
                return (f"{_possessive(last.name)} {second}", 2)
        if first in {"the", "this"}:
            return find_described(
                tokens,
                start,
                people=self.people,
                mentions=tuple(self._mentions),
            )
        return None

    def _named_person(
        self, tokens: Sequence[Token], start: int, *, says: bool, speaker: Person | None
    ) -> tuple[str, int] | None:
        """Replacement of he, she, his and her. "He" is no person named after it in its clause."""
        first = tokens[start].low
        gender = GENDERS[first]
        barred: frozenset[Person] = frozenset()
        if first in {"he", "she"}:
            after = " ".join(token.text for token in tokens[start + 1 :])
            barred = frozenset(self.people.mentioned_in(after))
        person = self.find_person(gender, says=says, barred=barred)
        if person is None or (
            speaker is not None and _rivals(speaker, person, gender=gender, barred=barred)
        ):
            return None
        return (_possessive(person.name) if first in {"his", "her"} else person.name, 1)

    def _last_subject(self, *, is_plural: bool, says: bool) -> str | None:
        """The subject of the last statement, when it fits and nothing else there fits.

        For "it" the subject must be a name that is no person's; with `says` it may have rivals.
        "They" may mean one organisation that says something, if nothing else is in the plural.
        """
        last = self._mentions[0] if self._mentions else None
        if last is None or last.subject is None:
            return None
        if is_plural and not last.is_plural:
            is_body = last.name is not None and (
                is_organisation(last.name) or last.name in last.companies
            )
            return last.subject if says and is_body and not last.has_plural else None
        if last.is_plural != is_plural:
            return None
        if last.has_rival and not (says and last.speaker is None):
            return None
        return last.subject if is_plural or last.name else None


def _find_clear(mention: Mention, fitting: Sequence[Person], gender: str) -> Person | None:
    """The one fitting person whom the mention makes clear.

    That is the only fitting person, if the mention has no person without a name; or the subject or
    speaker, if the others are only possessors.
    """
    if mention.open_gender == gender:
        return None
    if mention.head in fitting and set(fitting) <= {mention.head, *mention.owners}:
        return mention.head
    if len(fitting) != 1:
        return None
    person = fitting[0]
    return person if not mention.has_stranger or mention.is_about(person) else None


def _may_be_a_person(mention: Mention) -> bool:
    """Whether the subject is a name that is not recognised as an organisation's."""
    if mention.name is None or mention.name in mention.companies:
        return False
    return not any(name.endswith(mention.name) for name in mention.organisations)


def _rivals(speaker: Person, person: Person, *, gender: str, barred: Set[Person]) -> bool:
    """Whether the speaker could be meant as well as the person found."""
    return speaker != person and speaker not in barred and speaker.gender in ("", gender)


def _put(words: str, text: str, *, masked: str, tokens: Sequence[Token]) -> tuple[str, str]:
    """Text and masked text in which the words replace some tokens."""
    start, end = tokens[0].start, tokens[-1].end
    return text[:start] + words + text[end:], masked[:start] + words + masked[end:]


def _says(tokens: Sequence[Token], start: int) -> bool:
    """Whether the verb of the clause that begins at `start` is a reporting verb."""
    verb = clause_verb(tokens, start, len(tokens))
    if verb is None:
        return False
    after = tokens[verb + 1].low if verb + 1 < len(tokens) else ""
    return tokens[verb].low in REPORTING or (tokens[verb].low in HAVE and after in REPORTING)


def _possessive(name: str) -> str:
    return name + ("'" if name.endswith("s") else "'s")
