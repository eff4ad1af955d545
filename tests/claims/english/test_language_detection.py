"""Language detection: foreign pages are detected, and no English page counts as foreign."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.english.language_detection import (
    detect,
    find_language,
    is_english,
    is_long_enough,
    name_of,
)

# Two texts in each of twelve languages, and 20 English texts that are difficult to detect: full of
# names, tables, with scanning errors, with passages in other languages.
LINES = (Path(__file__).parent / "languages.jsonl").read_text(encoding="utf-8").splitlines()
SAMPLES = [json.loads(line) for line in LINES]
TEXTS = [(one["language"], one["text"]) for one in SAMPLES if one["language"] != "en"]
ENGLISH = {one["name"]: one["text"] for one in SAMPLES if one["language"] == "en"}


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_page_in_another_language_is_detected(code: str, text: str) -> None:
    assert is_long_enough(text)
    assert detect(text) == code
    assert find_language(text, declared="en") == code


@pytest.mark.parametrize("text", ENGLISH.values(), ids=ENGLISH)
@pytest.mark.parametrize("declared", [None, "en", "fr"])
def test_english_pages_are_detected_as_english(text: str, declared: str | None) -> None:
    language = find_language(text, declared=declared)
    assert language in (None, "en") or not is_long_enough(text)


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_english_names_do_not_change_the_language_of_a_page(code: str, text: str) -> None:
    assert find_language(f"The Daily Post | News from the valley\n{text}", declared=None) == code


def test_short_text_has_its_declared_language() -> None:
    for text in ("Le pont est fermé pendant trois mois.", "", "Привет", "12 | 13 | 14"):
        assert not is_long_enough(text)
        assert find_language(text, declared="fr") == "fr"
        assert find_language(text, declared=None) is None


def test_language_codes_have_english_names() -> None:
    assert len({name_of(code) for code, _ in TEXTS}) == 12
    assert all(name_of(code) != code for code, _ in TEXTS)
    assert name_of("xx") == "xx"


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("The council closed the bridge for three months.", True),
        ("Le pont est fermé.", True),  # too short for a reliable detection
        ("Le conseil municipal a décidé mardi soir de fermer le pont pendant trois mois.", False),
        ("Мост закрыт.", False),
        ("", True),
    ],
)
def test_sentence_is_foreign_only_if_that_is_clear(sentence: str, answer: bool) -> None:
    assert is_english(sentence) is answer
