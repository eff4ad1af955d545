"""Runs of capitalised words, and which of them are organisations by their own words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.extraction.lexicon import MONTHS, WEEKDAYS, word_set
from claims.extraction.person_words import PERSON_NOUNS

CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'\-]{0,40}\w"
NAME = rf"{CAPITAL}(?: (?:(?:de|del|la|van|von|der|bin|al|el|da|dos|di|ibn) )?{CAPITAL}){{0,3}}"
RUN = re.compile(NAME)
# "Holm & Berg" and "Ministry of Transport"; other names are read without such small words.
_JOINED = re.compile(rf"{NAME}(?: (?:&|of|of the) {NAME})?")
_OF = re.compile(r" of (?:the )?")
# Words that are often capitalised but are nobody's name: months, weekdays and words that begin a
# sentence.
NO_NAME = (
    MONTHS
    | WEEKDAYS
    | word_set(
        "the a an in on at by for from with of to into after before during since when while where",
        "who what why how but and or so yet if as it its he she they we i you his her their our my",
        "this that these those there here one two three four five both all many most some several",
        "few no not only according following despite although though because under over more than",
        "last next early late also however meanwhile officials police people experts lawyers",
        "critics asked speaking",
    )
)
# Words for a trade in the names of companies.
TRADES = word_set(
    "airlines airways motors foods energy holdings pharmaceuticals technologies systems industries",
    "pharma biotech shipping homes rail trains telecom petroleum mining steel chemicals logistics",
    "retail stores supermarkets insurance software labs robotics semiconductor aerospace aviation",
    "brewery hotels resorts properties ventures studios pictures entertainment communications",
    "wireless freight cruises railways cement utilities renewables electric inn dynamics",
)
COMPANY_WORDS = TRADES | word_set("inc corp corporation company co ltd plc group brothers motor")
_ORGANISATION = TRADES | word_set(
    "ministry department university college school bank party inc corp corporation company co",
    "ltd plc group council agency court police navy army union office institute house senate",
    "congress parliament commission committee board authority association society foundation",
    "trust hospital service services force forces bureau administration government press times",
    "post news network league club united nations states kingdom republic reserve treasury",
    "pentagon kremlin museum church center centre federation organisation organization watch",
    "fund team brothers monitor alliance observatory observer courier gazette herald tribune",
)
_PLACE = word_set(
    "street road avenue river lake sea ocean island islands mountain mountains valley bay gulf",
    "county city town village province district airport port park bridge falls beach north south",
    "east west new saint st los las san santa el la",
)
# Verbs that companies do and people hardly do: a single name before one is a company's.
ACTS_OF_COMPANIES = word_set(
    "recalled recalls supplies employs manufactures operates sells produces acquired",
)
_APPOSED = re.compile(
    r", (?:the|a|an|one of the) (?:[\w'’\-]+ ){0,4}?(?:\w*makers?|group|company|firm|retailers?"
    r"|grocers?|lenders?|insurers?|charity|organi[sz]ation|airlines?|utility|chain|start-?up"
    r"|exporters?|supermarket)\b"
)


def is_organisation(name: str) -> bool:
    """Whether a word of the name says that it is an organisation or a place."""
    words = name.lower().split(" ")
    return any(word in _ORGANISATION for word in words) or bool({words[0], words[-1]} & _PLACE)


def organisations_in(text: str) -> tuple[str, ...]:
    """Organisations in `text` recognised by their own words ("Acme Bank"), each once, in order."""
    found: dict[str, None] = {}
    for start, run in _runs(text):
        words = re.sub(r"['’]s?$", "", run).split(" ")
        while words and words[0].lower() in NO_NAME:
            start += len(words.pop(0)) + 1
        if len(words) > 1 and any(word.lower() in _ORGANISATION for word in words):
            name = " ".join(words)
            has_article = text[max(0, start - 4) : start].lower() == "the "
            found.setdefault(f"the {name}" if has_article else name)
    return tuple(found)


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """Position and name; "of" joins two names only if the first part is an organisation."""
    for match in _JOINED.finditer(text):
        of = _OF.search(match.group())
        if of is None or match.group()[: of.start()].rsplit(" ", 1)[-1].lower() in _ORGANISATION:
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
