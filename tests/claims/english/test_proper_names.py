"""Detection of proper names in a text, with titles and folded accents; countries and demonyms."""

from __future__ import annotations

import pytest

from claims.english.proper_names import (
    find_names,
    fold_accents,
    has_word,
    is_country_mentioned,
    is_place_of,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("On Monday Dr Ruth Okembe met the Bank of England.", ["Ruth Okembe", "Bank of England"]),
        ("It was built by General Motors and by General Holm.", ["General Motors", "Holm"]),
        ("It was said by J.K. Row and by Pope Anselm III.", ["J.K. Row", "Anselm III"]),
        ("Prices rose in Lindow’s shops and the Kestrels' shop.", ["Lindow", "Kestrels"]),
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
def test_names_are_found_without_titles(text: str, names: list[str]) -> None:
    found = find_names(text)
    assert [name.text for name in found] == names
    assert [text[name.span.start : name.span.end] for name in found] == names


def test_name_has_its_title_and_its_words() -> None:
    (name,) = find_names("It was said by President Zoë Ångström.")
    assert (name.title, name.words) == ("president", ("zoe", "angstrom"))


def test_ampersand_is_no_word_of_a_name() -> None:
    (name,) = find_names("It was bought by Holm & Berg.")
    assert (name.text, name.words) == ("Holm & Berg", ("holm", "berg"))


def test_accents_are_folded() -> None:
    assert fold_accents("Erdoğan") == "Erdogan"


def test_word_is_found_with_a_plural_or_possessive_s() -> None:
    assert has_word("the miners' and holm's", "holm")
    assert has_word("the miners left", "miner")
    assert not has_word("the holmes left", "holm")


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("Germany", "berlin rejected it", True),
        ("Berlin", "the german government rejected it", True),
        ("the United States", "u.s. officials rejected it", True),
        ("Britain", "the uk rejected it", True),
        ("the Netherlands", "dutch officials rejected it", True),
        ("Germany", "paris rejected it", False),
        ("Holm", "berlin rejected it", False),
    ],
)
def test_country_is_found_under_another_name(name: str, text: str, answer: bool) -> None:
    (found,) = find_names(f"It was rejected by {name}")
    assert is_country_mentioned(found, text) is answer


@pytest.mark.parametrize(
    ("demonym", "text", "answer"),
    [
        ("ecuadorian", "Soldiers in Ecuador moved in.", True),
        ("italian", "Italy won.", True),
        ("japanese", "In Japan it rained.", True),
        ("argentine", "In Argentina it rained.", True),
        ("ecuadorian", "Soldiers in Peru moved in.", False),
        ("italian", "It all began.", False),
    ],
)
def test_demonym_matches_its_place(demonym: str, text: str, answer: bool) -> None:
    assert is_place_of(demonym, text) is answer
