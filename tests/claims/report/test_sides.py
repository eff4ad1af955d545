"""Both sides of a verdict are shown without unfolding, for every label."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.report.sides import Role, list_quotations
from claims.types import Evidence, VerdictLabel
from tests.claims import samples
from tests.claims.report import records

EVIDENCE = [
    records.evidence("REFUTES", "r1"),
    records.evidence("REFUTES", "r2"),
    records.evidence("NEUTRAL", "n1"),
    records.evidence("SUPPORTS", "s1"),
    records.evidence("SUPPORTS", "s2"),
]


def shown(label: str, pieces: list[Evidence]) -> list[tuple[str, Role | None]]:
    """List (quotation, role) in the order shown."""
    verdict = records.verdict(label, pieces)
    return [(one.item.quote, one.role) for one in list_quotations(verdict)]


@pytest.mark.parametrize(
    ("label", "opened"),
    [
        (VerdictLabel.SUPPORTED, [("s1", Role.DECIDING), ("r1", Role.CONTRARY)]),
        (VerdictLabel.REFUTED, [("r1", Role.DECIDING), ("s1", Role.CONTRARY)]),
        (VerdictLabel.CONFLICTING_EVIDENCE, [("s1", Role.FOR), ("r1", Role.AGAINST)]),
        (VerdictLabel.NOT_ENOUGH_EVIDENCE, [("s1", Role.FOR), ("r1", Role.AGAINST)]),
    ],
)
def test_strongest_quotation_of_each_side_is_unfolded_and_the_others_keep_their_order(
    label: VerdictLabel, opened: list[tuple[str, Role]]
) -> None:
    rest = [("r2", None), ("n1", None), ("s2", None)]
    assert shown(label, EVIDENCE) == [*opened, *rest]


def test_single_side_is_unfolded_alone() -> None:
    assert shown("REFUTED", EVIDENCE[:1]) == [("r1", Role.DECIDING)]
    assert shown("NOT_ENOUGH_EVIDENCE", EVIDENCE[2:3]) == [("n1", None)]
    assert shown("NOT_ENOUGH_EVIDENCE", []) == []
    assert list_quotations(None) == ()


def test_place_is_the_position_in_the_verdict() -> None:
    quotations = list_quotations(records.verdict("SUPPORTED", EVIDENCE))
    assert [one.place for one in quotations] == [3, 0, 1, 2, 4]
    assert all(EVIDENCE[one.place] is one.item for one in quotations)


def weak(supports: float, refutes: float, quote: str) -> Evidence:
    return replace(samples.evidence(supports, refutes), quote=quote)


def test_contrary_quotation_has_a_contrary_stance_of_at_least_the_least_confidence() -> None:
    deciding = weak(0.9, 0.05, "deciding")
    for other in (weak(0.2, 0.38, "neutral"), weak(0.1, 0.54, "refutes")):
        assert shown("SUPPORTED", [deciding, other]) == [
            ("deciding", Role.DECIDING),
            (other.quote, None),
        ]
    refutes = weak(0.1, 0.55, "refutes")
    assert shown("SUPPORTED", [deciding, refutes])[1] == ("refutes", Role.CONTRARY)


@pytest.mark.parametrize(
    "line",
    [
        "Eleven dead in strike\nDesmond Achille, Port desk, 5 September 2025. Updated at 16:05.",
        "Eleven dead in strike\nDesmond Achille, Port desk, Friday, September 5, 2025",
        "Eleven dead in strike\nBy Hannah Oduya, Health Correspondent\n5 September 2025, 16:05",
        "By Hannah Oduya, Health Correspondent",
        "Updated at 16:05.",
    ],
)
def test_byline_contradicts_nothing_alone_or_below_the_title(line: str) -> None:
    deciding = weak(0.9, 0.05, "deciding")
    other = weak(0.1, 0.88, line)
    other = replace(other, page=replace(other.page, title="Eleven dead in strike: what is known"))
    assert shown("SUPPORTED", [deciding, other])[1] == (line, None)
    said = replace(other, quote=f"{line}\nNobody died, the navy said.")
    assert shown("SUPPORTED", [deciding, said])[1] == (said.quote, Role.CONTRARY)


@pytest.mark.parametrize(
    "statement",
    [
        "Eleven dead in strike",  # the title, as a headline or as the first sentence
        "Eleven dead in strike.",
        "Eleven dead in strike\nAnn Roe, Port desk, 5 September 2025\nEleven dead in strike.",
        "The ministry denied that anyone died (Reuters).",
        "Edited by hand, the recording shows that nobody died.",
        "Published figures show that nobody died.",
        "Eleven | 5 September 2025",
        "",
    ],
)
def test_title_alone_and_every_statement_may_contradict(statement: str) -> None:
    deciding = weak(0.9, 0.05, "deciding")
    other = weak(0.1, 0.88, statement)
    other = replace(other, page=replace(other.page, title="Eleven dead in strike: what is known"))
    assert shown("SUPPORTED", [deciding, other])[1] == (statement, Role.CONTRARY)


def test_neutral_quotation_may_be_the_closest_but_not_deciding() -> None:
    assert shown("SUPPORTED", [weak(0.42, 0.03, "q")]) == [("q", Role.CLOSEST)]
    assert shown("NOT_ENOUGH_EVIDENCE", [weak(0.42, 0.03, "q")]) == [("q", None)]
