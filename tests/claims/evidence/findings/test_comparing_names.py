"""Names of the claim that the passage does not mention, or mentions in another role."""

from __future__ import annotations

import pytest

from claims.evidence.findings.comparing_names import find_named
from claims.types import FindingResult


def absent(claim: str, passage: str, title: str = "") -> list[str]:
    found = find_named(claim, passage, title=title)
    return [f.claim for f in found if f.result is FindingResult.ABSENT]


@pytest.mark.parametrize(
    ("claim", "passage", "name"),
    [
        ("It was closed by Northgate Power.", "Southgate Power closed it.", "Northgate Power"),
        ("The mayor is Jan Meier.", "The mayor, Jana Meier, spoke.", "Jan Meier"),
        ("It happened in Oldbridge.", "It happened in Stonebridge.", "Oldbridge"),
    ],
)
def test_absent(claim: str, passage: str, name: str) -> None:
    assert absent(claim, passage) == [name]


def test_title_of_the_page_counts() -> None:
    assert absent("It was banned by Lars Holm.", "The mayor banned it.", "Holm bans it") == []


def test_winner_and_loser_trade_places() -> None:
    found = find_named("In May Calder Town beat Elmont Rovers.", "Elmont Rovers beat Calder Town.")
    assert {f.result for f in found} == {FindingResult.OTHER_ROLE}


def test_passive_says_the_same() -> None:
    assert find_named("In May Calder beat Elmont.", "On 4 May, Elmont was beaten by Calder.") == ()


def test_another_holder_of_the_office_is_named() -> None:
    claim = "In May they met Foreign Minister Luisa Ferrando."
    passage = "They met the foreign minister, Gabriela Sommerfeld, and President Ana Sorel."
    (finding,) = find_named(claim, passage)
    assert (finding.evidence, finding.result) == ("Gabriela Sommerfeld", FindingResult.DIFFERS)
