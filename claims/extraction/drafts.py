"""Turns the statements of a sentence into text that stands alone, with the speaker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.english.person_names import People
from claims.english.quotation import find_quotations, mask_quotations
from claims.english.sentences import split_sentences
from claims.english.tokens import Token, tokenise
from claims.extraction.coreference import Discourse
from claims.extraction.decontextualise import name_in_full
from claims.extraction.speakers import Speaker, name_speaker
from claims.extraction.statements import Statement, can_stand_alone, find_pieces
from claims.types import Span

_MARKS = "\"“”„«»‘’'"
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A statement in its final words; `span` is a part of the sentence.

    `is_attributed` means that the reporting clause is part of the claim, `is_unmarked` that the
    text is direct speech without quotation marks. `words` is the verbatim text of direct speech.
    """

    text: str
    span: Span
    speaker: Speaker | None
    is_attributed: bool
    needs_context: bool
    is_unmarked: bool = False
    words: str = ""


class Drafter:
    """Writes drafts of one article's statements and notes each of them in the discourse."""

    def __init__(self, people: People, discourse: Discourse) -> None:
        self._people = people
        self._discourse = discourse

    def write(self, statement: Statement, *, sentence: str, masked: str) -> Iterator[Draft]:
        """The drafts of one statement: several for a quotation of several sentences, or none."""
        speaker = self._read_speaker(statement, sentence)
        if not statement.quoted or speaker is None:
            yield self._write_plain(statement, speaker, sentence=sentence, masked=masked)
            return
        how = _saying(statement, sentence)
        insides = [_inside_marks(sentence, part) for part in statement.parts]
        insides = [inside for inside in insides if inside.end > inside.start]
        if len(insides) == 2 and sentence[insides[1].start].islower():
            yield self._quote_around(sentence, insides, speaker=speaker, how=how)
            return
        for part in statement.parts:
            yield from self.quote(sentence, part, speaker=speaker, how=how)

    def quote(self, sentence: str, span: Span, *, speaker: Speaker, how: str) -> Iterator[Draft]:
        """The sentences of one quotation: alone if they can be checked alone, else as quoted words.

        `how` is the reporting clause with a place for the speaker: "In Quito, {} said".
        """
        inner = _inside_marks(sentence, span)
        is_unmarked = inner == span
        for said in split_sentences(sentence[inner.start : inner.end]):
            words = said.text.strip(" ,;")
            if len(words.split()) < _FEWEST_WORDS:
                continue
            start, end = (inner.start + edge for edge in said.span)
            tokens = tokenise(sentence[:end], start=start)
            if can_stand_alone(tokens):
                for statement in find_pieces(tokens, speaker=span):
                    yield self._write_plain(statement, speaker, sentence=sentence, masked=sentence)
                continue
            yield self._say(
                words, Span(start, end), speaker=speaker, how=how, is_unmarked=is_unmarked
            )

    def _quote_around(
        self, sentence: str, insides: Sequence[Span], *, speaker: Speaker, how: str
    ) -> Draft:
        """One sentence that the speaker's name interrupts: "We will win," he said, "by May."."""
        words = " ".join(sentence[inside.start : inside.end].strip() for inside in insides)
        return self._say(
            words.strip(" ,;"),
            Span(insides[0].start, insides[-1].end),
            speaker=speaker,
            how=how,
            is_unmarked=False,
        )

    def _say(
        self, words: str, span: Span, *, speaker: Speaker, how: str, is_unmarked: bool
    ) -> Draft:
        """The statement that the speaker said the quoted words."""
        ending = "" if words.endswith((".", "!", "?", "…")) else "."
        text = f'{how.format(speaker.name)}: "{words}{ending}"'
        self._note(text, speaker)
        return Draft(
            text=text,
            span=span,
            speaker=speaker,
            is_attributed=True,
            needs_context=not speaker.is_known,
            is_unmarked=is_unmarked,
            words=words,
        )

    def _write_plain(
        self, statement: Statement, speaker: Speaker | None, *, sentence: str, masked: str
    ) -> Draft:
        text = join_parts(sentence, statement.parts)
        hidden = join_parts(masked, statement.parts)
        if statement.verb and speaker is not None:
            opening = f"{speaker.name} {statement.verb} that "
            text, hidden = opening + text, opening + hidden
        person = speaker.person if speaker else None
        resolved = self._discourse.resolve(text, hidden, speaker=person)
        if resolved.needs_context and statement.context is not None:
            around = (statement.context,)
            resolved = self._discourse.resolve(
                join_parts(sentence, around), join_parts(masked, around), speaker=person
            )
        text = name_in_full(resolved.text, resolved.masked, self._people)
        self._note(text, speaker)
        return Draft(
            text=text,
            span=statement.span,
            speaker=speaker,
            is_attributed=statement.is_attributed,
            needs_context=resolved.needs_context,
        )

    def _read_speaker(self, statement: Statement, sentence: str) -> Speaker | None:
        if statement.speaker is None:
            return None
        start, end = statement.speaker
        return name_speaker(sentence[start:end], self._discourse)

    def _note(self, text: str, speaker: Speaker | None) -> None:
        hidden = mask_quotations(text, find_quotations(text))
        self._discourse.note(hidden, speaker=speaker.person if speaker else None)


def _saying(statement: Statement, sentence: str) -> str:
    """ "{} said in Quito", or "Outside court, {} said": the frame keeps its position."""
    verb, frame = statement.verb, statement.frame
    words = sentence[frame.start : frame.end].replace("{", "(").replace("}", ")") if frame else ""
    if not frame or not statement.speaker or not words[:1].isalnum():
        return f"{{}} {verb}"
    is_before = frame.start < statement.speaker.start
    return f"{words}, {{}} {verb}" if is_before else f"{{}} {verb} {words}"


def _inside_marks(sentence: str, span: Span) -> Span:
    start, end = span
    if end > start and sentence[start] in _MARKS:
        start += 1
        if end > start and sentence[end - 1] in _MARKS:
            end -= 1
    return Span(start, end)


def join_parts(text: str, parts: Sequence[Span]) -> str:
    """The pieces of `text`, with a space between two unless the second begins with a mark."""
    joined = ""
    for part in parts:
        piece = text[part.start : part.end]
        joined += piece if not joined or piece[:1] in ",;:" else f" {piece}"
    return joined


def is_only_quotation(tokens: Sequence[Token]) -> bool:
    """Whether there are only quoted words and marks."""
    return bool(tokens) and all(not token.text[0].isalnum() for token in tokens)
