"""Which passages bear on a claim, and which sentence of each says so. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from claims.entailment.calibration import Calibration, Pooling
from claims.entailment.weighing import Weighing
from claims.ports import Judge
from claims.text import PAGE_BREAK, is_heading, is_title, split_sentences
from claims.types import Evidence, Finding, FindingResult, Passage, Probabilities, Span, Stance

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
_COUNTED = frozenset({"quantity", "date"})
_OTHERWISE = frozenset({FindingResult.ABSENT, FindingResult.DIFFERS})


@dataclass(frozen=True, slots=True)
class CalibratedJudge:
    """A judge, with what was fitted for it: calibration, pooling, weights of findings."""

    judge: Judge
    calibration: Calibration = field(default_factory=Calibration)
    pooling: Pooling = field(default_factory=Pooling)
    weighing: Weighing = field(default_factory=Weighing)

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


def hold_back(item: ScoredPassage) -> ScoredPassage:
    """The passage without a vote for the claim, where it lacks a figure or a date of the claim, or
    has another.

    For verdicts only: what makes a claim SUPPORTED must say all of it, and a judge that cannot
    count lets "five decades" pass where the page says three. What is taken becomes neutral.
    """
    missing = any(
        finding.result in _OTHERWISE and finding.kind in _COUNTED for finding in item.findings
    )
    return _limit(item, _SUPPORTS, _NO_VOTE) if missing else item


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
    margin: float,
    heard: Callable[[ScoredPassage], float] = lambda item: item.probability,
) -> list[ScoredPassage]:
    """The passages that bear on the claim, the clearest first.

    An origin gives its clearest passage over all its pages, and that of the other stance only if it
    is less than `margin` behind. Of each stance at most `limit` origins have a say. `heard` is what
    is left of a passage's clearness in the verdict: those that are heard best are chosen as well,
    so that pages which count for little take nobody's place, nor lose their own.
    """
    ranked = sorted(scored, key=lambda item: -item.probability)
    chosen = [
        *_choose(ranked, limit, margin, lambda item: item.probability),
        *_choose(sorted(ranked, key=lambda item: -heard(item)), limit, margin, heard),
    ]
    once = {id(item): item for item in chosen}
    return sorted(once.values(), key=lambda item: -item.probability)


def _choose(
    ranked: Iterable[ScoredPassage],
    limit: int,
    margin: float,
    clearness: Callable[[ScoredPassage], float],
) -> list[ScoredPassage]:
    """What the origins say, of each stance of the first so many of them."""
    best: dict[str, dict[Stance, ScoredPassage]] = {}
    for item in ranked:
        if item.stance is not Stance.NEUTRAL:
            best.setdefault(item.passage.page.origin, {}).setdefault(item.stance, item)
    answers = [
        item
        for sides in best.values()
        for item in sides.values()
        if clearness(item) > max(map(clearness, sides.values())) - margin
    ]
    return [
        item
        for stance in _CONTRARY
        for item in [answer for answer in answers if answer.stance is stance][:limit]
    ]


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
