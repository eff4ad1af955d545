"""Lists of given names, words for people, titles and words of organisations.

The longer lists are files in data/. Where several rules have lists that overlap and differ, they
stand together and are not merged, because each was measured with its rule.
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
# Nouns that identify a person next to a name: "a farmer from Valle Seco", "the auditor general".
PERSON_NOUNS = read_words("person_nouns") | MALE_KIN | FEMALE_KIN
# Words for a person without a name, whom a pronoun may mean.
SOMEONE = word_set("who anyone everyone nobody person someone")

# --- titles ----------------------------------------------------------------------------------
# TITLE has whole titles, and trades that stand before a name. SPEAKER_TITLES and TITLES_COMPARED
# have single words of titles, also in the plural. OFFICE and HELD_OFFICE have only offices.

# Titles before a name, as a pattern: for finding the people of an article.
TITLE = "|".join(
    (
        "Secretary of State|Secretary-General|Secretary General|Prime Minister|Vice President",
        "Attorney General|Foreign Minister|Finance Minister|Defence Minister|Defense Minister",
        "Interior Minister|Health Minister|Energy Minister|Justice Minister|Education Minister",
        "Chief Executive|Chief Constable|Police Chief|President|Secretary|Minister|Chancellor",
        "Premier|Senator|Sen|Representative|Rep|Congressman|Congresswoman|Governor|Gov|Mayor",
        "Councillor|Councilor|Judge|Justice|Ambassador|General|Gen|Colonel|Captain|Capt",
        "Lieutenant|Sergeant|Admiral|Professor|Prof|Doctor|Dr|Mr|Mrs|Ms|Miss|Sir|Dame|Lord|Lady",
        "King|Queen|Prince|Princess|Pope|Archbishop|Bishop|Reverend|Rev|Sheriff|Commissioner",
        "Inspector|Spokesman|Spokeswoman|Spokesperson|Chairman|Chairwoman|Chair|Director|Coach",
        "Leader|Author|Striker|Defender|Midfielder|Goalkeeper|Manager|Clerk|Actor|Singer|Founder",
        "Prosecutor|Solicitor|Detective|Campaigner|Resident|Farmer|Teacher|Driver|Officer",
        "Candidate|Player|Champion|Boss|Chief|Lawyer|Researcher|Historian|MP",
        "Banker|Lawmaker|Writer|Poet|Tenor|Composer|Painter|Architect|Photographer|Filmmaker",
        "Presenter|Surgeon|Nurse|Businessman|Fisherman|Footballer|Boxer|Rabbi|Imam|Priest",
        "Physicist|Politician|Musician|Actress",
        "[A-Za-z]{2,12}(?:ist|eer|woman)",
    )
)
_TITLE_WORDS = frozenset(TITLE.lower().replace("|", " ").split()) - {"of"}
_TITLE_GENDER = {
    "m": MALE_KIN
    | word_set("mr sir lord king prince pope spokesman chairman congressman businessman fisherman"),
    "f": FEMALE_KIN
    | word_set("mrs ms miss dame lady queen princess spokeswoman chairwoman congresswoman actress"),
}
HONORIFICS = word_set("mr mrs ms miss sir dame lord lady dr prof professor doctor")
# Words before a title that make it another title: the deputy mayor is not "the mayor".
BEFORE_TITLE = re.compile(
    r"\b(deputy|vice|former|ex|acting|assistant|outgoing|incoming|interim|shadow|junior|late|then"
    r"|retired|associate|honorary|onetime|one-time|co|under|sub)[ -]$",
    re.IGNORECASE,
)
# Words of titles before the name of a speaker; one of them shows that a single surname is a person.
SPEAKER_TITLES = word_set(
    "state mr mrs ms dr prof professor president minister judge general colonel captain mayor",
    "senator chief sir coach bishop governor chancellor prime defence secretary fire union",
)
# Words of titles that are no part of a name which is compared with a passage.
TITLES_COMPARED = SPEAKER_TITLES | word_set(
    "justice major lieutenant sergeant dame lord lady king queen prince princess pope archbishop",
    "vice deputy defense foreign finance interior health transport education environment energy",
    "head commissioner chairman chairwoman director inspector superintendent reverend rabbi imam",
    "sheikh emperor councillor congressman congresswoman representative police ambassador striker",
    "goalkeeper officer detective admiral senators judges ministers presidents professors",
)
# Offices of two words, with the word before; a passage seldom names two holders of one of them.
OFFICE = re.compile(
    r"(?:(\S+) )?\b((?:foreign|prime|finance|interior|defen[cs]e|health|justice|education|energy"
    r"|transport|environment|agriculture|culture|labou?r|chief|vice|deputy|attorney)[ -]"
    r"(?:minister|executive|president|mayor|general|justice|constable|chancellor)),? $",
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
# The lists up to FIRM_WORDS are words inside names; GENERIC_WORDS is for comparing two names.
# COMPANY_NOUNS and those after it are nouns that stand for a name.

# Words for a trade in the names of companies.
TRADES = word_set(
    "airlines airways motors foods energy holdings pharmaceuticals technologies systems industries",
    "pharma biotech shipping homes rail trains telecom petroleum mining steel chemicals logistics",
    "retail stores supermarkets insurance software labs robotics semiconductor aerospace aviation",
    "brewery hotels resorts properties ventures studios pictures entertainment communications",
    "wireless freight cruises railways cement utilities renewables electric inn dynamics",
)
COMPANY_WORDS = TRADES | word_set("inc corp corporation company co ltd plc group brothers motor")
# Words in the name of an organisation, and at either end of the name of a place.
ORGANISATION_WORDS = TRADES | word_set(
    "ministry department university college school bank party inc corp corporation company co",
    "ltd plc group council agency court police navy army union office institute house senate",
    "congress parliament commission committee board authority association society foundation",
    "trust hospital service services force forces bureau administration government press times",
    "post news network league club united nations states kingdom republic reserve treasury",
    "pentagon kremlin museum church center centre federation organisation organization watch",
    "fund team brothers monitor alliance observatory observer courier gazette herald tribune",
)
PLACE_WORDS = word_set(
    "street road avenue river lake sea ocean island islands mountain mountains valley bay gulf",
    "county city town village province district airport port park bridge falls beach north south",
    "east west new saint st los las san santa el la",
)
# Words that many organisations have in their names: alone they identify none.
GENERIC_WORDS = word_set(
    "power bank university institute town city council party union group energy hospital school",
    "college airport museum church court company club league board agency foundation",
)
# Words of firms and institutions: the word before them is no title, as in General Motors.
FIRM_WORDS = word_set("motors electric mills dynamics assembly council hospital street")
# Nouns that stand for a company that was named before: "the carmaker".
COMPANY_NOUNS = word_set(
    "company firm business carmaker chipmaker drugmaker manufacturer retailer supermarket lender",
    "insurer utility grocer brewer broadcaster",
)
# Nouns that stand for any organisation, and for one that has the noun in its name.
GROUP_NOUNS = word_set("group organisation organization charity")
BODY_NOUNS = word_set(
    "bank ministry department university college school party council agency court union",
    "commission committee board authority association society foundation hospital airline bureau",
    "museum church club league parliament senate institute observatory alliance federation",
)
# Nouns that never mean a company or club; names of other organisations are no rivals for them.
OFFICIAL_NOUNS = word_set(
    "ministry department council parliament senate committee commission court police university",
)


def is_title(word: str) -> bool:
    """Whether the word is a title, or part of one."""
    return word.lower().rstrip(".") in _TITLE_WORDS


def gender_of(titles: Iterable[str]) -> str:
    """ "m" or "f" if the last word of one of the titles shows the gender, else ""."""
    words = {title.rsplit(" ", 1)[-1] for title in titles}
    return next((gender for gender, told_by in _TITLE_GENDER.items() if words & told_by), "")
