"""People and organisations named in an article, as far as its own words show who is who.

A run of capitalised words is a person when a title or a given name stands before the surname, or
when an age or a "who" follows. Nothing outside the text is consulted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from claims.extraction.lexicon import MONTHS, WEEKDAYS, word_set

_MALE = word_set(
    "adam adrian ahmed alan albert alejandro alex alexander ali andrew andré antonio arthur",
    "barack ben benjamin bernard bill bob boris brian carlos charles chris christopher colin",
    "daniel david denis diego donald douglas edward emmanuel eric francis francisco frank fred",
    "friedrich gareth gary george gordon graham greg gustavo guy hans harry henry hugh hugo ian",
    "ibrahim igor ivan jack jacob jaime jake james jamie jason javier jeff jeffrey jeremy jim",
    "joe joel john jonathan jorge josé joseph juan jürgen justin karl keir keith ken kevin klaus",
    "larry lars lee leo leon lewis liam louis luca luis luke marc marco marcus mario mark martin",
    "matt matthew max mehmet michael miguel mike tomas jose joaquin andres hiroshi kenji rajesh",
    "amit ravi vikram arjun sanjay deepak imran hassan hussein mustafa khaled karim olaf sven",
    "jens anders bjorn erik henrik magnus nils tomasz piotr pawel marek oleg dmitry sergey",
    "andrei mikhail alexei giovanni giuseppe paolo luigi matteo enzo antoine guillaume mathieu",
    "julien mohamed mohammed muhammad narendra nathan neil nicolás nicolas nigel noah oliver",
    "omar oscar owen pablo patrick paul pedro pete peter philip phil pierre rafael ralph raúl",
    "ray ricardo richard rishi rob robert roberto roger ron rory ross roy russell ryan samuel",
    "scott sean sergei sergio simon stefan stephen steve steven stuart ted terry theo thomas tim",
    "timothy toby todd tom tomás tony victor viktor vincent vladimir volodymyr walter warren",
    "wayne william xavier xi yusuf",
)
_FEMALE = word_set(
    "alice alicia amanda amelia amy ana andrea angela anita ann anna anne annie barbara beatrice",
    "bridget camila carla carmen caroline catherine cecilia charlotte christina christine claire",
    "clara claudia cristina dana deborah denise diana diane dolores donna dorothy eleanor elena",
    "elisa elizabeth ellen emily emma erin esther eva fatima fiona frances gabriela giorgia",
    "gloria grace hannah harriet heather helen hillary ingrid irene isabel isabella jacinda jane",
    "janet jennifer jenny jessica jill joan joanna josephine joyce judith julia julie kamala",
    "karen kate katherine kathleen katie kelly laura lauren layla leah lena leonora leyla linda",
    "lisa liz louise lucía lucy luisa lydia madeleine margaret maria maría marie marina marta",
    "martha mary maya megan melissa mia michelle miriam monica nadia nancy naomi natalie nicole",
    "nicola nina nora olga olivia paula penelope petra priya priti ines ida ilse tess felicity",
    "noemi unni rei amara aisha mei noor leila zainab hana keiko sakura anika lakshmi sunita",
    "meera kavya ingeborg astrid freya sigrid birgit ulrike katarina magda agnieszka ewa",
    "malgorzata natalia tatiana yulia anastasia oksana chiara francesca giulia valentina camille",
    "juliette celine beatriz mariana luciana rocio rachel rebecca rita rosa ruth samantha sandra",
    "sara sarah sheila silvia sofia sofía sonia sophie stella stephanie susan susanna svetlana",
    "sylvia teresa theresa tina ursula valeria vanessa vera veronica victoria violet virginia",
    "wendy yasmin yvonne zoe",
)
_NEUTER = word_set(
    "alexis ashley cameron casey charlie jordan kim morgan pat robin sam taylor tariq amir yuki",
    "wei",
)
_GIVEN = _MALE | _FEMALE | _NEUTER
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
        "[A-Za-z]{2,12}(?:ist|eer|woman)",
    )
)
_TITLE_GENDER = {
    "m": word_set("mr sir lord king prince pope spokesman chairman congressman"),
    "f": word_set("mrs ms miss dame lady queen princess spokeswoman chairwoman congresswoman"),
}
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'\-]{0,40}\w"
_NAME = rf"{_CAPITAL}(?: (?:(?:de|del|la|van|von|der|bin|al|el|da|dos|di|ibn) )?{_CAPITAL}){{0,3}}"
_TITLED = re.compile(rf"\b(?P<title>(?i:{_TITLES}))\.? (?P<name>{_NAME})")
_RUN = re.compile(_NAME)
# Who says something is a person, unless the name is that of an organisation.
_SPEAKS = (
    r"(?:said|says|told|added|adds|insisted|warned|wrote|argued|replied|explained|admitted"
    r"|recalled)"
)
_SPEAKING = re.compile(
    rf"(?:\b(?P<name>{_CAPITAL})(?:,| (?:also|later|then|has|had|[a-z]+ly))? {_SPEAKS}\b"
    rf"|[,”\"’] {_SPEAKS} (?:{_CAPITAL} )?(?P<other>{_CAPITAL}))"
)
# Years, weekdays and the like are capitalised and no one's name; a first word of a sentence is
# capitalised whatever it is.
_NO_NAME = (
    MONTHS
    | WEEKDAYS
    | word_set(
        "the a an in on at by for from with after before during since when while where who what",
        "why how but and or so yet if as it its he she they we i you his her their our my this",
        "that these those there here one two three four five both all many most some several few",
        "no not only according following despite although though because under over more than",
        "last next early late also however meanwhile officials police people experts lawyers",
        "critics asked speaking",
    )
)
_ORGANISATION = word_set(
    "ministry department university college school bank party inc corp corporation company co",
    "ltd plc group council agency court police navy army union office institute house senate",
    "congress parliament commission committee board authority association society foundation",
    "trust hospital service services force forces bureau administration government airlines",
    "airways motors foods energy pharmaceuticals technologies systems industries holdings press",
    "times post news network league club united nations states kingdom republic reserve treasury",
    "pentagon kremlin museum church center centre federation organisation organization watch",
    "fund team brothers",
)
_PLACE = word_set(
    "street road avenue river lake sea ocean island islands mountain mountains valley bay gulf",
    "county city town village province district airport port park bridge falls beach north south",
    "east west new saint st los las san santa el la",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone named in the article; `gender` is "m", "f" or "" where the text does not tell."""

    name: str
    gender: str
    titles: frozenset[str]

    @property
    def surname(self) -> str:
        """The last word of the name."""
        return self.name.rsplit(" ", 1)[-1]


