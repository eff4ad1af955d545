"""The speaker that the words before or after a reporting verb mean, and whom they speak for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from claims.english.function_words import PERSONAL_PRONOUNS
from claims.english.person_names import Person, is_introduced
from claims.english.quantities import NUMBER_WORDS
from claims.english.reporting_verbs import DEFINITE_SPEAKERS, WRITTEN_WORK
from claims.english.tokens import tokenise
from claims.english.word_lists import word_set
from claims.extraction.coreference import Discourse
from claims.text import UPPER

# "Two diplomats", "one trader", "some": speakers who cannot be identified.
_NOBODY = NUMBER_WORDS | word_set("one some several many few others someone")
_WORK = re.compile(
    rf"(?P<maker>(?:the )?[{UPPER}].*?)['’]s? (?:[a-z\-]+ ){{0,2}}(?:{WRITTEN_WORK})"
)
_THE_WORK = re.compile(rf"[Tt]he (?P<noun>{WRITTEN_WORK})")
_INSERTED = re.compile(r", (?!and |or |nor |with |along )[a-z0-9]")
_BESIDE = re.compile(rf"\b(?:and|or|nor) [{UPPER}]")
_FOR = re.compile(
    r"(?:an?|the|one) (?:[a-z]+ )?spokes(?:man|woman|person) (?:for|of) (?P<body>.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker: the name as a claim gives it, and the person if the article identifies one.

    `stands_for` is the real speaker when an unnamed person or a piece of writing reports the
    words: the company of a spokesman, the author of a report.
    """

    name: str
    person: Person | None = None
    is_known: bool = True
    stands_for: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether the words identify one speaker: "the ministry", not "one trader"."""
        first = self.name.split(" ", 1)[0]
        return self.person is not None or first[:1].isupper() or first in DEFINITE_SPEAKERS

    @property
    def claimant(self) -> str | None:
        """The claimant; None if unknown, or if the words name nobody in particular."""
        is_somebody = self.person is not None or not (
            self.name.split(" ", 1)[0].lower() in _NOBODY and self.stands_for is None
        )
        return (self.stands_for or self.name) if self.is_known and is_somebody else None


def name_speaker(words: str, discourse: Discourse) -> Speaker:
    """The speaker that the words before or after a reporting verb mean."""
    tokens = tokenise(words)
    if len(tokens) == 1 and tokens[0].low in PERSONAL_PRONOUNS:
        return _name_pronoun(tokens[0].low, discourse)
    people = discourse.people.mentioned_in(words)
    if people and _is_head(people[0], words):
        return Speaker(people[0].name, people[0])
    spokesman = _FOR.fullmatch(words)
    if spokesman is not None:
        body = name_speaker(spokesman["body"], discourse)
        return Speaker(without_article(words), stands_for=body.claimant)
    work = _THE_WORK.fullmatch(words)
    maker = discourse.find_maker(work["noun"]) if work else None
    if maker is not None:
        return Speaker(without_article(words), stands_for=maker)
    resolved = discourse.resolve(f"{words} said so", f"{words} said so")
    name = words if resolved.needs_context else resolved.text.removesuffix(" said so")
    person = discourse.people.find(name) if name != words else None
    written = _WORK.fullmatch(name)
    stands_for = without_article(written["maker"]) if written else None
    return Speaker(without_article(name), person, stands_for=stands_for)


def _name_pronoun(pronoun: str, discourse: Discourse) -> Speaker:
    resolved = discourse.resolve(f"{pronoun} said so", f"{pronoun} said so")
    if resolved.needs_context:
        return Speaker(pronoun, is_known=False)
    name = resolved.text.removesuffix(" said so")
    return Speaker(without_article(name), discourse.people.find(name))


def _is_head(person: Person, words: str) -> bool:
    """Whether the words mean this person, and not "Rubio's spokesman" or "critics of Rubio".

    Nothing may follow the name except an insertion after a comma that names no second person.
    """
    place = re.search(rf"\b{re.escape(person.name)}\b", words) or re.search(
        rf"\b{re.escape(person.surname)}\b", words
    )
    if place is None or not is_introduced(words[: place.start()]):
        return False
    after = words[place.end() :]
    return not after or (_INSERTED.match(after) is not None and not _BESIDE.search(after))


def without_article(words: str) -> str:
    """ "The US Defense Department" without "The"; "the ministry" keeps it, in lower case."""
    first, _, rest = words.partition(" ")
    if first.lower() == "the" and rest[:1].isupper():
        return rest
    if first in {"The", "A", "An"} or (first.lower() in {"police", "officials"} and not rest):
        return first.lower() + (f" {rest}" if rest else "")
    return words
