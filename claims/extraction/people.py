"""The people of one article, who can be found by full name, surname and title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

from claims.extraction.person_words import SURNAMES_TOO
from claims.extraction.proper_names import RUN


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
