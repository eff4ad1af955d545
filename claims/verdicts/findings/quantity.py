"""A quantity as the range of what it may stand for, and whether one bears another out. Pure.

A claim's "nearly 20" is borne out by 19.6 and not by 27; what lies between says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from claims.types import Span
from claims.verdicts.findings.context import stem

# The unit that durations are turned into.
DURATION = "days"
# Smaller counts in words ("two of the three brothers") are too often a matter of wording.
_LEAST_IN_WORDS = 10
_MAY_BE_ONE = ({"pounds", "GBP"}, {"degrees", "°C"}, {"degrees", "°F"})
# Counts below are not rounded.
_ROUNDED = 1000


class Hedge(StrEnum):
    """How a number is meant."""

    EXACT = ""
    ABOUT = "about"
    NEARLY = "nearly"
    UNDER = "under"
    UP_TO = "up to"
    OVER = "over"
    AT_LEAST = "at least"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`low` to `high` in `unit`, as a reader names it: "nearly $13.5 million".

    `unit` is "%", "points", "times", "rank", "score", a currency, a base unit ("m", "kg", ...,
    "days" for durations), or "" for a count; a count's `things` are the words of what is counted,
    lower case. `step` is how exactly the number was written, in units. Only a range ("3 to 4") has
    low < high.
    """

    label: str
    span: Span
    low: float
    high: float
    unit: str
    hedge: Hedge = Hedge.EXACT
    step: float = 1.0
    things: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The number that was written; of a range its middle."""
        return (self.low + self.high) / 2 if self.hedge is Hedge.BETWEEN else self.low

    @property
    def is_small_word(self) -> bool:
        """Whether it is a count below ten in words: "two", and nothing more."""
        return self.unit == "" and self.label.isalpha() and self.value < _LEAST_IN_WORDS


def is_same_unit(one: Quantity, other: Quantity) -> bool:
    """Whether two units may be one: "pounds" may be money, and "degrees" are of some scale."""
    units = {one.unit, other.unit}
    return len(units) == 1 or units in _MAY_BE_ONE


def _is_far(one: Quantity, other: Quantity) -> bool:
    return fits(replace(one, unit=other.unit), other) is False


def _make_positive(quantity: Quantity) -> Quantity:
    if quantity.value >= 0:
        return quantity
    return replace(quantity, low=-quantity.high, high=-quantity.low)


def is_count(quantity: Quantity) -> bool:
    """Whether it has no unit of its own, but a noun for what it counts or ranks."""
    return quantity.unit in {"", "rank"}


def is_same_thing(one: Quantity, other: Quantity) -> bool | None:
    """Whether two counts or ranks count the same; None where their nouns do not show it."""
    if not is_count(one) or not one.things or not other.things:
        return None
    return not {stem(word) for word in one.things}.isdisjoint(stem(word) for word in other.things)


def possible_values(quantity: Quantity, *, slack: float) -> tuple[float, float]:
    """The values that fit, as (low, high). `slack` widens them: 0 what surely fits, 1 what may."""
    low, high = quantity.low, quantity.high
    match quantity.hedge:
        case Hedge.ABOUT:
            wide = 0.10 + 0.15 * slack
            return low * (1 - wide), high * (1 + wide)
        case Hedge.NEARLY:
            return low * (0.85 - 0.1 * slack), high * (1 + 0.01 * slack)
        case Hedge.UNDER | Hedge.UP_TO:
            return min(0.6 * high, high - 1) if slack == 0 else -math.inf, high
        case Hedge.OVER | Hedge.AT_LEAST:
            return low, math.inf
        case Hedge.BETWEEN:
            return low, high
        case _:
            room = _rounding(quantity, slack=slack)
            return low - room, high + room


def _rounding(quantity: Quantity, *, slack: float) -> float:
    """How far a more exact value may lie from an unhedged one."""
    if quantity.unit in {"rank", "score", "times"}:
        return 0.0
    if quantity.unit == "" and (quantity.step <= 10 or abs(quantity.low) < _ROUNDED):
        return 0.0
    is_share = quantity.unit in {"%", "points"}
    half = quantity.step / 2
    surely = 0.0 if is_share and half >= 0.5 else min(half, 0.03 * abs(quantity.low))
    return surely + slack * max(0.0, min(half, 0.2 * abs(quantity.low)) - surely)


def fits(claimed: Quantity, told: Quantity) -> bool | None:
    """Whether a quantity of the same thing bears the claimed one out; None when it is unclear."""
    if claimed.unit != told.unit:
        return False if is_same_unit(claimed, told) and _is_far(claimed, told) else None
    if claimed.value * told.value < 0:  # "shrank by 1.5 percent" and "-1.5 percent" are one
        return False if fits(_make_positive(claimed), _make_positive(told)) is False else None
    sure_low, sure_high = possible_values(claimed, slack=0.0)
    may_low, may_high = possible_values(claimed, slack=1.0)
    told_low, told_high = possible_values(told, slack=0.0)
    if told.hedge is Hedge.EXACT:
        if sure_low <= told.value <= sure_high:
            on_edge = claimed.hedge in {Hedge.OVER, Hedge.UNDER} and told.value == claimed.value
            return None if on_edge else True
    elif (claimed.hedge is told.hedge and claimed.value == told.value) or (
        sure_low <= told_low and told_high <= sure_high
    ):
        return True
    if told_high < may_low or told_low > may_high:
        return False
    return None
