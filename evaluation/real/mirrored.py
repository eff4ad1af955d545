"""Figures of claims in events and in their mirrors. All functions but `ask_turned` are pure.

A judge can be right about a claim of an event because of its wording alone. The mirror has the same
claim with another label; so being right in both shows that the judge used the pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.pairs import judge_pairs
from claims.verdicts.aggregate import Conclusion
from evaluation.real.asking import Answer
from evaluation.real.tables import (
    DECISIVE,
    by_strength,
    claim_alone,
    describe_key_passages,
    measure_answers,
)
from training.events import deciding_text
from training.mirrors import Mirrored, turned


@dataclass(frozen=True, slots=True)
class Turned:
    """Figures of the judge on the deciding paragraphs of turned claims: their number, and shares in
    [0, 1].

    `right` is the share of right answers on both sides, `both` the share of claims with two right
    answers, `order` the share of claims whose supporting side scores higher.
    """

    claims: int
    right: float
    both: float
    order: float


@dataclass(frozen=True, slots=True)
class MirrorsRead:
    """Answers to the claims of some events and of their mirrors, and the figures of all turned
    claims against their deciding paragraphs."""

    events: Sequence[Answer]
    mirrors: Sequence[Answer]
    turned: Turned


def ask_turned(mirrored: Sequence[Mirrored], judge: CalibratedJudge) -> Turned:
    """Score all turned claims on both sides, as `assay score` does."""
    pairs, labels = [], []
    for one in mirrored:
        for claims in turned(one):
            for event, claim in zip((one.event, one.mirror), claims, strict=True):
                pairs.append((deciding_text(event, claim.quotes), claim.claim))
                labels.append(claim.label == "SUPPORTED")
    return measure_turned(labels, judge_pairs(pairs, judge).tolist())


def measure_turned(supported: Sequence[bool], rows: Sequence[Sequence[float]]) -> Turned:
    """Figures of (support, refutation, neither) rows, two for each claim: event, then mirror.

    `supported` has True for each row with the label SUPPORTED, False for REFUTED.
    """
    labels = np.asarray(supported, dtype=bool).reshape(-1, 2)
    values = np.asarray(rows, dtype=float).reshape(len(labels), 2, 3)
    right = values.argmax(axis=2) == np.where(labels, 0, 1)
    leans = values[:, :, 0] - values[:, :, 1]
    in_order = (leans[:, 0] > leans[:, 1]) == labels[:, 0]
    count = max(1, len(labels))
    return Turned(
        len(labels),
        float(right.sum() / (2 * count)),
        float(right.all(axis=1).sum() / count),
        float(in_order.sum() / count),
    )


def pair_answers(
    events: Iterable[Answer], mirrors: Iterable[Answer]
) -> list[tuple[Answer, Answer]]:
    """The two answers to each claim that is in both, in the order of `events`."""
    others = {(answer.event, answer.claim): answer for answer in mirrors}
    return [
        (answer, other)
        for answer in events
        if (other := others.get((answer.event, answer.claim))) is not None
    ]


def share_right_in_both(pairs: Iterable[tuple[Answer, Answer]]) -> float:
    """The share of the claims with the right verdict in the event and in the mirror."""
    right = [all(one.verdict is one.label for one in pair) for pair in pairs]
    return sum(right) / max(1, len(right))


def keep_turned(pairs: Iterable[tuple[Answer, Answer]]) -> list[tuple[Answer, Answer]]:
    """The claims that are SUPPORTED on one side and REFUTED on the other."""
    return [pair for pair in pairs if {one.label for one in pair} == DECISIVE]


def render_both(events: Sequence[Answer], mirrors: Sequence[Answer]) -> str:
    """Markdown: a table with a line for the events that have a mirror, for the mirrors, for both
    together, and for other events, if any; for events and mirrors how often verdicts of each
    strength are right, and how often right verdicts quote a deciding passage first; and the share
    of claims right in both."""
    pairs = pair_answers(events, mirrors)
    with_mirror, reflected = [one for one, _ in pairs], [other for _, other in pairs]
    parts = {
        "events that have a mirror": with_mirror,
        "their mirrors": reflected,
        "these events and mirrors together": [*with_mirror, *reflected],
        "events without a mirror": [answer for answer in events if answer not in with_mirror],
    }
    lines = [
        "| claims of | claims | right | decided | wrong of these | opposite | claim alone |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(_line(name, some) for name, some in parts.items() if some),
    ]
    both = [*with_mirror, *reflected]
    told = f"{describe_both(events, mirrors)} {describe_key_passages(both)}"
    concluded = [Conclusion(one.verdict, one.support, one.confidence) for one in both]
    strengths = by_strength([one.label for one in both], {"judge alone": concluded})
    return "\n".join([*lines, "", strengths, "", told])


def _line(name: str, answers: Sequence[Answer]) -> str:
    found = measure_answers(answers)
    figures = (found.right, found.decided, found.wrong, found.opposite, claim_alone(answers))
    return f"| {name} | {len(answers)} | " + " | ".join(f"{one:.3f}" for one in figures) + " |"


def describe_both(events: Sequence[Answer], mirrors: Sequence[Answer]) -> str:
    """How often claims are right in the event and in its mirror, in words."""
    pairs = pair_answers(events, mirrors)
    turns = keep_turned(pairs)
    return (
        f"Of {len(pairs)} claims {share_right_in_both(pairs):.3f} are right in the event and in "
        f"its mirror; of {len(turns)} that turn from SUPPORTED to REFUTED or back "
        f"{share_right_in_both(turns):.3f}."
    )


def describe_turned(found: Turned) -> str:
    """The figures in words."""
    return (
        f"Against the deciding paragraphs of {found.claims} claims that turn {found.right:.3f} are "
        f"right, {found.both:.3f} in the event and in its mirror; the supporting side scores "
        f"higher in {found.order:.3f}."
    )
