"""Lists of given names, words for people, titles and words of organisations.

The longer lists are files in data/. Where lists overlap and differ on purpose, a comment says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from claims.english.word_lists import read_words, word_set

# --- people ----------------------------------------------------------------------------------

# Given names that are common in news. A name of both men and women shows a person, not a gender.
MALE_NAMES = read_words("male_names")
FEMALE_NAMES = read_words("female_names")
NEUTER_NAMES = read_words("neuter_names")
GIVEN_NAMES = MALE_NAMES | FEMALE_NAMES | NEUTER_NAMES
# Given names that form the name of a place with such a surname: "Victoria North".
PLACES_TOO = word_set("victoria charlotte florence virginia alexandra")
# Surnames that are also words for dates and places; recognised only in the full name.
SURNAMES_TOO = word_set("may north west east church lake post house")

MALE_KIN = word_set(
    "father son brother husband uncle nephew grandfather grandson widower stepfather fiancé",
)
FEMALE_KIN = word_set(
    "mother daughter sister wife aunt niece grandmother granddaughter widow stepmother fiancée",
)
# Offices, ranks and trades, which stand before a name as a title.
TITLES = read_words("titles")
# Nouns that identify a person next to a name: "a farmer from Valle Seco", "the auditor general".
PERSON_NOUNS = TITLES | read_words("person_nouns") | MALE_KIN | FEMALE_KIN
# Words for a person without a name, whom a pronoun may mean.
SOMEONE = word_set("who anyone everyone nobody person someone")

# --- titles ----------------------------------------------------------------------------------
# TITLE finds whole titles; TITLES_BEFORE_NAME and TITLE_PARTS are for reading a name word by word.
# OFFICE and HELD_OFFICE have fewer: of an office there are not two holders in a passage, or at a
# time, but there are two senators and two farmers.

# Titles that are no nouns for people.
ABBREVIATED_TITLES = word_set("capt col dr gen gov lt mr mrs ms prof rep rev sen sgt")
# Forms of address: of an office as well, these stand before the name only.
HONORIFICS = word_set("mr mrs ms miss sir dame lord lady dr prof professor doctor")
# Words that are a title, or its last word, when they stand before a name, or before two.
_TITLES_BEFORE_ONE = TITLES | ABBREVIATED_TITLES | HONORIFICS | {"chair", "justice"}
TITLES_BEFORE_NAME = _TITLES_BEFORE_ONE | word_set(
    "judges ministers presidents professors senators"
)
# What a minister or secretary is in charge of.
_FIELDS = word_set(
    "agriculture culture defence defense education energy environment finance foreign health home",
    "interior justice labor labour trade transport treasury",
)
_FIELD = f"(?:{'|'.join(sorted(_FIELDS))})"
# Titles before a name, as a pattern: for finding the people of an article.
TITLE = "|".join(
    (
        "secretary of state|secretary general|prime minister|vice president|attorney general",
        "chief executive|chief constable|police chief",
        f"{_FIELD} (?:minister|secretary)",
        *sorted(_TITLES_BEFORE_ONE),
        "[a-z]{2,12}(?:ist|eer|woman)",
    )
)
# Other words of titles: they are no title without another word.
TITLE_PARTS = _FIELDS | word_set("deputy fire head police prime state union vice")
_TITLE_GENDER = {
    "m": MALE_KIN
    | word_set("mr sir lord king prince pope spokesman chairman congressman businessman fisherman"),
    "f": FEMALE_KIN
    | word_set("mrs ms miss dame lady queen princess spokeswoman chairwoman congresswoman actress"),
}
# Words before a title that make it another title: the deputy mayor is not "the mayor".
BEFORE_TITLE = re.compile(
    r"\b(deputy|vice|former|ex|acting|assistant|outgoing|incoming|interim|shadow|junior|late|then"
    r"|retired|associate|honorary|onetime|one-time|co|under|sub)[ -]$",
    re.IGNORECASE,
)
# Offices of two words, with the word before; a passage seldom names two holders of one of them.
OFFICE = re.compile(
    rf"(?:(\S+) )?\b((?:{_FIELD}|prime|chief|vice|deputy|attorney)[ -]"
    r"(?:minister|secretary|executive|president|mayor|general|justice|constable|chancellor)),? $",
    re.IGNORECASE,
)
# Words before an office that are no country: "the", "with".
BEFORE_OFFICE = word_set("the a with by and to from met of as his her their that")
# Pattern for offices that one person holds at a time.
HELD_OFFICE = (
    r"(?:president|prime minister|premier|chancellor|mayor|governor|minister|chief executive|ceo"
    r"|chair(?:man|woman|person)?|director|head|leader|coach|captain|king|queen|pope|secretary"
    r"|speaker|ambassador|champion|commissioner|owner|governor-general|vice-president|holder)"
)

# --- organisations and places ----------------------------------------------------------------
# The nouns stand for a name that was given before, in small letters ("the carmaker", "the bank");
# the words stand inside names. A noun for a company is no word of its name: "the carmaker Volmark".

# Nouns that stand for a company, for any organisation, and for one that has the noun in its name.
COMPANY_NOUNS = word_set(
    "company firm business carmaker chipmaker drugmaker manufacturer retailer supermarket lender",
    "insurer utility grocer brewer broadcaster chain exporter startup start-up",
)
GROUP_NOUNS = word_set("group organisation organization charity")
BODY_NOUNS = word_set(
    "bank ministry department university college school party council agency court union",
    "commission committee board authority association society foundation hospital airline bureau",
    "museum church club league parliament senate institute observatory alliance federation",
)
# Those of BODY_NOUNS, and police, that never mean a company or club; names of other organisations
# are no rivals for them.
OFFICIAL_NOUNS = word_set(
    "ministry department council parliament senate committee commission court police university",
)
# Words in the names of companies: trades, legal forms, and "bank".
COMPANY_WORDS = word_set(
    "airlines airways motors foods energy holdings pharmaceuticals technologies systems industries",
    "pharma biotech shipping homes rail trains telecom petroleum mining steel chemicals logistics",
    "retail stores supermarkets insurance software labs robotics semiconductor aerospace aviation",
    "brewery hotels resorts properties ventures studios pictures entertainment communications",
    "wireless freight cruises railways cement utilities renewables electric inn dynamics",
    "bank inc corp corporation company co ltd plc group brothers motor",
)
# Words in the name of an organisation, and at either end of the name of a place.
ORGANISATION_WORDS = (
    COMPANY_WORDS
    | GROUP_NOUNS
    | BODY_NOUNS
    | word_set(
        "police navy army office house congress assembly trust service services force forces",
        "administration government press times post news network united nations states kingdom",
        "republic reserve treasury pentagon kremlin center centre watch fund team monitor observer",
        "courier gazette herald tribune",
    )
)
PLACE_WORDS = word_set(
    "street road avenue river lake sea ocean island islands mountain mountains valley bay gulf",
    "county city town village province district airport port park bridge falls beach north south",
    "east west new saint st los las san santa el la",
)
# Words that many names have: alone they identify none.
GENERIC_WORDS = ORGANISATION_WORDS | PLACE_WORDS | {"power"}


def is_title(word: str) -> bool:
    """Whether the word is a title, or part of one."""
    word = word.lower().rstrip(".")
    return word in TITLES_BEFORE_NAME or word in TITLE_PARTS


def gender_of(titles: Iterable[str]) -> str:
    """ "m" or "f" if the last word of one of the titles shows the gender, else ""."""
    words = {title.rsplit(" ", 1)[-1] for title in titles}
    return next((gender for gender, told_by in _TITLE_GENDER.items() if words & told_by), "")
