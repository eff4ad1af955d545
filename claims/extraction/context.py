"""References that point outside a claim: resolved where one antecedent is clear, else marked.

What is replaced is the vague reference alone ("He" by the name); nothing is added. An antecedent is
clear when the nearest sentence that names anyone fitting names exactly one. Everything else leaves
the claim as it is, with `needs_context`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from claims.extraction.grammar import Token, clause_verb, tokenise
from claims.extraction.lead_ins import lead_in_end
from claims.extraction.lexicon import HAVE, REPORTING, word_set
from claims.extraction.names import People, Person, organisations_in
from claims.extraction.subjects import find_subject
from claims.extraction.vagueness import has_stranger, is_vague_inside, vague_opening

# How many sentences back an antecedent may stand.
_WINDOW = 3
_SPEECH_NOUNS = word_set("announcement comments comment remarks remark statement speech words")
_GENDERS = {"he": "m", "she": "f", "his": "m", "her": "f"}
_COMPANIES = word_set("company firm business group")
_COMPANY_WORDS = word_set(
    "inc corp corporation company co ltd plc group airlines airways motors foods energy holdings",
    "pharmaceuticals technologies systems industries brothers bank",
)
_BODIES = word_set(
    "bank ministry department university college school party council agency court union",
    "commission committee board authority association society foundation hospital airline bureau",
    "museum church club league parliament senate",
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Who and what one statement names; `subject` is its subject as written, if it is short.

    `has_rival` says that something else in it, in the same number, could be meant as well;
    `has_stranger` that it speaks of someone without a name ("her husband").
    """

    people: tuple[Person, ...]
    subject: str | None
    is_plural: bool
    has_rival: bool
    has_stranger: bool
    speaker: Person | None

    def is_about(self, person: Person) -> bool:
        """Whether the person is its subject or says it."""
        return self.speaker == person or bool(self.subject and person.surname in self.subject)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A claim's text after resolution; `needs_context` when a reference stayed open."""

    text: str
    masked: str
    needs_context: bool


class Discourse:
    """What has been said so far: the last sentences of one article, newest first."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._mentions: deque[Mention] = deque(maxlen=_WINDOW)
        # Every organisation so far: "the airline" is clear while there is only one.
        self._organisations: dict[str, None] = {}

    def note(self, masked: str, *, speaker: Person | None = None) -> None:
        """Remember a statement, after resolution and with its quotations overwritten."""
        tokens = tokenise(masked)
        subject, is_plural, has_rival = find_subject(masked, tokens)
        organisations = organisations_in(masked)
        self._organisations.update(dict.fromkeys(organisations))
        people = self.people.mentioned_in(masked)
        known = {word for person in people for word in person.name.split(" ")}
        self._mentions.appendleft(
            Mention(
                people=people,
                subject=subject,
                is_plural=is_plural,
                has_rival=has_rival,
                has_stranger=has_stranger(tokens, known),
                speaker=speaker,
            )
        )

    def resolve(self, text: str, masked: str) -> Resolved:
        """Replace the reference that opens the main clause if it is clear; mark what stays open.

        `masked` is `text` with its quotations overwritten: what is quoted stays as it was said.
        """
        tokens = tokenise(masked)
        if not tokens:
            return Resolved(text, masked, needs_context=False)
        start = lead_in_end(tokens, 0, len(tokens))
        opening = vague_opening(tokens, start)
        replaced = self._replacement(tokens, start) if opening else None
        is_open = opening and replaced is None
        is_open = is_open or is_vague_inside(tokens, start, opening_is_named=replaced is not None)
        if replaced is not None:
            words, count = replaced
            end = tokens[start + count - 1].end
            text = text[: tokens[start].start] + words + text[end:]
            masked = masked[: tokens[start].start] + words + masked[end:]
        return Resolved(text, masked, needs_context=is_open)

    def find_person(self, pronoun: str, *, says: bool) -> Person | None:
        """Whom "he" or "she" means here, if that is clear; who `says` on is who spoke last."""
        wanted = _GENDERS[pronoun]
        for mention in self._mentions:
            named = dict.fromkeys((*mention.people, *filter(None, [mention.speaker])))
            fitting = [person for person in named if person.gender in ("", wanted)]
            if says and mention.speaker in fitting:
                return mention.speaker
            if len(fitting) == 1 and not mention.has_stranger:
                return fitting[0]
            if fitting or mention.has_stranger:
                is_subject = len(fitting) == 1 and mention.is_about(fitting[0])
                return fitting[0] if is_subject else None
        return None

    def _replacement(self, tokens: Sequence[Token], start: int) -> tuple[str, int] | None:
        """(words, how many tokens they replace) for the opening reference, if it is clear."""
        first = tokens[start].low
        second = tokens[start + 1].low if start + 1 < len(tokens) else ""
        says = _says(tokens, start)
        if first in _GENDERS:
            person = self.find_person(first, says=says)
            if person is None:
                return None
            return (_possessive(person.name) if first in {"his", "her"} else person.name, 1)
        if first in {"they", "their", "it", "its"}:
            subject = self._last_subject(is_plural=first in {"they", "their"}, says=says)
            if subject is None:
                return None
            return (_possessive(subject) if first in {"their", "its"} else subject, 1)
        if first in {"this", "that", "these", "those", "the"} and second in _SPEECH_NOUNS:
            speaker = self._mentions[0].speaker if self._mentions else None
            return (f"{_possessive(speaker.name)} {second}", 2) if speaker else None
        if first in {"the", "this"}:
            return self._named_by_noun(second)
        return None

    def _last_subject(self, *, is_plural: bool, says: bool) -> str | None:
        """The subject of the last statement, when it fits and nothing else in it does.

        "It" must be a name, and no person; who `says` on may have rivals.
        """
        last = self._mentions[0] if self._mentions else None
        if last is None or last.subject is None or last.is_plural != is_plural:
            return None
        if last.has_rival and not (says and last.speaker is None):
            return None
        if not is_plural:
            bare = last.subject.removeprefix("the ").removeprefix("The ")
            if not bare[0].isupper() or self.people.mentioned_in(last.subject):
                return None
        return last.subject

    def _named_by_noun(self, noun: str) -> tuple[str, int] | None:
        """Who "the secretary" or "the company" is, if the article has one who fits."""
        person = self.people.find_by_title(noun)
        if person is not None and any(person in mention.people for mention in self._mentions):
            return (person.name, 2)
        wanted = _COMPANY_WORDS if noun in _COMPANIES else frozenset({noun, noun + "s"})
        if noun not in _COMPANIES | _BODIES:
            return None
        fitting = {
            name
            for name in self._organisations
            if wanted & set(name.lower().replace(".", "").split())
        }
        if len(fitting) != 1:
            return None
        return (next(iter(fitting)), 2)


def _says(tokens: Sequence[Token], start: int) -> bool:
    """Whether the verb of the clause that begins at `start` is one of saying."""
    verb = clause_verb(tokens, start, len(tokens))
    if verb is None:
        return False
    after = tokens[verb + 1].low if verb + 1 < len(tokens) else ""
    return tokens[verb].low in REPORTING or (tokens[verb].low in HAVE and after in REPORTING)


def _possessive(name: str) -> str:
    return name + ("'" if name.endswith("s") else "'s")
