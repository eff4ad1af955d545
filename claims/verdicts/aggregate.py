"""From the stances of all evidence to one label. Pure functions.

What a page says counts in full, unless its registered source is rated less credible than
FULL_CREDIBILITY: with a credibility of c its probabilities are multiplied by c / FULL_CREDIBILITY.

Each origin has one vote for each side, read over all its pages: the most that a passage of it says
for that side. What is older than the claim tells of (staleness.py) has none.

A claim is supported, refuted, both (its sources disagree) or neither. The log-odds of the first
three over "neither" are u, v and u + v + `both`, where over the origins of a side, with v1 the
strongest vote and v2, v3, ... the others,

    u or v = bias + first * odds(v1) + further * sum of odds(v2), odds(v3), ...

and odds are log-odds, of the others only as far as they are above 0, and up to MOST_FURTHER in all:
a second independent voice strengthens, many weak ones never add up to a strong one. The four
probabilities that follow sum to 1. The label is

    SUPPORTED or REFUTED, the more probable one, if its probability is the least confidence or more
        and an origin takes that side: more probable than not, and more than the other side
    else CONFLICTING_EVIDENCE, if it is more probable than "neither" and two origins take different
        sides, each by MARGIN more clearly than the other side
    else NOT_ENOUGH_EVIDENCE

and its probability is the confidence; the more probable side of the first two is then what the
evidence leans to. The least confidence is a setting (ASSAY_MIN_CONFIDENCE). The weights are fitted
in evaluation/verdicts.py and stand in model.json.

The rule is monotone: raising a supporting probability never lowers the probability of SUPPORTED and
never raises that of REFUTED, and so never lowers `support`, never takes SUPPORTED away, never makes
a claim REFUTED (tests/claims/verdicts/test_aggregate.py holds it with random cases).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from claims.types import LEAST_CONFIDENCE, Evidence, VerdictLabel

MODEL_FILE = Path(__file__).with_name("model.json")
# From here on a source counts in full, like one that nobody rated: the weights are fitted on such.
FULL_CREDIBILITY = 0.5
# By how much an origin must say one side more clearly than the other to disagree with another.
MARGIN = 0.2
# An origin takes a side that is more probable; a further vote adds from here on, where its log-odds
# are above 0.
EVEN_ODDS = 0.5
# Most that further origins add, in log-odds.
MOST_FURTHER = 4.0
# Below this, no passage bears on the claim and `support` is unknown.
BEARING = 0.2
# Log-odds are of probabilities cut to [_LEAST, 1 - _LEAST]; a side without votes has the least.
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
        """What the bias, the strongest vote and the others contribute to them."""
        first, *others = sorted(votes, reverse=True) or [0.0]
        more = sum(max(0.0, log_odds(vote)) for vote in others)
        return self.bias, self.first * log_odds(first), self.further * min(MOST_FURTHER, more)


@dataclass(frozen=True, slots=True)
class VerdictModel:
    """The sides, and what is added to their log-odds for both together; see the module."""

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
    """Label with `support` in [0, 1] (None: nothing bears on the claim) and `confidence`."""

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
    """One conclusion from all evidence, by the rule above; nothing gives NOT_ENOUGH_EVIDENCE."""
    model = model or load_model()
    votes = votes_by_origin(evidence)
    probable = weigh_votes(votes.values(), model)
    label = decide(probable, votes.values(), least_confidence)
    lead = probable[VerdictLabel.SUPPORTED] - probable[VerdictLabel.REFUTED]
    bears = max((max(pair) for pair in votes.values()), default=0.0) >= BEARING
    return Conclusion(
        label=label,
        support=round(0.5 + lead / 2, 4) if bears else None,
        confidence=round(probable[label], 4),
    )


def weigh_votes(
    votes: Iterable[tuple[float, float]], model: VerdictModel
) -> dict[VerdictLabel, float]:
    """The probability of each label, from the (support, refutation) of the origins."""
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
    """The label, from the probabilities of all and the (support, refutation) of the origins."""
    leads = {VerdictLabel.SUPPORTED: 0.0, VerdictLabel.REFUTED: 0.0}
    for supports, refutes in votes:
        side = VerdictLabel.SUPPORTED if supports > refutes else VerdictLabel.REFUTED
        if max(supports, refutes) >= EVEN_ODDS:
            leads[side] = max(leads[side], abs(supports - refutes))
    side = max(leads, key=probable.__getitem__)
    if probable[side] >= least_confidence and leads[side] > 0:
        return side
    both, neither = VerdictLabel.CONFLICTING_EVIDENCE, VerdictLabel.NOT_ENOUGH_EVIDENCE
    disagree = min(leads.values()) >= MARGIN
    return both if disagree and probable[both] > probable[neither] else neither


def votes_by_origin(evidence: Iterable[Evidence]) -> dict[str, tuple[float, float]]:
    """(support, refutation) of each origin."""
    best: dict[str, tuple[float, float]] = {}
    for item in evidence:
        s, r = weighted_sides(item)
        supports, refutes = best.get(item.page.origin, (0.0, 0.0))
        best[item.page.origin] = max(supports, s), max(refutes, r)
    return best


def weigh_credibility(credibility: float | None) -> float:
    """What is left of a vote, in [0, 1]; all of it where nothing is known."""
    return 1.0 if credibility is None else min(1.0, credibility / FULL_CREDIBILITY)


def weighted_sides(item: Evidence) -> tuple[float, float]:
    """The probabilities of a piece of evidence for (support, refutation), weighted."""
    p, rating = item.probabilities, item.page.credibility
    return weighted_probability(p.supports, rating, stale=item.stale), weighted_probability(
        p.refutes, rating, stale=item.stale
    )


def weighted_probability(probability: float, credibility: float | None, *, stale: bool) -> float:
    """A side's probability weighed by the credibility of its source; nothing when it is stale."""
    return 0.0 if stale else weigh_credibility(credibility) * probability


def unrate(item: Evidence) -> Evidence:
    """The evidence as if nobody had rated its source."""
    return replace(item, page=replace(item.page, credibility=None))


def log_odds(p: float) -> float:
    """log p / (1 - p), of p cut to [0.01, 0.99]."""
    p = min(1 - _LEAST, max(_LEAST, p))
    return math.log(p / (1 - p))
