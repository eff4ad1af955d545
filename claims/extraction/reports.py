"""Reported speech: who says what in a sentence, with marks, without marks, or indirectly.

    according    According to the ministry, 40 people fled.   40 people fled, according to ...
    indirect     The ministry said (on Monday) that 40 people fled.   40 people fled, it said.
    direct       "40 people fled," the ministry said.   Rubio stated, Now they're going to ...
    act          The ministry denied the report.   Rubio announced $6 million in aid.

All spans are positions in the sentence. The sentence is read with its quotations masked, so that
a verb inside a quotation is never taken for the article's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from claims.extraction.grammar import (
    Token,
    clause_verb,
    finite_verb,
    is_name,
    is_number,
    is_past,
    lead_in_end,
    opens_subject,
)
from claims.extraction.lexicon import (
    ADVERBS,
    DETERMINERS,
    FIRST_PERSON,
    HAVE,
    INTRODUCING_QUOTES,
    MONTHS,
    NEGATIONS,
    PREPOSITIONS,
    REPORTING,
    SAYING_BARE,
    SECOND_PERSON,
    SPEAKING,
    SPEECH_ACTS,
    SUBJECT_PRONOUNS,
    TELLING,
    WEEKDAYS,
    word_set,
)
from claims.extraction.quotations import MASK
from claims.types import Span


class Form(StrEnum):
    """How a statement is reported; see the module's docstring."""

    ACCORDING = "according"
    INDIRECT = "indirect"
    DIRECT = "direct"
    ACT = "act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One statement and who makes it.

    `content` are the pieces of the sentence that say what is stated (none for an act), `frame`
    the words about the saying itself, beyond speaker and verb ("in Quito on Monday").
    `negated` is set when the speaker does not say it, or only asks. `rest` is a clause after the
    speaker that the article adds: "..., the utility said, and three people were killed".
    """

    form: Form
    speaker: Span
    verb: str
    content: tuple[Span, ...] = ()
    frame: Span | None = None
    negated: bool = False
    rest: Span | None = None


_BEFORE_REPORTING = HAVE | ADVERBS | {"did", "does", "do", "not", "would", "been"}
_CALENDAR = WEEKDAYS | MONTHS
_NO_CONTENT = PREPOSITIONS | _CALENDAR | {"if", "whether"}
_SPEECH = FIRST_PERSON | SECOND_PERSON
_OPENS_SPEAKER = DETERMINERS | SUBJECT_PRONOUNS | {"police", "one"}
_JOINTS = frozenset({"and", "but", "while", "as"})
_ABBREVIATED = word_set("dr mr mrs ms prof sen gov gen rep st capt sgt lt col rev jr sr")
_AFTER_QUOTE = 9  # the most words of a speaker after or before a quotation
_LISTENER = 5  # the most words of a listener: "told the BBC's Sunday programme"
_FRAME = 14  # the most words between the verb and "that"


def find_report(tokens: Sequence[Token]) -> Report | None:
    """The report that the sentence as a whole makes, or None when it speaks for itself."""
    return _find_according(tokens) or _find_after_content(tokens) or _find_before_content(tokens)


def _end(tokens: Sequence[Token]) -> int:
    """Index after the last word: the final stop is no part of anything."""
    stop = len(tokens)
    while stop and tokens[stop - 1].text in ".!?;:":
        stop -= 1
    return stop


def _span(tokens: Sequence[Token], start: int, stop: int) -> Span:
    return Span(tokens[start].start, tokens[stop - 1].end)


def _commas(tokens: Sequence[Token], start: int, stop: int) -> list[int]:
    return [at for at in range(start, stop) if tokens[at].text == ","]


def _find_according(tokens: Sequence[Token]) -> Report | None:
    stop = _end(tokens)
    for at in range(stop - 2):
        if tokens[at].low == "according" and tokens[at + 1].low == "to":
            break
    else:
        return None
    first = at + 2
    commas = _commas(tokens, first, min(stop, first + 16))
    if at == 0:
        for comma in commas:
            if clause_verb(tokens, lead_in_end(tokens, comma + 1, stop), stop) is not None:
                return Report(
                    form=Form.ACCORDING,
                    speaker=_span(tokens, first, commas[0]),
                    verb="according",
                    content=(_span(tokens, comma + 1, stop),),
                )
        return None
    if at < 2:
        return None
    content_stop = at - 1 if tokens[at - 1].text == "," else at
    speaker_stop = commas[0] if commas else min(stop, first + 12)
    content = [_span(tokens, 0, content_stop)]
    if commas and commas[-1] + 1 < stop and finite_verb(tokens, 0, content_stop) is None:
        # "The strike, according to officials, killed 11 people."
        content.append(_span(tokens, commas[0] + 1, stop))
    return Report(
        form=Form.ACCORDING, speaker=_span(tokens, first, speaker_stop), verb="according",
        content=tuple(content),
    )  # fmt: skip


def _find_after_content(tokens: Sequence[Token]) -> Report | None:
    """The speaker comes after (the first part of) the content: "..., she said."."""
    stop = _end(tokens)
    for at in range(1, stop):
        if tokens[at].low not in INTRODUCING_QUOTES or not _is_inflected(tokens, at, stop):
            continue
        speaker = _speaker_before(tokens, at) or _speaker_after(tokens, at, stop)
        if speaker is None:
            continue
        begin, end = speaker
        content_stop = min(begin, at)
        quoted = tokens[content_stop - 1].text[0] == MASK
        if not quoted and tokens[content_stop - 1].text != ",":
            continue
        content_stop -= 0 if quoted else 1
        if not quoted and not _is_content(tokens, content_stop):
            continue
        rest = max(end, at + 1)
        return _close_after(tokens, content_stop, (begin, end), at, rest, stop)
    return None


def _is_content(tokens: Sequence[Token], stop: int) -> bool:
    """Whether the tokens before a speaker can be what was said: a clause, or words in marks."""
    has_marks = any(token.text[0] == MASK for token in tokens[:stop])
    return has_marks or clause_verb(tokens, lead_in_end(tokens, 0, stop), stop) is not None


def _is_inflected(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Whether the form is a past or a third person, and no noun like "estimate" or "reports"."""
    verb = tokens[at].low
    if verb.endswith("ed") or verb in {"said", "says", "told", "wrote", "found", "say"}:
        return True
    return verb.endswith("s") and (at + 1 == stop or tokens[at + 1].text == ",")


