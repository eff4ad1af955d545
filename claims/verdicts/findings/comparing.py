"""A quantity or a date of the claim beside those of the passage: the same thing or another?

Code proposes, the judge settles. Code reads both sides, pairs what has one unit and stands among
the same words, and knows whether the values fit. That two figures are about one thing it cannot
know for sure; so the judge is asked whether the passage supports the claim with the passage's own
figure in place of the claim's. Only if it does, and the words agree as well, is there a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from claims.types import Finding, FindingResult
from claims.verdicts.findings.arithmetic import follows, lies_between, years_between
from claims.verdicts.findings.context import Context, likeness, read_context
from claims.verdicts.findings.dates import find_dates, leave_out_counts
from claims.verdicts.findings.quantities import find_both
from claims.verdicts.findings.quantity import (
    DURATION,
    Hedge,
    Quantity,
    fits,
    is_count,
    is_same_thing,
)
from claims.verdicts.findings.when import When
from claims.verdicts.findings.when import fits as fits_date

# The bars were chosen on the odd cases of evaluation/cases and on our own held-out pairs, for a
# precision of 0.95 (python -m evaluation.findings prints what they give).
# Of the nearest words of the claim, and of all, the share in the passage's sentence.
_MATCH_NEAR, _MATCH_ALL, _MATCH_BESIDE = 0.5, 0.6, 0.25
# What the judge must make of the claim with the passage's figure, to say that the figure fits.
_MATCH_PROBE = 0.73
# By how much another figure of the passage must be less alike to leave no doubt which one is meant.
_LEAD = 0.05
_PREPOSITION = re.compile(r"\b(?:in|on|at)(?: the)? $", re.IGNORECASE)
# A figure that fits or may fit, and is at least this much alike, forbids to say "differs".
_RIVAL = 0.25


@dataclass(frozen=True, slots=True)
class _Bars:
    """What it takes to say "differs": likeness near, everywhere and all around, what the judge
    must make of the claim with the passage's figure, and the most it may make of the claim."""

    near: float
    everywhere: float
    alike: float
    probe: float
    most_support: float


_DIFFERS = {"quantity": _Bars(0.25, 0.4, 0.35, 0.57, 0.9), "date": _Bars(0.25, 0.3, 0.4, 0.5, 0.3)}
# What a claim denies is not borne out by its figure; hedges ("no more than") deny nothing.
_DENIED = re.compile(
    r"\b(?:never|nobody|none|neither|nor|without|cannot)\b|n['’]t\b"
    r"|\b(?:no|not)\b(?! (?:only|more|less|fewer|later|earlier|longer|quite)\b)",
    re.IGNORECASE,
)
# So many figures of a passage are compared with the claim's; passages are far shorter.
_MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """What code takes to be about one thing; `claim` is the claim with the passage's figure."""

    kind: str
    claimed: str
    told: str
    result: FindingResult
    rule: str
    claim: str


def propose(
    claim: str, passage: str, *, title: str = "", page_date: date | None = None
) -> tuple[Proposal, ...]:
    """At most one proposal for each quantity and date of the claim, in the order of the claim.

    None for a claim that denies something: what it says of its figure is then the contrary.
    """
    if _DENIED.search(claim):
        return ()
    here, there = read_context(claim), read_context(passage)
    above = frozenset(word.stem for word in read_context(title).words)
    days = find_dates(passage, page_date=page_date)[:_MOST_TOLD]
    mine, told = find_both(claim, passage)
    years = years_between(days, page_date)
    found = [*_propose_quantities(here, mine, there, told[:_MOST_TOLD], above, years)]
    claimed = leave_out_counts(find_dates(claim), (item.span for item in mine))
    found += _propose_dates(here, claimed, there, days, above)
    return tuple(found)


def settle(
    proposals: Sequence[Proposal],
    probes: npt.NDArray[np.float32],
    answer: npt.NDArray[np.float32],
) -> tuple[Finding, ...]:
    """The proposals that the judge bears out.

    `probes` (n, 3) are its probabilities for `Proposal.claim`, `answer` (3,) for the claim itself.
    """
    found = []
    for proposal, probe in zip(proposals, probes, strict=True):
        if proposal.result == FindingResult.MATCH:
            sure = probe[0] >= _MATCH_PROBE
        else:
            bars = _DIFFERS[proposal.kind]
            sure = probe[0] >= bars.probe and answer[0] < bars.most_support
        if sure:
            found.append(
                Finding(
                    kind=proposal.kind,
                    claim=proposal.claimed,
                    evidence=proposal.told,
                    result=proposal.result,
                    rule=proposal.rule,
                )
            )
    return tuple(found)


Item = Quantity | When


@dataclass(frozen=True, slots=True)
class _Pair:
    told: Item
    fits: bool | None
    alike: float
    near: float
    beside: float
    everywhere: float
    named: bool | None


