"""Which quotations of a verdict stand open, and in which role. Pure functions.

For every verdict both sides are shown open: the deciding sentence and the strongest one against it,
so that no reader has to unfold the evidence against a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from claims.types import Evidence, Stance, Verdict, VerdictLabel

_DECIDING_STANCE = {
    VerdictLabel.SUPPORTED: Stance.SUPPORTS,
    VerdictLabel.REFUTED: Stance.REFUTES,
}


class Role(StrEnum):
    """Why a quotation stands open; the value is what a reader sees."""

    DECIDING = "Deciding sentence"
    CONTRARY = "Strongest contrary sentence"
    FOR = "Strongest sentence for the claim"
    AGAINST = "Strongest sentence against the claim"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A piece of evidence at its `place`, from 0, in its verdict; `role` None: it may be folded."""

    place: int
    item: Evidence
    role: Role | None = None


def list_quotations(verdict: Verdict | None) -> tuple[Quotation, ...]:
    """All evidence of a verdict: first what stands open, with its role, then the rest as it came.

    The strongest of a side is the first of its stance, as verdicts order their evidence. A verdict
    without evidence, or no verdict at all, gives nothing.
    """
    if verdict is None:
        return ()
    roles = _roles_by_stance(verdict.label)
    rest = [Quotation(place, item) for place, item in enumerate(verdict.evidence)]
    opened = []
    for stance, role in roles.items():
        strongest = next((one for one in rest if one.item.stance is stance), None)
        if strongest is not None:
            rest.remove(strongest)
            opened.append(Quotation(strongest.place, strongest.item, role))
    return (*opened, *rest)


def _roles_by_stance(label: VerdictLabel) -> Mapping[Stance, Role]:
    """The role of each side, in the order in which they are shown."""
    deciding = _DECIDING_STANCE.get(label)
    if deciding is None:
        return {Stance.SUPPORTS: Role.FOR, Stance.REFUTES: Role.AGAINST}
    contrary = Stance.REFUTES if deciding is Stance.SUPPORTS else Stance.SUPPORTS
    return {deciding: Role.DECIDING, contrary: Role.CONTRARY}
