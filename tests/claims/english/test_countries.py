"""Countries under other names, and demonyms."""

from __future__ import annotations

import pytest

from claims.english.countries import is_country_mentioned, is_place_of
from claims.english.proper_names import find_names


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
def test_mentioned_under_another_name(name: str, text: str, answer: bool) -> None:
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
def test_place_of_a_demonym(demonym: str, text: str, answer: bool) -> None:
    assert is_place_of(demonym, text) is answer
