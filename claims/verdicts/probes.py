"""Is the passage's figure about the same thing as the claim's? Ask the judge. Pure functions.

A figure that the passage lacks says nothing yet: the passage may count something else. So the
claim is asked again with the passage's own figure in the place of its own ("since 2019" becomes
"since 2024"). Where the judge finds that the passage supports *that* claim, the passage tells the
same story with another figure, and so refutes the claim as it was made, as surely as it supports
the other one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claims.types import Finding, Passage
from claims.verdicts.figures import Figure, find_absent, find_figures

DIFFERS = "differs"
# Probes per claim: each costs one more pair.
_MOST = 12
# A probe counts when the passage supports the changed claim at least this much.
_SUPPORTED = 0.5


@dataclass(frozen=True, slots=True)
class Probe:
    """The claim with one figure replaced by one of passage number `row`."""

    row: int
    claim: str
    claimed: Figure
    told: Figure


def make_probes(claim: str, passages: Sequence[Passage]) -> tuple[Probe, ...]:
    """Probes for the passages that lack exactly one figure of the claim, best passage first.

    A figure is replaced only by one of its own kind (a year by a year, a share by a share, ...).
    With two figures absent the passage tells too little of the claim to be asked.
    """
    probes: list[Probe] = []
    for row, passage in enumerate(passages):
        absent = find_absent(claim, passage.text)
        if len(absent) != 1:
            continue
        (claimed,) = absent
        claim_has = {figure.value for figure in find_figures(claim)}
        for told in find_figures(passage.text):
            if told.kind is claimed.kind and told.value not in claim_has:
                start, end = claimed.span
                probes.append(Probe(row, claim[:start] + told.text + claim[end:], claimed, told))
    return tuple(probes[:_MOST])


def add_title(passage: Passage) -> str:
    """The passage with its page's title in front, which says what the passage is about.

    Probes are asked this way: whether two figures are about the same thing is often settled by
    the title. Plain stances are not, for a figure in a title then seems to contradict others.
    """
    title = (passage.page.title or "").rstrip(".")
    return passage.text if not title or title in passage.text else f"{title}. {passage.text}"


def apply_probes(
    scores: npt.NDArray[np.float32],
    probes: Sequence[Probe],
    answers: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.float32], dict[int, Finding]]:
    """Scores (n, 3) with refutation raised where a probe is supported, and its finding by row.

    `answers` are the judge's probabilities of the probes, in their order. With s the support of
    the changed claim, refutation becomes s + (1 - s) * r: where the passage tells the same story
    with another figure the claim is refuted, where it does not the judge's own r stands. The two
    other columns give way alike; rows still sum to 1. Of a passage's probes the strongest counts.
    """
    raised = scores.copy()
    findings: dict[int, Finding] = {}
    for probe, answer in sorted(
        zip(probes, answers, strict=True), key=lambda pair: -float(pair[1][0])
    ):
        supported = float(answer[0])
        if supported >= _SUPPORTED and probe.row not in findings:
            raised[probe.row] *= 1 - supported
            raised[probe.row, 1] += supported
            findings[probe.row] = Finding(
                "quantity", probe.claimed.label, probe.told.label, DIFFERS
            )
    return raised, findings
