"""Claims among related pages: what else their group rests on, and nothing twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.related import LABELS, NEIGHBOURS, SET, find_neighbours, key_of
from evaluation.sets import read_sets

SHARED = Path(__file__).resolve().parents[3] / "shared"

OWN = "The bridge at Alby was closed on Monday after an inspection."
OTHERS = (
    "The tower of Alby has been a museum since 1967.",
    "Alby lies on a river with a bridge of nine arches.",
    "The bridge at Alby was closed for three weeks in 1998.",
    "Its mayor was born in Toulouse.",
)


def row(claim: str, evidence: str, label: str = "SUPPORTED", group: str = "g") -> dict[str, str]:
    return {"claim": claim, "evidence": evidence, "label": label, "group": group}


def rows(*evidence: str) -> list[dict[str, str]]:
    others = [row(f"Another thing {n}.", text, "NEI") for n, text in enumerate(evidence)]
    return [row("The bridge at Alby was closed.", OWN), *others]


def own_pages(*evidence: str) -> tuple[str, ...]:
    (found,) = (near for near in find_neighbours(rows(*evidence)) if near.label == "SUPPORTED")
    return found.evidence


def test_own_evidence_stands_first_then_the_nearest() -> None:
    first, nearest, *rest = own_pages(*OTHERS)
    assert first == OWN
    assert nearest == OTHERS[2]
    assert len(rest) == NEIGHBOURS - 1


def test_what_holds_the_evidence_or_lies_in_it_is_no_neighbour() -> None:
    pages = own_pages(*OTHERS, f"{OWN} It reopened in June.", "The bridge at Alby was closed")
    assert [page for page in pages if "closed on Monday" in page] == [OWN]
    assert "The bridge at Alby was closed" not in pages


def test_the_same_claim_with_other_evidence_is_no_neighbour() -> None:
    again = row("The bridge at Alby was closed.", "Cracks closed the bridge at Alby, again.")
    found = find_neighbours([*rows(*OTHERS), again])
    own = next(near for near in found if near.evidence[0] == OWN)
    assert again["evidence"] not in own.evidence


def test_too_few_neighbours_make_no_case() -> None:
    assert list(find_neighbours(rows(*OTHERS[:2]))) == []


def test_groups_are_not_mixed() -> None:
    stranger = row("Of another page.", "The bridge at Alby was closed by rebels.", group="h")
    found = list(find_neighbours([*rows(*OTHERS), stranger]))
    assert found
    assert all(stranger["evidence"] not in near.evidence for near in found)


@pytest.mark.shared
def test_every_label_belongs_to_a_case() -> None:
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    rows = next(one.rows for one in read_sets(SHARED, most=None) if one.name == SET)
    keys = {key_of(near) for near in find_neighbours(rows)}
    assert set(labels) <= keys
    assert len(labels) >= 0.8 * len(keys)
    assert set(labels.values()) == {"SUPPORTED", "REFUTED", "NOT_ENOUGH_EVIDENCE"}
