"""Lines of pages, and shingles."""

from __future__ import annotations

from claims.text import clean_line, jaccard, shingles


def test_a_line_from_a_page_is_composed_and_holds_no_control_characters() -> None:
    assert (
        clean_line(" The\tcafe\u0301 \n of\x1b[31m\ud800 Kisoro ") == "The caf\u00e9 of[31m Kisoro"
    )


def test_shingles_of_a_short_text_are_its_one_run() -> None:
    assert shingles("Two words") == {("two", "words")}
    assert jaccard(shingles(""), shingles("")) == 0
