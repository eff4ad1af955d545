"""Combine the judge and a second reader into one conclusion. Pure functions.

The judge gives a probability to each of the four labels (aggregate.py); the reader says one label.
The weight of that label follows from the reader's table: how often it said each label about claims
whose right label is known (`assay reader test`). With j the judge's probabilities, e the exponent,

    weight of a label = j ** e * P(the reader says what it said | the label is right)
    P(said | right) = (count of said + pseudo) / (count of all answers + 4 pseudo)

and the probabilities are these weights, divided by their sum. The exponent, between 0 and 1,
weakens the judge, whose probabilities are too high where it is wrong. Because of the pseudo-count,
a reader without a mistake in a short test does not count as infallible.
The label that the reader says never becomes less probable than the judge alone makes it, so that
agreement never lowers the confidence. A reader that was not tested has the counts of a poor reader,
and raises no confidence above UNTESTED_MOST.

The label follows by the rule of the judge alone, with the same least confidence. A side is taken by
an origin whose votes take it, or that the reader quotes for it: SUPPORTED and REFUTED need one
origin on their side, CONFLICTING_EVIDENCE two different ones. A quotation from a source of low
credibility, or from a page that addresses a language model, takes no side. When the two disagree,
the probabilities decide, and `agrees` is False.

The rule is monotone (tests/claims/verdicts/test_two_readers.py): raising the judge's probability of
a label never lowers the probability of that label. Raising a supporting probability of the evidence
never lowers that of SUPPORTED, unless the reader says CONFLICTING_EVIDENCE, and never raises that
of REFUTED where the reader takes a side; in the other cases the bound by the judge's probability
may do so slightly. Exponent, pseudo-count and the counts of an untested reader are in
two_readers.json; `python -m evaluation.two_readers` fits the exponent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from pathlib import Path

from claims.evidence.sides import (
    MARGIN,
    takes_a_side,
    votes_by_origin,
    weigh_credibility,
    without_reader,
)
from claims.types import (
    LEAST_CONFIDENCE,
    LEAST_TO_BEAR,
    Evidence,
    Likelihoods,
    Measured,
    ReaderQuote,
    Reading,
    Stance,
    VerdictLabel,
)
from claims.verdicts.aggregate import Conclusion, VerdictModel, conclude, load_model, weigh_votes

RULE_FILE = Path(__file__).with_name("two_readers.json")
# Highest confidence of a verdict with a reader that was not tested, unless the judge alone has the
# same label with a higher one and the reader agrees. A least confidence above it is the highest
# then, so that no verdict has less than the setting asks for.
UNTESTED_MOST = 0.75
_SIDES = {VerdictLabel.SUPPORTED: Stance.SUPPORTS, VerdictLabel.REFUTED: Stance.REFUTES}


@dataclass(frozen=True, slots=True)
class Table:
    """A reader's answers about claims whose label is known: counts[right label][label said].

    A missing count is 0. `tested` is False for the counts of a reader that was not tested.
    """

    counts: Mapping[VerdictLabel, Mapping[VerdictLabel, int]]
    tested: bool = True

    def count(self, right: VerdictLabel, said: VerdictLabel) -> int:
        """How often it said `said` where `right` is right."""
        return self.counts.get(right, {}).get(said, 0)

    @property
    def measured(self) -> Measured:
        """How many of all these answers are right."""
        return Measured(
            right=sum(self.count(label, label) for label in VerdictLabel),
            of=sum(self.count(*pair) for pair in product(VerdictLabel, repeat=2)),
        )


@dataclass(frozen=True, slots=True)
class JointRule:
    """The fitted numbers; see the module."""

    exponent: float
    pseudo: float
    untested: Table


@dataclass(frozen=True, slots=True)
class JointConclusion(Conclusion):
    """The conclusion of both readers; `agrees`: whether the judge alone has the label that the
    reader says."""

    agrees: bool


@cache
def load_rule() -> JointRule:
    """The rule that ships."""
    about = json.loads(RULE_FILE.read_text(encoding="utf-8"))
    untested = Table(read_counts(about["untested"]), tested=False)
    return JointRule(about["exponent"], about["pseudo"], untested)


def load_default_table() -> Table:
    """The counts for a reader that was not tested: those of a poor reader."""
    return load_rule().untested


def read_counts(
    rows: Mapping[str, Mapping[str, int]],
) -> dict[VerdictLabel, dict[VerdictLabel, int]]:
    """The counts of a table from JSON. Raises ValueError for an unknown label."""
    return {
        VerdictLabel(right): {VerdictLabel(said): count for said, count in row.items()}
        for right, row in rows.items()
    }


def combine(
    judged: Mapping[VerdictLabel, float],
    said: VerdictLabel,
    table: Table,
    *,
    rule: JointRule | None = None,
) -> dict[VerdictLabel, float]:
    """The probability of each label when a reader says `said`; they sum to 1.

    `judged` has the judge's probability of each label.
    """
    rule = rule or load_rule()
    return join(judged, said, find_likelihoods(said, table, rule=rule), exponent=rule.exponent)


def join(
    judged: Mapping[VerdictLabel, float],
    said: VerdictLabel,
    likelihoods: Likelihoods,
    *,
    exponent: float,
) -> dict[VerdictLabel, float]:
    """The probability of each label, from the judge's and the likelihoods of the reader's label."""
    weights = {label: judged[label] ** exponent * likelihoods.of(label) for label in VerdictLabel}
    total = sum(weights.values())
    joint = {label: weight / total for label, weight in weights.items()}
    if joint[said] < judged[said]:
        others = (1 - judged[said]) / (1 - joint[said])
        joint = {label: p * others for label, p in joint.items()} | {said: judged[said]}
    return joint


def find_likelihoods(
    said: VerdictLabel, table: Table, *, rule: JointRule | None = None
) -> Likelihoods:
    """P(the reader says `said` | the label is right), of each label."""
    pseudo = (rule or load_rule()).pseudo
    return Likelihoods(
        **{
            right.lower(): (table.count(right, said) + pseudo)
            / (
                sum(table.count(right, label) for label in VerdictLabel)
                + len(VerdictLabel) * pseudo
            )
            for right in VerdictLabel
        }
    )


def apply_table(reading: Reading, table: Table | None, *, rule: JointRule | None = None) -> Reading:
    """The reading with its likelihoods and the figures of its test; no table: not tested."""
    table = table or load_default_table()
    return replace(
        reading,
        measured=table.measured if table.tested else None,
        likelihoods=find_likelihoods(reading.label, table, rule=rule),
    )


def conclude_two(
    evidence: Iterable[Evidence],
    reading: Reading,
    table: Table | None = None,
    *,
    least_confidence: float = LEAST_CONFIDENCE,
    model: VerdictModel | None = None,
    rule: JointRule | None = None,
) -> JointConclusion:
    """One conclusion from the judge's own evidence and the reading of the claim.

    `evidence` is that of the judge alone, without quotations that only the reader chose. A caller
    shows the quotations of the reader as evidence: a side may be taken by them alone. Without a
    table the likelihoods of the reading count, or, if it has none, those of a reader that was not
    tested.
    """
    pieces, model, rule = list(evidence), model or load_model(), rule or load_rule()
    if table is not None or reading.likelihoods is None:
        reading = apply_table(reading, table, rule=rule)
    judged = weigh_votes(votes_by_origin(pieces).values(), model)
    likelihoods = reading.likelihoods or find_likelihoods(reading.label, rule.untested, rule=rule)
    joint = join(judged, reading.label, likelihoods, exponent=rule.exponent)
    doubted = {one.page for one in reading.addressed}
    quotes = [quote for quote in reading.quotes if quote.page not in doubted]
    label = _decide(joint, pieces, quotes, least_confidence)
    alone = conclude(without_reader(pieces), model, least_confidence=least_confidence)
    agrees = alone.label is reading.label
    kept = alone.confidence if agrees and label is alone.label else 0.0
    most = 1.0 if reading.measured else max(UNTESTED_MOST, least_confidence, kept)
    lead = joint[VerdictLabel.SUPPORTED] - joint[VerdictLabel.REFUTED]
    bears = alone.support is not None or bool(reading.quotes)
    return JointConclusion(
        label=label,
        support=round(0.5 + lead / 2, 4) if bears else None,
        confidence=round(min(most, joint[label]), 4),
        agrees=agrees,
    )


def _decide(
    joint: Mapping[VerdictLabel, float],
    evidence: Sequence[Evidence],
    quotes: Sequence[ReaderQuote],
    least_confidence: float,
) -> VerdictLabel:
    """The label, from the probability of each label and the origins on either side."""
    quoted = {
        (quote.page.origin, quote.stance)
        for quote in quotes
        if weigh_credibility(quote.page.credibility) == 1
    }
    side = max(_SIDES, key=joint.__getitem__)
    taken = {stance for _, stance in quoted | _list_sides(evidence, margin=0.0)}
    if joint[side] >= least_confidence and _SIDES[side] in taken:
        return side
    both, neither = VerdictLabel.CONFLICTING_EVIDENCE, VerdictLabel.NOT_ENOUGH_EVIDENCE
    clear = quoted | _list_sides(evidence, margin=MARGIN)
    disagree = any(
        one != other and {stance, contrary} == set(_SIDES.values())
        for (one, stance), (other, contrary) in product(clear, repeat=2)
    )
    return both if disagree and joint[both] > joint[neither] else neither


def _list_sides(evidence: Iterable[Evidence], *, margin: float) -> set[tuple[str, Stance]]:
    """(origin, side) of the origins whose votes take a side by `margin` or more."""
    votes = votes_by_origin(filter(takes_a_side, evidence))
    return {
        (origin, Stance.SUPPORTS if supports > refutes else Stance.REFUTES)
        for origin, (supports, refutes) in votes.items()
        if max(supports, refutes) >= LEAST_TO_BEAR
        and supports != refutes
        and abs(supports - refutes) >= margin
    }