def _close_after(
    tokens: Sequence[Token],
    content_stop: int,
    speaker: tuple[int, int],
    verb: int,
    rest: int,
    stop: int,
) -> Report | None:
    """Finish a report whose first content is tokens[:content_stop] and whose verb was found."""
    is_direct = tokens[content_stop - 1].text[0] == MASK and content_stop == 1
    content = [_span(tokens, 0, content_stop)]
    frame = added = None
    tail = rest
    while tail < stop and tokens[tail].text[0] != MASK and tokens[tail].text != ",":
        tail += 1
    if tail > rest:
        frame = _span(tokens, rest, tail)
    if is_direct:
        content += [
            _span(tokens, at, at + 1) for at in range(tail, stop) if tokens[at].text[0] == MASK
        ]
    elif tail + 2 < stop and tokens[tail + 1].low in _JOINTS:
        if clause_verb(tokens, tail + 2, stop) is None:
            return None
        added = _span(tokens, tail + 2, stop)
    elif tail + 1 < stop:
        if tokens[tail + 1].low not in {"who", "whose", "which", "the", "a", "an"}:
            # More of the article's own voice follows; the whole is no plain report.
            return None
        frame = _span(tokens, rest, stop)
    return Report(
        form=Form.DIRECT if is_direct else Form.INDIRECT,
        speaker=_span(tokens, *speaker),
        verb=tokens[verb].low,
        content=tuple(content),
        frame=frame,
        rest=added,
    )


def _speaker_before(tokens: Sequence[Token], verb: int) -> tuple[int, int] | None:
    """Token range of a speaker directly before the verb: "..., the minister said"."""
    end = verb
    while end and (tokens[end - 1].low in _BEFORE_REPORTING):
        end -= 1
    if tokens[end - 1].text == ",":
        return _speaker_with_name(tokens, end - 1)
    for begin in range(end - 1, max(-1, end - _AFTER_QUOTE - 1), -1):
        if tokens[begin].text == "," or tokens[begin].text[0] == MASK:
            return (begin + 1, end) if _is_speaker(tokens, begin + 1, end) else None
    return None


def _speaker_with_name(tokens: Sequence[Token], comma: int) -> tuple[int, int] | None:
    """The same for "..., its spokeswoman, Carol Hines, said": `comma` is the last one."""
    commas = _commas(tokens, max(0, comma - 2 * _AFTER_QUOTE), comma)
    if len(commas) < 2 or not is_name(tokens[comma - 1]):
        return None
    begin, middle = commas[-2] + 1, commas[-1]
    both = _is_speaker(tokens, begin, middle) and _is_speaker(tokens, middle + 1, comma)
    return (begin, comma) if both else None


