"""The aggregation rule: labels, monotonicity, one vote per origin."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.types import LEAST_CONFIDENCE, Evidence, Verdict, VerdictLabel
from claims.verdicts.aggregate import Side, VerdictModel, conclude, decide
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


MODEL = VerdictModel(Side(0.0, 1.0, 0.5), Side(0.0, 1.0, 0.5), -1.0)


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ([(0.95, 0.02, "o1")], "SUPPORTED"),
        ([(0.02, 0.95, "o1")], "REFUTED"),
        ([(0.45, 0.10, "o1")], "NOT_ENOUGH_EVIDENCE"),
        ([(0.9, 0.05, "o1"), (0.05, 0.9, "o2")], "CONFLICTING_EVIDENCE"),
        ([(0.9, 0.05, "o1"), (0.05, 0.88, "o1")], "NOT_ENOUGH_EVIDENCE"),
        ([(0.9, 0.05, "o1"), (0.1, 0.15, "o2")], "SUPPORTED"),
        ([(0.9, 0.05, "o1"), (0.1, 0.8, "o2")], "CONFLICTING_EVIDENCE"),
        ([(0.9, 0.05, "o1"), (0.7, 0.8, "o2")], "NOT_ENOUGH_EVIDENCE"),
        ([(0.3, 0.1, "o1"), (0.3, 0.1, "o2"), (0.3, 0.1, "o3")], "NOT_ENOUGH_EVIDENCE"),
    ],
)
def test_label_follows_the_rule(votes: list[tuple[float, float, str]], label: str) -> None:
    assert conclude([evidence(s, r, origin=o) for s, r, o in votes], MODEL).label == label


def test_no_side_decides_that_no_origin_takes_however_probable_it_is() -> None:
    hopeful = VerdictModel(Side(5.0, 1.0, 0.5), Side(0.0, 1.0, 0.5), -1.0)
    assert conclude([evidence(0.5, 0.1)], hopeful).label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    enough = evidence(0.51, 0.1)
    assert conclude([enough], hopeful).label is VerdictLabel.SUPPORTED
    contrary = [enough, evidence(0.1, 0.52)]
    assert conclude(contrary, hopeful).label is VerdictLabel.NOT_ENOUGH_EVIDENCE


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
def test_no_decisive_verdict_has_less_than_the_least_confidence(items: list[Evidence]) -> None:
    for least in (0.5, LEAST_CONFIDENCE, 0.9):
        conclusion = conclude(items, least_confidence=least)
        if conclusion.label in {VerdictLabel.SUPPORTED, VerdictLabel.REFUTED}:
            assert conclusion.confidence >= least


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


ODDS = st.floats(-9, 9)
BOTH = [(0.9, 0.1), (0.1, 0.9)]


@pytest.mark.parametrize(
    ("supports", "refutes", "label"),
    [
        (1.0, -3.0, "SUPPORTED"),
        (-3.0, 1.0, "REFUTED"),
        (0.0, -3.0, "NOT_ENOUGH_EVIDENCE"),
        (-3.0, 0.0, "NOT_ENOUGH_EVIDENCE"),
        (-3.0, -3.0, "NOT_ENOUGH_EVIDENCE"),
        (0.4, 0.4, "NOT_ENOUGH_EVIDENCE"),
        (1.0, 1.0, "CONFLICTING_EVIDENCE"),
        (3.0, 2.5, "CONFLICTING_EVIDENCE"),
        (4.0, 0.0, "SUPPORTED"),
    ],
)
def test_the_more_probable_side_decides_if_it_is_probable_enough(
    supports: float, refutes: float, label: str
) -> None:
    assert decide(MODEL.probabilities(supports, refutes), BOTH, LEAST_CONFIDENCE) == label


@pytest.mark.parametrize("votes", [[(0.9, 0.85)], [(0.9, 0.8), (0.8, 0.9)], [(0.9, 0.1)], []])
def test_there_is_no_conflict_unless_two_origins_clearly_disagree(
    votes: list[tuple[float, float]],
) -> None:
    probable = MODEL.probabilities(2.0, 2.0)
    assert probable[VerdictLabel.CONFLICTING_EVIDENCE] > 0.5
    assert decide(probable, votes, LEAST_CONFIDENCE) is VerdictLabel.NOT_ENOUGH_EVIDENCE


@given(ODDS, ODDS)
def test_the_labels_share_all_probability(supports: float, refutes: float) -> None:
    probable = MODEL.probabilities(supports, refutes)
    assert sum(probable.values()) == pytest.approx(1.0)
    assert set(probable) == set(VerdictLabel)


@given(ODDS, ODDS, st.floats(0.5, 1))
def test_a_decisive_label_is_that_of_the_stronger_side(
    supports: float, refutes: float, least: float
) -> None:
    label = decide(MODEL.probabilities(supports, refutes), BOTH, least)
    assert label is not VerdictLabel.SUPPORTED or supports > refutes
    assert label is not VerdictLabel.REFUTED or refutes > supports


@given(ODDS, ODDS, st.floats(0, 5), st.floats(0.5, 1))
def test_more_support_never_refutes_a_claim_nor_takes_its_support_away(
    s: float, r: float, more: float, least: float
) -> None:
    before, raised = (decide(MODEL.probabilities(x, r), BOTH, least) for x in (s, s + more))
    assert raised is not VerdictLabel.REFUTED or before is VerdictLabel.REFUTED
    assert raised is VerdictLabel.SUPPORTED or before is not VerdictLabel.SUPPORTED


def test_the_confidence_is_the_probability_of_the_label() -> None:
    pieces = [evidence(0.9, 0.05), evidence(0.1, 0.6, origin="o2")]
    concluded = [conclude(pieces, MODEL, least_confidence=least) for least in (0.5, 0.99)]
    # Votes below 0.5 (here 0.1 and 0.05) add nothing to the log-odds.
    probable = MODEL.probabilities(math.log(0.9 / 0.1), math.log(0.6 / 0.4))
    for conclusion in concluded:
        assert conclusion.confidence == pytest.approx(probable[conclusion.label], abs=1e-4)
    assert [one.label for one in concluded] == ["SUPPORTED", "CONFLICTING_EVIDENCE"]


@given(st.lists(pieces(), max_size=6), st.randoms())
def test_order_of_evidence_does_not_matter(items: list[Evidence], random: object) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert conclude(shuffled) == conclude(items)


def test_decisive_verdict_without_evidence_cannot_be_constructed() -> None:
    with pytest.raises(ValueError, match="needs evidence"):
        replace(verdict(VerdictLabel.SUPPORTED), evidence=())
    assert isinstance(replace(verdict(), evidence=()), Verdict)