def _propose_quantities(
    here: Context,
    mine: Sequence[Quantity],
    there: Context,
    told: Sequence[Quantity],
    above: frozenset[str],
    years: frozenset[int],
) -> Iterator[Proposal]:
    for claimed in mine:
        pairs = [
            _pair(here, claimed, there, other, above, fits(claimed, other))
            for other in told
            if other.unit == claimed.unit
        ]
        kind = "date" if claimed.unit == DURATION else "quantity"
        best = _choose([pair for pair in pairs if pair.named is not False], _DIFFERS[kind])
        if best is None:
            continue
        if not best.fits and (
            claimed.is_small_word or follows(claimed, told) or lies_between(claimed, years)
        ):
            continue
        yield _proposal(kind, here.text, claimed, best)


def _propose_dates(
    here: Context,
    mine: Sequence[When],
    there: Context,
    told: Sequence[When],
    above: frozenset[str],
) -> Iterator[Proposal]:
    # Words such as "yesterday" in the claim count from its own day, which the page does not tell.
    for claimed in mine:
        pairs = [
            _pair(here, claimed, there, other, above, fits_date(claimed, other)) for other in told
        ]
        best = _choose(pairs, _DIFFERS["date"])
        if best is not None:
            yield _proposal("date", here.text, claimed, best)


def _pair(
    here: Context,
    claimed: Item,
    there: Context,
    told: Item,
    above: frozenset[str],
    fits: bool | None,
) -> _Pair:
    like = likeness(here, claimed.span, there, told.span, title=above)
    named = None
    if isinstance(claimed, Quantity) and isinstance(told, Quantity):
        named = is_same_thing(claimed, told)
    return _Pair(told, fits, like.around, like.near, like.beside, like.everywhere, named)


def _choose(pairs: Sequence[_Pair], bars: _Bars) -> _Pair | None:
    """The pair that code may speak of, if there is one without a rival."""
    if not pairs:
        return None
    if fitting := [pair for pair in pairs if pair.fits]:
        best = max(fitting, key=lambda pair: pair.alike)
        return best if _is_match(best, pairs) else None
    if any(pair.fits is None and pair.alike >= _RIVAL for pair in pairs):
        return None
    best = max(pairs, key=lambda pair: pair.alike)
    return best if _is_difference(best, pairs, bars) else None


def _is_match(best: _Pair, pairs: Sequence[_Pair]) -> bool:
    return (
        best.near >= _MATCH_NEAR
        and best.everywhere >= _MATCH_ALL
        and best.beside >= _MATCH_BESIDE
        and best.named is not False
        and _leads(best, pairs, by=0.0)
    )


def _is_difference(best: _Pair, pairs: Sequence[_Pair], bars: _Bars) -> bool:
    return (
        best.near >= bars.near
        and best.everywhere >= bars.everywhere
        and best.alike >= bars.alike
        and not (isinstance(best.told, Quantity) and _is_no_contrast(best.told, best.named))
        and _leads(best, pairs, by=_LEAD)
    )


def _leads(best: _Pair, pairs: Sequence[_Pair], *, by: float) -> bool:
    """Whether no other value is as much alike, nor alone counts the very thing."""
    for pair in pairs:
        if pair.told.label == best.told.label or pair is best:
            continue
        if pair.alike > best.alike - by or (pair.named and not best.named):
            return False
    return True


def _is_no_contrast(told: Quantity, named: bool | None) -> bool:
    """Whether a figure that does not fit contradicts nothing: it is one-sided, or a count of which
    the nouns do not show that both count the same (where one is missing, that is chance)."""
    is_one_sided = told.hedge in {Hedge.OVER, Hedge.UNDER, Hedge.AT_LEAST, Hedge.UP_TO}
    return is_one_sided or (is_count(told) and not named)


def _proposal(kind: str, claim: str, claimed: Item, pair: _Pair) -> Proposal:
    start, end = claimed.span
    return Proposal(
        kind=kind,
        claimed=claimed.label,
        told=pair.told.label,
        result=FindingResult.MATCH if pair.fits else FindingResult.DIFFERS,
        rule=_rule(claimed, pair),
        claim=_put_before(claim[:start], claimed, pair.told) + pair.told.label + claim[end:],
    )


def _put_before(text: str, claimed: Item, told: Item) -> str:
    """The claim's text before its figure, so that the passage's figure can follow: "before 1900"
    needs no "in", and "1892" one, where the other date stood."""
    if not (isinstance(claimed, When) and isinstance(told, When)):
        return text
    if told.is_open and not claimed.is_open:
        return _PREPOSITION.sub("", text)
    if claimed.is_open and not told.is_open and told.label[:1].isalnum():
        return text + ("on " if told.low == told.high else "in ")
    return text


def _rule(claimed: Item, pair: _Pair) -> str:
    """How the two compare, for the reader."""
    verb = "fits" if pair.fits else "does not fit"
    return f"“{pair.told.label.strip()}” {verb} “{claimed.label.strip()}”"
