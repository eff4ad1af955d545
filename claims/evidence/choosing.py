"""Choose the evidence of a verdict: the deciding sentences of the passages that bear on a claim.

    evidence = find_evidence(claim, passages, judge)

The judge scores the passages, and the sentences of those that bear on the claim; everything else is
a pure function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from claims.entailment.calibration import CalibratedJudge
from claims.evidence.passages import ScoredPassage, score_passages, split_passage, write_evidence
from claims.evidence.sides import CONTRARY, MARGIN, weighted_probability
from claims.types import Evidence, PageReference, Passage, Stance

# Passages quoted for each stance.
EVIDENCE_PER_STANCE = 4
# A sentence replaces its passage if its probability is at least this share of the passage's.
_CARRIES = 0.8
# Up to this probability a sentence's support does not count and does not limit a refutation.
_NO_VOTE = 0.2
# Minimum probability, or weight, for a side, for a passage to be chosen as evidence for that side.
_NEAREST = 0.02


def find_evidence(
    claim: str,
    passages: Sequence[Passage],
    judge: CalibratedJudge,
    *,
    is_stale: Callable[[PageReference], bool] = lambda page: False,
) -> tuple[Evidence, ...]:
    """The evidence of the origins, the clearest first.

    Scores the passages, and the sentences of those passages that bear on the claim. Each origin
    gives one piece of evidence for each side, from all its pages.
    """

    def weighted(item: ScoredPassage, side: Stance) -> float:
        page = item.passage.page
        return weighted_probability(item.says(side), page.credibility, stale=is_stale(page))

    (scored,) = score_passages([(claim, passages)], judge)
    bearing = [item for item in scored if item.side is not Stance.NEUTRAL]
    sentences = [(claim, split_passage(item.passage)) for item in bearing]
    around = [item.passage.text for item in bearing]
    parts = score_passages(sentences, judge, within=around)
    answers = [item for item in scored if item.side is Stance.NEUTRAL]
    answers += [
        narrow(item, some, margin=MARGIN) for item, some in zip(bearing, parts, strict=True)
    ]
    chosen = choose_clearest(
        drop_contradicted(answers), limit=EVIDENCE_PER_STANCE, weighted=weighted
    )
    return tuple(map(write_evidence, chosen))


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
    for side in CONTRARY:
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
        and CONTRARY.get(one.probabilities.stance) is other.probabilities.stance
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
    other = _find_clearest(CONTRARY[item.side], sentences)
    own_probability = own.probability if own else 0.0
    if other and other.probability > max(item.probability, own_probability + margin):
        return other
    if own and own_probability >= _CARRIES * item.probability:
        return own
    if item.side is Stance.REFUTES and _find_most(Stance.SUPPORTS, sentences) > _NO_VOTE:
        most = _find_most(Stance.REFUTES, sentences) / _CARRIES
        return item.limit(Stance.REFUTES, most)
    return item


def _find_most(side: Stance, items: Iterable[ScoredPassage]) -> float:
    return max((item.says(side) for item in items), default=0.0)


def _find_clearest(side: Stance, items: Iterable[ScoredPassage]) -> ScoredPassage | None:
    same = (item for item in items if item.side is side)
    return max(same, key=lambda item: item.probability, default=None)
