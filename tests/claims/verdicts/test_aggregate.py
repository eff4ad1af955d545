"""The aggregation rule: its labels, its monotonicity, its votes by origin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.types import Evidence, Verdict, VerdictLabel
from claims.verdicts.aggregate import LEAST_CONFIDENCE, Side, Trust, VerdictModel, conclude, decide
from tests.claims.samples import evidence, verdict


@st.composite
def pieces(draw: st.DrawFn) -> Evidence:
    supports = draw(st.floats(0, 1))
    refutes = draw(st.floats(0, 1)) * (1 - supports)
    piece = evidence(
        round(supports, 4), round(refutes, 4), origin=draw(st.sampled_from(["o1", "o2", "o3"]))
    )
    return replace(piece, stale=draw(st.booleans()))


def test_nothing_is_not_enough_evidence_with_unknown_support() -> None:
    conclusion = conclude([])
    assert conclusion.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert conclusion.support is None


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ([(0.95, 0.02, "o1")], "SUPPORTED"),
        ([(0.02, 0.95, "o1")], "REFUTED"),
        ([(0.45, 0.10, "o1")], "NOT_ENOUGH_EVIDENCE"),
        ([(0.9, 0.05, "o1"), (0.05, 0.9, "o2")], "CONFLICTING_EVIDENCE"),
        ([(0.9, 0.05, "o1"), (0.05, 0.88, "o1")], "NOT_ENOUGH_EVIDENCE"),
        ([(0.9, 0.05, "o1"), (0.1, 0.15, "o2")], "SUPPORTED"),
        ([(0.9, 0.05, "o1"), (0.1, 0.6, "o2")], "NOT_ENOUGH_EVIDENCE"),
        ([(0.05, 0.9, "o1"), (0.4, 0.1, "o2")], "NOT_ENOUGH_EVIDENCE"),
        ([(0.3, 0.1, "o1"), (0.3, 0.1, "o2"), (0.3, 0.1, "o3")], "NOT_ENOUGH_EVIDENCE"),
    ],
)
def test_label_follows_the_rule(votes: list[tuple[float, float, str]], label: str) -> None:
    assert conclude([evidence(s, r, origin=o) for s, r, o in votes]).label == label


def test_a_passage_that_says_both_about_as_clearly_is_no_vote() -> None:
    clear, torn = evidence(0.05, 0.9), evidence(0.43, 0.41, origin="o2")
    assert conclude([clear, torn]) == conclude([clear])
    assert conclude([torn]).support is None


def test_seven_copies_of_one_report_weigh_as_much_as_one() -> None:
    one = conclude([evidence(0.8, 0.1)])
    assert conclude([evidence(0.8, 0.1)] * 7) == one


def test_second_independent_origin_strengthens() -> None:
    one = conclude([evidence(0.8, 0.1)])
    two = conclude([evidence(0.8, 0.1), evidence(0.8, 0.1, origin="o2")])
    assert two.confidence > one.confidence


@given(st.lists(pieces(), min_size=1, max_size=5), st.data())
def test_more_support_never_lowers_support(items: list[Evidence], data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(items) - 1))
    old = items[row].probabilities
    more = data.draw(st.floats(0, 1)) * max(0.0, old.neutral)
    raised = replace(
        evidence(old.supports + more, old.refutes, origin=items[row].page.origin),
        stale=items[row].stale,
    )
    before = conclude(items)
    after = conclude([*items[:row], raised, *items[row + 1 :]])
    if before.support is not None and after.support is not None:
        assert after.support >= before.support - 1e-9
    assert after.label is not VerdictLabel.REFUTED or before.label is VerdictLabel.REFUTED
    if before.label is VerdictLabel.SUPPORTED:
        assert after.label is VerdictLabel.SUPPORTED
        assert after.confidence >= before.confidence


@given(st.lists(pieces(), max_size=6))
def test_no_decisive_verdict_is_wrong_more_often_than_right(items: list[Evidence]) -> None:
    conclusion = conclude(items)
    if conclusion.label in {VerdictLabel.SUPPORTED, VerdictLabel.REFUTED}:
        assert conclusion.confidence >= LEAST_CONFIDENCE


@given(st.lists(pieces(), max_size=9))
def test_stale_evidence_decides_nothing_alone_however_much_there_is(items: list[Evidence]) -> None:
    stale = [replace(item, stale=True) for item in items]
    assert conclude(stale).label is VerdictLabel.NOT_ENOUGH_EVIDENCE


@given(st.lists(pieces(), max_size=6), st.lists(pieces(), max_size=6))
def test_stale_evidence_of_other_origins_takes_no_verdict_away_and_makes_none(
    items: list[Evidence], others: list[Evidence]
) -> None:
    fresh = [replace(item, stale=False) for item in items]
    stale = [
        replace(item, stale=True, page=replace(item.page, origin=f"old-{item.page.origin}"))
        for item in others
    ]
    assert conclude([*fresh, *stale]).label is conclude(fresh).label


@pytest.mark.parametrize("sides", [(0.97, 0.01), (0.01, 0.97)])
def test_a_clear_passage_decides_unless_it_is_stale(sides: tuple[float, float]) -> None:
    piece = evidence(*sides)
    assert conclude([piece]).label is not VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert conclude([replace(piece, stale=True)]).label is VerdictLabel.NOT_ENOUGH_EVIDENCE


@given(st.lists(pieces(), max_size=6))
def test_confidence_and_support_are_probabilities(items: list[Evidence]) -> None:
    conclusion = conclude(items)
    assert 0 <= conclusion.confidence <= 1
    assert conclusion.support is None or 0 <= conclusion.support <= 1


SIDES = (Side(0.7, 0.4, 0.5, 0.68), Side(0.7, 0.4, 0.5, 0.8))
MODEL = VerdictModel(*SIDES)


@pytest.mark.parametrize(
    ("supports", "refutes", "label"),
    [
        (0.9, 0.1, "SUPPORTED"),
        (0.1, 0.9, "REFUTED"),
        (0.8, 0.8, "CONFLICTING_EVIDENCE"),
        (0.70, 0.75, "NOT_ENOUGH_EVIDENCE"),
        (0.76, 0.70, "NOT_ENOUGH_EVIDENCE"),
        (0.76, 0.30, "SUPPORTED"),
        (0.99, 0.75, "NOT_ENOUGH_EVIDENCE"),
        (0.67, 0.85, "NOT_ENOUGH_EVIDENCE"),
        (0.30, 0.85, "REFUTED"),
        (0.2, 0.2, "NOT_ENOUGH_EVIDENCE"),
    ],
)
def test_a_side_decides_at_its_bar_and_if_it_is_right_more_often_than_wrong(
    supports: float, refutes: float, label: str
) -> None:
    assert decide(supports, refutes, MODEL) == label


@pytest.mark.parametrize(("shift", "label"), [(0.5, "SUPPORTED"), (-0.5, "NOT_ENOUGH_EVIDENCE")])
def test_the_least_confidence_is_of_the_calibrated_one(shift: float, label: str) -> None:
    """The probability of the label is 0.9 * 0.55: its calibration says what that is worth."""
    assert decide(0.9, 0.45, VerdictModel(*SIDES, Trust(shift=shift))) == label


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_decisive_label_is_that_of_the_stronger_side(supports: float, refutes: float) -> None:
    label = decide(supports, refutes, MODEL)
    assert label is not VerdictLabel.SUPPORTED or supports > refutes
    assert label is not VerdictLabel.REFUTED or refutes > supports


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_more_support_never_refutes_a_claim_nor_takes_its_support_away(
    s: float, r: float, more: float
) -> None:
    before, raised = decide(s, r, MODEL), decide(min(1.0, s + more), r, MODEL)
    assert raised is not VerdictLabel.REFUTED or before is VerdictLabel.REFUTED
    assert raised is VerdictLabel.SUPPORTED or before is not VerdictLabel.SUPPORTED


@given(st.lists(pieces(), max_size=6), st.randoms())
def test_order_of_evidence_does_not_matter(items: list[Evidence], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert conclude(shuffled) == conclude(items)


def test_decisive_verdict_without_evidence_cannot_be_constructed() -> None:
    with pytest.raises(ValueError, match="needs evidence"):
        replace(verdict(VerdictLabel.SUPPORTED), evidence=())
    assert isinstance(replace(verdict(), evidence=()), Verdict)
