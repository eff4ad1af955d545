"""What code proposes, and what is left of it once the judge was asked."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from claims.types import FindingResult
from claims.verdicts.findings.comparing import propose, settle

CLAIM = "The new ferry terminal at Port Halden cost 13.5 million dollars."
SURE = np.array([[0.9, 0.05, 0.05]], np.float32)
NOT_SO = np.array([[0.1, 0.1, 0.8]], np.float32)
OPEN = np.array([0.2, 0.3, 0.5], np.float32)


@pytest.mark.parametrize(
    ("passage", "told", "result"),
    [
        (
            "The new ferry terminal at Port Halden cost 13.5m USD.",
            "13.5m USD",
            FindingResult.MATCH,
        ),
        (
            "The new ferry terminal at Port Halden cost $20 million.",
            "$20 million",
            FindingResult.DIFFERS,
        ),
    ],
)
def test_judge_settles_what_code_proposes(passage: str, told: str, result: FindingResult) -> None:
    proposals = propose(CLAIM, passage)
    assert [proposal.claim for proposal in proposals] == [
        CLAIM.replace("13.5 million dollars", told)
    ]
    (finding,) = settle(proposals, SURE, OPEN)
    assert (finding.claim, finding.evidence, finding.result) == (
        "13.5 million dollars",
        told,
        result,
    )
    assert finding.rule
    assert settle(proposals, NOT_SO, OPEN) == ()


@pytest.mark.parametrize(
    "passage",
    [
        "The city has 20 million inhabitants.",
        "A bridge in Oldfield cost $20 million.",
        "",
    ],
)
def test_another_thing_is_not_proposed(passage: str) -> None:
    assert propose(CLAIM, passage) == ()


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        (
            "The council approved the bridge by 14 votes to 9.",
            "Council approves 26 million crowns for the bridge",
        ),
        (
            "The council approved 26 million crowns for the bridge.",
            "The council approved the bridge by 14 votes to 9.",
        ),
        (
            "The council approved the bridge with nine votes against fourteen.",
            "Council approves bridge of 310 metres for 26 million",
        ),
    ],
)
def test_counts_of_different_nouns_or_of_none_never_differ(claim: str, passage: str) -> None:
    assert propose(claim, passage) == ()


def test_a_vote_differs_from_another_vote() -> None:
    claim = "The council approved the bridge with 14 votes."
    (proposal,) = propose(claim, "The council approved the bridge with 15 votes.")
    assert (proposal.told, proposal.result) == ("15", FindingResult.DIFFERS)


def test_what_follows_by_arithmetic_does_not_differ() -> None:
    passage = "The fire in the old mill hurt 12 men and 18 women."
    assert propose("The fire in the old mill hurt 30 people.", passage) == ()


def test_a_date_is_compared_by_the_day_of_the_page() -> None:
    claim = "The council voted to close the swimming pool on 12 March 2024."
    passage = "The council voted to close the swimming pool yesterday."
    (proposal,) = propose(claim, passage, page_date=date(2024, 3, 14))
    assert (proposal.told, proposal.result) == ("yesterday", FindingResult.DIFFERS)


def test_relative_dates_of_the_claim_are_not_those_of_the_page() -> None:
    claim = "The council voted to close the swimming pool yesterday."
    passage = "The council voted to close the swimming pool on 12 March 2024."
    assert propose(claim, passage, page_date=date(2024, 3, 14)) == ()


@pytest.mark.parametrize(
    "claim",
    [
        "The new ferry terminal at Port Halden did not cost 13.5 million dollars.",
        "The new ferry terminal at Port Halden never cost 13.5 million dollars.",
    ],
)
def test_nothing_is_proposed_of_what_a_claim_denies(claim: str) -> None:
    assert propose(claim, "The new ferry terminal at Port Halden cost $20 million.") == ()


def test_a_hedge_denies_nothing() -> None:
    claim = "The new ferry terminal at Port Halden cost no more than 13.5 million dollars."
    assert propose(claim, "The new ferry terminal at Port Halden cost $40 million.") != ()


@pytest.mark.parametrize(
    ("claim", "passage", "asked"),
    [
        (
            "The castle of Alby was built in 1850.",
            "The castle of Alby was built before 1800.",
            "The castle of Alby was built before 1800.",
        ),
        (
            "The castle of Alby was built before 1800.",
            "The castle of Alby was built in 1850.",
            "The castle of Alby was built in 1850.",
        ),
        (
            "The castle of Alby was built after 1800.",
            "The castle of Alby was built on 4 May 1750.",
            "The castle of Alby was built on 4 May 1750.",
        ),
    ],
)
def test_the_judge_is_asked_in_whole_sentences(claim: str, passage: str, asked: str) -> None:
    (proposal,) = propose(claim, passage)
    assert proposal.claim == asked
