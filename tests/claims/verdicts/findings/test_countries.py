"""Countries under their other names."""

from __future__ import annotations

import pytest

from claims.verdicts.findings.countries import is_country_mentioned
from claims.verdicts.findings.names import find_names


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
