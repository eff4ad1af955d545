"""Reports whose speaker comes after the content: "40 people fled, the ministry said."."""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.clauses import clause_verb, finite_verb, lead_in_end, opens_subject
from claims.english.function_words import (
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    HAVE,
    SUBJECT_PRONOUNS,
)
from claims.english.gazetteer import ABBREVIATED_TITLES
from claims.english.quotation import MASK
from claims.english.reported_speech import (
    Form,
    Report,
    end_of_words,
    find_commas,
    span_of,
    span_or_none,
)
from claims.english.reporting_verbs import INTRODUCING_QUOTES, TELLING
from claims.english.tokens import Range, Token, is_name, is_number, is_past

_BEFORE_SAYING = HAVE | ADVERBS
_OPENS_SPEAKER = DETERMINERS | SUBJECT_PRONOUNS | {"police", "one"}
_NO_SPEAKER = frozenset({"that", "this", "it", "there"})
_AFTER_SPEAKER = frozenset({"in", "on", "at", "during", "after", "when", "as"})
_JOINTS = CONJUNCTIONS | {"as"}
_DESCRIBES_SPEAKER = frozenset({"who", "whose", "which", "the", "a", "an"})
_ABBREVIATED = ABBREVIATED_TITLES | {"jr", "sr", "st"}
_BARE_FORMS = frozenset({"said", "says", "told", "wrote", "found", "say"})
_LONGEST_SPEAKER = 9


def find_trailing_report(tokens: Sequence[Token]) -> Report | None:
    """The report with its speaker after (the first part of) the content, if there is one."""
    stop = end_of_words(tokens)
    for verb in range(1, stop):
        if tokens[verb].low not in INTRODUCING_QUOTES or not _is_inflected(tokens, verb, stop):
            continue
        speaker = _speaker_before(tokens, verb) or _speaker_after(tokens, verb, stop)
        if speaker is None:
            continue
        content_stop = min(speaker.start, verb)
        if tokens[content_stop - 1].text[0] != MASK:
            content_stop -= 1
            if tokens[content_stop].text != ",":
                continue
            if not _is_content(tokens, content_stop):
                report = _find_around(tokens, content_stop, speaker=speaker, verb=verb)
                if report is not None:
                    return report
                continue
        return _close(tokens, content_stop, speaker=speaker, verb=verb)
    return None


def _is_inflected(tokens: Sequence[Token], at: int, stop: int) -> bool:
    """Whether the form is a past or a third person, and not a noun: "estimate", "reports"."""
    verb = tokens[at].low
    if verb.endswith("ed") or verb in _BARE_FORMS:
        return True
    return verb.endswith("s") and (at + 1 == stop or tokens[at + 1].text == ",")


def _is_content(tokens: Sequence[Token], stop: int) -> bool:
    """Whether the tokens before a speaker can be the content: a clause, or quoted words."""
    has_marks = any(token.text[0] == MASK for token in tokens[:stop])
    return has_marks or clause_verb(tokens, lead_in_end(tokens, 0, stop), stop) is not None


def _find_around(
    tokens: Sequence[Token], comma: int, *, speaker: Range, verb: int
) -> Report | None:
    """The report around its speaker: "House prices, Mistry said, have doubled since 2012".

    Only the subject is before the speaker, and the rest of its clause is after it; a clause that
    is joined to it is the article's own.
    """
    stop = end_of_words(tokens)
    begin = max(speaker.stop, verb + 1)
    if begin + 1 >= stop or tokens[begin].text != "," or not 0 < comma <= _LONGEST_SPEAKER:
        return None
    inside = [*tokens[:comma], *tokens[begin + 1 : stop]]
    if clause_verb(inside, 0, len(inside)) != comma or any(t.text == "," for t in tokens[:comma]):
        return None
    joints = (
        at
        for at in find_commas(tokens, begin + 1, stop - 2)
        if tokens[at + 1].low in _JOINTS and clause_verb(tokens, at + 2, stop) is not None
    )
    end = next(joints, stop)
    return Report(
        form=Form.INDIRECT,
        speaker=span_of(tokens, *speaker),
        verb=tokens[verb].low,
        content=(span_of(tokens, 0, comma), span_of(tokens, begin + 1, end)),
        rest=span_or_none(tokens, end + 2, stop) if end < stop else None,
    )


