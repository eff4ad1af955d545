"""Find pages whose publisher is a party to the claim: a company about itself.

The claimant and the named actors of the claim are compared with what the page says of itself: its
registered source, its publisher, its domain. Only equal names count, so that a newspaper which is
named after a town is no party to what happens there. Pure functions; docs/adr/0078 has the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from claims.english.function_words import BE
from claims.english.gazetteer import GENERIC_WORDS, ORGANISATION_WORDS
from claims.english.organisations import (
    LEGAL_FORMS,
    MINISTER,
    SECOND_LEVEL_DOMAINS,
    companies_in,
    organisations_in,
)
from claims.english.proper_names import (
    CAPITALISED,
    NO_NAME,
    NOT_IN_INITIALS,
    find_names,
    fold_accents,
)
from claims.english.verb_forms import PAST, THIRD_PERSON
from claims.types import Claim, Evidence, PageReference

_WORD = re.compile(r"[a-z0-9]+")
_HOST_LIKE = re.compile(r"\S+\.[A-Za-z]{2,}")
# Words that a site of an organisation adds to its name. "News" is none: newspapers have it.
_OF_SITES = frozenset("newsroom pressroom official website site homepage corporate".split())
_OFFICIAL = frozenset("gov gob gouv mil int".split())
# Letters from which initials identify an organisation: of three there are many (BBC, ABC, WHO), so
# that these count only for the domain of an authority.
_LONG_INITIALS = 4
_SHORT_INITIALS = 3
_SHORTEST = 3
# What separates the name of a publisher from words about it: "Nordlink plc (company notice)".
_ABOUT = re.compile(r"[,(|:–—]| - ")
_OPENING = re.compile(rf"^(?:[Tt]he |[Aa]n? )?({CAPITALISED}) (?:has |have |had )?([a-z]+)\b")
_BY = re.compile(r"\bby (?:the )?$")
_AUTHORITIES = ("ministry of", "ministry for", "department of", "department for")


def mark_parties(claim: Claim, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence, with `party` set where the publisher of the page is a party to the claim."""
    actors = frozenset(_list_actors(claim))
    authorities = frozenset(_list_authorities(claim.text))
    marked = ((one, _is_party(one.page, actors, authorities)) for one in evidence)
    return tuple(
        one if one.party is is_party else replace(one, party=is_party) for one, is_party in marked
    )


def _is_party(
    page: PageReference, actors: frozenset[tuple[str, ...]], authorities: frozenset[str]
) -> bool:
    stated = [name for name in (page.publisher, page.source) if name]
    names = [_split(one) for name in stated for one in (name, _ABOUT.split(name, maxsplit=1)[0])]
    if any(" ".join(name) in authorities for name in names):
        return True
    owner, is_official = _find_owner(page.url)
    return any(
        _is_named(actor, names) or _owns(actor, owner, is_official, page.publisher)
        for actor in actors
    )


def _is_named(actor: tuple[str, ...], names: Iterable[tuple[str, ...]]) -> bool:
    """Whether one of the names is that of the actor, or has its long initials."""
    initials = _find_initials(actor)
    return any(
        name == actor
        or (name[: len(actor)] == actor and set(name[len(actor) :]) <= _OF_SITES)
        or (len(initials) >= _LONG_INITIALS and name == (initials,))
        for name in names
    )


def _owns(actor: tuple[str, ...], owner: str, is_official: bool, publisher: str | None) -> bool:
    """Whether the domain is that of the actor.

    A single word may be the name of a town as well, whose newspaper has it in its domain: then the
    site must call itself by this word, too, and not by its domain.
    """
    initials = _find_initials(actor)
    least = _SHORT_INITIALS if is_official else _LONG_INITIALS
    if len(initials) >= least and owner == initials:
        return True
    if owner != "".join(actor):
        return False
    if len(actor) > 1 or is_official:
        return True
    is_title = publisher is not None and not _HOST_LIKE.fullmatch(publisher)
    return is_title and _split(publisher or "")[:1] == actor


def _find_initials(actor: tuple[str, ...]) -> str:
    """The initials of a name of several words; "" for a single word."""
    return "".join(word[0] for word in actor if word not in NOT_IN_INITIALS) * (len(actor) > 1)


def _list_actors(claim: Claim) -> Iterator[tuple[str, ...]]:
    """The names of the claimant and of those who act in the claim, split into words."""
    text = claim.text
    found = [*organisations_in(text), *companies_in(text), *_list_named(text)]
    if opening := _OPENING.match(text):
        name, verb = opening.groups()
        if verb in PAST | THIRD_PERSON | BE and name.lower() not in NO_NAME:
            found.append(name)
    if claim.claimant:
        found.append(claim.claimant)
    for name in found:
        words = _split(name)
        if sum(map(len, words)) >= _SHORTEST and not (
            len(words) == 1 and words[0] in GENERIC_WORDS
        ):
            yield words


def _list_named(text: str) -> Iterator[str]:
    """Names that open the claim or follow "by", and organisations at any place."""
    for name in find_names(text):
        before = text[: name.span.start].lower().removesuffix(f"{name.title} ")
        is_organisation = bool(ORGANISATION_WORDS & set(name.words)) or name.text.isupper()
        if is_organisation or before in ("", "the ") or _BY.search(before):
            yield name.text


def _list_authorities(text: str) -> Iterator[str]:
    """The ministries of the ministers in the claim: "ministry of transport"."""
    for match in MINISTER.finditer(fold_accents(text).lower()):
        field = match["before"] or match["after"]
        yield from (f"{authority} {field}" for authority in _AUTHORITIES)
        yield from (f"{field} ministry", f"{field} department")


def _split(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without accents, "the" and legal forms."""
    words = _WORD.findall(re.sub(r"['’]s?\b", "", fold_accents(name).lower()).replace("&", " and "))
    words = words[words[:1] == ["the"] :]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return tuple(words)


def _find_owner(url: str) -> tuple[str, bool]:
    """The label of the domain that names its owner, and whether it is an authority's domain."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return "", False
    labels = host.split(".")[:-1]
    is_official = host.rpartition(".")[2] in _OFFICIAL
    if len(labels) > 1 and labels[-1] in SECOND_LEVEL_DOMAINS:
        is_official |= labels.pop() in _OFFICIAL
    return (labels[-1].replace("-", "") if labels else ""), is_official
