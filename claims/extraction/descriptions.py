"""Antecedents of descriptions such as "the finance minister", "the airline" or "the company"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.english.clauses import clause_verb
from claims.english.gazetteer import (
    BODY_NOUNS,
    COMPANY_NOUNS,
    COMPANY_WORDS,
    GROUP_NOUNS,
    OFFICIAL_NOUNS,
)
from claims.english.person_names import People, Person
from claims.english.tokens import Token, is_adverb, is_name
from claims.extraction.mentions import Mention

_LONGEST_TITLE = 3  # maximum words of a title: "secretary of state"


def find_described(
    tokens: Sequence[Token],
    start: int,
    *,
    people: People,
    mentions: Sequence[Mention],
) -> tuple[str, int] | None:
    """The name that "the NOUN" at token `start` stands for, and how many tokens it replaces.

    Only where the last sentences have exactly one fitting name and no other possible one, and no
    words after the noun qualify it.
    """
    for count in range(_LONGEST_TITLE, 0, -1):
        words = tokens[start + 1 : start + 1 + count]
        if len(words) < count or not _ends(tokens, start, start + 1 + count):
            continue
        title = " ".join(word.low for word in words)
        person = people.find_by_title(title)
        if person is None or any(map(is_name, words)):
            continue
        is_near = any(person in mention.people for mention in mentions)
        if is_near and not any(_gives_away(mention, title, person) for mention in mentions):
            return person.name, count + 1
    # A nationality is skipped: "the Danish group" means the same as "the group".
    place = start + 2 if _is_nationality(tokens, start + 1) else start + 1
    if place >= len(tokens) or not _ends(tokens, start, place + 1):
        return None
    name = _find_body(tokens[place].low, mentions)
    return (name, place + 1 - start) if name else None


def _gives_away(mention: Mention, title: str, person: Person) -> bool:
    """Whether the mention uses the title for somebody else than the person known to have it."""
    names = {person.name.lower(), person.surname.lower(), person.name.lower().split(" ")[0]}
    before = "|".join(map(re.escape, sorted(names)))
    low = mention.low
    for whole in sorted(person.titles, key=len, reverse=True):
        for name in names:
            low = low.replace(f"{whole} {name}", name)
    for match in re.finditer(rf"\b{re.escape(title)}\b", low):
        after = low[match.end() :].lstrip(" ,.")
        is_after = re.search(rf"\b(?:{before}), (?:[\w'’\-]+ ){{0,4}}$", low[: match.start()])
        if not is_after and not any(re.match(rf"{re.escape(name)}\b", after) for name in names):
            return True
    return False


def _find_body(noun: str, mentions: Sequence[Mention]) -> str | None:
    """The only organisation of the last sentences that the noun can mean."""
    organisations = tuple(
        dict.fromkeys(name for mention in mentions for name in mention.organisations)
    )
    near = dict.fromkeys(name for mention in mentions for name in mention.companies)
    if noun in COMPANY_NOUNS:
        fitting = [name for name in organisations if COMPANY_WORDS & _words(name)] or [*near]
    elif noun in GROUP_NOUNS:
        # A group can be any organisation that was a subject, but not one named elsewhere.
        here = dict.fromkeys(
            name
            for mention in mentions
            for name in mention.organisations
            if mention.name == name.removeprefix("the ")
        )
        fitting = [name for name in organisations if "group" in _words(name)] or [*here, *near]
    elif noun in BODY_NOUNS:
        fitting = [name for name in organisations if {noun, noun + "s"} & _words(name)]
    else:
        return None
    if len(fitting) != 1 or _has_rival(fitting[0], noun, mentions):
        return None
    return fitting[0]


def _has_rival(name: str, noun: str, mentions: Sequence[Mention]) -> bool:
    """Whether the noun may mean another name that was mentioned since, or with it."""
    bare = name.removeprefix("the ")
    places = (at for at, mention in enumerate(mentions) if bare.lower() in mention.low)
    place = next(places, len(mentions))
    nouns = {noun} | (COMPANY_NOUNS | GROUP_NOUNS if noun in COMPANY_NOUNS | GROUP_NOUNS else set())
    for mention in mentions[: place + 1]:
        told = {body.removeprefix("the ") for body in mention.organisations}
        others = [
            o
            for o in mention.others
            if o not in bare and (o not in told or noun not in OFFICIAL_NOUNS)
        ]
        others = [o for o in others if not _is_place(o, mention)]
        if others or nouns & mention.nouns:
            return True
    return False


def _is_place(name: str, mention: Mention) -> bool:
    """Whether the name follows "in" in the mention."""
    return f" in {name.lower()}" in mention.low or mention.low.startswith(f"in {name.lower()}")


def _ends(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether the description from `start` ends before token `at`: at its verb or an insertion.

    In "the general election" the description does not end at "general". "The judge, Rhoda Ellery,"
    is named; "the company, based in Oslo," is not.
    """
    if at < len(tokens) and tokens[at].text == ",":
        return at + 1 < len(tokens) and not is_name(tokens[at + 1])
    verb = clause_verb(tokens, start, len(tokens))
    while at < len(tokens) and is_adverb(tokens[at]):
        at += 1
    return verb == at


def _is_nationality(tokens: Sequence[Token], at: int) -> bool:
    return (
        at < len(tokens)
        and is_name(tokens[at])
        and tokens[at].low.endswith(("ish", "an", "ese", "ch", "i"))
    )


def _words(name: str) -> set[str]:
    return set(name.lower().replace(".", "").split())
