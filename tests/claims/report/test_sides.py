"""Both sides of a verdict are shown without unfolding, for every label."""

from __future__ import annotations

import pytest

from claims.report.sides import Role, list_quotations
from claims.types import Evidence, VerdictLabel
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
def test_strongest_of_each_side_stands_open_and_the_rest_keeps_its_order(
    label: VerdictLabel, opened: list[tuple[str, Role]]
) -> None:
    rest = [("r2", None), ("n1", None), ("s2", None)]
    assert shown(label, EVIDENCE) == [*opened, *rest]


def test_one_side_stands_alone_where_there_is_no_other() -> None:
    assert shown("REFUTED", EVIDENCE[:1]) == [("r1", Role.DECIDING)]
    assert shown("NOT_ENOUGH_EVIDENCE", EVIDENCE[2:3]) == [("n1", None)]
    assert shown("NOT_ENOUGH_EVIDENCE", []) == []
    assert list_quotations(None) == ()


def test_place_is_that_in_the_verdict() -> None:
    quotations = list_quotations(records.verdict("SUPPORTED", EVIDENCE))
    assert [one.place for one in quotations] == [3, 0, 1, 2, 4]
    assert all(EVIDENCE[one.place] is one.item for one in quotations)
