"""The passages that decide a verdict, compared without their wording."""

from __future__ import annotations

from dataclasses import replace

import pytest

from claims.types import HistoryEntry, PageChange, PageDifference, Verdict, VerdictLabel
from claims.verdicts.deciding_passages import PASSAGES_MAX, has_edited_passage, list_passages
from tests.claims.samples import NOON, evidence, verdict

SUPPORTED = VerdictLabel.SUPPORTED


def quoting(*quotes: str, label: VerdictLabel = SUPPORTED) -> Verdict:
    """A verdict with evidence for the claim that has these quotations."""
    pieces = (replace(evidence(0.9, 0.05), quote=quote) for quote in quotes)
    return replace(verdict(label), evidence=tuple(pieces))


def test_other_wording_is_the_same_passage_and_another_figure_is_not() -> None:
    (before,) = list_passages(quoting("Eleven people died."))
    assert list_passages(quoting("The storm killed 11 people.")) == (before,)
    assert list_passages(quoting("Twelve people died.")) != (before,)


def test_same_words_on_another_page_are_another_passage() -> None:
    said = quoting("Eleven people died.")
    piece = said.evidence[0]
    elsewhere = replace(piece, page=replace(piece.page, url="https://b.example/"))
    assert list_passages(said) != list_passages(replace(said, evidence=(elsewhere,)))


def test_passages_are_those_on_the_side_of_the_label() -> None:
    pro, contra = evidence(0.9, 0.05), replace(evidence(0.05, 0.9), quote="Nobody died in 2025.")
    both = replace(verdict(SUPPORTED), evidence=(pro, contra))
    assert list_passages(both) == list_passages(replace(both, evidence=(pro,)))
    conflicting = replace(both, label=VerdictLabel.CONFLICTING_EVIDENCE)
    assert len(list_passages(conflicting)) == 2
    undecided = replace(both, label=VerdictLabel.NOT_ENOUGH_EVIDENCE)
    assert list_passages(undecided) == ()


def test_passages_are_bounded() -> None:
    many = quoting(*(f"{number} people died." for number in range(40)))
    assert len(list_passages(many)) == PASSAGES_MAX


@pytest.mark.parametrize("is_deciding", [True, False])
def test_passage_is_edited_where_a_deciding_sentence_changed(is_deciding: bool) -> None:
    change = PageChange("https://a.example/", "Eleven.", "Twelve.", deciding=is_deciding)
    entry = HistoryEntry(
        check=2,
        checked_at=NOON,
        label=SUPPORTED,
        support=0.9,
        changed=False,
        scored=True,
        diff=PageDifference(changed=(change,)),
    )
    assert has_edited_passage(entry) is is_deciding
    assert not has_edited_passage(replace(entry, diff=None))
