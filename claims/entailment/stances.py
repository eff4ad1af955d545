"""Stances of passages towards one claim, with the sentence that decides each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import Calibration
from claims.ports import Judge
from claims.text import split_sentences
from claims.types import Evidence, Finding, Passage, Probabilities, Span, Stance

# A stance column; NEUTRAL is never looked for.
_COLUMN = {Stance.SUPPORTS: 0, Stance.REFUTES: 1}
# A sentence stands for its passage when it carries this part of the passage's probability.
_CARRIES = 0.8


@dataclass(frozen=True, slots=True)
class CalibratedJudge:
    """A judge and the calibration fitted for it."""

    judge: Judge
    calibration: Calibration

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Calibrated probabilities, float32 (n, 3), input order; see claims.ports.Judge."""
        return self.calibration.apply(self.judge.score(pairs))


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its stance probabilities, float32 (3,), and what code found in it."""

    passage: Passage
    scores: npt.NDArray[np.float32]
    findings: tuple[Finding, ...] = ()


def quote_evidence(
    claim: str, scored: Sequence[ScoredPassage], judge: CalibratedJudge, *, limit: int
) -> tuple[Evidence, ...]:
    """The passages that bear on the claim, the clearest first, at most `limit` of each stance.

    A passage is quoted by its one sentence that carries the stance, or whole if none does alone.
    """
    chosen: list[tuple[ScoredPassage, Stance]] = []
    for stance, column in _COLUMN.items():
        of_stance = [item for item in scored if int(item.scores.argmax()) == column]
        of_stance.sort(key=lambda item: -float(item.scores.max()))
        chosen.extend((item, stance) for item in of_stance[:limit])
    evidence: dict[tuple[str, Span, Stance], Evidence] = {}
    for (item, stance), span in zip(chosen, _find_rationales(claim, chosen, judge), strict=True):
        quoted = _quote(item, stance, span)
        # Overlapping passages may be decided by one and the same sentence: the clearer stays.
        evidence.setdefault((quoted.page.url, quoted.span, stance), quoted)
    return tuple(sorted(evidence.values(), key=lambda quoted: -_clearness(quoted)))


def _find_rationales(
    claim: str, chosen: Sequence[tuple[ScoredPassage, Stance]], judge: CalibratedJudge
) -> list[Span]:
    """For each passage the span (within its text) of the sentence that decides it."""
    sentences = [split_sentences(item.passage.text) for item, _ in chosen]
    pairs = [(s.text, claim) for found in sentences if len(found) > 1 for s in found]
    scores = iter(judge.score(pairs))
    spans = []
    for (item, stance), found in zip(chosen, sentences, strict=True):
        whole = Span(0, len(item.passage.text))
        if len(found) < 2:
            spans.append(whole)
            continue
        column = _COLUMN[stance]
        alone = [float(next(scores)[column]) for _ in found]
        best = int(np.argmax(alone))
        carries = alone[best] >= _CARRIES * item.scores[column]
        spans.append(found[best].span if carries else whole)
    return spans


def _quote(item: ScoredPassage, stance: Stance, span: Span) -> Evidence:
    passage = item.passage
    supports, refutes = round(float(item.scores[0]), 4), round(float(item.scores[1]), 4)
    return Evidence(
        quote=passage.text[span.start : span.end],
        span=Span(passage.span.start + span.start, passage.span.start + span.end),
        stance=stance,
        probabilities=Probabilities(supports, refutes, round(max(0.0, 1 - supports - refutes), 4)),
        page=passage.page,
        findings=item.findings,
    )


def _clearness(item: Evidence) -> float:
    return max(item.probabilities.supports, item.probabilities.refutes)