class People:
    """The people of one article, found once; knows them by full name, surname and title."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_name: dict[str, Person] = {}
        self._by_surname: dict[str, set[str]] = {}
        self._by_title: dict[str, set[str]] = {}
        for person in people:
            self._by_name[person.name] = person
            self._by_surname.setdefault(person.surname, set()).add(person.name)
            for title in person.titles:
                self._by_title.setdefault(title, set()).add(person.name)

    def find(self, name: str) -> Person | None:
        """The one person of this full name or surname; None if there is none or more than one."""
        if name in self._by_name:
            return self._by_name[name]
        names = self._by_surname.get(name, set())
        return self._by_name[next(iter(names))] if len(names) == 1 else None

    def find_by_title(self, title: str) -> Person | None:
        """The one person whom the article gives this title ("secretary"), else None."""
        names = self._by_title.get(title.lower(), set())
        return self._by_name[next(iter(names))] if len(names) == 1 else None

    def mentioned_in(self, text: str) -> tuple[Person, ...]:
        """The people named in `text`, each once, in order of their first mention."""
        found: dict[str, Person] = {}
        for run in _RUN.finditer(text):
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
    # "Noboa's Ecuador": the possessor stands inside the run.
    for word in words[:-1]:
        if word.endswith(("'s", "’s")):
            yield word[:-2]


def find_people(text: str) -> People:
    """Everyone whom `text` names as a person, each under the longest form of the name."""
    titles: dict[str, set[str]] = {}
    for match in _TITLED.finditer(text):
        name = _clean(match["name"])
        if name and not _is_organisation(name):
            titles.setdefault(name, set()).update(_title_words(match["title"]))
    speaking = {match["name"] or match["other"] for match in _SPEAKING.finditer(text)}
    for match in _RUN.finditer(text):
        name = _clean(match.group())
        words = name.split(" ")
        follows = text[match.end() : match.end() + 12]
        is_person = len(words) > 1 and (
            words[0].lower() in _GIVEN
            or words[-1] in speaking
            or re.match(r", (?:\d\d[,.]|who\b)", follows)
        )
        if is_person and not _is_organisation(name):
            titles.setdefault(name, set())
    return People(_merge_short_forms(titles))


def _merge_short_forms(titles: dict[str, set[str]]) -> Iterable[Person]:
    """One person per full name; a bare surname adds its titles to the one who bears it."""
    full = [name for name in titles if " " in name]
    by_surname: dict[str, list[str]] = {}
    for name in full:
        by_surname.setdefault(name.rsplit(" ", 1)[-1], []).append(name)
    for name in [name for name in titles if " " not in name]:
        bearers = by_surname.get(name, [])
        if len(bearers) == 1:
            titles[bearers[0]] |= titles.pop(name)
        elif bearers:
            del titles[name]
    for name, given in titles.items():
        yield Person(name, _gender(name, given), frozenset(given))


def _clean(name: str) -> str:
    """The name without possessive, leading titles and words that are no part of it."""
    words = re.sub(r"['’]s?$", "", name).split(" ")
    while words and (words[0].lower() in _NO_NAME or _is_title(words[0])):
        words.pop(0)
    if len(words) > 2 and words[0].lower() not in _GIVEN and words[1].lower() in _GIVEN:
        words.pop(0)
    for place, word in enumerate(words):
        if word.lower() in _NO_NAME or word.endswith(("'s", "’s")):
            words = words[:place]
            break
    return " ".join(words)


_TITLE_WORDS = frozenset(_TITLES.lower().replace("|", " ").split()) - {"of"}


def _is_title(word: str) -> bool:
    return word.lower().rstrip(".") in _TITLE_WORDS


def _title_words(title: str) -> set[str]:
    """ "Secretary of State" is also "the secretary"; "Foreign Minister" also "the minister"."""
    whole = title.lower()
    short = "secretary" if whole.startswith("secretary") else whole.rsplit(" ", 1)[-1]
    return {whole, short}


def _gender(name: str, titles: set[str]) -> str:
    for gender, words in _TITLE_GENDER.items():
        if titles & words:
            return gender
    first = name.split(" ")[0].lower()
    if " " in name and first in _MALE:
        return "m"
    return "f" if " " in name and first in _FEMALE else ""


def _is_organisation(name: str) -> bool:
    """Whether a word of the name says that it is an organisation or a place."""
    words = name.lower().split(" ")
    return any(word in _ORGANISATION for word in words) or bool({words[0], words[-1]} & _PLACE)


def organisations_in(text: str) -> tuple[str, ...]:
    """Names of organisations in `text` by their own words ("Acme Bank"), each once, in order."""
    found: dict[str, None] = {}
    for run in _RUN.finditer(text):
        words = re.sub(r"['’]s?$", "", run.group()).split(" ")
        while words and words[0].lower() in _NO_NAME:
            words.pop(0)
        if len(words) > 1 and any(word.lower() in _ORGANISATION for word in words):
            name = " ".join(words)
            before = text[: run.start()] + run.group()[: run.group().index(words[0])]
            has_article = before[-4:].lower() == "the "
            found.setdefault(f"the {name}" if has_article else name)
    return tuple(found)
