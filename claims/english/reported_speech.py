"""The parts of a report of speech, and its content after the reporting verb.

The content is a clause, direct speech with or without marks, or an object. attribution.py finds the
report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from claims.english.clauses import clause_verb, lead_in_end
from claims.english.function_words import (
    ADDRESS,
    ADVERBS,
    DETERMINERS,
    PERSONAL_PRONOUNS,
    PREPOSITIONS,
)
from claims.english.proper_names import NO_NAME
from claims.english.quantities import CALENDAR_WORDS, DAY_NAMES
from claims.english.quotation import MASK
from claims.english.reporting_verbs import SAYING_BARE, SPEAKING, TELLING
from claims.english.tokens import Token, is_name, is_number
from claims.english.word_lists import word_set
from claims.types import Span


class Form(StrEnum):
    """How a statement is reported.

    according    According to the ministry, 40 people fled.   40 people fled, according to ...
    indirect     The ministry said (on Monday) that 40 people fled.   40 people fled, it said.
    direct       "40 people fled," the ministry said.   Rubio stated, Now they're going to ...
    act          The ministry denied the report.   Rubio announced $6 million in aid.
    """

    ACCORDING = "according"
    INDIRECT = "indirect"
    DIRECT = "direct"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One statement and its speaker; all spans are positions in the sentence.

    `content` are the pieces of the sentence with the reported statement (none for an act), `frame`
    the words of the reporting clause beyond speaker and verb ("in Quito on Monday"). `negated` is
    set when the speaker does not say it. `rest` is a clause after the speaker that the article
    adds: "..., the utility said, and three people were killed".
    """

    form: Form
    speaker: Span
    verb: str
    content: tuple[Span, ...] = ()
    frame: Span | None = None
    negated: bool = False
    rest: Span | None = None


def end_of_words(tokens: Sequence[Token]) -> int:
    """Index after the last word: the final stop is not included."""
    stop = len(tokens)
    while stop and tokens[stop - 1].text in ".!?;:":
        stop -= 1
    return stop


def span_of(tokens: Sequence[Token], start: int, stop: int) -> Span:
    """The characters of tokens[start:stop], which must not be empty."""
    return Span(tokens[start].start, tokens[stop - 1].end)


def span_or_none(tokens: Sequence[Token], start: int, stop: int) -> Span | None:
    """The same as `span_of`, but None when there are no tokens."""
    return span_of(tokens, start, stop) if stop > start else None


def find_commas(tokens: Sequence[Token], start: int, stop: int) -> list[int]:
    """Indexes of the commas in tokens[start:stop]."""
    return [at for at in range(start, stop) if tokens[at].text == ","]


# --- content ----------------------------------------------------------------------------------


class Content(NamedTuple):
    """The reported statement, the words of the reporting clause before it, and its form."""

    spans: tuple[Span, ...]
    frame: Span | None
    form: Form


_NOTHING = Content((), None, Form.ACT)
_FRAME_OPENERS = CALENDAR_WORDS | word_set("in on at during last earlier yesterday after")
_BEFORE_THAT = _FRAME_OPENERS | ADVERBS | {"to", "through", "via"}
_NO_CONTENT = PREPOSITIONS | CALENDAR_WORDS | {"if", "whether"}
_GOES_ON = frozenset({"as", "while", "when", "adding"})
_GOES_ON_WITH = PERSONAL_PRONOUNS | {"the", "that"}
# Words that begin a sentence with a capital and are not names.
_COMMON = (NO_NAME - DAY_NAMES) | word_set(
    "now today yes let's we're we've we'll i'm i've they're it's that's don't"
)
_LONGEST_LISTENER = 5  # maximum words: "told the BBC's Sunday programme"
_LONGEST_FRAME = 14  # maximum words between the verb and "that"


