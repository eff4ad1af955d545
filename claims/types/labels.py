"""The three stances of a passage and the four labels of a claim."""

from __future__ import annotations

from enum import StrEnum


class Stance(StrEnum):
    """How one passage bears on one claim: the most probable of the three.

    Never mixed with `VerdictLabel`.
    """

    SUPPORTS = "SUPPORTS"
    REFUTES = "REFUTES"
    NEUTRAL = "NEUTRAL"


class VerdictLabel(StrEnum):
    """What all the evidence together says about one claim: the four labels of AVeriTeC."""

    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    CONFLICTING_EVIDENCE = "CONFLICTING_EVIDENCE"
    NOT_ENOUGH_EVIDENCE = "NOT_ENOUGH_EVIDENCE"


class Strength(StrEnum):
    """How strongly a verdict is worded; see `find_strength`."""

    FIRM = "firm"
    PROBABLE = "probable"
    LEANING = "leaning"


# Minimum confidence of a firm verdict. docs/reference/quality.md ("Strengths") shows how often
# verdicts of each strength are right.
LEAST_FIRM = 0.85


def find_strength(
    label: VerdictLabel, support: float | None, confidence: float | None
) -> Strength | None:
    """The strength of a verdict; None if it neither decides nor leans, or has no confidence.

    SUPPORTED and REFUTED are firm, or probable below LEAST_FIRM. NOT_ENOUGH_EVIDENCE leans if one
    side is more probable than NOT_ENOUGH_EVIDENCE itself. `support` is 0.5 plus half the difference
    between the probabilities of SUPPORTED and REFUTED; it leans if that difference exceeds the
    confidence.
    """
    if confidence is None:
        return None
    if label in (VerdictLabel.SUPPORTED, VerdictLabel.REFUTED):
        return Strength.FIRM if confidence >= LEAST_FIRM else Strength.PROBABLE
    if label is VerdictLabel.CONFLICTING_EVIDENCE or support is None:
        return None
    return Strength.LEANING if abs(2 * support - 1) > confidence else None
