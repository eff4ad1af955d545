"""When to check a claim again, from how often its pages have changed. Pure functions.

Changes of the deciding sentences are taken as a Poisson process: with rate L per day, nothing has
changed after t days with probability exp(-L t). The rate is not known; each of a grid of rates has
a weight, at first the same for all (flat in log L), and each look at the pages multiplies it by
exp(-L t) if nothing had changed since the look before, and by 1 - exp(-L t) otherwise. A look says
only whether something changed, not how often, so that a rate computed as changes per day would be
too low (Cho and Garcia-Molina, Estimating frequency of change, 2003).

The next check comes when a change has become likely enough: after -ln(1 - p) / q days, where q is
the rate that the true one does not exceed with probability QUANTILE. A high quantile looks sooner
while little is known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from hashlib import sha256

from claims.times import parse_duration, write_duration
from claims.types import LEAST_FIRM, Adaptive, ClaimRecord, HistoryEntry, ReviewState, VerdictLabel

# Looks from which the rate is estimated: enough to tell weekly from monthly changes.
LOOKS_MAX = 24
# Rates per day on the grid: once in half a year to four times a day, equally far apart in log.
SLOWEST, FASTEST, RATES = 1 / 180, 4.0, 60
QUANTILE = 0.7
# A look counts half when it is older than this, because sites change their habits.
OLD = timedelta(days=90)
# A claim counts as breaking for this long after it was submitted: early reports change.
BREAKING = timedelta(days=1)
# Longest period while a page fails: strikes are counted by days.
STRIKE = timedelta(days=1)
# Share by which the time of a check differs from its period, so that claims submitted together are
# not all due at once.
JITTER = 0.1
_DAY_S = 86_400.0
_GRID = tuple(
    math.exp(math.log(SLOWEST) + place * math.log(FASTEST / SLOWEST) / (RATES - 1))
    for place in range(RATES)
)


class Urgency(Enum):
    """How likely a change may become before the next check, and why."""

    NORMAL = (0.2, "")
    UNSURE = (0.1, "the verdict is unsure")
    BREAKING = (0.05, "the claim is new")
    SIGNED = (0.05, "it is signed off")

    @property
    def chance(self) -> float:
        """The probability of a change at which the claim is checked again."""
        return float(self.value[0])

    @property
    def words(self) -> str:
        """Why the check comes sooner, as a part of a sentence."""
        return str(self.value[1])


@dataclass(frozen=True, slots=True)
class Look:
    """Whether a check found a change in the deciding sentences, `days` after the look before."""

    days: float
    changed: bool
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The period until the next check as an ISO 8601 duration, the time with its jitter, and why.

    `reason` is a part of a sentence: "unchanged in 7 looks".
    """

    every: str
    after: timedelta
    reason: str


def list_looks(history: Sequence[HistoryEntry], *, now: datetime) -> tuple[Look, ...]:
    """The last LOOKS_MAX looks of a claim, oldest first.

    A check that could not read a page and found no change is no observation: the time passes to the
    look after it.
    """
    looks: list[Look] = []
    since: datetime | None = None
    for entry in history:
        changed = _has_changed(entry)
        if since is None:
            since = entry.checked_at
        elif changed or not entry.failing:
            days = max(0.0, (entry.checked_at - since).total_seconds()) / _DAY_S
            looks.append(Look(days, changed, is_old=now - entry.checked_at > OLD))
            since = entry.checked_at
    return tuple(looks[-LOOKS_MAX:])


def find_rate(looks: Sequence[Look]) -> float:
    """The rate of change per day that the true one does not exceed with probability QUANTILE."""
    quiet = math.fsum(look.days * _weigh(look) for look in looks if not look.changed)
    turned = [look for look in looks if look.changed]
    logs = [math.fsum(map(partial(_log_change, rate), turned)) - rate * quiet for rate in _GRID]
    highest = max(logs)
    weights = [math.exp(value - highest) for value in logs]
    wanted = QUANTILE * math.fsum(weights)
    reached = 0.0
    for rate, weight in zip(_GRID, weights, strict=True):
        reached += weight
        if reached >= wanted:
            return rate
    return _GRID[-1]


def find_period(looks: Sequence[Look], *, chance: float) -> timedelta:
    """The time after which a change since the last look has become so probable, without bounds."""
    return timedelta(days=-math.log1p(-chance) / find_rate(looks))


def find_urgency(claim: ClaimRecord, *, now: datetime) -> Urgency:
    """How soon a claim with this verdict and review is to be checked again."""
    if claim.review.state in (ReviewState.SIGNED, ReviewState.PUBLISHED):
        return Urgency.SIGNED
    if claim.created_at is not None and now - claim.created_at < BREAKING:
        return Urgency.BREAKING
    verdict = claim.verdict
    is_decided = verdict is not None and verdict.label is not VerdictLabel.NOT_ENOUGH_EVIDENCE
    if verdict is None or (is_decided and verdict.confidence < LEAST_FIRM):
        return Urgency.UNSURE
    return Urgency.NORMAL


def plan_check(
    looks: Sequence[Look],
    *,
    urgency: Urgency,
    bounds: Adaptive,
    is_failing: bool = False,
    seed: str = "",
) -> Plan:
    """The next check of a claim. `seed` chooses its place within the jitter.

    `is_failing`: the last check could not read a page. Then the next one comes after a day at most,
    so that the third strike takes days and not months.
    """
    shortest, longest = parse_duration(bounds.min), parse_duration(bounds.max)
    wanted, sooner = find_period(looks, chance=urgency.chance), urgency.words
    if is_failing and wanted > STRIKE:
        wanted, sooner = STRIKE, "a page could not be read"
    period = round_period(min(max(wanted, shortest), longest))
    period = min(max(period, shortest), longest)
    share = int.from_bytes(sha256(seed.encode()).digest()[:4], "big") / 2**32
    after = period * (1 + JITTER * (2 * share - 1)) if seed else period
    why = [_count(looks), f"sooner because {sooner}" if sooner else ""]
    if wanted < shortest:
        why.append("the shortest period allowed")
    elif wanted > longest:
        why.append("the longest period allowed")
    return Plan(write_duration(period), min(max(after, shortest), longest), _join(why))


def _has_changed(entry: HistoryEntry) -> bool:
    if entry.changed or (entry.diff is not None and entry.diff.gone):
        return True
    return entry.diff is not None and any(one.deciding for one in entry.diff.changed)


def _log_change(rate: float, look: Look) -> float:
    """The weighted log-likelihood of a look that found a change."""
    # Two looks within a second say nothing about the rate, and would give log(0).
    expected = rate * max(look.days, 1 / _DAY_S)
    return math.log(-math.expm1(-expected)) * _weigh(look)


def _weigh(look: Look) -> float:
    return 0.5 if look.is_old else 1.0


def round_period(period: timedelta) -> timedelta:
    """The period in whole minutes, from two hours on in hours, and from three days on in days."""
    minutes = period.total_seconds() / 60
    unit = 1 if minutes < 120 else 60 if minutes < 3 * 1440 else 1440
    return timedelta(minutes=max(1, round(minutes / unit)) * unit)


def _count(looks: Sequence[Look]) -> str:
    changes = sum(look.changed for look in looks)
    if not looks:
        return "no look back yet"
    noun = "look" if len(looks) == 1 else "looks"
    if not changes:
        return f"unchanged in {len(looks)} {noun}"
    return f"changed in {changes} of {len(looks)} {noun}"


def _join(parts: Sequence[str]) -> str:
    return "; ".join(filter(None, parts))
