"""Explanations agree with their evidence: counts, sides and origins."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.entailment.calibration import CalibratedJudge
from claims.extraction import read_claim
from claims.types import (
    Check,
    Coverage,
    Evidence,
    JudgeName,
    Reading,
    Span,
    Stance,
    Verdict,
    VerdictLabel,
)
from claims.verdicts.aggregate import conclude
from claims.verdicts.conclusion import conclude_verdict
from claims.verdicts.two_readers import apply_table
from evaluation.real import MEASURING
from evaluation.real.asking import pick_events, weigh
from tests.claims import samples
from tests.claims.readers import GOOD
from tests.claims.samples import NOON, evidence
from tests.claims.verdicts.agreement import assert_agrees, assert_reader_is_told
from training.events import read_events

EXAMPLES = max(500, settings().max_examples)
SEEN = Coverage(9, 9, 9)
CHECK = Check(claim=read_claim("Eleven people died in Kelm.", article_text=None), requested_at=NOON)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[Evidence, ...]:
    """Up to seven pieces of evidence of up to three origins, each with words of its own."""
    items = []
    for number in range(draw(st.integers(1, 7))):
        supports = draw(st.integers(0, 100)) / 100
        refutes = draw(st.integers(0, 100)) / 100 * (1 - supports)
        item = evidence(
            supports, round(refutes, 4), origin=draw(st.sampled_from(["o1", "o2", "o3"]))
        )
        page = replace(
            item.page,
            title=f"Page {number}",
            credibility=draw(st.sampled_from([None, None, 0.1, 0.4, 0.9])),
        )
        items.append(
            replace(
                item,
                quote=f"Quotation number {number}.",
                span=Span(100 * number, 100 * number + 19),
                page=page,
                stale=draw(st.sampled_from([False, False, False, True])),
            )
        )
    return tuple(items)


def conclude_and_explain(
    items: Sequence[Evidence], least_confidence: float, reader: Reading | None = None
) -> Verdict:
    draft = replace(samples.verdict(), coverage=SEEN, evidence=tuple(items), reader=reader)
    return conclude_verdict(CHECK, draft, least_confidence=least_confidence)


@settings(max_examples=EXAMPLES)
@given(pieces(), st.sampled_from([0.5, 0.6, 0.9]))
def test_explanations_of_random_evidence_agree_with_it(
    items: tuple[Evidence, ...], least_confidence: float
) -> None:
    assert_agrees(conclude_and_explain(items, least_confidence))


@st.composite
def read_pieces(draw: st.DrawFn) -> tuple[tuple[Evidence, ...], Reading]:
    """The same as a second reader leaves it, and its answer."""
    items = draw(pieces())
    quoted = draw(
        st.lists(
            st.sampled_from([None, None, Stance.SUPPORTS, Stance.REFUTES]),
            min_size=len(items),
            max_size=len(items),
        )
    )
    only = draw(st.lists(st.booleans(), min_size=len(items), max_size=len(items)))
    marked = tuple(
        replace(item, quoted_for=side, only_quoted=side is not None and alone)
        for item, side, alone in zip(items, quoted, only, strict=True)
    )
    counts = draw(st.sampled_from([None, GOOD]))
    reading = Reading(
        model="some-model",
        instruction="1",
        label=draw(st.sampled_from(list(VerdictLabel))),
        quotes=(),
        reason="A reason in its words.",
        missing="What is missing in its words.",
        tokens=0,
    )
    return marked, apply_table(reading, counts)


@settings(max_examples=EXAMPLES)
@given(read_pieces(), st.sampled_from([0.5, 0.6, 0.9]))
def test_explanations_of_evidence_read_by_two_agree_with_it(
    read: tuple[tuple[Evidence, ...], Reading], least_confidence: float
) -> None:
    items, reading = read
    verdict = conclude_and_explain(items, least_confidence, reading)
    assert_agrees(verdict)
    own = [replace(item, quoted_for=None) for item in verdict.evidence if not item.only_quoted]
    alone = conclude(own, least_confidence=least_confidence)
    assert_reader_is_told(verdict, judged=alone.label)
    if reading.measured is None and not (alone.label is reading.label is verdict.label):
        assert verdict.confidence <= max(0.75, least_confidence)


class DrawingJudge:
    """Draws the stances of each pair by the hash of its text: the same in every run."""

    @property
    def name(self) -> JudgeName:
        return JudgeName("drawing", "1")

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        rows = [hashlib.sha256("\n".join(pair).encode()).digest()[:3] for pair in pairs]
        powers = (1 + np.array([list(row) for row in rows], dtype=np.float32)) ** 2
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


@pytest.mark.parametrize("number", range(4))
def test_explanations_on_recorded_events_agree_with_the_evidence(number: int) -> None:
    """With stances drawn at random, passages and sentences contradict each other all the time."""
    event = pick_events(read_events(MEASURING), 4)[number]
    verdicts = [verdict for _, _, verdict in weigh(event, CalibratedJudge(DrawingJudge()))]
    for verdict in verdicts:
        assert_agrees(verdict)
    stances = {item.stance for verdict in verdicts for item in verdict.evidence}
    assert stances == set(Stance)
    assert any("point the same way" in verdict.explanation for verdict in verdicts)
    assert any("points the other way" in verdict.explanation for verdict in verdicts)
