"""What each piece of evidence adds to a verdict, for `assay explain`. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from claims.types import Evidence, Stance
from claims.verdicts.aggregate import Side, VerdictModel, log_odds, votes_by_origin


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of a side's strength in log-odds; `origin` is whose vote it is, "" for the bias.

    `is_cut`: the vote counts for less than it says, being older than what the claim tells of.
    """

    what: str
    amount: float
    origin: str = ""
    is_cut: bool = False


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
    evidence = tuple(evidence)
    votes = votes_by_origin(evidence)
    uncut = votes_by_origin(replace(item, stale=False) for item in evidence)
    cut = {origin for origin in votes if votes[origin] != uncut[origin]}
    supports = [(o, s) for o, (s, _) in votes.items() if s]
    refutes = [(o, r) for o, (_, r) in votes.items() if r]
    return (
        _explain(Stance.SUPPORTS, supports, model.supports, cut),
        _explain(Stance.REFUTES, refutes, model.refutes, cut),
    )


def _explain(
    stance: Stance, votes: Sequence[tuple[str, float]], side: Side, cut: Set[str]
) -> SideExplained:
    ranked = sorted(votes, key=lambda vote: -vote[1])
    bias, first, further = side.parts([vote for _, vote in ranked])
    parts = [Contribution("before any evidence", bias)]
    if ranked:
        origin, vote = ranked[0]
        parts.append(Contribution(f"strongest vote, {vote:.2f}", first, origin, origin in cut))
    else:
        parts.append(Contribution("no vote", first))
    # What further votes add is capped together: each gets its part of it.
    odds = [max(0.0, log_odds(vote)) for _, vote in ranked[1:]]
    for (origin, vote), part in zip(ranked[1:], odds, strict=True):
        amount = further * part / sum(odds) if sum(odds) else 0.0
        parts.append(Contribution(f"further vote, {vote:.2f}", amount, origin, origin in cut))
    return SideExplained(stance, tuple(parts), side.strength([vote for _, vote in ranked]))
