"""Chooses which quotations of a verdict are shown unfolded, and in which role. Pure functions.

For every verdict both sides are unfolded: the key passage and the strongest one against it, so that
the evidence against a verdict is never hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from claims.evidence.sides import CONTRARY, LEADING
from claims.types import Evidence, Stance, Verdict
from claims.verdicts.explain import LEAST_CONTRARY


class Role(StrEnum):
    """Why a quotation is shown unfolded; the value is the text on the page."""

    DECIDING = "Key passage"
    CLOSEST = "Closest passage"
    CONTRARY = "Passage that may contradict this"
    FOR = "Strongest passage for the claim"
    AGAINST = "Strongest passage against the claim"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A piece of evidence at its `place`, from 0, in its verdict; `role` None: it may be folded."""

    place: int
    item: Evidence
    role: Role | None = None


def list_quotations(verdict: Verdict | None) -> tuple[Quotation, ...]:
    """All evidence of a verdict: first the unfolded quotations, with their roles, then the others.

    A quotation has a role for or against the claim only if that is its stance. Without evidence,
    or without a verdict, the result is empty.
    """
    if verdict is None:
        return ()
    opened = list(_choose_opened(verdict))
    places = {quoted.place for quoted in opened}
    rest = (Quotation(*one) for one in enumerate(verdict.evidence) if one[0] not in places)
    return (*opened, *rest)


def _choose_opened(verdict: Verdict) -> Iterator[Quotation]:
    """The quotations with a role; evidence is in the order of `put_deciding_first`.

    If no quotation clearly states what was decided, the closest one takes that role. The contrary
    quotation must be more probable than not (LEAST_CONTRARY), or quoted by the second reader.
    """
    decided = LEADING.get(verdict.label)
    if decided is None:
        yield from _find_first(verdict, Stance.SUPPORTS, Role.FOR)
        yield from _find_first(verdict, Stance.REFUTES, Role.AGAINST)
        return
    items = enumerate(verdict.evidence)
    deciding = next((one for one in items if one[1].side is decided), None)
    if deciding is not None:
        role = Role.DECIDING if deciding[1].stance is decided else Role.CLOSEST
        yield Quotation(*deciding, role)
    yield from _find_first(verdict, CONTRARY[decided], Role.CONTRARY, least=LEAST_CONTRARY)


def _find_first(
    verdict: Verdict, stance: Stance, role: Role, *, least: float = 0.0
) -> Iterator[Quotation]:
    """The first piece of evidence with a stance of at least this probability, if there is one."""
    for place, item in enumerate(verdict.evidence):
        is_clear = item.quoted_for is stance or item.probabilities.of(stance) >= least
        if item.stance is stance and is_clear:
            yield Quotation(place, item, role)
            return