def _speaker_after(tokens: Sequence[Token], verb: int, stop: int) -> tuple[int, int] | None:
    """Token range of a speaker directly after the verb: "..., said the minister"."""
    if tokens[verb].low in TELLING:
        return None
    if tokens[verb - 1].text != "," and tokens[verb - 1].text[0] != MASK:
        return None
    end = verb + 1
    while end < stop and end - verb <= _AFTER_QUOTE:
        is_named = any(map(is_name, tokens[verb + 1 : end]))
        if tokens[end].text == "," and end + 1 < stop and is_name(tokens[end + 1]) and not is_named:
            # "said its author, Dr Ilse Brandauer": the name belongs to who speaks.
            end += 2
            continue
        if tokens[end].text == "," or tokens[end].text[0] == MASK:
            break
        if tokens[end].text == "." and tokens[end - 1].low not in _ABBREVIATED:
            break
        if tokens[end].low in {"in", "on", "at", "during", "after", "when", "as"}:
            break
        end += 1
    if tokens[verb + 1 : verb + 2] and tokens[verb + 1].low in {"that", "this", "it", "there"}:
        return None
    return (verb + 1, end) if _is_speaker(tokens, verb + 1, end) else None


def _is_speaker(tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Whether the tokens can name who speaks: a short noun phrase without a verb."""
    if not 0 < end - begin <= _AFTER_QUOTE or not opens_subject(tokens, begin):
        return False
    if any(is_number(tokens[at]) for at in range(begin, end)) or is_past(tokens[begin]):
        return False
    first, last = tokens[begin], tokens[end - 1]
    if not (is_name(first) or is_name(last) or first.low in _OPENS_SPEAKER or last.low[-1] == "s"):
        return False
    return finite_verb(tokens, begin, end) is None


def _find_before_content(tokens: Sequence[Token]) -> Report | None:
    """Subject, reporting verb, content: the verb is the main verb of the sentence."""
    stop = _end(tokens)
    start = lead_in_end(tokens, 0, stop)
    main = clause_verb(tokens, start, stop)
    if main is None or any(tokens[at].text == ":" for at in range(start, main)):
        return None
    lead_in = _span(tokens, 0, start - 1) if start > 1 else None
    verb = main
    while verb < stop and (
        tokens[verb].low in _BEFORE_REPORTING or tokens[verb].low.endswith(("ly", "n't"))
    ):
        verb += 1
    if stop - main > 2 and tokens[stop - 2].text == ":" and tokens[stop - 1].text[0] == MASK:
        # Whatever the verb, words in marks after a colon are said: 'He shrugged: "No."'.
        verb = verb if verb < stop and tokens[verb].low in REPORTING else main
        return Report(
            form=Form.DIRECT,
            speaker=_trim_adverbs(tokens, start, main),
            verb=tokens[verb].low,
            content=(_span(tokens, stop - 1, stop),),
            frame=_span(tokens, verb + 1, stop - 2) if stop - 2 > verb + 1 else lead_in,
        )
    if verb >= stop or tokens[verb].low not in REPORTING:
        return None
    if verb + 1 < stop and tokens[verb + 1].low == "off":
        return None
    if any(tokens[at].low == "been" for at in range(main, verb)):
        return None
    speaker = _trim_adverbs(tokens, start, main)
    if (
        any(token.text[0] == MASK for token in tokens[start:main])
        or len(_commas(tokens, start, main)) % 2
    ):
        return None
    negated = any(tokens[at].low in NEGATIONS for at in range(main, verb + 1))
    content, between, form = _content_after(tokens, verb, stop)
    if form is Form.ACT:
        has_object = verb + 1 < stop and tokens[verb + 1].text != ","
        if tokens[verb].low not in SPEECH_ACTS or not has_object:
            return None
        if tokens[verb].low in {"called", "calls"} and not _names_with_call(tokens, verb, stop):
            return None
    return Report(
        form=form,
        speaker=speaker,
        verb=tokens[verb].low,
        content=content,
        frame=between or lead_in,
        negated=negated,
    )


def _trim_adverbs(tokens: Sequence[Token], start: int, verb: int) -> Span:
    """The subject without adverbs before the verb; of insertions, a name alone stays.

    "The judge, Rhoda Ellery, said", but "Dana Preece, who chairs the committee, said".
    """
    end = verb
    while end - 1 > start and (
        tokens[end - 1].low in ADVERBS
        or tokens[end - 1].text == ","
        or (tokens[end - 1].low.endswith("ly") and not is_name(tokens[end - 1]))
    ):
        end -= 1
    comma = next(iter(_commas(tokens, start + 1, end)), None)
    if comma is not None and not (is_name(tokens[comma + 1]) and is_name(tokens[end - 1])):
        end = comma
    return _span(tokens, start, end)


def _names_with_call(tokens: Sequence[Token], verb: int, stop: int) -> bool:
    """Whether "called" passes judgement or demands, and does not just call an ambulance."""
    return tokens[verb + 1].low in {"for", "on", "it", "him", "her", "them"} or any(
        tokens[at].text[0] == MASK for at in range(verb + 1, stop)
    )


def _content_after(
    tokens: Sequence[Token], verb: int, stop: int
) -> tuple[tuple[Span, ...], Span | None, Form]:
    """(content, frame, form) of what follows a reporting verb."""
    first = verb + 1
    if first >= stop:
        return (), None, Form.ACT
    spoken = _unmarked_speech(tokens, verb, stop)
    if spoken is not None:
        return (spoken,), None, Form.DIRECT
    that = next(
        (at for at in range(first, min(stop, first + _FRAME)) if tokens[at].low == "that"), None
    )
    if that is not None and clause_verb(tokens, first, that) is None and that + 1 < stop:
        frame = _span(tokens, first, that) if that > first else None
        if tokens[verb].low in TELLING or _is_frame(tokens, first, that):
            return (_span(tokens, that + 1, stop),), frame, Form.INDIRECT
        return (), None, Form.ACT
    return _content_without_that(tokens, verb, first, stop)


def _content_without_that(
    tokens: Sequence[Token], verb: int, first: int, stop: int
) -> tuple[tuple[Span, ...], Span | None, Form]:
    """The same for "said the bridge had collapsed", "said: ____", "told Reuters it had"."""
    begins = [first] if tokens[verb].low in SAYING_BARE else []
    if tokens[verb].low in TELLING:
        begins = list(range(first + 1, min(stop, first + _LISTENER)))
    elif begins and _starts_frame(tokens[first]):
        begins = list(range(first + 1, min(stop, first + 7)))
    for begin in begins:
        if tokens[begin].text in {":", ","} and begin + 1 < stop:
            if tokens[begin + 1].text[0] == MASK:
                frame = _span(tokens, first, begin) if begin > first else None
                return (_span(tokens, begin + 1, begin + 2),), frame, Form.DIRECT
            continue
        if tokens[begin].low in _NO_CONTENT:
            continue
        if tokens[begin].text[0] == MASK and begin + 1 == stop:
            return (_span(tokens, begin, stop),), None, Form.DIRECT
        verb_of_content = clause_verb(tokens, begin, stop)
        if verb_of_content is not None and not _commas(tokens, begin, verb_of_content):
            frame = _span(tokens, first, begin) if begin > first else None
            return (_span(tokens, begin, stop),), frame, Form.INDIRECT
    return (), None, Form.ACT


def _starts_frame(token: Token) -> bool:
    return token.low in {"in", "on", "at", "during", "last", "earlier", "yesterday", "after"} or (
        token.low in _CALENDAR
    )


def _is_frame(tokens: Sequence[Token], first: int, that: int) -> bool:
    """Whether only a time, a place or an adverb stands between the verb and "that"."""
    return that == first or _starts_frame(tokens[first]) or tokens[first].low in ADVERBS or (
        tokens[first].low in {"to", "through", "via"}
    )  # fmt: skip


def _unmarked_speech(tokens: Sequence[Token], verb: int, stop: int) -> Span | None:
    """Direct speech without marks: "Rubio stated, Now they're going to ...".

    After the comma or colon comes a capital letter that no name explains, or a clause in the
    first or second person. It ends before ", as he confirmed ...", where the article goes on.
    """
    mark = verb + 1
    if tokens[verb].low not in SPEAKING or mark + 2 >= stop or tokens[mark].text not in {",", ":"}:
        return None
    first = mark + 1
    if tokens[first].text[0] == MASK:
        return None
    end = stop
    for at in _commas(tokens, first, stop):
        goes_on = at + 2 < stop and tokens[at + 1].low in {"as", "while", "when", "adding"}
        if goes_on and tokens[at + 2].low in {"he", "she", "they", "it", "the", "that"}:
            end = at
            break
    said = tokens[first:end]
    is_personal = any(token.low in _SPEECH for token in said)
    is_capital = is_name(tokens[first]) and (
        tokens[mark].text == ":" or _is_common_word(tokens[first])
    )
    starts_clause = clause_verb(tokens, lead_in_end(tokens, first, end), end) is not None
    if (is_capital or is_personal) and (starts_clause or is_personal or is_capital):
        return _span(tokens, first, end)
    return None


def _is_common_word(token: Token) -> bool:
    """Whether a capitalised word is one of the language's small words, and so no name."""
    return bool(
        re.fullmatch(
            r"i|we|you|they|he|she|it|now|this|that|these|those|there|the|our|my|if|when|no|not|"
            r"yes|today|but|and|so|what|let's|we're|we've|we'll|i'm|i've|they're|it's|that's|don't",
            token.low,
        )
    )
