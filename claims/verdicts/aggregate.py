"""Combine the stances of all evidence into one label. Pure functions.

Each origin has one vote for each side, from its evidence and the credibility of its sources
(claims/evidence/sides.py).

A claim is supported, refuted, both (its sources disagree) or neither. The log-odds of the first
three over "neither" are u, v and u + v + `both`. For each side, with v1 the strongest vote of an
origin and v2, v3, ... the votes of the other origins,

    u or v = bias + first * odds(v1) + further * sum of odds(v2), odds(v3), ...

where odds are log-odds. In the sum, negative log-odds count as 0, and the sum is at most
MOST_FURTHER: a second independent origin strengthens a side, but many weak votes never add up to a
strong one. The four probabilities that follow sum to 1. The label is

    SUPPORTED or REFUTED, the more probable one, if its probability is the least confidence or more
        and an origin takes that side: its vote for it bears on the claim (LEAST_TO_BEAR) and is
        higher than its vote for the other side; evidence of a source of low credibility takes a
        side only where it is more probable than not
    else CONFLICTING_EVIDENCE, if it is more probable than "neither" and two origins take different
        sides, each by MARGIN more clearly than the other side
    else NOT_ENOUGH_EVIDENCE

and its probability is the confidence. Without a decision, the evidence leans to the more probable
one of the first two. The least confidence is a setting (ASSAY_MIN_CONFIDENCE). The weights are
fitted in evaluation/verdicts.py and stored in model.json.

The rule is monotone: raising a supporting probability never lowers the probability of SUPPORTED and
never raises that of REFUTED. So it never lowers `support`, never takes SUPPORTED away and never
makes a claim REFUTED (tests/claims/verdicts/test_aggregate.py checks this with random cases).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from claims.evidence.sides import MARGIN, list_sides, votes_by_origin
from claims.types import LEAST_CONFIDENCE, LEAST_TO_BEAR, Evidence, VerdictLabel

MODEL_FILE = Path(__file__).with_name("model.json")
# Maximum sum of the further votes, in log-odds, before it is multiplied by the weight `further`.
MOST_FURTHER = 4.0
# Probabilities are cut to [_LEAST, 1 - _LEAST] before log-odds; a side without votes gets _LEAST.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Side:
    """The weights of one side."""

    bias: float
    first: float
    further: float

    def odds(self, votes: Sequence[float]) -> float:
        """The log-odds of the side over "neither"."""
        return sum(self.parts(votes))

    def parts(self, votes: Sequence[float]) -> tuple[float, float, float]:
        """The contributions of the bias, the strongest vote and the other votes to the log-odds."""
        first, *others = sorted(votes, reverse=True) or [0.0]
        more = sum(max(0.0, log_odds(vote)) for vote in others)
        return self.bias, self.first * log_odds(first), self.further * min(MOST_FURTHER, more)


@dataclass(frozen=True, slots=True)
class VerdictModel:
    """The weights of both sides, and `both`, the weight added to u + v; see the module."""

    supports: Side
    refutes: Side
    both: float

    def probabilities(self, supports: float, refutes: float) -> dict[VerdictLabel, float]:
        """The probability of each label, from the log-odds of both sides; they sum to 1."""
        odds = {
            VerdictLabel.SUPPORTED: supports,
            VerdictLabel.REFUTED: refutes,
            VerdictLabel.CONFLICTING_EVIDENCE: supports + refutes + self.both,
            VerdictLabel.NOT_ENOUGH_EVIDENCE: 0.0,
        }
        top = max(odds.values())
        powers = {label: math.exp(value - top) for label, value in odds.items()}
        total = sum(powers.values())
        return {label: power / total for label, power in powers.items()}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Label with `support` in [0, 1] (None: no evidence bears on the claim) and `confidence`."""

    label: VerdictLabel
    support: float | None
    confidence: float


@cache
def load_model() -> VerdictModel:
    """The fitted model that ships."""
    about = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    return VerdictModel(Side(**about["supports"]), Side(**about["refutes"]), about["both"])


def conclude(
    evidence: Iterable[Evidence],
    model: VerdictModel | None = None,
    *,
    least_confidence: float = LEAST_CONFIDENCE,
) -> Conclusion:
    """One conclusion from all evidence, by the rule above; no evidence: NOT_ENOUGH_EVIDENCE."""
    model = model or load_model()
    pieces = list(evidence)
    votes = votes_by_origin(pieces)
    probable = weigh_votes(votes.values(), model)
    label = decide(probable, list_sides(pieces), least_confidence)
    lead = probable[VerdictLabel.SUPPORTED] - probable[VerdictLabel.REFUTED]
    bears = max((max(pair) for pair in votes.values()), default=0.0) >= LEAST_TO_BEAR
    return Conclusion(
        label=label,
        support=round(0.5 + lead / 2, 4) if bears else None,
        confidence=round(probable[label], 4),
    )


def weigh_votes(
    votes: Iterable[tuple[float, float]], model: VerdictModel
) -> dict[VerdictLabel, float]:
    """The probability of each label, from the (support, refutation) votes of the origins."""
    pairs = list(votes)
    return model.probabilities(
        model.supports.odds([supports for supports, _ in pairs]),
        model.refutes.odds([refutes for _, refutes in pairs]),
    )


def decide(
    probable: Mapping[VerdictLabel, float],
    votes: Iterable[tuple[float, float]],
    least_confidence: float,
) -> VerdictLabel:
    """The label, from the probability of each label and the votes that may take a side."""
    leads = {VerdictLabel.SUPPORTED: 0.0, VerdictLabel.REFUTED: 0.0}
    for supports, refutes in votes:
        side = VerdictLabel.SUPPORTED if supports > refutes else VerdictLabel.REFUTED
        if max(supports, refutes) >= LEAST_TO_BEAR:
            leads[side] = max(leads[side], abs(supports - refutes))
    side = max(leads, key=probable.__getitem__)
    if probable[side] >= least_confidence and leads[side] > 0:
        return side
    both, neither = VerdictLabel.CONFLICTING_EVIDENCE, VerdictLabel.NOT_ENOUGH_EVIDENCE
    disagree = min(leads.values()) >= MARGIN
    return both if disagree and probable[both] > probable[neither] else neither


def log_odds(p: float) -> float:
    """log p / (1 - p), with p cut to [0.01, 0.99]."""
    p = min(1 - _LEAST, max(_LEAST, p))
    return math.log(p / (1 - p))
