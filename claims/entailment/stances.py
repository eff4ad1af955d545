"""Chooses the passages that bear on a claim, and the deciding sentence of each. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from claims.english.sentences import split_sentences
from claims.entailment.calibration import Calibration, Pooling
from claims.ports import Judge
from claims.text import PAGE_BREAK, is_heading, is_title
from claims.types import (
    LEAST_CONFIDENCE,
    Evidence,
    Finding,
    Passage,
    Probabilities,
    Span,
    Stance,
)

# A sentence replaces its passage if its probability is at least this share of the passage's.
_CARRIES = 0.8
# Up to this probability a sentence's support does not count and does not limit a refutation.
_NO_VOTE = 0.2
_CONTRARY = {Stance.SUPPORTS: Stance.REFUTES, Stance.REFUTES: Stance.SUPPORTS}
# Columns of scores.
_SUPPORTS, _REFUTES = 0, 1
_COLUMNS = {Stance.SUPPORTS: _SUPPORTS, Stance.REFUTES: _REFUTES}
# Minimum probability, or weight, for a side, for a passage to be chosen as evidence for that side.
_NEAREST = 0.02


@dataclass(frozen=True, slots=True)
class CalibratedJudge:
    """A judge with its fitted calibration and pooling, and the threshold of a verdict.

    `least_confidence` is the minimum probability of SUPPORTED or REFUTED for a verdict to say so.
    """

    judge: Judge
    calibration: Calibration = field(default_factory=Calibration)
    pooling: Pooling = field(default_factory=Pooling)
    least_confidence: float = LEAST_CONFIDENCE

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Calibrated probabilities, float32 (n, 3), input order; see claims.ports.Judge."""
        return self.calibration.apply(self.judge.score(pairs))


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


def _limit(item: ScoredPassage, side: int, most: float) -> ScoredPassage:
    """The passage with a side's probability cut to `most`; the excess is added to neutral."""
    excess = float(item.scores[side]) - most
    if excess <= 0:
        return item
    scores = item.scores.copy()
    scores[side] -= excess
    scores[2] += excess
    return replace(item, scores=scores)


def choose_clearest(
    scored: Iterable[ScoredPassage],
    *,
    limit: int,
    weighted: Callable[[ScoredPassage, Stance], float] = lambda item, side: item.says(side),
) -> list[ScoredPassage]:
    """The evidence of a verdict, the clearest first.

    For each side: the clearest passages of at most `limit` origins, one for each origin over
    all its pages. For a side that no passage bears on: the passage with the highest probability for
    it, if that is at least _NEAREST. `weighted` gives the weight that a passage has in the verdict
    for a side; the passages of highest weight are chosen as well, so that pages of low weight
    neither displace other pages nor are displaced.
    """
    items = list(scored)
    once: dict[int, ScoredPassage] = {}
    for side in _CONTRARY:
        bearing = [item for item in items if item.side is side]
        for clearness in (ScoredPassage.says, weighted):
            some = _first_of_origins(bearing or items, side, clearness)[: limit if bearing else 1]
            once |= {id(one): one for one in some if clearness(one, side) >= _NEAREST}
    return sorted(once.values(), key=lambda item: -item.probability)


def drop_contradicted(scored: Iterable[ScoredPassage]) -> list[ScoredPassage]:
    """The passages without those that overlap a clearer passage of their page and contradict it.

    Overlapping passages of one page may have contrary stances; a verdict would then quote one
    sentence both for and against the claim.
    """
    kept: list[ScoredPassage] = []
    for item in sorted(scored, key=lambda one: -one.probability):
        if not any(_contradicts(item, clearer) for clearer in kept):
            kept.append(item)
    return kept


def _contradicts(one: ScoredPassage, other: ScoredPassage) -> bool:
    first, second = one.passage, other.passage
    return (
        first.page.url == second.page.url
        and first.span.start < second.span.end
        and second.span.start < first.span.end
        and _CONTRARY.get(one.probabilities.stance) is other.probabilities.stance
    )


def _first_of_origins(
    items: Iterable[ScoredPassage],
    side: Stance,
    clearness: Callable[[ScoredPassage, Stance], float],
) -> list[ScoredPassage]:
    """The clearest passage of each origin for a side, the clearest first."""
    best: dict[str, ScoredPassage] = {}
    for item in sorted(items, key=lambda one: -clearness(one, side)):
        best.setdefault(item.passage.page.origin, item)
    return list(best.values())


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


def narrow(
    item: ScoredPassage, sentences: Sequence[ScoredPassage], *, margin: float
) -> ScoredPassage:
    """The deciding sentence of the passage, or the passage where no sentence decides alone.

    A sentence of the contrary side replaces the passage if it is more probable than the passage
    and, by `margin`, than every sentence of the passage's side: the text around it misled the
    judge. Where a sentence alone gives some support, the refutation by the passage is limited by
    its most refuting sentence.
    """
    if item.side is Stance.NEUTRAL:
        return item
    own = _find_clearest(item.side, sentences)
    other = _find_clearest(_CONTRARY[item.side], sentences)
    own_probability = own.probability if own else 0.0
    if other and other.probability > max(item.probability, own_probability + margin):
        return other
    if own and own_probability >= _CARRIES * item.probability:
        return own
    if item.side is Stance.REFUTES and _find_most(_SUPPORTS, sentences) > _NO_VOTE:
        return _limit(item, _REFUTES, _find_most(_REFUTES, sentences) / _CARRIES)
    return item


def _find_most(side: int, items: Iterable[ScoredPassage]) -> float:
    return max((float(item.scores[side]) for item in items), default=0.0)


def _find_clearest(side: Stance, items: Iterable[ScoredPassage]) -> ScoredPassage | None:
    same = (item for item in items if item.side is side)
    return max(same, key=lambda item: item.probability, default=None)


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
