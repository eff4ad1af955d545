"""Read the answer of a model, and check all of it by code. Pure functions.

The search for the JSON object is lenient: thinking, fences and text around it do not matter. Its
content is checked strictly; an answer that breaks a rule is a Fault, which names the rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from claims.evidence.sides import weigh_credibility
from claims.ports import Question
from claims.reader.addressed import find_addressed
from claims.reader.copied_text import compare_form, count_words, find_copied
from claims.reader.question import MARK_LENGTH, MARK_LETTERS, order_passages
from claims.reader.visible import visible_line
from claims.text import PAGE_BREAK
from claims.types import Passage, ReaderQuote, Span, Stance, VerdictLabel

# Maximum characters of an answer without its thinking: 12 long quotations have some 8,000.
_ANSWER_CHARS = 20_000
# Maximum characters of a quotation; a passage of claims/retrieval has at most 900.
_QUOTE_CHARS = 1_000
# Maximum quotations; the question asks for 6 at most, but small models give more.
_MOST_QUOTES = 12
# Minimum words of a quotation: a single word is in nearly every passage, and shows nothing alone.
_LEAST_WORDS = 2
# Minimum words of a quotation that decides: two or three words, such as a name, are in many
# passages that do not decide.
_DECIDING_WORDS = 4
# Maximum characters of the model's own words; longer texts are cut.
_REASON_CHARS = 400

_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT_END = re.compile(r"</(think|thinking|thought|reasoning)>", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)  # small models put line ends into strings
_MARK = re.compile(rf"(?<!\S)[{MARK_LETTERS}]{{{MARK_LENGTH}}}\|\s?")
_ADDRESS = re.compile(r"\b(https?:|www\.)\S+", re.IGNORECASE)
_SIDES = {
    "SUPPORT": Stance.SUPPORTS,
    "SUPPORTS": Stance.SUPPORTS,
    "SUPPORTED": Stance.SUPPORTS,
    "REFUTE": Stance.REFUTES,
    "REFUTES": Stance.REFUTES,
    "REFUTED": Stance.REFUTES,
    "NEUTRAL": Stance.NEUTRAL,
}
_NEEDED = {
    VerdictLabel.SUPPORTED: frozenset({Stance.SUPPORTS}),
    VerdictLabel.REFUTED: frozenset({Stance.REFUTES}),
    VerdictLabel.CONFLICTING_EVIDENCE: frozenset({Stance.SUPPORTS, Stance.REFUTES}),
    VerdictLabel.NOT_ENOUGH_EVIDENCE: frozenset[Stance](),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that keeps all rules. `reason` and `missing` are the model's words, of one line."""

    label: VerdictLabel
    quotes: tuple[ReaderQuote, ...]
    reason: str
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A rule that an answer breaks: `text` is a sentence for the model, `plain` a clause for
    people."""

    text: str
    plain: str


class _Rule(StrEnum):
    """The rules that an answer may break, as clauses for people."""

    ANSWER_LENGTH = "it is too long"
    NO_OBJECT = "it is no JSON object with a label"
    OBJECTS = "it is more than one JSON object"
    LABEL = "its label is none of the four"
    QUOTES = "its quotations do not have the form that was asked for"
    STANCE = "it does not say for which side it quotes"
    PASSAGE = "it quotes a passage that there is not"
    SHORT = "it quotes a single word"
    LONG = "a quotation is too long"
    NOT_COPIED = "a quotation does not stand in the passage that it names"
    LACKING = "its label does not rest on a quotation that counts"
    ONE_SOURCE = "it says that sources disagree, and quotes a single one"


class _Broken(Exception):
    """Raised inside this module, with the rule and the sentence for the model."""

    def __init__(self, rule: _Rule, text: str) -> None:
        super().__init__(rule, text)
        self.fault = Fault(text=text, plain=str(rule))


def read_answer(content: str, question: Question) -> Answer | Fault:
    """The answer in the text that a model wrote to `question`, or the first rule that it breaks.

    Each quotation must be copied from the passage that it names (copied_text.py). SUPPORTED and
    REFUTED need a quotation for their side, CONFLICTING_EVIDENCE one for each side from two
    origins. Quotations of fewer than four words, of sources of low credibility, and of pages that
    address a model (addressed.py) do not count for that. Quotations without a side, and addresses
    in the model's own words, are left out.
    """
    try:
        said = _find_object(content)
        label = _read_label(said.get("label"))
        quotes = _read_quotes(said.get("quotes"), order_passages(question.passages))
        doubted = {found.page for found in find_addressed(question.passages)}
        _check_label(label, [quote for quote in quotes if quote.page not in doubted])
    except _Broken as broken:
        return broken.fault
    return Answer(
        label=label,
        quotes=quotes,
        reason=_read_words(said.get("reason")),
        missing=_read_words(said.get("missing")),
    )


def drop_thinking(content: str) -> str:
    """The text that a model wrote after its thinking; "" if the thinking did not end.

    The chat template of some models opens the thinking itself: then only its end is written.
    """
    text = content.strip()
    ended = _THOUGHT_END.search(text)
    if ended:
        return text[ended.end() :].strip()
    return "" if _THOUGHT.match(text) else text


def _find_object(content: str) -> dict[str, object]:
    """The only JSON object with a label."""
    text = drop_thinking(content)
    if len(text) > _ANSWER_CHARS:
        raise _Broken(
            _Rule.ANSWER_LENGTH, "The answer is too long: write nothing but the JSON object."
        )
    found = [item for item in _list_objects(text) if "label" in item]
    if not found:
        raise _Broken(
            _Rule.NO_OBJECT, 'There is no complete JSON object with "label" in the answer.'
        )
    if any(item != found[0] for item in found):
        raise _Broken(
            _Rule.OBJECTS, "There is more than one JSON object in the answer: write exactly one."
        )
    return found[0]


def _list_objects(text: str) -> Iterator[dict[str, object]]:
    """The outermost JSON objects, up to the first brace that begins none: the text after that brace
    may be part of a broken object, such as the words of a page in a quotation."""
    start = text.find("{")
    while start >= 0:
        try:
            item, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):  # a ValueError also for a number of too many digits
            return
        yield item
        start = text.find("{", end)


def _read_label(said: object) -> VerdictLabel:
    name = re.sub(r"[\s_-]+", "_", said.strip()).upper() if isinstance(said, str) else ""
    try:
        return VerdictLabel(name)
    except ValueError:
        raise _Broken(_Rule.LABEL, f'"label" must be one of {", ".join(VerdictLabel)}.') from None


def _read_quotes(said: object, passages: Sequence[Passage]) -> tuple[ReaderQuote, ...]:
    """The quotations of a side, each once, in the order of the answer."""
    items = [] if said is None else said
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _Broken(
            _Rule.QUOTES, '"quotes" must be a list of objects with "passage", "text" and "stance".'
        )
    if len(items) > _MOST_QUOTES:
        raise _Broken(
            _Rule.QUOTES, f"There are {len(items)} quotes: give the 6 that decide, or fewer."
        )
    quotes = (_read_quote(number, item, passages) for number, item in enumerate(items, 1))
    return tuple(dict.fromkeys(quote for quote in quotes if quote))


def _read_quote(
    number: int, said: dict[str, object], passages: Sequence[Passage]
) -> ReaderQuote | None:
    """A quotation with its place on the page; None for a quotation without a side."""
    stance = _SIDES.get(str(said.get("stance")).strip().upper())
    if stance is None:
        raise _Broken(_Rule.STANCE, f'The "stance" of quote {number} must be SUPPORTS or REFUTES.')
    if stance is Stance.NEUTRAL:
        return None
    place = _read_number(said.get("passage"))
    if not 1 <= place <= len(passages):
        raise _Broken(
            _Rule.PASSAGE,
            f'The "passage" of quote {number} must be a number from 1 to {len(passages)}.',
        )
    text = said.get("text")
    if not isinstance(text, str) or count_words(text) < _LEAST_WORDS:
        raise _Broken(
            _Rule.SHORT, f'The "text" of quote {number} must have at least {_LEAST_WORDS} words.'
        )
    if len(text) > _QUOTE_CHARS:
        raise _Broken(
            _Rule.LONG, f"Quote {number} is too long: copy only the sentence that decides."
        )
    passage = passages[place - 1]
    span = _find_quote(text, passage)
    if span is None:
        missing = _explain_missing(number, place, text=text, passages=passages)
        raise _Broken(_Rule.NOT_COPIED, missing)
    return _place(passage, span, stance)


def _read_number(said: object) -> int:
    """The number of a passage, from a number or from text such as "3" or "Passage 3"; else 0."""
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    found = re.fullmatch(r"(?:passage\s*)?([0-9]{1,3})", str(said).strip(), re.IGNORECASE)
    return int(found[1]) if found else 0


def _find_quote(text: str, passage: Passage) -> Span | None:
    """The place of a quotation in a passage; line marks that were copied with it do not count."""
    compared = compare_form(passage.text)
    return find_copied(text, compared) or find_copied(_MARK.sub("", text), compared)


def _explain_missing(number: int, place: int, *, text: str, passages: Sequence[Passage]) -> str:
    others = [str(n) for n, passage in enumerate(passages, 1) if _find_quote(text, passage)]
    if others:
        return f"Quote {number} does not stand in passage {place}, but in passage {others[0]}."
    return (
        f"Quote {number} does not stand in passage {place}: copy the words of the passage exactly, "
        "without leaving any out."
    )


def _place(passage: Passage, span: Span, stance: Stance) -> ReaderQuote:
    start = passage.span.start
    first = passage.page_number
    return ReaderQuote(
        quote=passage.text[span.start : span.end],
        span=Span(start + span.start, start + span.end),
        stance=stance,
        page=passage.page,
        page_number=first and first + passage.text.count(PAGE_BREAK, 0, span.start),
    )


def _check_label(label: VerdictLabel, quotes: Sequence[ReaderQuote]) -> None:
    """Raise _Broken if the label is not based on quotations that count."""
    origins: dict[Stance, set[str]] = {Stance.SUPPORTS: set(), Stance.REFUTES: set()}
    for quote in quotes:
        is_long = count_words(quote.quote) >= _DECIDING_WORDS
        if is_long and weigh_credibility(quote.page.credibility) == 1:
            origins[quote.stance].add(quote.page.origin)
    lacking = [side for side in sorted(_NEEDED[label]) if not origins[side]]
    if lacking:
        raise _Broken(
            _Rule.LACKING,
            f"{label} needs a quote with the stance {lacking[0]}, of at least {_DECIDING_WORDS} "
            'words, from a page without "low credibility" and without orders to a model. If there '
            "is none, choose another label.",
        )
    if label is VerdictLabel.CONFLICTING_EVIDENCE and not any(
        one != other for one, other in product(*origins.values())
    ):
        raise _Broken(
            _Rule.ONE_SOURCE,
            f"{label} needs quotes of both stances from different sources: pages that repeat one "
            "report are one source.",
        )


def _read_words(said: object) -> str:
    """The model's own words as one visible line, without addresses."""
    text = _ADDRESS.sub("[address]", said) if isinstance(said, str) else ""
    return visible_line(text, most_chars=_REASON_CHARS)
