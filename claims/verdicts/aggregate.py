"""From the stances of all evidence to one label. Pure functions.

What a page says counts in full, unless its registered source is rated less credible than
FULL_CREDIBILITY: with a credibility of c its probabilities are multiplied by c / FULL_CREDIBILITY.

Each origin has one vote, read over all its pages: the most that a passage of it says for a side, if
that is clearer by MARGIN than the most that one says for the other; an origin that says both about
as clearly says nothing. What is older than the claim tells of (staleness.py) has no vote. Over the
origins of a side, with v1 the strongest vote and v2, v3, ... the others,

    strength = sigmoid(bias + first * odds(v1) + further * sum of odds(v2), odds(v3), ...)

where odds are log-odds, of the others only as far as they are above 0, and up to MOST_FURTHER in
all: a second independent voice strengthens, many weak ones never add up to a strong one. A strength
is the probability that the side is really there. So with S and R those of support and refutation,

    S and R at their bars                             CONFLICTING_EVIDENCE   (each decisive alone)
    S at its bar, confidence at LEAST_CONFIDENCE      SUPPORTED
    R at its bar, confidence at LEAST_CONFIDENCE      REFUTED
    otherwise                                         NOT_ENOUGH_EVIDENCE

Confidence is the probability of the label, S * (1 - R) for SUPPORTED, turned by Platt's scaling
into how often such a verdict is right. A verdict that would be wrong more often than right is not
reached; the stronger side is then what the evidence leans to. The weights are fitted, and the bars
chosen by the risk that a side which decides is not there, in evaluation/verdicts.py; they stand in
model.json.

The rule is monotone: raising a supporting probability never lowers S and never raises R, and
so never lowers `support`, never takes SUPPORTED away, never makes a claim REFUTED
(tests/claims/verdicts/test_aggregate.py holds it with random cases).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from claims.types import Evidence, VerdictLabel

MODEL_FILE = Path(__file__).with_name("model.json")
# From here on a source counts in full, like one that nobody rated: the weights are fitted on such.
FULL_CREDIBILITY = 0.5
# By how much the side of an origin must be clearer than its other side.
MARGIN = 0.2
# A further vote adds to a side from even odds on, where its log-odds are above 0.
EVEN_ODDS = 0.5
# Least confidence of a decisive verdict, a share of verdicts that are right: below it the verdict
# is wrong more often than right, by its own calibration.
LEAST_CONFIDENCE = 0.5
# Most that further origins add, in log-odds.
MOST_FURTHER = 4.0
# Below this, no passage bears on the claim and `support` is unknown.
BEARING = 0.2
_DECISIVE = frozenset({VerdictLabel.SUPPORTED, VerdictLabel.REFUTED})
# Log-odds are of probabilities cut to [_LEAST, 1 - _LEAST]; a side without votes has the least.
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Side:
    """The weights of one side, and the strength from which it may decide."""

    bias: float
    first: float
    further: float
    bar: float = 0.5

    def strength(self, votes: Sequence[float]) -> float:
        """How probable it is that this side is there, in [0, 1]; little without a vote, not none:
        the judge may have missed it."""
        return sigmoid(sum(self.parts(votes)))

    def parts(self, votes: Sequence[float]) -> tuple[float, float, float]:
        """What the bias, the strongest vote and the others contribute, in log-odds."""
        first, *others = sorted(votes, reverse=True) or [0.0]
        more = sum(max(0.0, log_odds(vote)) for vote in others)
        return self.bias, self.first * log_odds(first), self.further * min(MOST_FURTHER, more)


@dataclass(frozen=True, slots=True)
class Trust:
    """Platt's scaling: from the probability of a label to how often such a verdict is right."""

    slope: float = 1.0
    shift: float = 0.0

    def confidence(self, p: float) -> float:
        """In [0, 1], and never less for a more probable label."""
        return sigmoid(self.shift + self.slope * log_odds(p))