def _close(
    tokens: Sequence[Token], content_stop: int, *, speaker: Range, verb: int
) -> Report | None:
    """The report whose first content is tokens[:content_stop], with the parts after it."""
    stop = end_of_words(tokens)
    is_direct = content_stop == 1 and tokens[0].text[0] == MASK
    begin = max(speaker.stop, verb + 1)
    tail = begin
    while tail < stop and tokens[tail].text[0] != MASK and tokens[tail].text != ",":
        tail += 1
    content = [span_of(tokens, 0, content_stop)]
    frame, rest = span_or_none(tokens, begin, tail), None
    if is_direct:
        marked = (at for at in range(tail, stop) if tokens[at].text[0] == MASK)
        content += [span_of(tokens, at, at + 1) for at in marked]
        is_one = len(content) == 1 and tail + 2 < stop and tokens[tail + 1].low in _JOINTS
        if is_one and clause_verb(tokens, tail + 2, stop) is not None:
            rest = span_of(tokens, tail + 2, stop)
    elif tail + 2 < stop and tokens[tail + 1].low in _JOINTS:
        if clause_verb(tokens, tail + 2, stop) is None:
            return None
        rest = span_of(tokens, tail + 2, stop)
    elif tail + 1 < stop:
        if tokens[tail + 1].low not in _DESCRIBES_SPEAKER:
            # More of the article's own text follows, so the sentence is not a simple report.
            return None
        frame = span_of(tokens, begin, stop)
    return Report(
        form=Form.DIRECT if is_direct else Form.INDIRECT,
        speaker=span_of(tokens, *speaker),
        verb=tokens[verb].low,
        content=tuple(content),
        frame=frame,
        rest=rest,
    )


def _speaker_before(tokens: Sequence[Token], verb: int) -> Range | None:
    """The speaker named directly before the verb: "..., the minister said"."""
    end = verb
    while end and tokens[end - 1].low in _BEFORE_SAYING:
        end -= 1
    if end and tokens[end - 1].text == ",":
        return _speaker_with_name(tokens, end - 1)
    for begin in range(end - 1, max(-1, end - _LONGEST_SPEAKER - 1), -1):
        if tokens[begin].text == "," or tokens[begin].text[0] == MASK:
            return Range(begin + 1, end) if _is_speaker(tokens, begin + 1, end) else None
    return None


def _speaker_with_name(tokens: Sequence[Token], comma: int) -> Range | None:
    """The speaker in "..., its spokeswoman, Carol Hines, said": `comma` is the last comma."""
    first = max(0, comma - 2 * _LONGEST_SPEAKER)
    edges = [at for at in range(first, comma) if tokens[at].text[0] in {",", MASK}]
    if len(edges) < 2 or not is_name(tokens[comma - 1]) or tokens[edges[-1]].text != ",":
        return None
    begin, middle = edges[-2] + 1, edges[-1]
    both = _is_speaker(tokens, begin, middle) and _is_speaker(tokens, middle + 1, comma)
    return Range(begin, comma) if both else None


def _speaker_after(tokens: Sequence[Token], verb: int, stop: int) -> Range | None:
    """The speaker named directly after the verb: "..., said the minister"."""
    first = verb + 1
    follows = tokens[verb - 1].text == "," or tokens[verb - 1].text[0] == MASK
    if not follows or first >= stop:
        return None
    if tokens[verb].low in TELLING or tokens[first].low in _NO_SPEAKER:
        return None
    end = first
    while end < min(stop, verb + _LONGEST_SPEAKER + 1) and not _ends_speaker(tokens, end):
        end += 1
    is_nameless = not any(map(is_name, tokens[first:end]))
    if is_nameless and end + 1 < stop and tokens[end].text == "," and is_name(tokens[end + 1]):
        # "said its author, Dr Ilse Brandauer": the name is part of the speaker.
        end += 2
        while end < stop and not _ends_speaker(tokens, end):
            end += 1
    return Range(first, end) if _is_speaker(tokens, first, end) else None


def _ends_speaker(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words that name a speaker end before this token."""
    token = tokens[at]
    if token.text == ".":
        return tokens[at - 1].low not in _ABBREVIATED
    return token.text == "," or token.text[0] == MASK or token.low in _AFTER_SPEAKER


def _is_speaker(tokens: Sequence[Token], begin: int, end: int) -> bool:
    """Whether the tokens can name a speaker: a short noun phrase without a verb."""
    if not 0 < end - begin <= _LONGEST_SPEAKER or not opens_subject(tokens, begin):
        return False
    if any(is_number(tokens[at]) for at in range(begin, end)) or is_past(tokens[begin]):
        return False
    first, last = tokens[begin], tokens[end - 1]
    is_noun_phrase = is_name(first) or is_name(last) or first.low in _OPENS_SPEAKER
    return (is_noun_phrase or last.low.endswith("s")) and finite_verb(tokens, begin, end) is None
