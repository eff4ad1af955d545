"""Splits one sentence into the statements that are to be checked, with their speakers.

Of reported speech, only the content is the statement when it can be checked by itself: "The
ministry said that 40 people fled" is about the 40 people. Where the act of saying matters (a plan,
a stance, a forecast, words between quotation marks, I and you), the statement is that it was said,
and includes the speaker.

Frames around the clause with the real statement are left out:

This announcement comes days after US forces struck a boat.     -> US forces struck a boat
With data suggesting that 70% of it passes here, it is urgent.  -> both clauses
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from claims.english.attribution import find_report
from claims.english.clauses import clause_verb, lead_in_end
from claims.english.function_words import ADDRESS, CLAUSE_JOINTS, MODALS, POINTING
from claims.english.modality import FORECASTING
from claims.english.quotation import MASK
from claims.english.reported_speech import Form, Report
from claims.english.reporting_verbs import ASIDES, ASSERTING, REPORTING, TELLING
from claims.english.tokens import Piece, Range, Token, is_name, is_number
from claims.extraction.coordination import split_figures
from claims.extraction.pieces import is_verb_form, split_clauses, split_statement
from claims.extraction.presuppositions import find_presupposed
from claims.types import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Words of one sentence that state one thing.

    `parts` are the pieces of the sentence that make its text, in reading order; `span` is the part
    that no other statement has. `speaker` is the position of the speaker in the sentence. `quoted`
    is set for direct speech: then the text is speaker, `verb`, `frame` and the quoted words.
    `is_attributed` means that the reporting clause is part of the statement. `context` is the
    clause before it together with its own words: the fallback text when a pronoun in it can only
    be resolved with that clause.
    """

    parts: tuple[Span, ...]
    span: Span
    speaker: Span | None = None
    quoted: bool = False
    verb: str = ""
    frame: Span | None = None
    is_attributed: bool = False
    context: Span | None = None


_INTENT = (MODALS - {"can", "cannot", "can't"}) | {"plans", "intends", "wants", "intent", "should"}


def find_statements(tokens: Sequence[Token]) -> tuple[Statement, ...]:
    """The statements of a sentence, in the order of the text; at least one for any token."""
    words = _without_end(tokens)
    return tuple(_read_statements(words)) if words else ()


def find_pieces(tokens: Sequence[Token], *, speaker: Span) -> tuple[Statement, ...]:
    """The pieces of one spoken sentence that stands alone, without the reporting clause."""
    pieces = split_statement(tokens, 0, len(_without_end(tokens)))
    return tuple(_statement(tokens, piece, speaker=speaker) for piece in pieces)


