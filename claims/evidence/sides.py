"""Weigh a piece of evidence: how much it counts for each side, and whether it takes one. Pure.

The probabilities of a page count in full, unless its registered source has a credibility c below
FULL_CREDIBILITY: then they are multiplied by c / FULL_CREDIBILITY.

Each origin has one vote for each side: the highest weighted probability for that side among all
passages of its pages. Stale evidence (staleness.py) has no vote. claims/verdicts/aggregate.py
concludes from the votes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from claims.english.furniture import is_byline
from claims.english.sentences import split_sentences
from claims.text import is_title
from claims.types import LEAST_CONFIDENCE, Evidence, Stance, VerdictLabel

CONTRARY = {Stance.SUPPORTS: Stance.REFUTES, Stance.REFUTES: Stance.SUPPORTS}
LEADING = {VerdictLabel.SUPPORTED: Stance.SUPPORTS, VerdictLabel.REFUTED: Stance.REFUTES}
"""The side of a decided label."""
# Credibility, in [0, 1], from which a source counts in full, like a source without a rating: the
# weights are fitted on sources without ratings.
FULL_CREDIBILITY = 0.5
# Weighted probability above which evidence takes a side.
EVEN_ODDS = 0.5
# Minimum difference between an origin's votes for the two sides, for it to count as disagreeing
# with another origin.
MARGIN = 0.2


def votes_by_origin(evidence: Iterable[Evidence]) -> dict[str, tuple[float, float]]:
    """The (support, refutation) votes of each origin; what only a reader quotes has no vote."""
    best: dict[str, tuple[float, float]] = {}
    for item in evidence:
        if item.only_quoted:
            continue
        s, r = weighted_sides(item)
        supports, refutes = best.get(item.page.origin, (0.0, 0.0))
        best[item.page.origin] = max(supports, s), max(refutes, r)
    return best


def list_sides(evidence: Iterable[Evidence]) -> list[tuple[float, float]]:
    """The (support, refutation) votes of each origin, of the evidence that may take a side."""
    return list(votes_by_origin(filter(takes_a_side, evidence)).values())


def find_sides(evidence: Iterable[Evidence], label: VerdictLabel) -> dict[str, Stance]:
    """The side that each origin takes, SUPPORTS or REFUTES; without the origins that take none.

    An origin that a second reader quotes may be on both sides. It takes the side of the verdict's
    `label`; where sources disagree, the side that fewer others take.
    """
    items = list(evidence)
    options: dict[str, list[Stance]] = {}
    for item in items:
        if item.quoted_for and counts_as_quoted(item):
            options.setdefault(item.page.origin, []).append(item.quoted_for)
    for origin, (supports, refutes) in votes_by_origin(filter(takes_a_side, items)).items():
        if supports != refutes:
            side = Stance.SUPPORTS if supports > refutes else Stance.REFUTES
            options.setdefault(origin, []).append(side)
    sides = {origin: some[0] for origin, some in options.items() if len(set(some)) == 1}
    for origin in [origin for origin in options if origin not in sides]:
        taken = list(sides.values())
        fewer = min(options[origin], key=taken.count)
        sides[origin] = LEADING.get(label, fewer)
    return sides


def takes_a_side(item: Evidence) -> bool:
    """Whether the judge's stance on this evidence may decide the side of its origin.

    Its weighted probability for a side must be above EVEN_ODDS; stale evidence has none. Evidence
    that a second reader quotes for the other side takes no side.
    """
    if item.only_quoted or item.quoted_for not in (None, item.probabilities.side):
        return False
    return max(weighted_sides(item)) > EVEN_ODDS


def is_contrary(item: Evidence, side: Stance, *, least: float = LEAST_CONFIDENCE) -> bool:
    """Whether evidence may be shown as contradicting a side, SUPPORTS or REFUTES.

    The contrary stance is its most probable one, with a probability of at least `least` or quoted
    for it by a second reader, and the quotation is more than a byline, alone or below the title.
    """
    contrary = CONTRARY[side]
    if item.stance is not contrary or _is_only_byline(item):
        return False
    return item.quoted_for is contrary or item.probabilities.of(contrary) >= least


def _is_only_byline(item: Evidence) -> bool:
    """A title without a byline may be a statement, and so is a sentence that repeats it."""
    lines = [line for line in item.quote.splitlines() if line.strip()]
    rest = [line for line in lines if not all(is_byline(s.text) for s in split_sentences(line))]
    if len(rest) == len(lines) or len(rest) > 1:
        return False
    return not rest or is_title(rest[0], item.page.title)


def counts_as_quoted(item: Evidence) -> bool:
    """Whether evidence takes the side for which a second reader quotes it.

    A source of low credibility does not, so that it decides nothing alone.
    """
    counts_in_full = weigh_credibility(item.page.credibility) == 1
    return item.quoted_for is not None and not item.stale and counts_in_full


def without_reader(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The evidence that the judge chose, as it was before a second reader read it."""
    return tuple(replace(item, quoted_for=None) for item in evidence if not item.only_quoted)


def weigh_credibility(credibility: float | None) -> float:
    """The factor for the votes of a source, in [0, 1]; 1 when its credibility is unknown."""
    return 1.0 if credibility is None else min(1.0, credibility / FULL_CREDIBILITY)


def weighted_sides(item: Evidence) -> tuple[float, float]:
    """The weighted probabilities of a piece of evidence, as (support, refutation)."""
    p, rating = item.probabilities, item.page.credibility
    return weighted_probability(p.supports, rating, stale=item.stale), weighted_probability(
        p.refutes, rating, stale=item.stale
    )


def weighted_probability(probability: float, credibility: float | None, *, stale: bool) -> float:
    """A side's probability, weighted by the credibility of its source; 0 when it is stale."""
    return 0.0 if stale else weigh_credibility(credibility) * probability


def unrate(item: Evidence) -> Evidence:
    """The evidence as if its source had no rating."""
    return replace(item, page=replace(item.page, credibility=None))
