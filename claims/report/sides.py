"""Chooses which quotations of a verdict are shown unfolded, and in which role. Pure functions.

For every verdict both sides are unfolded: the key passage and the strongest one against it, so that
the evidence against a verdict is never hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from claims.evidence.sides import LEADING, is_contrary
from claims.types import Evidence, Stance, Verdict


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

    If no quotation clearly states what was decided, the closest one takes that role.
    """
    decided = LEADING.get(verdict.label)
    if decided is None:
        yield from _find_first(verdict, Role.FOR, lambda item: item.stance is Stance.SUPPORTS)
        yield from _find_first(verdict, Role.AGAINST, lambda item: item.stance is Stance.REFUTES)
        return
    items = enumerate(verdict.evidence)
    deciding = next((one for one in items if one[1].side is decided), None)
    if deciding is not None:
        role = Role.DECIDING if deciding[1].stance is decided else Role.CLOSEST
        yield Quotation(*deciding, role)
    yield from _find_first(verdict, Role.CONTRARY, lambda item: is_contrary(item, decided))


def _find_first(
    verdict: Verdict, role: Role, fits: Callable[[Evidence], bool]
) -> Iterator[Quotation]:
    """The first piece of evidence that fits a role, if there is one."""
    items = enumerate(verdict.evidence)
    return islice((Quotation(place, item, role) for place, item in items if fits(item)), 1)