@dataclass(frozen=True, slots=True)
class VerdictModel:
    """Both sides and Platt's scaling; see the module."""

    supports: Side
    refutes: Side
    trust: Trust = Trust()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Label with `support` in [0, 1] (None: nothing bears on the claim) and `confidence`."""

    label: VerdictLabel
    support: float | None
    confidence: float


@cache
def load_model() -> VerdictModel:
    """The fitted model that ships."""
    about = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    return VerdictModel(
        supports=Side(**about["supports"]),
        refutes=Side(**about["refutes"]),
        trust=Trust(**about["trust"]),
    )


def conclude(evidence: Iterable[Evidence], model: VerdictModel | None = None) -> Conclusion:
    """One conclusion from all evidence, by the rule above; nothing gives NOT_ENOUGH_EVIDENCE."""
    model = model or load_model()
    votes = votes_by_origin(evidence)
    supports = model.supports.strength([vote for vote, _ in votes.values()])
    refutes = model.refutes.strength([vote for _, vote in votes.values()])
    bears = max((max(pair) for pair in votes.values()), default=0.0) >= BEARING
    label = decide(supports, refutes, model)
    return Conclusion(
        label=label,
        support=round(0.5 + (supports - refutes) / 2, 4) if bears else None,
        confidence=round(model.trust.confidence(probability(label, supports, refutes)), 4),
    )


def votes_by_origin(evidence: Iterable[Evidence]) -> dict[str, tuple[float, float]]:
    """(support, refutation) of each origin; at most one of the two is not 0."""
    best: dict[str, tuple[float, float]] = {}
    for item in evidence:
        s, r = heard_sides(item)
        supports, refutes = best.get(item.page.origin, (0.0, 0.0))
        best[item.page.origin] = max(supports, s), max(refutes, r)
    return {
        origin: (s if s - r >= MARGIN else 0.0, r if r - s >= MARGIN else 0.0)
        for origin, (s, r) in best.items()
    }


def weigh_credibility(credibility: float | None) -> float:
    """What is left of a vote, in [0, 1]; all of it where nothing is known."""
    return 1.0 if credibility is None else min(1.0, credibility / FULL_CREDIBILITY)


def heard_sides(item: Evidence) -> tuple[float, float]:
    """How far a piece of evidence is heard for (support, refutation)."""
    p, rating = item.probabilities, item.page.credibility
    return hear(p.supports, rating, stale=item.stale), hear(p.refutes, rating, stale=item.stale)


def hear(probability: float, credibility: float | None, *, stale: bool) -> float:
    """A side's probability weighed by the credibility of its source; nothing when it is stale."""
    return 0.0 if stale else weigh_credibility(credibility) * probability


def unrate(item: Evidence) -> Evidence:
    """The evidence as if nobody had rated its source."""
    return replace(item, page=replace(item.page, credibility=None))


def probability(label: VerdictLabel, supports: float, refutes: float) -> float:
    """How probable a label is, were the two sides independent."""
    match label:
        case VerdictLabel.CONFLICTING_EVIDENCE:
            return supports * refutes
        case VerdictLabel.SUPPORTED:
            return supports * (1 - refutes)
        case VerdictLabel.REFUTED:
            return refutes * (1 - supports)
        case _:
            return (1 - supports) * (1 - refutes)


def decide(supports: float, refutes: float, model: VerdictModel) -> VerdictLabel:
    """The label of two strengths, by the table above."""
    label = label_of(supports >= model.supports.bar, refutes >= model.refutes.bar)
    if label in _DECISIVE:
        sure = model.trust.confidence(probability(label, supports, refutes))
        return label if sure >= LEAST_CONFIDENCE else VerdictLabel.NOT_ENOUGH_EVIDENCE
    return label


def label_of(supports: bool, refutes: bool) -> VerdictLabel:
    """The label, by which sides are there."""
    match supports, refutes:
        case True, True:
            return VerdictLabel.CONFLICTING_EVIDENCE
        case True, False:
            return VerdictLabel.SUPPORTED
        case False, True:
            return VerdictLabel.REFUTED
        case _:
            return VerdictLabel.NOT_ENOUGH_EVIDENCE


def log_odds(p: float) -> float:
    """log p / (1 - p), of p cut to [0.01, 0.99]."""
    p = min(1 - _LEAST, max(_LEAST, p))
    return math.log(p / (1 - p))


def sigmoid(x: float) -> float:
    """The inverse of `log_odds`."""
    return 1 / (1 + math.exp(-x))
