"""Characters that are invisible or reorder text are replaced by names; all others are unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.report.unseen import Part, reveal, reveal_line


@pytest.mark.parametrize(
    ("character", "code", "name"),
    [
        ("\u202e", "U+202E", "RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066", "LEFT-TO-RIGHT ISOLATE"),
        ("\u200b", "U+200B", "ZERO WIDTH SPACE"),
        ("\ufeff", "U+FEFF", "ZERO WIDTH NO-BREAK SPACE"),
        ("\x1b", "U+001B", "control character"),
        ("\ud800", "U+D800", "control character"),
        ("\U000e0041", "U+E0041", "TAG LATIN CAPITAL LETTER A"),
    ],
)
def test_unseen_character_is_named(character: str, code: str, name: str) -> None:
    assert reveal(f"a{character}b") == (Part("a"), Part(code, name), Part("b"))


def test_joiner_between_latin_letters_is_named() -> None:
    assert reveal_line("pay\u200dpal") == "pay[U+200D]pal"


@pytest.mark.parametrize("text", ["می\u200cخواهم", "👩\u200d🚀", "क्\u200dष", "tab\tand\nline"])
def test_joiners_of_other_scripts_and_ordinary_white_space_stay(text: str) -> None:
    assert reveal(text) == (Part(text),)


@given(st.text())
def test_other_characters_are_unchanged(text: str) -> None:
    kept = "".join(part.text for part in reveal(text) if part.name is None)
    rest = iter(text)
    assert all(character in rest for character in kept)
    assert len(text) == len(kept) + sum(part.name is not None for part in reveal(text))
