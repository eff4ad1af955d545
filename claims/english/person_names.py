"""Finds the people that a text names, using only its own words, and looks them up by name.

A run of capitalised words is a person when a title or a given name precedes the surname, or when
an age or a "who" follows. No source outside the text is used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from dataclasses import dataclass

from claims.english.animacy import is_being, is_no_being
from claims.english.function_words import PREPOSITIONS, SUBORDINATORS
from claims.english.gazetteer import (
    BEFORE_TITLE,
    COMPANY_WORDS,
    FEMALE_KIN,
    FEMALE_NAMES,
    GIVEN_NAMES,
    HONORIFICS,
    MALE_KIN,
    MALE_NAMES,
    PERSON_NOUNS,
    PLACES_TOO,
    SURNAMES_TOO,
    TITLE,
    gender_of,
    is_title,
)
from claims.english.organisations import ACTS_OF_COMPANIES, is_organisation
from claims.english.proper_names import CAPITAL, NAME, NO_NAME, RUN
from claims.english.reporting_verbs import SAYS
from claims.english.word_lists import word_set

_TITLED = re.compile(rf"\b(?P<title>(?i:{TITLE}))\.? (?P<name>{NAME})")
# Titles that "the minister" may stand for; "the president" never means a vice president.
_SHORTENED = re.compile(r"(?:(secretary) of state|(?!prime )\w+ (minister|secretary))")
# In lower case these may precede a company or a team: "market leader", "champion".
_RISKY_TITLE = re.compile(r"leader|champion|boss|player|major|[a-z]+(?:ist|eer)")
# Words that, before a name, mean that the name is not the head of its phrase.
_NOT_BESIDE = (
    PREPOSITIONS | SUBORDINATORS | word_set("and or nor neither either both not only")
) - {"as"}
_OWNED = re.compile(rf"\b({CAPITAL}) [a-z]+ its\b")
_ACTING = re.compile(rf"\b({CAPITAL}) (?:{'|'.join(sorted(ACTS_OF_COMPANIES))})\b")
_SPEAKING = re.compile(
    rf"(?:\b(?P<name>{CAPITAL})(?:,| (?:also|later|then|has|had|[a-z]+ly))? {SAYS}\b"
    rf"|[,”\"’] {SAYS} (?:{CAPITAL} )?(?P<other>{CAPITAL}))"
)
# A person recognised by a kinship word: "his son Hiro", "their mother, Lina,".
_KIN = re.compile(
    rf"\b(?:(?i:his|her|their|my|our)|\w+['’]s?) (?:[a-z]+ ){{0,2}}"
    rf"(?P<title>{'|'.join(sorted(MALE_KIN | FEMALE_KIN))}),? (?P<name>{CAPITAL}(?: {CAPITAL})?)"
)
# A person recognised by a noun next to the name: "Israel Contreras, a farmer", "its director, Ann
# Lee,".
_AGED = re.compile(rf"({CAPITAL}), \d\d,")
_INSERTED = re.compile(r", (?:a|an|the|his|her|its|their) ((?:[\w'’\-]+ ){0,3}[a-z]+)")
_NOUN_BEFORE = re.compile(r"\b([a-z]+), $")
_AGE_OR_WHO = re.compile(r", (?:\d\d[,.]|who\b|aged\b)")


@dataclass(frozen=True, slots=True)
class Person:
    """A person named in the article; `gender` is "m", "f", or "" where the text is not clear."""

    name: str
    gender: str
    titles: frozenset[str]

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.name.rsplit(" ", 1)[-1]


class People:
    """The people of one article, found once, with look-up by full name, surname and title.

    A surname in `companies` is also a company's name; alone it does not mean a person.
    """

    def __init__(self, people: Iterable[Person], *, companies: Set[str] = frozenset()) -> None:
        self._by_name: dict[str, Person] = {}
        self._by_surname: dict[str, set[str]] = {}
        self._by_title: dict[str, set[str]] = {}
        self._genders: dict[str, set[str]] = {}
        for person in people:
            for word in person.name.split(" "):
                self._genders.setdefault(word, set()).add(person.gender)
            self._by_name[person.name] = person
            if person.surname not in companies and person.surname.lower() not in SURNAMES_TOO:
                self._by_surname.setdefault(person.surname, set()).add(person.name)
            for title in person.titles:
                self._by_title.setdefault(title, set()).add(person.name)

    def find(self, name: str) -> Person | None:
        """The person with this full name or surname; None if there is none or more than one."""
        if name in self._by_name:
            return self._by_name[name]
        names = self._by_surname.get(name, set())
        return self._by_name[next(iter(names))] if len(names) == 1 else None

    def find_by_title(self, title: str) -> Person | None:
        """The one person to whom the article gives this title ("secretary"), else None."""
        names = self._by_title.get(title.lower(), set())
        return self._by_name[next(iter(names))] if len(names) == 1 else None

    def genders_of(self, word: str) -> Set[str]:
        """The genders of all people whose name contains this word; empty if there are none."""
        return self._genders.get(word, frozenset())

    def mentioned_in(self, text: str) -> tuple[Person, ...]:
        """The people named in `text`, each once, in order of their first mention."""
        found: dict[str, Person] = {}
        for run in RUN.finditer(text):
            for name in _readings(run.group()):
                person = self.find(name)
                if person:
                    found.setdefault(person.name, person)
                    break
        return tuple(found.values())


def _readings(run: str) -> Iterable[str]:
    """The names that a run of capitalised words may end with, the longest first."""
    words = re.sub(r"['’]s?$", "", run).split(" ")
    for start in range(len(words)):
        yield " ".join(words[start:])
    # "Noboa's Ecuador": the possessor is inside the run.
    for word in words[:-1]:
        if word.endswith(("'s", "’s")):
            yield word[:-2]


def find_people(text: str) -> People:
    """All people that `text` names, each under the longest form of the name."""
    titles: dict[str, set[str]] = {}
    for match in _TITLED.finditer(text):
        name, title = _clean(match["name"]), match["title"]
        if not name or _is_organisation(name) or _may_be_of_group(title, name):
            continue
        titles.setdefault(name, set()).update(_read_title(text, match))
    for match in _KIN.finditer(text):
        if match["name"][0].isupper() and not _is_organisation(match["name"]):
            titles.setdefault(_clean(match["name"]), set()).add(match["title"].lower())
    speaking = {match["name"] or match["other"] for match in _SPEAKING.finditer(text)}
    speaking |= {match.group(1) for match in _AGED.finditer(text)}
    for match in RUN.finditer(text):
        name = _clean(match.group())
        words = name.split(" ")
        is_person = len(words) > 1 and (
            _given(name) in GIVEN_NAMES
            or words[-1] in speaking
            or _is_described(text, match.start(), match.end())
        )
        if is_person and not _is_organisation(name):
            titles.setdefault(name, set())
    return People(_merge_short_forms(titles), companies=_find_companies(text))


def _read_title(text: str, match: re.Match[str]) -> set[str]:
    """The names of the title before a name: "former mayor" if such a word precedes the title."""
    title = match["title"].lower()
    before = BEFORE_TITLE.search(text[max(0, match.start() - 12) : match.start()])
    first = match["name"].split(" ")[0]
    if before is not None:
        return {f"{before.group(1).lower()} {title}"}
    if is_title(first) and first.lower() not in HONORIFICS:
        # "Director General Ann Lee" is not a director.
        return {f"{title} {first.lower()}"}
    short = _SHORTENED.fullmatch(title)
    return {title, (short.group(1) or short.group(2)) if short else title}


def _may_be_of_group(title: str, name: str) -> bool:
    """Whether the title may also belong to a group: "champion Spain", "the Islamist Hamas"."""
    is_risky = _RISKY_TITLE.fullmatch(title.lower()) is not None
    return is_risky and (title[0].islower() or " " not in name)


def _find_companies(text: str) -> frozenset[str]:
    """Words that are a company's name anywhere in the text: "Ford Motor", "Ford employs"."""
    found = {match.group(1) for match in (*_OWNED.finditer(text), *_ACTING.finditer(text))}
    for match in RUN.finditer(text):
        first, _, rest = match.group().partition(" ")
        if COMPANY_WORDS & set(rest.lower().split(" ")):
            found.add(first)
    return frozenset(found)


