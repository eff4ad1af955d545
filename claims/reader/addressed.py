"""Finds text of pages that addresses a language model. Pure functions.

The patterns are simple and find only open orders to a model. The text found is shown to people
beside the evidence. A page with such text is not shown to a reader (leave_out_addressed), and an
answer based only on such pages is discarded (answers.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from claims.ports import Question
from claims.reader.question import describe_page
from claims.reader.visible import visible_line
from claims.text import fold_spaces
from claims.types import Addressed, Passage

_LABELS = r"(SUPPORTED|REFUTED|CONFLICTING[_ ]EVIDENCE|NOT[_ ]ENOUGH[_ ]EVIDENCE)"
_MODEL = r"(AI|A\.I\.|LLM|artificial intelligence|(large )?language model|chat ?bot|AI assistant)s?"
_ORDERS = "answer|respond|reply|output|return|conclude|classify|label|mark|rate|say"
# Words of orders are compared without case, labels as they are written.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # An order to forget the instruction, or another one.
        r"(?i:\b(ignore|disregard|forget|override|bypass)\b[^.!?]{0,40}\b(instruction|prompt)s?\b)",
        r"(?i:\b(new|updated|system) (instruction|prompt)s?\s*:)",
        # Who is spoken to.
        rf"(?i:\b(you are|you're|act as|pretend to be) (now )?(an? |the )?(\w+ )?{_MODEL}\b)",
        rf"(?i:\b(attention|note to|message (to|for)|if you are)\b,? (\w+ )?{_MODEL}\b)",
        # What is to be answered.
        rf"(?i:\b({_ORDERS})\b)[^.!?]{{0,60}}\b{_LABELS}\b",
        rf"(?i:\b({_ORDERS}) (this|the|it|every|all) (claims? )?as \W?(true|supported|refuted)\b)",
        # An answer, the frame of the question, or the turns of a conversation, forged.
        r"(?i:\b(label|stance)[\"”]?\s*:\s*[\"“](SUPPORT|REFUTE|CONFLICTING|NOT[_ ]ENOUGH))",
        r"(?i:[\"“]quotes[\"”]\s*:\s*\[|\bend of the passages\b)",
        # ChatML, Llama 3, Phi and Cohere; DeepSeek, with wide bars; Gemma; others, then Mistral.
        r"<\|[A-Za-z_]{2,40}\|>|<｜[^｜<>\n]{1,40}｜>",
        r"(?i:</?(start|end)_of_turn>|</?(bos|eos|s|system|assistant|user|think|thinking)>)",
        r"(?i:\[/?INST\]|\[/?(SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<</?SYS>>)",
        r"(?i:###\s*(instruction|system|response)\b)",
    )
)
_HEADING = re.compile(r"^(PAGE|Passage) [0-9]+( \([^)\n]{0,80}\))?:?$", re.MULTILINE)
# ASCII in invisible tags; a flag of a region, which begins with a black flag, has them too.
_TAGS = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+|([\U000e0020-\U000e007e]{3,})")
_TAG_OFFSET = 0xE0000
# Maximum characters of what is shown, and around what was found.
_SHOWN_CHARS = 240
_AROUND_CHARS = 60


def find_addressed(passages: Sequence[Passage]) -> tuple[Addressed, ...]:
    """Text that addresses a model, in the passages and the details of their pages, each once.

    The quotation of a find is the visible text around it; for text in invisible tags, that text.
    """
    found: dict[Addressed, None] = {}
    for passage in passages:
        for text in (passage.text, *describe_page(passage.page).values()):
            for quote in _find_quotes(text):
                found.setdefault(Addressed(quote=quote, page=passage.page))
    return tuple(found)


def leave_out_addressed(question: Question) -> Question:
    """The question without the pages that address a model, and without a claimant that does so."""
    pages = {found.page for found in find_addressed(question.passages)}
    claimant = question.claimant
    return replace(
        question,
        claimant=None if claimant and any(_find_quotes(claimant)) else claimant,
        passages=tuple(passage for passage in question.passages if passage.page not in pages),
    )


def _find_quotes(text: str) -> Iterator[str]:
    for tags in _TAGS.finditer(text):
        hidden = "".join(chr(ord(tag) - _TAG_OFFSET) for tag in tags[1] or "")
        if hidden:
            yield visible_line(f"[invisible] {hidden}", most_chars=_SHOWN_CHARS)
    for heading in _HEADING.finditer(text):
        yield fold_spaces(heading.group())
    line = visible_line(text, most_chars=len(text) + 1)
    end = 0
    for match in sorted(
        (match for pattern in _PATTERNS for match in pattern.finditer(line)),
        key=lambda match: match.start(),
    ):
        if match.start() >= end:  # one place is shown once
            end = match.end() + _AROUND_CHARS
            yield visible_line(
                line[max(0, match.start() - _AROUND_CHARS) : end], most_chars=_SHOWN_CHARS
            )
