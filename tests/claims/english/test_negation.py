"""Opposites of statements; tests/claims/retrieval/test_queries.py has more cases."""

from __future__ import annotations

import pytest

from claims.english.negation import find_opposite


@pytest.mark.parametrize(
    ("text", "opposite"),
    [
        ("He did not sign the law.", "He did sign the law."),
        ("Prices rose in May.", "Prices fell in May."),
        ("The bridge is 42 metres long.", None),
        ("Never", ""),
        ("", None),
    ],
)
def test_opposite_drops_the_negation_or_replaces_a_word(text: str, opposite: str | None) -> None:
    assert find_opposite(text) == opposite