def _is_organisation(name: str) -> bool:
    """Whether the name is an organisation's or a place's; "Theresa May" is a person's."""
    words = name.lower().split(" ")
    is_full = len(words) == 2 and words[0] in GIVEN_NAMES and words[0] not in PLACES_TOO
    return is_organisation(name) and not (is_full and words[1] in SURNAMES_TOO)


def is_introduced(before: str) -> bool:
    """Whether the person is still the head of the phrase with these words before the name.

    That is so for titles and capitalised words, and for "the NOUN" with or without a comma. After
    "critics of" or "the man who shot" the head is another person.
    """
    words = before.replace(",", " ").split()
    low = [word.lower().rstrip(".") for word in words]
    if not words:
        return True
    if (_NOT_BESIDE & {*low}) or any(word.endswith("ing") for word in low):
        return False
    last = words[-1]
    is_noun = is_title(last) or is_being(low[-1])
    if low[0] == "the" and len(words) == 2:
        # "the utility Pacific Light"
        is_noun = is_noun or is_no_being(low[-1])
    if "," in before:
        return is_noun and before.rstrip().endswith(",") and before.count(",") == 1
    return is_noun or (last[0].isupper() and low[-1] not in NO_NAME)


def _is_described(text: str, start: int, end: int) -> bool:
    """Whether an age, "who" or a noun for people is next to the name."""
    before, after = text[max(0, start - 30) : start], text[end : end + 60]
    if _AGE_OR_WHO.match(after):
        return True
    noun_before = _NOUN_BEFORE.search(before) if after.startswith(",") else None
    nouns = {noun_before.group(1)} if noun_before else set()
    inserted = _INSERTED.match(after)
    if inserted:
        # The noun ends where a phrase of its own begins: "a farmer from Velm".
        phrase = re.split(r" (?:of|in|at|from|for|with|and)\b", inserted.group(1))[0]
        nouns.add(phrase.rsplit(" ", 1)[-1])
    return bool(nouns & PERSON_NOUNS)


