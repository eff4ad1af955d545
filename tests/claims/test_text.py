"""Lines of pages, and shingles."""

from __future__ import annotations

from claims.text import clean_line, jaccard, shingles


def test_cleaned_line_is_composed_and_has_no_control_characters() -> None:
    assert (
        clean_line(" The\tcafe\u0301 \n of\x1b[31m\ud800 Kisoro ") == "The caf\u00e9 of[31m Kisoro"
    )


def test_short_text_has_one_shingle() -> None:
    assert shingles(["two", "words"]) == {("two", "words")}
    assert jaccard(shingles([]), shingles([])) == 0
