"""Finds the report of speech in a sentence: the speaker and the statement.

The sentence is read with its quotations masked, so that a verb inside a quotation is never taken
for the article's own. reported_speech.py describes the four forms.
"""

from __future__ import annotations

from collections.abc import Sequence

from claims.english.clauses import clause_verb, finite_verb, lead_in_end
from claims.english.function_words import ADVERBS, CONJUNCTIONS, HAVE, RELATIVES
from claims.english.negation import NEGATIONS
from claims.english.quotation import MASK
from claims.english.reported_speech import (
    Form,
    Report,
    end_of_words,
    find_commas,
    find_content,
    span_of,
    span_or_none,
)
from claims.english.reporting_verbs import REPORTING, SPEECH_ACTS
from claims.english.tokens import Token, is_adverb, is_name
from claims.english.trailing_speakers import find_trailing_report
from claims.types import Span

_BEFORE_REPORTING = HAVE | ADVERBS | {"did", "does", "do", "not", "would"}
_LEFT_OPEN = RELATIVES | {"and", "but", "or", "as"}
_HARDLY = frozenset({"few", "little"})
_WRONGLY = frozenset({"wrongly", "falsely", "incorrectly", "mistakenly"})
_CALLED = frozenset({"called", "calls"})
_AFTER_CALLED = frozenset({"for", "on", "it", "him", "her", "them"})
_LONGEST_LABEL = 8
_LONGEST_SOURCE = 16  # maximum words after "according to"


def find_report(tokens: Sequence[Token]) -> Report | None:
    """The report made by the sentence as a whole, or None when the sentence reports no speech."""
    return (
        _find_according(tokens)
        or find_trailing_report(tokens)
        or _find_label(tokens)
        or _find_leading(tokens)
    )


def _find_according(tokens: Sequence[Token]) -> Report | None:
    stop = end_of_words(tokens)
    at = next(
        (
            at
            for at in range(stop - 2)
            if tokens[at].low == "according" and tokens[at + 1].low == "to"
        ),
        None,
    )
    if at is None or (at == 1 and tokens[0].text[0] != MASK):
        return None
    first = at + 2
    commas = find_commas(tokens, first, min(stop, first + _LONGEST_SOURCE))
    if at == 0:
        return _according_first(tokens, commas, stop)
    content_stop = at - (tokens[at - 1].text == ",")
    if tokens[content_stop - 1].low in _LEFT_OPEN:
        return None  # "Prices rose and, according to the ONS, wages fell": no plain report
    speaker = span_of(tokens, first, commas[0] if commas else min(stop, first + 12))
    if content_stop == 1 and tokens[0].text[0] == MASK:
        return Report(
            form=Form.DIRECT, speaker=speaker, verb="said", content=(span_of(tokens, 0, 1),)
        )
    has_verb = finite_verb(tokens, 0, content_stop) is not None
    content = [span_of(tokens, 0, content_stop)]
    if commas and commas[0] + 1 < stop and not has_verb:
        # "The strike, according to officials, killed 11 people."
        content.append(span_of(tokens, commas[0] + 1, stop))
    return Report(
        form=Form.ACCORDING,
        speaker=speaker,
        verb="according",
        content=tuple(content),
        rest=_own_clause(tokens, commas[0] + 1, stop) if commas and has_verb else None,
    )


def _own_clause(tokens: Sequence[Token], start: int, stop: int) -> Span | None:
    """A clause that the article adds: "..., according to officials, but the army denied it"."""
    if start + 1 >= stop or tokens[start].low not in CONJUNCTIONS:
        return None
    has_verb = clause_verb(tokens, start + 1, stop) is not None
    return span_of(tokens, start + 1, stop) if has_verb else None


def _according_first(tokens: Sequence[Token], commas: Sequence[int], stop: int) -> Report | None:
    """ "According to Rubio, CLAUSE": the clause begins after the first comma that allows it."""
    for comma in commas:
        if clause_verb(tokens, lead_in_end(tokens, comma + 1, stop), stop) is not None:
            return Report(
                form=Form.ACCORDING,
                speaker=span_of(tokens, 2, commas[0]),
                verb="according",
                content=(span_of(tokens, comma + 1, stop),),
            )
    return None


