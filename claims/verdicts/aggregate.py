"""From the stances of all evidence to one label. Pure functions.

The rule, v1. Each origin has one vote. Its side is that of its clearest passage, if it is clearer
than the best passage of the other side by MARGIN; one origin that says both about as clearly
says nothing. The strength of the vote is the probability of that passage. Over the origins of
a side

    S = v1 + (1 - v1) * (1 - (1 - CORROBORATION) ** k)

with v1 the strongest vote and k the number of further origins whose vote is decisive alone: a
second independent voice strengthens, a weak one never adds up to a strong one. Then

    S and R both decisive   CONFLICTING_EVIDENCE      (two origins, each decisive alone)
    S decisive              SUPPORTED
    R decisive              REFUTED
    otherwise               NOT_ENOUGH_EVIDENCE

The rule is monotone: raising a supporting probability never lowers S and never raises R, and
so never lowers `support` (tests/claims/verdicts/test_aggregate.py holds it with random cases).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.types import Evidence, VerdictLabel

# A vote from here on decides alone. On the development sets of short evidence nine in ten decisive
# stances are right from here on; refutations need more, for the judge sees one too easily
# (python -m evaluation.decisive: precision by threshold, for each side).
DECISIVE_SUPPORT = 0.6
DECISIVE_REFUTATION = 0.7
# What each further decisive origin takes off the remaining doubt.
CORROBORATION = 0.3
# By how much the side of an origin must be clearer than its other side.
MARGIN = 0.2
# That nothing was found is never surer than this: the judge may have missed what is there.
_SILENCE = 0.8
# Below this, no passage bears on the claim and `support` is unknown.
BEARING = 0.2


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Label with `support` in [0, 1] (None: nothing bears on the claim) and `confidence`."""

    label: VerdictLabel
    support: float | None
    confidence: float


def conclude(evidence: Iterable[Evidence]) -> Conclusion:
    """One conclusion from all evidence, by the rule above; nothing gives NOT_ENOUGH_EVIDENCE."""
    votes = _votes_by_origin(evidence)
    supports = _strength([vote for vote, _ in votes], decisive=DECISIVE_SUPPORT)
    refutes = _strength([vote for _, vote in votes], decisive=DECISIVE_REFUTATION)
    bears = max(supports, refutes) >= BEARING
    return Conclusion(
        label=_label(supports, refutes),
        support=round(0.5 + (supports - refutes) / 2, 4) if bears else None,
        confidence=round(_confidence(supports, refutes), 4),
    )


def _votes_by_origin(evidence: Iterable[Evidence]) -> list[tuple[float, float]]:
    """(support, refutation) per origin; at most one of the two is not 0."""
    best: dict[str, tuple[float, float]] = {}
    for item in evidence:
        s, r = item.probabilities.supports, item.probabilities.refutes
        supports, refutes = best.get(item.page.origin, (0.0, 0.0))
        best[item.page.origin] = (
            (max(supports, s), refutes) if s > r else (supports, max(refutes, r))
        )
    return [
        (s if s - r >= MARGIN else 0.0, r if r - s >= MARGIN else 0.0) for s, r in best.values()
    ]


def _strength(votes: Sequence[float], *, decisive: float) -> float:
    if not votes:
        return 0.0
    strongest = max(votes)
    further = sum(vote >= decisive for vote in votes) - (strongest >= decisive)
    return strongest + (1 - strongest) * (1 - (1 - CORROBORATION) ** further)


def _label(supports: float, refutes: float) -> VerdictLabel:
    match supports >= DECISIVE_SUPPORT, refutes >= DECISIVE_REFUTATION:
        case True, True:
            return VerdictLabel.CONFLICTING_EVIDENCE
        case True, False:
            return VerdictLabel.SUPPORTED
        case False, True:
            return VerdictLabel.REFUTED
        case _:
            return VerdictLabel.NOT_ENOUGH_EVIDENCE


def _confidence(supports: float, refutes: float) -> float:
    """How probable the label is, were the two sides independent."""
    match _label(supports, refutes):
        case VerdictLabel.CONFLICTING_EVIDENCE:
            return supports * refutes
        case VerdictLabel.SUPPORTED:
            return supports * (1 - refutes)
        case VerdictLabel.REFUTED:
            return refutes * (1 - supports)
        case _:
            return min(_SILENCE, (1 - supports) * (1 - refutes))
