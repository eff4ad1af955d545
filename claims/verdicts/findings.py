"""What code establishes beside the judge, and what it does to a stance. Pure functions.

v1 knows one rule, about figures: a passage that lacks a figure of the claim cannot be what makes
the claim SUPPORTED. Its support is capped so low that it has no say, the rest becomes neutral,
and the finding is shown with the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from claims.types import Finding, Passage
from claims.verdicts.figures import Figure, find_figures

MATCH = "match"
ABSENT = "not in the passage"
# What is left of its support: too little to be a vote, or to cancel another passage's.
_CAP = 0.2


def find_quantities(claim: str, passage: Passage) -> tuple[Finding, ...]:
    """A finding per figure of the claim, in order: where the passage has it, or that it has not.

    The page's title and year belong to the passage: an article of 2025 need not say the year.
    """
    year = (passage.page.published_at or "")[:4]
    told = find_figures(f"{passage.text} {passage.page.title or ''} {year}")
    return tuple(_compare(figure, told) for figure in find_figures(claim) if figure.counts)


def _compare(figure: Figure, told: Sequence[Figure]) -> Finding:
    same = next((other for other in told if figure.is_same(other)), None)
    if same is None:
        return Finding("quantity", figure.label, "", ABSENT)
    return Finding("quantity", figure.label, same.label, MATCH)


def cap_support(
    scores: npt.NDArray[np.float32], findings: Sequence[Sequence[Finding]]
) -> npt.NDArray[np.float32]:
    """Scores (n, 3) with support capped where a figure is absent; rows still sum to 1."""
    capped = scores.copy()
    for row, found in enumerate(findings):
        if any(finding.result == ABSENT for finding in found):
            excess = max(0.0, float(capped[row, 0]) - _CAP)
            capped[row, 0] -= excess
            capped[row, 2] += excess
    return capped


def replace_finding(findings: Sequence[Finding], better: Finding | None) -> tuple[Finding, ...]:
    """The findings with the one about the same figure of the claim replaced, if there is one."""
    if better is None:
        return tuple(findings)
    return tuple(better if finding.claim == better.claim else finding for finding in findings)
