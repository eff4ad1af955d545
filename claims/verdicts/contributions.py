"""The contribution of each piece of evidence to a verdict, for `assay explain`. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.evidence.sides import list_sides, votes_by_origin
from claims.types import Evidence, Stance, VerdictLabel
from claims.verdicts.aggregate import Side, VerdictModel, decide, log_odds, weigh_votes


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of a side's log-odds; `origin` has the vote; it is "" for the bias."""

    what: str
    amount: float
    origin: str = ""


@dataclass(frozen=True, slots=True)
class SideExplained:
    """A side with its log-odds over "neither" and their parts."""

    stance: Stance
    parts: tuple[Contribution, ...]
    odds: float


def explain_sides(
    evidence: Iterable[Evidence], model: VerdictModel
) -> tuple[SideExplained, SideExplained]:
    """Support and refutation, as claims.verdicts.aggregate adds them up."""
    votes = votes_by_origin(evidence)
    supports = [(o, s) for o, (s, _) in votes.items() if s]
    refutes = [(o, r) for o, (_, r) in votes.items() if r]
    return (
        _explain(Stance.SUPPORTS, supports, model.supports),
        _explain(Stance.REFUTES, refutes, model.refutes),
    )


def explain_decision(
    evidence: Iterable[Evidence], model: VerdictModel, least_confidence: float
) -> str:
    """Why the label follows from the probabilities, in one sentence."""
    pieces = list(evidence)
    probable = weigh_votes(votes_by_origin(pieces).values(), model)
    label = decide(probable, list_sides(pieces), least_confidence)
    sides = {side: probable[side] for side in (VerdictLabel.SUPPORTED, VerdictLabel.REFUTED)}
    if label in sides:
        return (
            f"{_write(label)} has the probability {probable[label]:.2f}, at least the threshold of"
            f" {least_confidence:.2f}"
        )
    nearest = max(sides, key=sides.__getitem__)
    if sides[nearest] >= least_confidence:
        return (
            f"{_write(nearest)} has the probability {sides[nearest]:.2f}, but no origin clearly"
            " says so"
        )
    why = (
        "origins disagree"
        if label is VerdictLabel.CONFLICTING_EVIDENCE
        else "origins do not clearly disagree"
    )
    return (
        f"{_write(nearest)} has the probability {sides[nearest]:.2f}, below the threshold of"
        f" {least_confidence:.2f}, and {why}"
    )


def _write(label: VerdictLabel) -> str:
    return label.replace("_", " ").lower()


def _explain(stance: Stance, votes: Sequence[tuple[str, float]], side: Side) -> SideExplained:
    ranked = sorted(votes, key=lambda vote: -vote[1])
    bias, first, further = side.parts([vote for _, vote in ranked])
    parts = [Contribution("before any evidence", bias)]
    if ranked:
        origin, vote = ranked[0]
        parts.append(Contribution(f"strongest vote, {vote:.2f}", first, origin))
    else:
        parts.append(Contribution("no vote", first))
    # The sum of all further votes is capped: each vote gets its share of the capped sum.
    odds = [max(0.0, log_odds(vote)) for _, vote in ranked[1:]]
    for (origin, vote), part in zip(ranked[1:], odds, strict=True):
        amount = further * part / sum(odds) if sum(odds) else 0.0
        parts.append(Contribution(f"further vote, {vote:.2f}", amount, origin))
    return SideExplained(stance, tuple(parts), side.odds([vote for _, vote in ranked]))