def _find_label(tokens: Sequence[Token]) -> Report | None:
    """A name as a label: 'Superintendent Wade Kimmel: "It works."'."""
    stop = end_of_words(tokens)
    colon = stop - 2
    if not 0 < colon <= _LONGEST_LABEL or tokens[colon].text != ":":
        return None
    is_label = is_name(tokens[colon - 1]) and finite_verb(tokens, 0, colon) is None
    if tokens[stop - 1].text[0] != MASK or not is_label:
        return None
    return Report(
        form=Form.DIRECT,
        speaker=span_of(tokens, 0, colon),
        verb="said",
        content=(span_of(tokens, stop - 1, stop),),
    )


def _find_leading(tokens: Sequence[Token]) -> Report | None:
    """Subject, reporting verb, content: the verb is the main verb of the sentence."""
    stop = end_of_words(tokens)
    start = lead_in_end(tokens, 0, stop)
    main = clause_verb(tokens, start, stop)
    if main is None or any(tokens[at].text == ":" for at in range(start, main)):
        return None
    verb = main
    while verb < stop and (
        tokens[verb].low in _BEFORE_REPORTING or tokens[verb].low.endswith(("ly", "n't"))
    ):
        verb += 1
    lead_in = span_or_none(tokens, 0, start - 1)
    if stop - main > 2 and tokens[stop - 2].text == ":" and tokens[stop - 1].text[0] == MASK:
        # With any verb, quoted words after a colon are direct speech: 'He shrugged: "No."'.
        says = verb < stop and tokens[verb].low in REPORTING
        verb = verb if says else main
        return Report(
            form=Form.DIRECT,
            speaker=_subject(tokens, start, main),
            verb=tokens[verb].low,
            content=(span_of(tokens, stop - 1, stop),),
            frame=span_or_none(tokens, verb + 1, stop - 2) or lead_in,
        )
    if verb >= stop or not _reports(tokens, start, main=main, verb=verb, stop=stop):
        return None
    content = find_content(tokens, verb, stop)
    if content.form is Form.ACT and not _is_speech_act(tokens, verb, stop):
        return None
    return Report(
        form=content.form,
        speaker=_subject(tokens, start, main),
        verb=tokens[verb].low,
        content=content.spans,
        frame=content.frame or lead_in,
        negated=_is_negated(tokens, start, verb=verb, stop=stop),
    )


def _is_negated(tokens: Sequence[Token], start: int, *, verb: int, stop: int) -> bool:
    """Whether the report is negated: "No study found that", "Few experts said", "wrongly said";
    "No. 10 said" is not negated.
    """
    return tokens[start].low in _HARDLY or any(
        tokens[at].low in NEGATIONS | _WRONGLY
        and not (tokens[at].low == "no" and at + 1 < stop and tokens[at + 1].text == ".")
        for at in range(start, verb + 1)
    )


def _reports(tokens: Sequence[Token], start: int, *, main: int, verb: int, stop: int) -> bool:
    """Whether the verb is a reporting verb and its subject can be a speaker.

    A quotation in the subject, or a comma without a second one, means that the clause was misread.
    """
    if tokens[verb].low not in REPORTING or (verb + 1 < stop and tokens[verb + 1].low == "off"):
        return False
    if any(token.text[0] == MASK for token in tokens[start:main]):
        return False
    return len(find_commas(tokens, start, main)) % 2 == 0


def _is_speech_act(tokens: Sequence[Token], verb: int, stop: int) -> bool:
    """Whether a reporting verb with a plain object still reports speech.

    "Called" does when it judges or demands, not when someone calls an ambulance.
    """
    if tokens[verb].low not in SPEECH_ACTS or verb + 1 >= stop or tokens[verb + 1].text == ",":
        return False
    if tokens[verb].low not in _CALLED:
        return True
    return tokens[verb + 1].low in _AFTER_CALLED or any(
        tokens[at].text[0] == MASK for at in range(verb + 1, stop)
    )


def _subject(tokens: Sequence[Token], start: int, verb: int) -> Span:
    """The subject without adverbs before the verb; an insertion is kept only if it is a name.

    "The judge, Rhoda Ellery, said", but "Dana Preece, who chairs the committee, said".
    """
    end = verb
    while end - 1 > start and (
        tokens[end - 1].text == "," or (is_adverb(tokens[end - 1]) and not is_name(tokens[end - 1]))
    ):
        end -= 1
    comma = next(iter(find_commas(tokens, start + 1, end)), None)
    if comma is not None and not (is_name(tokens[comma + 1]) and is_name(tokens[end - 1])):
        end = comma
    return span_of(tokens, start, end)