def find_content(tokens: Sequence[Token], verb: int, stop: int) -> Content:
    """The content in tokens[verb + 1:stop] after the reporting verb; an act if it has no clause."""
    first = verb + 1
    if first >= stop:
        return _NOTHING
    spoken = _find_unmarked_speech(tokens, verb, stop)
    if spoken is not None:
        return Content((spoken,), None, Form.DIRECT)
    limit = min(stop, first + _LONGEST_FRAME)
    that = next((at for at in range(first, limit) if tokens[at].low == "that"), None)
    if that is None or that + 1 >= stop or clause_verb(tokens, first, that) is not None:
        return _find_bare_content(tokens, verb, stop)
    is_frame = that == first or tokens[first].low in _BEFORE_THAT
    if is_frame or tokens[verb].low in TELLING:
        frame = span_or_none(tokens, first, that)
        return Content((span_of(tokens, that + 1, stop),), frame, Form.INDIRECT)
    return _NOTHING


def _find_bare_content(tokens: Sequence[Token], verb: int, stop: int) -> Content:
    """Content without "that": "said the bridge had fallen", 'said: "No."', "told Reuters it"."""
    first = verb + 1
    for begin in _places_of_content(tokens, verb, stop):
        frame = span_or_none(tokens, first, begin)
        if tokens[begin].text in {":", ","} and begin + 1 < stop:
            if tokens[begin + 1].text[0] == MASK:
                return Content((span_of(tokens, begin + 1, begin + 2),), frame, Form.DIRECT)
            continue
        if tokens[begin].text[0] == MASK and begin + 1 == stop:
            return Content((span_of(tokens, begin, stop),), None, Form.DIRECT)
        if tokens[begin].low in _NO_CONTENT:
            continue
        main = clause_verb(tokens, begin, stop)
        if main is not None and not find_commas(tokens, begin, main):
            return Content((span_of(tokens, begin, stop),), frame, Form.INDIRECT)
    return _NOTHING


def _places_of_content(tokens: Sequence[Token], verb: int, stop: int) -> Iterable[int]:
    """Where content without "that" may begin: after the verb, a listener, a time or place."""
    first = verb + 1
    if tokens[verb].low in TELLING:
        # "told the BBC he had": no clause begins inside the listener's name.
        listener = first + (tokens[first].low in DETERMINERS)
        while (
            listener < stop and is_name(tokens[listener]) and listener < first + _LONGEST_LISTENER
        ):
            listener += 1
        is_numbered = listener + 1 < stop and tokens[listener + 1].low in PERSONAL_PRONOUNS
        listener += is_numbered and is_number(tokens[listener])  # "told Radio 4 he had"
        return range(max(first + 1, listener), min(stop, first + _LONGEST_LISTENER))
    if tokens[verb].low not in SAYING_BARE:
        return ()
    if tokens[first].low in _FRAME_OPENERS:
        return range(first + 1, min(stop, first + 7))
    return (first,)


def _find_unmarked_speech(tokens: Sequence[Token], verb: int, stop: int) -> Span | None:
    """Direct speech without marks: "Rubio stated, Now they're going to ...".

    The comma or colon is followed by a capital letter that is not a name's, or a clause in the
    first or second person. It ends before ", as he confirmed ...", which is the article's own.
    """
    mark, first = verb + 1, verb + 2
    if tokens[verb].low not in SPEAKING or first + 1 >= stop or tokens[mark].text not in ",:":
        return None
    if tokens[first].text[0] == MASK:
        return None
    end = next(
        (
            at
            for at in find_commas(tokens, first, stop - 2)
            if tokens[at + 1].low in _GOES_ON and tokens[at + 2].low in _GOES_ON_WITH
        ),
        stop,
    )
    is_personal = any(token.low in ADDRESS and token.text != "US" for token in tokens[first:end])
    is_sentence = is_name(tokens[first]) and (
        tokens[first].low in _COMMON
        or (
            tokens[mark].text == ":"
            and clause_verb(tokens, lead_in_end(tokens, first, end), end) is not None
        )
    )
    return span_of(tokens, first, end) if is_personal or is_sentence else None
