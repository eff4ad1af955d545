"""Tokens are counted as the endpoint does, else estimated; a question that was cut off is seen."""

from __future__ import annotations

import pytest

from claims.reader.parameters import Message
from claims.reader.token_counts import (
    TokenCount,
    count_tokens,
    estimate_tokens,
    find_context,
    is_cut_off,
)

MESSAGES = [Message("system", "x" * 5_000), Message("user", "y" * 7_000)]


def test_tokens_that_the_endpoint_does_not_count_are_estimated() -> None:
    assert estimate_tokens(MESSAGES) == 3_000
    usage = {"prompt_tokens": 2_900, "completion_tokens": 100}
    assert count_tokens(usage, MESSAGES, "z" * 400) == TokenCount(3_000)
    for unknown in (None, {}, {"prompt_tokens": 0}, {"prompt_tokens": "many"}):
        assert count_tokens(unknown, MESSAGES, "z" * 400) == TokenCount(3_100, 3_100)
        assert not is_cut_off(unknown, MESSAGES)


@pytest.mark.parametrize(
    ("tokens", "is_cut"),
    [(100, True), (1_024, True), (2_181, True), (2_182, False), (9_000, False)],
)
def test_a_question_is_cut_off_if_a_token_would_have_too_many_characters(
    tokens: int, is_cut: bool
) -> None:
    assert is_cut_off({"prompt_tokens": tokens}, MESSAGES) is is_cut


def test_a_context_has_room_for_question_and_answer() -> None:
    assert find_context(MESSAGES, answer_tokens=1_000) == 5_120
    assert find_context(MESSAGES, answer_tokens=8_000) == 12_288
