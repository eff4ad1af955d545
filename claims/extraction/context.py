"""References that point outside a claim: resolved where one antecedent is clear, else marked.

What is replaced is the vague reference alone ("He" by the name); nothing is added. An antecedent is
clear when the nearest sentence that names anyone fitting names exactly one. Everything else leaves
the claim as it is, with `needs_context`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from claims.extraction.grammar import Token, clause_verb, is_name, lead_in_end, tokenise
from claims.extraction.lexicon import (
    PREPOSITIONS,
    THIRD_PERSON,
    word_set,
)
from claims.extraction.names import People, Person, organisations_in
from claims.extraction.vagueness import is_vague_inside, vague_opening

# How many sentences back an antecedent may stand.
_WINDOW = 3
_LONGEST_SUBJECT = 9
_SPEECH_NOUNS = word_set("announcement comments comment remarks remark statement speech words")
_ANY_PERSON = {"he": "m", "she": "f", "his": "m", "her": "f"}
_COMPANIES = word_set("company firm business group")
_COMPANY_WORDS = word_set(
    "inc corp corporation company co ltd plc group airlines airways motors foods energy holdings",
    "pharmaceuticals technologies systems industries brothers bank",
)
_BODIES = word_set(
    "bank ministry department university college school party council agency court union commission",
    "committee board authority association society foundation hospital airline bureau museum church",
    "club league parliament senate",
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Who and what one sentence names; `subject` is its subject as written, if it is short."""

    people: tuple[Person, ...]
    organisations: tuple[str, ...]
    subject: str | None
    is_plural: bool
    speaker: Person | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A claim's text after resolution; `needs_context` when a reference stayed open."""

    text: str
    needs_context: bool


class Discourse:
    """What has been said so far: the last sentences of one article, newest first."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._mentions: deque[Mention] = deque(maxlen=_WINDOW)

    def note(self, text: str, masked: str, *, speaker: Person | None = None) -> None:
        """Remember a sentence that was read; `text` after resolution, `masked` without quotations."""
        tokens = tokenise(masked)
        subject, is_plural = _find_subject(masked, tokens)
        mention = Mention(
            self._people.mentioned_in(masked), organisations_in(masked), subject, is_plural, speaker
        )
        self._mentions.appendleft(mention)

    def resolve(self, text: str, masked: str) -> Resolved:
        """Replace the reference that opens the main clause if it is clear; mark what stays open.

        `masked` is `text` with its quotations overwritten: what is quoted stays as it was said.
        """
        tokens = tokenise(masked)
        if not tokens:
            return Resolved(text, needs_context=False)
        start = lead_in_end(tokens, 0, len(tokens))
        opening = vague_opening(tokens, start)
        replaced = self._replacement(tokens, start) if opening else None
        is_open = opening and replaced is None
        is_open = is_open or is_vague_inside(tokens, start, replaced is not None)
        if replaced is not None:
            words, count = replaced
            end = tokens[start + count - 1].end
            text = text[: tokens[start].start] + words + text[end:]
        return Resolved(text, needs_context=is_open)

    def find_person(self, pronoun: str) -> Person | None:
        """Whom "he" or "she" means at this point, if that is clear."""
        wanted = _ANY_PERSON.get(pronoun.lower())
        for mention in self._mentions:
            fitting = [p for p in mention.people if wanted is None or p.gender in ("", wanted)]
            if mention.speaker is not None and len(fitting) > 1:
                return None
            if fitting:
                return fitting[0] if len(fitting) == 1 else None
        return None

    def _replacement(self, tokens: Sequence[Token], start: int) -> tuple[str, int] | None:
        """(words, how many tokens they replace) for the opening reference, if it is clear."""
        first = tokens[start].low
        second = tokens[start + 1].low if start + 1 < len(tokens) else ""
        if first in _ANY_PERSON:
            person = self.find_person(first)
            if person is None:
                return None
            return (_possessive(person.name) if first in {"his", "her"} else person.name, 1)
        if first in {"they", "their", "it", "its"}:
            subject = self._last_subject(is_plural=first in {"they", "their"})
            if subject is None:
                return None
            return (_possessive(subject) if first in {"their", "its"} else subject, 1)
        if first in {"this", "that", "these", "those", "the"} and second in _SPEECH_NOUNS:
            speaker = self._mentions[0].speaker if self._mentions else None
            return (f"{_possessive(speaker.name)} {second}", 2) if speaker else None
        if first in {"the", "this"}:
            return self._named_by_noun(second)
        return None

    def _last_subject(self, *, is_plural: bool) -> str | None:
        """The subject of the last sentence, when it has the right number and is no person."""
        if not self._mentions or self._mentions[0].subject is None:
            return None
        last = self._mentions[0]
        subject = last.subject
        if last.is_plural != is_plural or subject is None:
            return None
        if not is_plural and (last.people and self._people.mentioned_in(subject)):
            return None
        return subject

    def _named_by_noun(self, noun: str) -> tuple[str, int] | None:
        """Who "the secretary" or "the company" is, if the article has one who fits."""
        person = self._people.find_by_title(noun)
        if person is not None and any(person in mention.people for mention in self._mentions):
            return (person.name, 2)
        wanted = _COMPANY_WORDS if noun in _COMPANIES else frozenset({noun})
        if noun not in _COMPANIES | _BODIES:
            return None
        fitting = {
            name
            for mention in self._mentions
            for name in mention.organisations
            if wanted & set(name.lower().replace(".", "").split())
        }
        if len(fitting) != 1:
            return None
        name = next(iter(fitting))
        return (name if noun in _COMPANIES else f"the {name}", 2)


def _possessive(name: str) -> str:
    return name + ("'" if name.endswith("s") else "'s")


_PLURAL_VERBS = frozenset({"are", "were", "have", "do"})
_SINGULAR_VERBS = frozenset({"is", "was", "has", "does"}) | THIRD_PERSON


def _find_subject(masked: str, tokens: Sequence[Token]) -> tuple[str | None, bool]:
    """(subject as written or None, whether it is plural) of a sentence's main clause."""
    start = lead_in_end(tokens, 0, len(tokens))
    verb = clause_verb(tokens, start, len(tokens))
    if verb is None:
        return None, False
    end = next((at for at in range(start, verb) if tokens[at].text == ","), verb)
    while end - 1 > start and tokens[end - 1].low.endswith("ly"):
        end -= 1
    if end - start > _LONGEST_SUBJECT or vague_opening(tokens, start):
        return None, False
    subject = masked[tokens[start].start : tokens[end - 1].end]
    if "_" in subject:
        return None, False
    head = _head(tokens, start, end)
    joined = any(tokens[at].low == "and" for at in range(start, end))
    plural = (
        joined
        or tokens[verb].low in _PLURAL_VERBS
        or (tokens[verb].low not in _SINGULAR_VERBS and _is_plural(head) and not is_name(head))
    )
    if tokens[verb].low in _SINGULAR_VERBS and not joined:
        plural = False
    keeps_capital = is_name(tokens[start]) and tokens[start].low not in {"the", "a", "an"}
    return subject if keeps_capital else subject[0].lower() + subject[1:], plural


def _head(tokens: Sequence[Token], start: int, end: int) -> Token:
    """The noun that a subject is about: the last word before any preposition."""
    for at in range(start + 1, end):
        if tokens[at].low in PREPOSITIONS:
            return tokens[at - 1]
    return tokens[end - 1]


def _is_plural(token: Token) -> bool:
    return token.low in {"people", "police", "men", "women", "children"} or (
        token.low.endswith("s") and not token.low.endswith(("ss", "us", "is"))
    )
