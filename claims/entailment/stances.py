"""Which passages bear on a claim, and which sentence of each says so. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import Calibration, Pooling
from claims.ports import Judge
from claims.text import PAGE_BREAK, is_heading, is_title, split_sentences
from claims.types import (
    LEAST_CONFIDENCE,
    Evidence,
    Finding,
    Passage,
    Probabilities,
    Span,
    Stance,
)

# Of a side that is less probable a passage says nothing worth showing. A bar on the side alone,
# and not "more probable than neutral", so that more support can never make a passage refute.
_BEARS = 0.4
# A sentence stands for its passage when it carries this part of the passage's probability.
_CARRIES = 0.8
# Support that is too little to be a vote, or to cancel another passage's.
_NO_VOTE = 0.2
_CONTRARY = {Stance.SUPPORTS: Stance.REFUTES, Stance.REFUTES: Stance.SUPPORTS}
# Columns of scores.
_SUPPORTS, _REFUTES = 0, 1
_COLUMNS = {Stance.SUPPORTS: _SUPPORTS, Stance.REFUTES: _REFUTES}
# A passage that says less than this for a side says nothing for it.
_NEAREST = 0.02


@dataclass(frozen=True, slots=True)
class CalibratedJudge:
    """A judge, with what was fitted for it, calibration and pooling; and how probable SUPPORTED or
    REFUTED must be for a verdict to say so."""

    judge: Judge
    calibration: Calibration = field(default_factory=Calibration)
    pooling: Pooling = field(default_factory=Pooling)
    least_confidence: float = LEAST_CONFIDENCE

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Calibrated probabilities, float32 (n, 3), input order; see claims.ports.Judge."""
        return self.calibration.apply(self.judge.score(pairs))


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its stance probabilities, float32 (3,), and what code found in it."""

    passage: Passage
    scores: npt.NDArray[np.float32]
    findings: tuple[Finding, ...] = ()

    @property
    def stance(self) -> Stance:
        """The side it takes, if it bears on the claim; what it leaves open does not matter."""
        supports, refutes, _ = self.scores
        if max(supports, refutes) < _BEARS:
            return Stance.NEUTRAL
        return Stance.SUPPORTS if supports > refutes else Stance.REFUTES

    @property
    def probability(self) -> float:
        """That of its side."""
        return float(max(self.scores[:2]))

    def says(self, side: Stance) -> float:
        """How probable it is that it takes this side, one of the two."""
        return float(self.scores[_COLUMNS[side]])


def _limit(item: ScoredPassage, side: int, most: float) -> ScoredPassage:
    """The passage with at most so much of a side; what is taken becomes neutral."""
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
    """What a verdict rests on, the clearest first.

    Of each side the clearest passages of at most `limit` origins, one each over all its pages; of a
    side that no passage bears on, the one that says most for it, if that is anything at all.
    `weighted` gives the weight that a passage has in the verdict for a side; the passages of most
    weight are chosen as well, so that pages which count for little displace no other page and are
    not displaced themselves.
    """
    items = list(scored)
    once: dict[int, ScoredPassage] = {}
    for side in _CONTRARY:
        bearing = [item for item in items if item.stance is side]
        for clearness in (ScoredPassage.says, weighted):
            some = _first_of_origins(bearing or items, side, clearness)[: limit if bearing else 1]
            once |= {id(one): one for one in some if clearness(one, side) >= _NEAREST}
    return sorted(once.values(), key=lambda item: -item.probability)


def _first_of_origins(
    items: Iterable[ScoredPassage],
    side: Stance,
    clearness: Callable[[ScoredPassage, Stance], float],
) -> list[ScoredPassage]:
    """The passage of each origin that says a side most clearly, the clearest first."""
    best: dict[str, ScoredPassage] = {}
    for item in sorted(items, key=lambda one: -clearness(one, side)):
        best.setdefault(item.passage.page.origin, item)
    return list(best.values())


def split_passage(passage: Passage) -> tuple[Passage, ...]:
    """Its sentences as passages of their own; none when it is but one.

    Headings and the page's title are none: they decide nothing alone, only with what is below them.
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
    """The page on which a place of the passage lies."""
    if passage.page_number is None:
        return None
    return passage.page_number + passage.text.count(PAGE_BREAK, 0, offset)


def narrow(
    item: ScoredPassage, sentences: Sequence[ScoredPassage], *, margin: float
) -> ScoredPassage:
    """The sentence of the passage that says it, or the passage where no sentence does alone.

    A sentence that says the contrary, more clearly than the passage says it and by `margin` than
    any of its sentences does, stands for the passage: the words around it misled the judge. Where a
    sentence alone is some support, the passage refutes only as far as another one carries that.
    """
    if item.stance is Stance.NEUTRAL:
        return item
    own = _find_clearest(item.stance, sentences)
    other = _find_clearest(_CONTRARY[item.stance], sentences)
    own_probability = own.probability if own else 0.0
    if other and other.probability > max(item.probability, own_probability + margin):
        return other
    if own and own_probability >= _CARRIES * item.probability:
        return own
    if item.stance is Stance.REFUTES and _find_most(_SUPPORTS, sentences) > _NO_VOTE:
        return _limit(item, _REFUTES, _find_most(_REFUTES, sentences) / _CARRIES)
    return item


def _find_most(side: int, items: Iterable[ScoredPassage]) -> float:
    return max((float(item.scores[side]) for item in items), default=0.0)


def _find_clearest(stance: Stance, items: Iterable[ScoredPassage]) -> ScoredPassage | None:
    same = (item for item in items if item.stance is stance)
    return max(same, key=lambda item: item.probability, default=None)


def write_evidence(item: ScoredPassage) -> Evidence:
    """The passage as a verdict shows it; probabilities are those of the quoted text."""
    supports = round(float(item.scores[0]), 4)
    refutes = min(round(float(item.scores[1]), 4), round(1 - supports, 4))
    return Evidence(
        quote=item.passage.text,
        span=item.passage.span,
        stance=item.stance,
        probabilities=Probabilities(supports, refutes, round(1 - supports - refutes, 4)),
        page=item.passage.page,
        findings=item.findings,
        page_number=item.passage.page_number,
    )
