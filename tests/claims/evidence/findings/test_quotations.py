"""Comparison of the quotations of a claim with the passage."""

from __future__ import annotations

import pytest

from claims.evidence.findings.quotations import find_quoted
from claims.types import FindingResult

PASSAGE = (
    "Mayor Ana Sorel spoke first. “We will not close the mine unless the price falls,” she said. "
    "Her deputy, Jonas Wyke, disagreed: “The mine is finished.”"
)


@pytest.mark.parametrize(
    ("claim", "result"),
    [
        ("Mayor Ana Sorel said: “We will not close the mine”.", FindingResult.CUT),
        ("Sorel said “we will close the mine unless the price falls”.", FindingResult.CUT),
        (
            "Sorel said “We will never sell the mine unless the price falls”.",
            FindingResult.ALTERED,
        ),
        ('Jonas Wyke said "the mine is finished".', FindingResult.VERBATIM),
        ("“The mine is finished,” Ana Sorel said.", FindingResult.OTHER_SPEAKER),
        ("It is said that «The mine is finished».", FindingResult.VERBATIM),
    ],
)
def test_result(claim: str, result: FindingResult) -> None:
    (finding,) = find_quoted(claim, PASSAGE)
    assert finding.result is result
    assert finding.evidence in PASSAGE
    assert finding.rule


@pytest.mark.parametrize(
    "claim",
    [
        "Sorel said “all miners will be paid in full this year”.",
        "No quotation here.",
        "An unbalanced “mark",
        "“”",
        "",
    ],
)
def test_nothing_to_say(claim: str) -> None:
    assert find_quoted(claim, PASSAGE) == ()


def test_quotation_within_a_quotation_and_broken_by_its_speaker() -> None:
    passage = '"He told me," Ruud testified, "\'I will burn it down\'."'
    (finding,) = find_quoted("\"He told me 'I will burn it down',\" Ruud testified.", passage)
    assert finding.result is FindingResult.VERBATIM


@pytest.mark.parametrize(
    "passage",
    [
        "In Oldbridge, Secretary of State Ana Sorel said that they would help “and blow them up”.",
        "Sorel met Foreign Minister Eva Lund. Sorel said that all would help “and blow them up”.",
        "“And blow them up,” Sorel, who leads the party in Oldbridge, said.",
        "Sorel of the Lindow Institute said: “And blow them up.”",
    ],
)
def test_same_speaker_in_other_words(passage: str) -> None:
    (finding,) = find_quoted(
        "Ana Sorel said in Oldbridge that the United States would “blow them up”.", passage
    )
    assert finding.result is FindingResult.VERBATIM


@pytest.mark.parametrize(
    "passage",
    [
        "A quotation of Ana Sorel, “the mine is finished”, is fabricated.",
        "Sorel never said “the mine is finished”, her office says.",
        "Sorel did not say that “the mine is finished”.",
    ],
)
def test_words_that_were_never_said_bear_nothing_out(passage: str) -> None:
    assert find_quoted("Ana Sorel said “the mine is finished”.", passage) == ()
    told = f"{passage} On Monday Ana Sorel said: “We will fight.”"
    (finding,) = find_quoted("Ana Sorel said “we will fight”.", told)
    assert finding.result is FindingResult.VERBATIM
