"""Search queries built from a claim, one or more per purpose."""

from __future__ import annotations

import pytest

from claims.retrieval.queries import look_for_opposite, make_queries
from claims.types import Purpose

CLAIM = "Mayor Ines Kolb said on Monday that Alby will spend $13.5 million on the Orrin Bridge."


def texts(claim: str, purpose: Purpose, claimant: str | None = None) -> list[str]:
    return [q.text for q in make_queries(claim, claimant=claimant) if q.purpose is purpose]


def test_claim_gives_a_query_for_each_purpose() -> None:
    assert texts(CLAIM, Purpose.CLAIM) == [CLAIM]
    assert texts(CLAIM, Purpose.TERMS) == ["Ines Kolb Alby Orrin Bridge 13.5 million"]
    assert texts(CLAIM, Purpose.NAME) == ["Ines Kolb", "Orrin Bridge", "Alby"]
    assert texts(CLAIM, Purpose.OPPOSITE) == [f"fact check: {CLAIM}"]


def test_claimant_query_is_made_only_if_the_claim_does_not_name_the_claimant() -> None:
    assert texts("Taxes fell by 3%.", Purpose.CLAIMANT, "Ines Kolb") == ["Ines Kolb 3%"]
    assert texts("Taxes fell by 3 percent.", Purpose.CLAIMANT, "Ines Kolb") == ["Ines Kolb 3%"]
    assert texts(CLAIM, Purpose.CLAIMANT, "Ines Kolb") == []


@pytest.mark.parametrize(
    ("claim", "names"),
    [
        ("Unemployment fell in May.", []),
        ("Wages rose in July and August.", []),
        ("Between March and June Alby was closed.", ["Alby"]),
        ("Alby's bridge is closed, Alby says.", ["Alby"]),
        ("Most of Alby's pupils passed.", ["Alby"]),
        ("it has no name at all", []),
        ("", []),
    ],
)
def test_name_queries_leave_out_days_and_months(claim: str, names: list[str]) -> None:
    assert texts(claim, Purpose.NAME) == names


@pytest.mark.parametrize(
    ("claim", "opposite"),
    [
        ("Prices rose in May.", "Prices fell in May."),
        ("The council rejected the plan.", "The council approved the plan."),
        ("He did not sign the law.", "He did sign the law."),
        ("She never met him.", "She met him."),
        ("Norway won't raise taxes.", "Norway will raise taxes."),
        ("Norway can’t raise taxes.", "Norway can raise taxes."),
        ("Norway didn't raise taxes.", "Norway did raise taxes."),
        ("No. 10 rejected the plan.", "No. 10 approved the plan."),
        ("The bridge is 42 metres long.", "fact check: The bridge is 42 metres long."),
    ],
)
def test_query_for_the_opposite_is_made(claim: str, opposite: str) -> None:
    assert look_for_opposite(claim) == opposite


def test_queries_are_short_and_have_no_duplicates() -> None:
    queries = make_queries("Word " * 400 + "Alby", claimant="Ines Kolb")
    assert len({(query.text, query.purpose) for query in queries}) == len(queries)
    assert all(0 < len(query.text) <= 300 for query in queries)
