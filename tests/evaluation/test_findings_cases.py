"""The hand-made cases for findings: their format, and the counts."""

from __future__ import annotations

import pytest

from evaluation.findings import CASES, KINDS, NONE, Item, read_cases, tally

RESULTS = {
    "quotation": {"verbatim", "altered", "cut", "other speaker", NONE},
    "name": {"absent", "other role", NONE},
}


@pytest.mark.parametrize("folder", [CASES, CASES / "blind"])
def test_every_case_has_the_expected_form(folder: object) -> None:
    cases = list(read_cases(folder))  # type: ignore[arg-type]
    assert len({case["id"] for case in cases}) == len(cases)
    for case in cases:
        assert case["expected"]
        for entry in case["expected"]:
            assert entry["part"] in case["claim"]
            assert entry["result"] in RESULTS[case["kind"]]


def test_there_are_at_least_a_hundred_cases() -> None:
    assert sum(1 for _ in read_cases(CASES)) >= 100


def test_missing_findings_lower_recall_but_not_precision() -> None:
    items = [
        Item("a", "name", "Ana Sorel", "absent", "absent"),
        Item("b", "name", "Ana Sorel", "absent", NONE),
        Item("c", "name", "Ana Sorel", NONE, "absent"),
    ]
    (*_, name, everything) = tally(items)
    assert (name.precision, name.recall) == (0.5, 0.5)
    assert everything.items == 3
    assert [row.kind for row in tally(items)] == [*KINDS, "all"]
