"""Attribution of a quotation to its speaker."""

from __future__ import annotations

import pytest

from claims.english.quotation import find_quotations
from claims.english.quotation_speakers import find_speaker


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Secretary of State Ana Sorel said that they would “blow them up”.", "ana sorel"),
        ("Sorel met Foreign Minister Eva Lund. Sorel said that all would “help”.", "sorel"),
        ("“And blow them up,” Sorel, who leads the party in Oldbridge, said.", "sorel"),
        ("Sorel of the Lindow Institute said: “And blow them up.”", "sorel"),
        ("“The mine is finished,” said Mayor Jonas Wyke.", "jonas wyke"),
        ("Jonas Wyke spoke first. “The mine is finished,” he said.", "jonas wyke"),
        ("According to Jonas Wyke, the mine is “finished”.", "jonas wyke"),
        ("The mine is “finished”.", ""),
        ("“The mine is finished,” the mayor said in an interview with Fox News.", ""),
        ("“The mine is finished,” the mayor said on Monday in New York.", ""),
        ("“The mine is finished,” a spokesman told Sky News.", ""),
        ("Macron was in Saudi Arabia. “The mine is finished,” he said.", ""),
        ("It was said that the mine is “finished”.", ""),
    ],
)
def test_speaker_is_who_stands_at_the_verb(text: str, speaker: str) -> None:
    (quotation,) = find_quotations(text)
    assert find_speaker(text, quotation.span) == tuple(speaker.split())
