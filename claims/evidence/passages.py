"""Score passages: the stances that the judge gives, with the findings of the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat

import numpy as np
import numpy.typing as npt

from claims.english.sentences import split_sentences
from claims.entailment.calibration import CalibratedJudge
from claims.evidence.findings import read_passage
from claims.text import PAGE_BREAK, is_heading, is_title
from claims.types import (
    Evidence,
    Finding,
    FindingResult,
    Passage,
    Probabilities,
    Span,
    Stance,
)

# Columns of scores.
_COLUMNS = {Stance.SUPPORTS: 0, Stance.REFUTES: 1}
# Factor for the refutation by a passage that has the claim's quotation word for word; the rest
# becomes neutral. In 14 of 15 hand-made cases such a passage supports the claim, but the judge
# finds a refutation in 8 of them.
VERBATIM_REFUTES = 0.25


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its stance probabilities, float32 (3,), and the findings of the code."""

    passage: Passage
    scores: npt.NDArray[np.float32]
    findings: tuple[Finding, ...] = ()

    @property
    def probabilities(self) -> Probabilities:
        """The scores, rounded as a verdict shows them."""
        supports = round(float(self.scores[0]), 4)
        refutes = min(round(float(self.scores[1]), 4), round(1 - supports, 4))
        return Probabilities(supports, refutes, round(1 - supports - refutes, 4))

    @property
    def side(self) -> Stance:
        """The side that the passage bears on; see Probabilities.side."""
        return Probabilities(*map(float, self.scores)).side

    @property
    def probability(self) -> float:
        """The probability of the more probable side."""
        return float(max(self.scores[:2]))

    def says(self, side: Stance) -> float:
        """The probability of `side`, which is SUPPORTS or REFUTES."""
        return float(self.scores[_COLUMNS[side]])

    def limit(self, side: Stance, most: float) -> ScoredPassage:
        """The passage with the probability of `side` cut to `most`; the rest becomes neutral."""
        excess = self.says(side) - most
        if excess <= 0:
            return self
        scores = self.scores.copy()
        scores[_COLUMNS[side]] -= excess
        scores[2] += excess
        return replace(self, scores=scores)


def split_passage(passage: Passage) -> tuple[Passage, ...]:
    """Its sentences as passages of their own; empty when the passage is a single sentence.

    Headings and the page's title are left out: they decide nothing alone, only with the text below.
    """
    sentences = split_sentences(passage.text)
    if len(sentences) < 2:
        return ()
    start = passage.span.start
    return tuple(
        replace(
            passage,
            text=sentence.text,
            span=Span(start + sentence.span.start, start + sentence.span.end),
            page_number=_number_within(passage, sentence.span.start),
        )
        for sentence in sentences
        if not (is_heading(sentence.text) or is_title(sentence.text, passage.page.title))
    )


def _number_within(passage: Passage, offset: int) -> int | None:
    """The number of the page that holds the character at `offset` of the passage."""
    if passage.page_number is None:
        return None
    return passage.page_number + passage.text.count(PAGE_BREAK, 0, offset)


def write_evidence(item: ScoredPassage) -> Evidence:
    """The passage as a verdict shows it; probabilities are those of the quoted text."""
    return Evidence(
        quote=item.passage.text,
        span=item.passage.span,
        probabilities=item.probabilities,
        page=item.passage.page,
        findings=item.findings,
        page_number=item.passage.page_number,
    )


def score_passages(
    questions: Sequence[tuple[str, Sequence[Passage]]],
    judge: CalibratedJudge,
    *,
    within: Sequence[str] = (),
) -> list[list[ScoredPassage]]:
    """The stances of the passages of each (claim, passages), in input order, in one judge call.

    All are scored together, because the judge is fastest on many pairs of similar length. `within`
    has, for each question whose passages are sentences, the text that they are from. Only one kind
    of finding changes a stance: a passage that has the claim's quotation word for word hardly
    refutes the claim (docs/adr/0019).
    """
    pairs = [(passage.text, claim) for claim, passages in questions for passage in passages]
    rows = iter(judge.score(pairs))
    return [
        [
            _score(passage, next(rows), read_passage(claim, passage, within=around))
            for passage in passages
        ]
        for (claim, passages), around in zip(questions, within or repeat(""), strict=False)
    ]


def _score(
    passage: Passage, scores: npt.NDArray[np.float32], findings: tuple[Finding, ...]
) -> ScoredPassage:
    if any(finding.result == FindingResult.VERBATIM for finding in findings):
        supports, refutes, _ = scores
        refutes = VERBATIM_REFUTES * refutes
        scores = np.array([supports, refutes, 1 - supports - refutes], dtype=np.float32)
    return ScoredPassage(passage, scores, findings)
