"""What each piece of evidence adds to a verdict, for `assay explain`. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.types import Evidence, Stance, VerdictLabel
from claims.verdicts.aggregate import (
    LEAST_CONFIDENCE,
    Side,
    VerdictModel,
    label_of,
    log_odds,
    probability,
    votes_by_origin,
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of a side's strength in log-odds; `origin` is whose vote it is, "" for the bias."""

    what: str
    amount: float
    origin: str = ""


@dataclass(frozen=True, slots=True)
class SideExplained:
    """A side with its parts and its strength in [0, 1]."""

    stance: Stance
    parts: tuple[Contribution, ...]
    strength: float


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


def explain_decision(supports: float, refutes: float, model: VerdictModel) -> str:
    """In one sentence, why the strengths of both sides decide, conflict or leave it open."""
    reached = label_of(supports >= model.supports.bar, refutes >= model.refutes.bar)
    if reached is VerdictLabel.CONFLICTING_EVIDENCE:
        return "both sides reach their bars: they conflict"
    if reached is VerdictLabel.NOT_ENOUGH_EVIDENCE:
        return "no side reaches its bar: nothing is decided"
    side, other = ("support", "refutation") if reached == "SUPPORTED" else ("refutation", "support")
    sure = model.trust.confidence(probability(reached, supports, refutes))
    if sure >= LEAST_CONFIDENCE:
        return f"{side} alone reaches its bar and decides, with a confidence of {sure:.2f}"
    return (
        f"{side} reaches its bar, but {other} is probable too: {reached.lower()} would have a"
        f" confidence of {sure:.2f}, and decides from {LEAST_CONFIDENCE:.2f} on"
    )


def _explain(stance: Stance, votes: Sequence[tuple[str, float]], side: Side) -> SideExplained:
    ranked = sorted(votes, key=lambda vote: -vote[1])
    bias, first, further = side.parts([vote for _, vote in ranked])
    parts = [Contribution("before any evidence", bias)]
    if ranked:
        origin, vote = ranked[0]
        parts.append(Contribution(f"strongest vote, {vote:.2f}", first, origin))
    else:
        parts.append(Contribution("no vote", first))
    # What further votes add is capped together: each gets its part of it.
    odds = [max(0.0, log_odds(vote)) for _, vote in ranked[1:]]
    for (origin, vote), part in zip(ranked[1:], odds, strict=True):
        amount = further * part / sum(odds) if sum(odds) else 0.0
        parts.append(Contribution(f"further vote, {vote:.2f}", amount, origin))
    return SideExplained(stance, tuple(parts), side.strength([vote for _, vote in ranked]))
