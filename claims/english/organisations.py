"""Names of organisations, recognised by their own words or by the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.english.gazetteer import (
    COMPANY_NOUNS,
    GROUP_NOUNS,
    ORGANISATION_WORDS,
    PERSON_NOUNS,
    PLACE_WORDS,
)
from claims.english.proper_names import NAME, NO_NAME
from claims.english.word_lists import word_set

# "Holm & Berg" and "Ministry of Transport"; other names are read without such small words.
_JOINED = re.compile(rf"{NAME}(?: (?:&|of|of the) {NAME})?")
_OF = re.compile(r" of (?:the )?")
# Verbs that companies do and people hardly do: a single name before one is a company's.
ACTS_OF_COMPANIES = word_set(
    "recalled recalls supplies employs employed manufactures operates sells produces acquired",
    "makes shipped ships reported",
)
# Legal forms, which names of companies have or lack.
LEGAL_FORMS = word_set(
    "inc corp corporation company co ltd plc llc group gmbh ag sa nv ab asa oyj as"
)
# Labels of a domain below the country's, which name no owner.
SECOND_LEVEL_DOMAINS = word_set("co com org net gov gob gouv ac edu mil ne or go")
_NO_FIELD = "prime the a an first former general press deputy new his her its"
# "the finance minister", "minister for health" in lower case; some words before "minister" name no
# field.
MINISTER = re.compile(
    rf"\b(?:(?!(?:{'|'.join(_NO_FIELD.split())})\b)(?P<before>[a-z]+) (?:minister|secretary)"
    r"|(?:minister|secretary) (?:of|for) (?:the )?(?P<after>[a-z]+))\b"
)
_NOUNS = "|".join(sorted(COMPANY_NOUNS | GROUP_NOUNS | {"airline"}))
_APPOSED = re.compile(rf", (?:the|a|an|one of the) (?:[\w'’\-]+ ){{0,4}}?(?:\w*maker|{_NOUNS})s?\b")


def is_organisation(name: str) -> bool:
    """Whether a word of the name says that it is an organisation or a place."""
    words = name.lower().split(" ")
    return any(word in ORGANISATION_WORDS for word in words) or bool(
        {words[0], words[-1]} & PLACE_WORDS
    )


def organisations_in(text: str) -> tuple[str, ...]:
    """Organisations in `text` recognised by their own words ("Acme Bank"), each once, in order."""
    found: dict[str, None] = {}
    for start, run in _runs(text):
        words = re.sub(r"['’]s?$", "", run).split(" ")
        while words and words[0].lower() in NO_NAME:
            start += len(words.pop(0)) + 1
        if len(words) > 1 and any(word.lower() in ORGANISATION_WORDS for word in words):
            name = " ".join(words)
            has_article = text[max(0, start - 4) : start].lower() == "the "
            found.setdefault(f"the {name}" if has_article else name)
    return tuple(found)


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """Position and name; "of" joins two names only if the first part is an organisation."""
    for match in _JOINED.finditer(text):
        of = _OF.search(match.group())
        if (
            of is None
            or match.group()[: of.start()].rsplit(" ", 1)[-1].lower() in ORGANISATION_WORDS
        ):
            yield match.start(), match.group()
        else:
            yield match.start(), match.group()[: of.start()]
            yield match.start() + of.end(), match.group()[of.end() :]


def companies_in(text: str) -> tuple[str, ...]:
    """Companies in `text` recognised by the words around the name; in order.

    "Dellwater supplies 3 million homes", "Holm & Berg, the grocer, ...", "an engineer at Aerovolt".
    """
    found: dict[str, None] = {}
    for match in re.finditer(rf"{NAME}(?: & {NAME})?", text):
        name = re.sub(r"['’]s?$", "", match.group())
        if name.split(" ")[0].lower() in NO_NAME or is_organisation(name):
            continue
        before = text[: match.start()].split()
        after = text[match.end() :]
        verb = after.split()[0] if after.split() else ""
        is_head = not before and (verb in ACTS_OF_COMPANIES or _APPOSED.match(after))
        is_employer = (
            len(before) > 1
            and before[-1] in {"at", "of", "for"}
            and before[-2].lower() in PERSON_NOUNS
        )
        if is_head or is_employer or " & " in name:
            found.setdefault(name)
    return tuple(found)