def _without_end(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens without the marks that end the sentence."""
    stop = len(tokens)
    while stop > 1 and tokens[stop - 1].text in ".!;:,":
        stop -= 1
    return tokens[:stop]


def _read_statements(tokens: Sequence[Token]) -> Iterable[Statement]:
    presupposed = find_presupposed(tokens)
    if presupposed:
        for part in presupposed:
            yield from _read_statements(tokens[part.start : part.stop])
        return
    report = find_report(tokens)
    if report is not None and report.form is Form.DIRECT:
        yield from _read_direct(tokens, report)
    elif report is not None and report.content and not report.negated:
        yield from _read_content(tokens, report)
    else:
        yield from _read_plain(tokens, report)


def _read_plain(tokens: Sequence[Token], report: Report | None) -> Iterable[Statement]:
    """Statements of a sentence in the article's own voice, or of an act of speech, by clause."""
    clauses = split_clauses(tokens, 0, len(tokens))
    if len(clauses) > 1:
        yield from _read_clauses(tokens, clauses)
        return
    pieces = split_statement(tokens, clauses[0].start, clauses[0].stop)
    if len(pieces) == 1:
        speaker = report.speaker if report else None
        yield _statement(tokens, pieces[0], speaker=speaker, is_attributed=report is not None)
        return
    for piece in pieces:
        words = tuple(token for part in piece.parts for token in tokens[part.start : part.stop])
        said = find_report(words)
        speaker = said.speaker if said else None
        yield _statement(tokens, piece, speaker=speaker, is_attributed=said is not None)


def _read_clauses(tokens: Sequence[Token], clauses: Sequence[Range]) -> Iterable[Statement]:
    """Each clause by itself; the first statement of a later clause keeps the clause before."""
    for number, clause in enumerate(clauses):
        statements = list(_read_statements(tokens[clause.start : clause.stop]))
        if number and statements:
            before = tokens[clauses[number - 1].start]
            context = Span(before.start, statements[0].span.end)
            statements[0] = replace(statements[0], context=context)
        yield from statements


def _read_content(tokens: Sequence[Token], report: Report) -> Iterable[Statement]:
    """Indirect speech: only the content, or the whole sentence with its speaker."""
    first = _index(tokens, report.content[0].start)
    stop = _index(tokens, report.content[-1].end)
    if len(report.content) == 1:
        cut = _end_of_speech(tokens, first, stop=stop, report=report)
        if _stands_alone(tokens[first:cut], tokens, report):
            for piece in split_statement(tokens[first:cut], 0, cut - first):
                yield _statement(tokens[first:cut], piece, speaker=report.speaker)
        else:
            end = _index(tokens, report.rest.start) - 2 if report.rest else len(tokens)
            whole = Range(0, cut if cut < stop else end)
            for piece in split_figures(tokens, Piece((whole,), whole)):
                yield _statement(tokens, piece, speaker=report.speaker, is_attributed=True)
        if cut < stop:
            yield from _read_after(tokens, cut, stop=stop, report=report)
        if report.rest is not None:
            yield from _read_statements(tokens[_index(tokens, report.rest.start) :])
        return
    # "The strike, according to officials, killed 11 people": the content around the speaker.
    parts = tuple(Range(_index(tokens, s.start), _index(tokens, s.end)) for s in report.content)
    end = parts[-1].stop if report.rest else len(tokens)
    said = [token for part in parts for token in tokens[part.start : part.stop]]
    is_attributed = report.form is Form.INDIRECT and not _stands_alone(said, tokens, report)
    whole = Range(0, end)
    yield _statement(
        tokens,
        Piece((whole,) if is_attributed else parts, whole),
        speaker=report.speaker,
        is_attributed=is_attributed,
    )
    if report.rest is not None:
        yield from _read_statements(tokens[_index(tokens, report.rest.start) :])


def _end_of_speech(tokens: Sequence[Token], first: int, *, stop: int, report: Report) -> int:
    """The end of the content: before a clause with a new report or a simultaneous event.

    Other coordinated clauses may still be the speaker's words, and are kept in the content.
    """
    if report.speaker.start > report.content[0].start:
        return stop
    aside = find_aside(tokens, first, stop)
    if aside is not None or report.form is Form.ACCORDING:
        return aside or stop
    semicolon = next((at for at in range(first, stop) if tokens[at].text == ";"), None)
    if semicolon is not None:
        return semicolon
    for clause in split_clauses(tokens, first, stop)[1:]:
        verb = clause_verb(tokens, clause.start, clause.stop)
        reports_anew = verb is not None and tokens[verb].low in REPORTING
        if reports_anew or tokens[clause.start - 1].low == "as":
            joint = clause.start
            while joint > first and tokens[joint - 1].low in CLAUSE_JOINTS:
                joint -= 1
            return joint
    return stop


def _read_after(
    tokens: Sequence[Token], cut: int, *, stop: int, report: Report
) -> Iterable[Statement]:
    """The text after the speech: a clause of its own, or the speaker's next words."""
    begin = cut
    while begin < stop and tokens[begin].low in CLAUSE_JOINTS:
        begin += 1
    rest = tokens[begin:stop]
    if len(rest) < 2:
        return
    if rest[0].low in ASIDES:
        content = rest[1 + (rest[1].low == "that") :]
        if content:
            yield Statement(
                parts=(Span(content[0].start, content[-1].end),),
                span=Span(rest[0].start, rest[-1].end),
                speaker=report.speaker,
                verb=ASIDES[rest[0].low],
                is_attributed=True,
            )
        return
    yield from _read_statements(rest)


def _read_direct(tokens: Sequence[Token], report: Report) -> Iterable[Statement]:
    """Direct speech: one statement per quotation; text that the article adds is read as well."""
    yield Statement(
        parts=report.content,
        span=Span(report.content[0].start, report.content[-1].end),
        speaker=report.speaker,
        quoted=True,
        verb=report.verb,
        frame=report.frame,
        is_attributed=True,
    )
    if report.rest is not None:
        yield from _read_statements(tokens[_index(tokens, report.rest.start) :])
        return
    end = _index(tokens, report.content[-1].end)
    is_unmarked = tokens[end - 1].text[0] != MASK
    rest = tokens[end:]
    while rest and rest[0].low in {",", "as", "while", "when", "and"}:
        rest = rest[1:]
    if is_unmarked and len(rest) > 2 and report.speaker.end <= report.content[0].start:
        yield from _read_statements(rest)


def _stands_alone(content: Sequence[Token], tokens: Sequence[Token], report: Report) -> bool:
    """Whether the content can be checked without the reporting clause."""
    is_assertion = report.verb in ASSERTING or report.form is Form.ACCORDING
    return is_assertion and not _frame_matters(tokens, report) and can_stand_alone(content)


def can_stand_alone(content: Sequence[Token]) -> bool:
    """Whether spoken words are a checkable sentence by themselves.

    They must have no quotation, no I or you, no pronoun at the start, no possibility and no plan
    without a figure; and they must have a figure or a name that can be checked.
    """
    if not content or any(token.text[0] == MASK for token in content):
        return False
    if any(token.low in ADDRESS and token.text != "US" for token in content):
        return False
    if content[-1].text == "?" or _has_second_verb(content):
        return False
    start = lead_in_end(content, 0, len(content))
    if content[start].low.split("'")[0] in POINTING or content[0].low in POINTING:
        return False
    verb = clause_verb(content, start, len(content))
    if verb is None:
        return False
    has_figure = any(map(is_number, content))
    if any(token.low in _INTENT for token in content[verb : verb + 4]):
        # "will pay $6 million" is a plan with a figure, which pages report without its speaker;
        # "will be" and "will rise" are forecasts, which keep their speaker.
        is_plan = content[verb].low == "will" and verb + 1 < len(content)
        return is_plan and has_figure and content[verb + 1].low not in FORECASTING
    return has_figure or any(is_name(token) for token in content[start + (start == 0) :])


def _has_second_verb(content: Sequence[Token]) -> bool:
    """Whether a verb follows "but" or "and" without a subject: the speaker may be its subject.

    "It finds that the engine failed, but draws no conclusion" is not only about the engine.
    """
    return any(
        token.text == ","
        and content[at + 1].low in {"but", "and"}
        and (content[at + 2].low == "that" or is_verb_form(content[at + 2]))
        for at, token in enumerate(content[:-2])
    )


def _frame_matters(tokens: Sequence[Token], report: Report) -> bool:
    """Whether the frame contains a name or a figure, which would be lost without it."""
    if report.frame is None or report.verb in TELLING:
        return False
    inside = [t for t in tokens if report.frame.start <= t.start < report.frame.end]
    return any(is_number(token) for token in inside) or any(is_name(t) for t in inside[1:])


def _statement(
    tokens: Sequence[Token],
    piece: Piece,
    *,
    speaker: Span | None = None,
    is_attributed: bool = False,
) -> Statement:
    parts = tuple(
        Span(tokens[part.start].start, tokens[part.stop - 1].end)
        for part in piece.parts
        if part.stop > part.start
    )
    own = Span(tokens[piece.own.start].start, tokens[piece.own.stop - 1].end)
    return Statement(parts=parts, span=own, speaker=speaker, is_attributed=is_attributed)


def _index(tokens: Sequence[Token], position: int) -> int:
    """Index of the first token that begins at or after a position of the sentence."""
    return next((at for at, token in enumerate(tokens) if token.start >= position), len(tokens))


def find_aside(tokens: Sequence[Token], first: int, stop: int) -> int | None:
    """Position of the end of the speaker's words before ", while also affirming that ...", or None.

    The participle refers to the speaker, so the text after it is a statement of the same speaker.
    """
    for at in range(first + 2, stop - 3):
        if tokens[at].text != ",":
            continue
        after = at + 1
        while tokens[after].low in {"while", "and", "also"} and after + 1 < stop:
            after += 1
        said = after + 1 + (tokens[after + 1].low == "that")
        if tokens[after].low in ASIDES and clause_verb(tokens, said, stop) is not None:
            return at
    return None
