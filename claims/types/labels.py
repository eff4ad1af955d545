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
