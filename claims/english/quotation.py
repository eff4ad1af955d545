"""Finds quotations by their marks, text in another voice than the article's own, and who said them.

Marks are read paragraph by paragraph; nested marks and marks without a partner are accepted.
reported_speech.py finds speech without marks ("Rubio stated, Now they're ...") by its verb. The
speaker of a quotation is the name next to the verb of speech: the text around one quotation is read
by patterns, while attribution.py reads a sentence by its tokens. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from claims.english.function_words import PREPOSITIONS
from claims.english.gazetteer import TITLES_BEFORE_NAME, is_title
from claims.english.proper_names import NO_NAME, RUN
from claims.english.reporting_verbs import SPEECH_VERB
from claims.english.sentences import split_sentences
from claims.text import UPPER
from claims.types import Span

_DOUBLE = {"“": "”", "„": "“”", "«": "»", '"': '"', "»": "«"}
_SINGLE = {"‘": "’", "'": "'", "‚": "‘’"}
_MARK = re.compile("[“”„«»\"‘’'‚]")
# Maximum characters, and marks, between a single mark and its partner; a mark without a partner is
# an apostrophe.
_LONGEST_SINGLE = 400
_MOST_MARKS_INSIDE = 12
# Maximum marks between two double marks: nobody nests deeper, and the search stays linear.
_MOST_DOUBLES_INSIDE = 40
MASK = "_"


class Quotation(NamedTuple):
    """One outermost quotation: `span` with its marks, `inner` without, both of the paragraph.

    `is_open` means that its closing mark is missing: the quotation runs to the paragraph's end.
    """

    span: Span
    inner: Span
    is_open: bool = False


def find_quotations(paragraph: str, *, continues: bool = False) -> tuple[Quotation, ...]:
    """The outermost quotations of a paragraph, in order and without overlap.

    `continues` means that the last paragraph left a quotation open: text before a first closing
    mark then belongs to it. Otherwise a closing mark without an opening one is ignored.
    """
    found: list[Quotation] = []
    marks = list(_MARK.finditer(paragraph))
    if continues and marks and not _opens(paragraph, marks[0].start()):
        first = marks.pop(0)
        found.append(Quotation(Span(0, first.end()), Span(0, first.start())))
    at = 0
    while at < len(marks):
        start = marks[at].start()
        partner = _find_partner(paragraph, marks, at) if _opens(paragraph, start) else None
        if partner is not None:
            end = marks[partner].start()
            found.append(Quotation(Span(start, end + 1), Span(start + 1, end)))
            at = partner + 1
        elif marks[at].group() in _DOUBLE and _opens(paragraph, start):
            stop = len(paragraph.rstrip())
            found.append(Quotation(Span(start, stop), Span(start + 1, stop), is_open=True))
            break
        else:
            at += 1
    return tuple(quotation for quotation in found if quotation.inner.end > quotation.inner.start)


def _find_partner(paragraph: str, marks: list[re.Match[str]], at: int) -> int | None:
    """Index of the mark that closes the quotation opened by marks[at]."""
    mark, start = marks[at].group(), marks[at].start()
    closing = _DOUBLE.get(mark) or _SINGLE[mark]
    is_single = mark in _SINGLE
    depth = 0
    limit = at + (_MOST_MARKS_INSIDE if is_single else _MOST_DOUBLES_INSIDE)
    for other in range(at + 1, min(limit, len(marks))):
        place = marks[other].start()
        if is_single and place - start > _LONGEST_SINGLE:
            return None
        if marks[other].group() == mark != closing and _opens(paragraph, place):
            depth += 1
        elif marks[other].group() in closing and _closes(paragraph, place):
            if not depth:
                return other
            depth -= 1
    return None


def _opens(paragraph: str, at: int) -> bool:
    """Whether the mark can open a quotation: a word follows, and none directly precedes it."""
    before = paragraph[at - 1] if at else " "
    after = paragraph[at + 1] if at + 1 < len(paragraph) else " "
    if paragraph[at] == "”":
        return False
    if paragraph[at] == "«":
        return True
    if paragraph[at] == "’" or (paragraph[at] == "»" and not before.isspace()):
        return False
    return not after.isspace() and not before.isalnum() and before not in ".,!?%"


def _closes(paragraph: str, at: int) -> bool:
    """Whether the mark can close a quotation: text precedes it, and no word directly follows."""
    before = paragraph[at - 1] if at else " "
    after = paragraph[at + 1] if at + 1 < len(paragraph) else " "
    return (not before.isspace() or paragraph[at] in "”»") and not after.isalnum()


def mask_quotations(
    text: str, quotations: Sequence[Quotation], *, offset: int = 0, mask: str = MASK
) -> str:
    """`text` with every quotation overwritten by `mask`: only the article's own voice remains.

    `offset` is where `text` begins in the paragraph that the spans refer to; they are in order and
    do not overlap. `mask` is one character, so length and all positions do not change.
    """
    parts = []
    end = 0
    for quotation in quotations:
        start = max(0, quotation.span.start - offset)
        stop = min(len(text), quotation.span.end - offset)
        if start < stop:
            parts += [text[end:start], mask * (stop - start)]
            end = stop
    return "".join([*parts, text[end:]])


# --- speakers ---------------------------------------------------------------------------------

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