def _merge_short_forms(titles: dict[str, set[str]]) -> Iterable[Person]:
    """One person per full name; a bare surname adds its titles to the person with that surname."""
    full = [name for name in titles if " " in name]
    by_surname: dict[str, list[str]] = {}
    for name in full:
        by_surname.setdefault(name.rsplit(" ", 1)[-1], []).append(name)
    for name in [name for name in titles if " " not in name]:
        bearers = by_surname.get(name, [])
        known = {_gender(bearer, titles[bearer]) for bearer in bearers} - {""}
        for title in _contradicting(titles[name], known):
            # "Mrs Hall" is another person than Peter Hall.
            titles.setdefault(f"{title.title()} {name}", set()).add(title)
            titles[name].discard(title)
        if len(bearers) == 1:
            titles[bearers[0]] |= titles.pop(name)
        elif bearers or not titles[name]:
            del titles[name]
    for name, given in titles.items():
        yield Person(name, _gender(name, given), frozenset(given))


def _contradicting(titles: Set[str], known: Set[str]) -> tuple[str, ...]:
    """The titles of a surname that contradict its `known` gender, or each other."""
    by_title = {title: _gender("", {title}) for title in titles}
    genders = known or {gender for gender in by_title.values() if gender}
    if not known and len(genders) < 2:
        return ()
    told = known if len(known) == 1 else set()
    return tuple(sorted(t for t, gender in by_title.items() if gender and gender not in told))


def _clean(name: str) -> str:
    """The name without possessive ending, leading titles and words that do not belong to it."""
    words = re.sub(r"['’]s?$", "", name).split(" ")
    while words and (words[0].lower() in NO_NAME or is_title(words[0])):
        words.pop(0)
    if len(words) > 3 and is_title(words[1]):
        # "Infrastructure Minister Hugo Blanc"
        words = words[2:]
    is_noun = len(words) > 2 and words[0].lower() not in GIVEN_NAMES
    if is_noun and (words[1].lower() in GIVEN_NAMES or words[0].lower() in PERSON_NOUNS):
        words.pop(0)
    for place, word in enumerate(words):
        is_surname = place == 1 == len(words) - 1 and _given(words[0]) in GIVEN_NAMES
        if is_surname and word.lower() in SURNAMES_TOO:
            break
        if word.lower() in NO_NAME or word.endswith(("'s", "’s")):
            words = words[:place]
            break
    return " ".join(words)


def _given(name: str) -> str:
    """The given name in the form of the lists: lower case, the first of a pair, with its accents,
    or without them where only the plain form is listed."""
    first = name.split(" ")[0].lower().split("-")[0]
    if first in GIVEN_NAMES:
        return first
    return unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()


def _gender(name: str, titles: set[str]) -> str:
    told = gender_of(titles)
    if told:
        return told
    first = _given(name)
    if " " in name and first in MALE_NAMES:
        return "m"
    return "f" if " " in name and first in FEMALE_NAMES else ""
