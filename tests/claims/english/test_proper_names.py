"""Detection of proper names in a text, with titles and folded accents."""

from __future__ import annotations

import pytest

from claims.english.proper_names import find_names, fold_accents, has_word


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("On Monday Dr Ruth Okembe met the Bank of England.", ["Ruth Okembe", "Bank of England"]),
        ("It was built by General Motors and by General Holm.", ["General Motors", "Holm"]),
        ("It was said by J.K. Row and by Pope Anselm III.", ["J.K. Row", "Anselm III"]),
        ("Prices rose in Lindow’s shops.", ["Lindow"]),
        ("NASA landed there before AT&T did.", ["NASA", "AT&T"]),
        ("The Bank of Norra raised rates in March and May.", ["Bank of Norra"]),
        ("Per Holm met Lea da Costa and Jan el Amin.", ["Per Holm", "Lea da Costa", "Jan el Amin"]),
        ("It was Energy Secretary Ann Lee.", ["Ann Lee"]),
        ("It was Secretary of State Ann Lee.", ["Ann Lee"]),
        ("A Foreign Office aide met farmer Jon Holm.", ["Foreign Office", "Jon Holm"]),
        ("Nobody came.", []),
        ("", []),
    ],
)
def test_names_stand_without_titles(text: str, names: list[str]) -> None:
    found = find_names(text)
    assert [name.text for name in found] == names
    assert [text[name.span.start : name.span.end] for name in found] == names


def test_title_and_words_are_told() -> None:
    (name,) = find_names("It was said by President Zoë Ångström.")
    assert (name.title, name.words) == ("president", ("zoe", "angstrom"))


def test_an_ampersand_between_words_is_no_word() -> None:
    (name,) = find_names("It was bought by Holm & Berg.")
    assert (name.text, name.words) == ("Holm & Berg", ("holm", "berg"))


def test_accents_are_folded() -> None:
    assert fold_accents("Erdoğan") == "Erdogan"


def test_word_may_have_an_s() -> None:
    assert has_word("the miners' and holm's", "holm")
    assert has_word("the miners left", "miner")
    assert not has_word("the holmes left", "holm")
