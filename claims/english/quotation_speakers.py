"""The speaker of a quotation: the name next to the verb of speech. Pure functions.

The text is read by patterns, around one quotation; attribution.py reads a sentence by its tokens.
"""

from __future__ import annotations

import re

from claims.english.function_words import PREPOSITIONS
from claims.english.gazetteer import TITLES_BEFORE_NAME, is_title
from claims.english.proper_names import NO_NAME, RUN
from claims.english.quotation import find_quotations, mask_quotations
from claims.english.reporting_verbs import SPEECH_VERB
from claims.english.sentences import split_sentences
from claims.text import UPPER
from claims.types import Span

_TITLE_BEFORE = re.compile(
    rf"(?:{'|'.join(sorted(title.title() for title in TITLES_BEFORE_NAME))})\.? $"
)
# Length, in characters, of the longest title with its dot, space and line break.
_TITLE_CHARS = max(map(len, TITLES_BEFORE_NAME)) + 3
_FULL_NAME = 2
_PRONOUN = re.compile(r"\b(?:he|she|they)\b", re.IGNORECASE)
# "Sorel of the Lindow Institute", but not "Secretary of State Sorel".
_OF_SOMEBODY = re.compile(
    r"(?<!\bSecretary)(?<!\bMinister)(?<!\bChief)(?<!\bHead)(?<!\bPresident) (?:of|at|for|in|from)"
    r"(?: the)? $"
)
# After these verbs stands the listener, and after a preposition the time or place: "told Sky News",
# "said in an interview with Fox News".
_ADDRESSED = re.compile(r"(?:told|tells|asked)$")
# "Said the head of police, Ann Lee," and "said because Ann Lee was there" name no time or place.
_PREPOSITIONS = "|".join(sorted(PREPOSITIONS - {"of", "as", "because"}))
_ASIDE = re.compile(rf"[^{UPPER}]*\b(?:{_PREPOSITIONS})\b")
_PLACED = re.compile(rf"\b(?:{_PREPOSITIONS}|[Ii]n|[Aa]t)(?: the)? $")
_CLAUSE = re.compile(r", (?:who|whose|which|where|whom)\b[^,]*$")


def find_speaker(text: str, quotation: Span) -> tuple[str, ...]:
    """The words of the speaker's name, in lower case; empty if the speaker is unclear.

    The speaker is the name next to the verb of speech in the sentence; for "he" and "she" it is the
    last person named before.
    """
    sentence = next(
        (s.span for s in split_sentences(text) if s.span.start <= quotation.start < s.span.end),
        Span(0, len(text)),
    )
    end = _end_of_attribution(text, quotation, sentence)
    outside = _blank_quotations(text[sentence.start : end])
    verb = _nearest_verb(outside, quotation.start - sentence.start)
    if verb is None:
        return ()
    after = outside[verb.end() : verb.end() + 60]
    before = outside[: verb.start()]
    if verb[0].lower().endswith((" to", " of")):
        return _first_name(after)
    if direct := _subject_before(before):
        return direct
    if _PRONOUN.search(before[-12:]) or _PRONOUN.match(after.strip()):
        return _last_person(_blank_quotations(text[: sentence.start]) + before)
    return () if _ADDRESSED.match(verb[0]) or _ASIDE.match(after) else _first_name(after)


def _end_of_attribution(text: str, quotation: Span, sentence: Span) -> int:
    """The end of the sentence, or of what follows a quotation that ends with its own full stop."""
    end = max(sentence.end, quotation.end)
    rest = text[end : end + 80]
    return (
        end + len(rest)
        if sentence.end <= quotation.end + 1 and SPEECH_VERB.search(rest[:40])
        else end
    )


def _blank_quotations(text: str) -> str:
    return mask_quotations(text, find_quotations(text), mask=" ")


def _nearest_verb(text: str, place: int) -> re.Match[str] | None:
    return min(
        SPEECH_VERB.finditer(text), key=lambda match: abs(match.start() - place), default=None
    )


def _name_words(match: re.Match[str]) -> tuple[str, ...]:
    """The words of a name in lower case, without titles before it and words that are no names."""
    found = [word for word in match[0].lower().replace("’", "'").split() if word not in NO_NAME]
    while found and is_title(found[0]):
        found.pop(0)
    return tuple(word.removesuffix("'s") for word in found)


def _first_name(text: str) -> tuple[str, ...]:
    for match in RUN.finditer(text):
        if words := _name_words(match):
            return words
    return ()


def _subject_before(text: str) -> tuple[str, ...]:
    """The subject before the verb: the last name that is no affiliation and in no relative clause.

    An affiliation is a place or body that somebody is "of", "at" or "in"; a relative clause begins
    like "who leads ...".
    """
    last: tuple[str, ...] = ()
    for match in RUN.finditer(text):
        words = _name_words(match)
        if not words:
            continue
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() :]
        if last and (_OF_SOMEBODY.search(before) or _CLAUSE.search(before)):
            continue
        last = () if _PRONOUN.search(after) else words
    return last


def _last_person(text: str) -> tuple[str, ...]:
    """The last name of two words, or of one word after a title: another word may be a place."""
    last: tuple[str, ...] = ()
    for match in RUN.finditer(text):
        words = _name_words(match)
        before = text[max(0, match.start() - _TITLE_CHARS) : match.start()]
        if _PLACED.search(before):
            continue
        if len(words) >= _FULL_NAME or (words and _TITLE_BEFORE.search(before)):
            last = words
    return last
