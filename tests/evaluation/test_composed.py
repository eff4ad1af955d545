"""Composed cases: the situations of a claim, and that the service sees them as they are meant."""

from __future__ import annotations

import pytest

from claims.types import VerdictLabel
from claims.verdicts.origins import name_origins
from evaluation.composed import Case, arrange, write_page
from training.pairs import Pair

PAGE = "The bridge at Alby was closed on Monday after an inspection found cracks in two piers."
CONTRAST = "The bridge at Alby stayed open on Monday, for the inspection found no crack at all."


def pair(evidence: str, label: str) -> Pair:
    return Pair("The bridge at Alby was closed.", evidence, label, "g:1", "event")


def situations(*labels: str) -> dict[str, int]:
    pairs = [pair(text, label) for text, label in zip((PAGE, CONTRAST), labels, strict=False)]
    found: dict[str, int] = {}
    for situation, pages, shown in arrange(pairs, write_page("Of something else.", site="aside")):
        found[situation] = found.get(situation, 0) + 1
        origins = {reference.origin for reference in name_origins(pages).references}
        expected = 1 if situation in {"one page", "copied"} else 2
        assert len(origins) == expected, situation
        assert {one.evidence for one in shown} <= {page.text for page in pages}
    return found


@pytest.mark.parametrize(
    ("labels", "together"),
    [
        (("SUPPORTED", "SUPPORTED"), {"agreeing"}),
        (("REFUTED", "NEI"), {"one leaves it open"}),
        (("SUPPORTED", "REFUTED"), {"conflicting", "stale"}),
    ],
)
def test_a_claim_is_met_in_every_situation(labels: tuple[str, ...], together: set[str]) -> None:
    found = situations(*labels)
    assert found["one page"] == found["beside another page"] == 2
    assert found["copied"] == 1
    assert len(set(found) & together) == 1


def test_without_a_contrast_page_nothing_is_put_together() -> None:
    assert set(situations("SUPPORTED")) == {"one page", "beside another page", "copied"}


def test_label_is_that_of_a_careful_reader() -> None:
    assert Case("g", (), True, True).label is VerdictLabel.CONFLICTING_EVIDENCE
    assert Case("g", (), False, False).label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert Case("g", (), True, None).label is None
