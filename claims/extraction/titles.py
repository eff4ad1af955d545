"""Titles before a name: which words are titles, and which short forms mean the same person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from claims.extraction.lexicon import word_set
from claims.extraction.person_words import FEMALE_KIN, MALE_KIN
from claims.extraction.proper_names import NAME

_TITLES = "|".join(
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
_TITLE_GENDER = {
    "m": MALE_KIN
    | word_set("mr sir lord king prince pope spokesman chairman congressman businessman fisherman"),
    "f": FEMALE_KIN
    | word_set("mrs ms miss dame lady queen princess spokeswoman chairwoman congresswoman actress"),
}
TITLED = re.compile(rf"\b(?P<title>(?i:{_TITLES}))\.? (?P<name>{NAME})")
# Words before a title that make it another title: the deputy mayor is not "the mayor".
_BEFORE_TITLE = re.compile(
    r"\b(deputy|vice|former|ex|acting|assistant|outgoing|incoming|interim|shadow|junior|late|then"
    r"|retired|associate|honorary|onetime|one-time|co|under|sub)[ -]$",
    re.IGNORECASE,
)
_HONORIFICS = word_set("mr mrs ms miss sir dame lord lady dr prof professor doctor")
# Titles that "the minister" may stand for; "the president" never means a vice president.
_SHORTENED = re.compile(r"(?:(secretary) of state|(?!prime )\w+ (minister))")
# In lower case these may precede a company or a team: "market leader", "champion".
_RISKY_TITLE = re.compile(r"leader|champion|boss|player|[a-z]+(?:ist|eer)")
_TITLE_WORDS = frozenset(_TITLES.lower().replace("|", " ").split()) - {"of"}


def is_title(word: str) -> bool:
    """Whether the word is a title, or part of one."""
    return word.lower().rstrip(".") in _TITLE_WORDS


def gender_of(titles: Iterable[str]) -> str:
    """ "m" or "f" if the last word of one of the titles shows the gender, else ""."""
    words = {title.rsplit(" ", 1)[-1] for title in titles}
    return next((gender for gender, told_by in _TITLE_GENDER.items() if words & told_by), "")


def read_title(text: str, match: re.Match[str]) -> set[str]:
    """The names of the title before a name: "former mayor" if such a word precedes the title."""
    title = match["title"].lower()
    before = _BEFORE_TITLE.search(text[max(0, match.start() - 12) : match.start()])
    first = match["name"].split(" ")[0]
    if before is not None:
        return {f"{before.group(1).lower()} {title}"}
    if is_title(first) and first.lower() not in _HONORIFICS:
        # "Director General Ann Lee" is not a director.
        return {f"{title} {first.lower()}"}
    short = _SHORTENED.fullmatch(title)
    return {title, (short.group(1) or short.group(2)) if short else title}


def may_be_of_group(title: str, name: str) -> bool:
    """Whether the title may also belong to a group: "champion Spain", "the Islamist Hamas"."""
    is_risky = _RISKY_TITLE.fullmatch(title.lower()) is not None
    return is_risky and (title[0].islower() or " " not in name)
