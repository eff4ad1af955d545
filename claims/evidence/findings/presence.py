"""Whether a text mentions a name, in any form: surname, initials, country. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from claims.english.gazetteer import GENERIC_WORDS, TITLE_PARTS, TITLES_BEFORE_NAME
from claims.english.proper_names import (
    LINKS_IN_NAMES,
    NO_NAME,
    NOT_IN_INITIALS,
    Name,
    has_word,
    is_country_mentioned,
    is_place_of,
)

# Longer words are compared by their beginning, to find derived words: "Norway" and "Norwegian".
_SAME_LETTERS = 4
_LONGEST_WORD = 60
_LONGEST_ACRONYM = 8
_PARTS_OF_SHORT_FORM = 2
# Words that may come before a surname and are not first names.
_NO_PART = TITLES_BEFORE_NAME | TITLE_PARTS | NO_NAME
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
_WORD_BEFORE = re.compile(r"\S+ $")
_OPENS = re.compile(r"(?:^|[.!?]\s|\n)\s*$")
# Similarity (difflib's ratio) above which two words look like names of one kind: Northgate,
# Southgate.
_ALIKE = 0.5


def is_mentioned(name: Name, text: str) -> bool:
    """Whether `text`, with its accents folded, has the name, a part or another form of it."""
    low = text.lower().replace("’", "'")
    words = [word for word in name.words if word not in LINKS_IN_NAMES]
    if not words or any(has_word(low, part) for part in ("'".join(words), " ".join(name.words))):
        return True
    if _is_acronym(name, words, text) or _has_bare_title(name, text):
        return True
    if is_country_mentioned(name, low) or _has_short_form(words, text):
        return True
    if len(words) == 1:
        return _has_like(low, words[0]) or is_place_of(words[0], text)
    return _has_surname(words, text, low) or _has_first_word(words, text, low)


def _has_like(text: str, word: str) -> bool:
    """Whether the text has the word or one derived from it: "Norway" and "Norwegian"."""
    if len(word) <= _SAME_LETTERS:
        return has_word(text, word)
    return has_word(text, word) or bool(
        re.search(rf"(?<!\w){re.escape(word[: max(_SAME_LETTERS, len(word) - 2)])}\w*", text)
    )


def _has_short_form(words: Sequence[str], text: str) -> bool:
    """Whether the text has a short form of the name, or the long form of a short name.

    Short forms are names with words cut short: "Man United", "the Fed".
    """
    if len(words) == 1:
        short = re.escape(words[0].capitalize())
        long = rf"(?<!\w){short}[a-z]+ [A-Z]\w+"
        return 3 <= len(words[0]) <= _SAME_LETTERS and re.search(long, text) is not None
    for match in re.finditer(r"\bthe ([A-Z][a-z]{2,3})(?!\w)(?! [A-Z])", text):
        if words[0].startswith(match[1].lower()) and words[0] != match[1].lower():
            return True
    last = re.escape(words[-1].capitalize())
    return len(words) == _PARTS_OF_SHORT_FORM and any(
        _is_cut(match[1].lower(), words[0])
        for match in re.finditer(rf"([A-Z][a-z]{{2,}}) {last}(?!\w)", text)
    )


def _is_cut(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) + 2 <= len(long) and long.startswith(short)


def _has_bare_title(name: Name, text: str) -> bool:
    """Whether the text has the title without a name: "the Pope" may be the person of the name."""
    return bool(name.title) and bool(
        re.search(rf"(?<!\w)(?i:{name.title})(?!\w)(?!,? [A-Z])", text)
    )


def _is_acronym(name: Name, words: Sequence[str], text: str) -> bool:
    """Whether the text has the initials of a long name, or the words of an acronym."""
    initials = "".join(word[0] for word in words).upper()
    if len(words) > 1 and re.search(rf"\b{re.escape(initials)}s?\b", text):
        return True
    if not (name.text.isupper() and 1 < len(name.text) <= _LONGEST_ACRONYM):
        return False
    plain = [match[0].lower() for match in _PLAIN_WORD.finditer(text)]
    wanted = name.text.lower()
    return any(
        wanted in "".join(word[0] for word in some)
        for some in (plain, [word for word in plain if word not in NOT_IN_INITIALS])
    )


def _has_surname(words: Sequence[str], text: str, low: str) -> bool:
    """Whether the last word is there alone, and not after the first word of another name."""
    last = re.escape(words[-1])
    for match in re.finditer(rf"(?<!\w){last}(?:'s|s)?(?!\w)", low):
        before = text[max(0, match.start() - _LONGEST_WORD) : match.start()]
        word_before = _WORD_BEFORE.search(before)
        shown = word_before[0].strip() if word_before else ""
        bare = re.sub(r"['’]s$", "", shown.lower().strip(".,;:“\"'()"))
        if bare in words or not shown[:1].isupper() or bare in _NO_PART:
            return True
        if shown.endswith((".", ",", ":", ";")):
            return True
        # A word that opens a sentence may be a title, unless it looks like a name of the same kind.
        opens = _OPENS.search(before[: len(before) - len(shown) - 1]) is not None
        alike = SequenceMatcher(None, bare, words[0]).ratio() > _ALIKE
        if opens and not alike and words[-1] not in GENERIC_WORDS:
            return True
    return False


def _has_first_word(words: Sequence[str], text: str, low: str) -> bool:
    """Whether the first word is there, and not before the last word of another name."""
    first = words[0]
    if len(first) <= _SAME_LETTERS or first in GENERIC_WORDS or not has_word(low, first):
        return False
    follows = re.search(rf"(?<!\w){re.escape(first)}(?:'s)? (\w+)", low)
    if follows is None:
        return True
    place = follows.start(1)
    return not text[place : place + 1].isupper() or follows[1] in words
