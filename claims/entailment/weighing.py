"""What findings do to a stance: features beside the judge's answer, with fitted weights. Pure.

The log-probabilities of the judge get a weight for each feature that is present, and are turned
back into probabilities. Every weight has its sign by its meaning, so that no finding against a
claim can ever help it (python -m evaluation.weighing fits them and prints what they are worth).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from claims.types import Finding, FindingResult

# Each feature, and on which side of 0 its weights lie for SUPPORTS and for REFUTES.
FEATURES: Mapping[str, tuple[int, int]] = {
    "figure fits": (+1, -1),
    "figure differs": (-1, +1),
    "figure missing": (-1, 0),
    "more than one figure missing": (-1, 0),
    "date differs": (-1, +1),
    "date missing": (-1, 0),
    "quoted verbatim": (+1, -1),
    "quotation altered": (-1, +1),
    "said by another": (-1, +1),
    "name differs": (-1, +1),
    "name missing": (-1, 0),
    "more than one name missing": (-1, 0),
    "other role": (-1, +1),
}


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weights (SUPPORTS, REFUTES) of each feature; a feature without any has none."""

    weights: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def apply(
        self, scores: npt.NDArray[np.float32], findings: Sequence[Sequence[Finding]]
    ) -> npt.NDArray[np.float32]:
        """Probabilities with the findings weighed in: float32 (n, 3) in and out, rows sum to 1."""
        if not self.weights or not len(scores):
            return scores
        logits = np.log(np.clip(scores.astype(np.float64), 1e-6, 1.0))
        for row, found in enumerate(findings):
            for name in features_of(found):
                logits[row, :2] += self.weights.get(name, (0.0, 0.0))
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def features_of(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The features that the findings of one passage make, in the order of FEATURES."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.kind, finding.result)
        counts[key] = counts.get(key, 0) + 1

    def count(kind: str, *results: str) -> int:
        return sum(counts.get((kind, result), 0) for result in results)

    present = {
        "figure fits": count("quantity", FindingResult.MATCH),
        "figure differs": count("quantity", FindingResult.DIFFERS),
        "figure missing": count("quantity", FindingResult.ABSENT),
        "more than one figure missing": count("quantity", FindingResult.ABSENT) - 1,
        "date differs": count("date", FindingResult.DIFFERS),
        "date missing": count("date", FindingResult.ABSENT),
        "quoted verbatim": count("quotation", FindingResult.VERBATIM),
        "quotation altered": count("quotation", FindingResult.ALTERED, FindingResult.CUT),
        "said by another": count("quotation", FindingResult.OTHER_SPEAKER),
        "name differs": count("name", FindingResult.DIFFERS),
        "name missing": count("name", FindingResult.ABSENT),
        "more than one name missing": count("name", FindingResult.ABSENT) - 1,
        "other role": count("name", FindingResult.OTHER_ROLE),
    }
    return tuple(name for name in FEATURES if present[name] > 0)


def count_gaps(findings: Sequence[Finding]) -> int:
    """How many sorts of things (figures, dates, names; several of a sort) a passage lacks."""
    return sum(name.endswith("missing") for name in features_of(findings))
