"""Search queries built from a claim, one or more per purpose."""

from __future__ import annotations

import pytest

from claims.retrieval.queries import look_for_opposite, make_queries
from claims.types import Purpose

CLAIM = "Mayor Ines Kolb said on Monday that Alby will spend $13.5 million on the Orrin Bridge."


def texts(claim: str, purpose: Purpose, claimant: str | None = None) -> list[str]:
    return [q.text for q in make_queries(claim, claimant=claimant) if q.purpose is purpose]


def test_each_purpose_has_its_query() -> None:
    assert texts(CLAIM, Purpose.CLAIM) == [CLAIM]
    assert texts(CLAIM, Purpose.TERMS) == ["Ines Kolb Alby Orrin Bridge 13.5 million"]
    assert texts(CLAIM, Purpose.NAME) == ["Ines Kolb", "Orrin Bridge", "Alby"]
    assert texts(CLAIM, Purpose.OPPOSITE) == [f"fact check: {CLAIM}"]


def test_the_claimant_is_asked_for_only_where_the_claim_does_not_name_him() -> None:
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
def test_names_are_searched_for_without_days_and_months(claim: str, names: list[str]) -> None:
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
def test_the_opposite_is_looked_for(claim: str, opposite: str) -> None:
    assert look_for_opposite(claim) == opposite


def test_no_text_is_asked_twice_for_one_purpose_and_none_is_long() -> None:
    queries = make_queries("Word " * 400 + "Alby", claimant="Ines Kolb")
    assert len({(query.text, query.purpose) for query in queries}) == len(queries)
    assert all(0 < len(query.text) <= 300 for query in queries)
