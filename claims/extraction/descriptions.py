"""Who is meant by "the finance minister", "the airline" or "the company"."""

from __future__ import annotations

from collections.abc import Sequence

from claims.extraction.grammar import Token, clause_verb, is_name
from claims.extraction.lexicon import ADVERBS, word_set
from claims.extraction.mentions import Mention
from claims.extraction.names import People
from claims.extraction.proper_names import TRADES

_COMPANIES = word_set(
    "company firm business carmaker chipmaker drugmaker manufacturer retailer supermarket lender",
    "insurer utility grocer brewer broadcaster",
)
_COMPANY_WORDS = TRADES | word_set("inc corp corporation company co ltd plc group brothers bank")
_GROUPS = word_set("group organisation organization charity")
_BODIES = word_set(
    "bank ministry department university college school party council agency court union",
    "commission committee board authority association society foundation hospital airline bureau",
    "museum church club league parliament senate institute observatory alliance federation",
)
_LONGEST_TITLE = 3  # words: "secretary of state"


def find_described(
    tokens: Sequence[Token],
    start: int,
    *,
    people: People,
    mentions: Sequence[Mention],
    organisations: Sequence[str],
) -> tuple[str, int] | None:
    """(name, how many tokens it replaces) of whom "the NOUN" at token `start` describes.

    Only where the article has exactly one who fits, and nothing after the noun tells it apart.
    """
    for count in range(_LONGEST_TITLE, 0, -1):
        words = tokens[start + 1 : start + 1 + count]
        if len(words) < count or not _ends(tokens, start, start + 1 + count):
            continue
        person = people.find_by_title(" ".join(word.low for word in words))
        is_lower = not any(map(is_name, words))
        if person is not None and is_lower and any(person in m.people for m in mentions):
            return person.name, count + 1
    # "the Danish group" is the group.
    place = start + 2 if _is_nationality(tokens, start + 1) else start + 1
    if place >= len(tokens) or not _ends(tokens, start, place + 1):
        return None
    name = _find_body(tokens[place].low, mentions, organisations)
    return (name, place + 1 - start) if name else None


def _find_body(noun: str, mentions: Sequence[Mention], organisations: Sequence[str]) -> str | None:
    """The one organisation that the noun can mean."""
    near = dict.fromkeys(name for mention in mentions for name in mention.companies)
    if noun in _COMPANIES:
        fitting = [name for name in organisations if _COMPANY_WORDS & _words(name)] or [*near]
    elif noun in _GROUPS:
        # A group is whoever was the subject; a court in passing is not.
        here = dict.fromkeys(
            name
            for mention in mentions
            for name in mention.organisations
            if mention.name == name.removeprefix("the ")
        )
        fitting = [name for name in organisations if "group" in _words(name)] or [*here, *near]
    elif noun in _BODIES:
        fitting = [name for name in organisations if {noun, noun + "s"} & _words(name)]
    else:
        return None
    return fitting[0] if len(fitting) == 1 else None


def _ends(tokens: Sequence[Token], start: int, at: int) -> bool:
    """Whether the description from `start` ends before token `at`: at its verb or an insertion.

    "The general election" is no general. "The judge, Rhoda Ellery," is named; "the company, based
    in Oslo," is not.
    """
    if at < len(tokens) and tokens[at].text == ",":
        return at + 1 < len(tokens) and not is_name(tokens[at + 1])
    verb = clause_verb(tokens, start, len(tokens))
    while at < len(tokens) and (tokens[at].low in ADVERBS or tokens[at].low.endswith("ly")):
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
