"""The tokens of a request, counted or estimated; questions that were cut off. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import BaseModel, Field, ValidationError

from claims.reader.parameters import Message

# Characters of English in one token, about: for endpoints that do not count.
_TOKEN_CHARS = 4
# Maximum characters in one token of a question: an endpoint that counts fewer tokens has read a
# part of it. Questions of labelled claims have 3.7 to 4.0 with the 30,000 words of the judge's
# vocabulary; larger vocabularies have some more, other languages than English fewer.
_MOST_TOKEN_CHARS = 5.5
# Sizes of contexts are multiples of it.
_CONTEXT_STEP = 1024


class TokenCount(NamedTuple):
    """The tokens of one request, and the part of them that the endpoint did not count."""

    tokens: int
    estimated: int = 0


class _Usage(BaseModel):
    prompt_tokens: int = Field(gt=0, le=10**9)
    completion_tokens: int = Field(default=0, ge=0, le=10**9)


def estimate_tokens(messages: Sequence[Message]) -> int:
    """The tokens of a question, about."""
    return _count_characters(messages) // _TOKEN_CHARS


def count_tokens(usage: object, messages: Sequence[Message], text: str) -> TokenCount:
    """The tokens of question and answer; `usage` is that of the completion, in any form."""
    counted = _read(usage)
    if counted is None:
        guess = (_count_characters(messages) + len(text)) // _TOKEN_CHARS
        return TokenCount(guess, guess)
    return TokenCount(counted.prompt_tokens + counted.completion_tokens)


def is_cut_off(usage: object, messages: Sequence[Message]) -> bool:
    """Whether the endpoint has read far fewer tokens than the question has."""
    counted = _read(usage)
    return counted is not None and counted.prompt_tokens * _MOST_TOKEN_CHARS < _count_characters(
        messages
    )


def find_context(messages: Sequence[Message], *, answer_tokens: int) -> int:
    """The tokens of a context in which question and answer have room, as a multiple of 1024."""
    needed = _count_characters(messages) // (_TOKEN_CHARS - 1) + answer_tokens
    return -(-needed // _CONTEXT_STEP) * _CONTEXT_STEP


def _count_characters(messages: Sequence[Message]) -> int:
    return sum(len(message.content) for message in messages)


def _read(usage: object) -> _Usage | None:
    try:
        return _Usage.model_validate(usage)
    except ValidationError:
        return None
