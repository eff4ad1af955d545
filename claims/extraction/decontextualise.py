"""Final edits of a claim's text: it stands alone, begins with a capital, ends with a stop."""

from __future__ import annotations

import re

from claims.english.function_words import (
    ADVERBS,
    ALSO,
    AUXILIARIES,
    CONNECTORS,
    INSERTED,
    OPENERS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
)
from claims.english.person_names import People, Person
from claims.english.quotation import MASK
from claims.english.reporting_verbs import REPORTING
from claims.english.verb_forms import PAST, THIRD_PERSON
from claims.text import fold_spaces

# Small-letter words that may follow a surname. Before a noun it is part of another name, or another
# word: "Black voters", "Stone walls".
_AFTER_SURNAME = (
    AUXILIARIES
    | PAST
    | THIRD_PERSON
    | REPORTING
    | PREPOSITIONS
    | ADVERBS
    | SUBORDINATORS
    | CONNECTORS
    | RELATIVES
    | {"and", "or", "nor", "but", "be", "been", "himself", "herself"}
)
_SMALL_WORD = re.compile(r" ([a-z]+)")
_QUOTES = re.compile(r"[\"'“”‘’«»]+$")


def opener_length(sentence: str) -> int:
    """The length in characters of connecting words ("But ", "However, ") at the beginning."""
    match = OPENERS.match(sentence)
    return match.end() if match and match.end() < len(sentence) else 0


def finish(text: str) -> str:
    """The text of a claim: one line, first letter a capital, a stop at the end."""
    text = fold_spaces(text)
    if not re.search('["“”]', text):
        text = ALSO.sub("", INSERTED.sub("", text))
    text = re.sub(r" (?=[,;:.!?%)])", "", text).strip(" ,;:–—-")
    if not text:
        return text
    for at, letter in enumerate(text):
        if letter.isalnum():
            text = text[:at] + letter.upper() + text[at + 1 :]
            break
    bare = _QUOTES.sub("", text)
    return text if bare.endswith((".", "!", "?", "…")) else text + "."


def name_in_full(text: str, masked: str, people: People) -> str:
    """`text` with the first bare surname of each known person replaced by the full name.

    Surnames inside quotations and after a title or another name stay ("President Noboa").
    """
    for person in people.mentioned_in(masked):
        place = _bare_surname(masked, person)
        if place is not None:
            given = person.name[: -len(person.surname)]
            text = text[:place] + given + text[place:]
            masked = masked[:place] + MASK * len(given) + masked[place:]
    return text


def _bare_surname(masked: str, person: Person) -> int | None:
    """The position of the surname without a first name, unless the full name comes first."""
    if person.name == person.surname or person.name in masked:
        return None
    for match in re.finditer(rf"\b{re.escape(person.surname)}\b(?!-)", masked):
        before = masked[: match.start()].rstrip().rsplit(" ", 1)[-1]
        after = masked[match.end() : match.end() + 2]
        following = _SMALL_WORD.match(masked, match.end())
        if following and not _may_follow(following[1]):
            continue
        is_first = not masked[: match.start()].strip()
        follows_name = before[:1].isupper() and not is_first and not before.endswith((",", "."))
        is_family = before.lower() in {"the", "a", "an", "this", "&"} or after == " &"
        if not follows_name and not is_family and not (after[:1] == " " and after[1:2].isupper()):
            return match.start()
    return None


def _may_follow(word: str) -> bool:
    return word in _AFTER_SURNAME or word.endswith(("ed", "ly"))
