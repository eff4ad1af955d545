"""Adaptive and fixed schedules on simulated pages: `python -m evaluation.watch`.

Each page changes at random with a known rate (a Poisson process), and the clock is simulated. A
schedule looks at its page, and a change is caught by the first look after it. Nothing is fetched:
what is measured is only when the looks come.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from claims.adaptive_schedules import LOOKS_MAX, Look, Urgency, plan_check
from claims.types import Adaptive

PAGES, DAYS, SEED = 200, 120.0, 33
SLOWEST, FASTEST = 1 / 180, 1.0
"""The lowest and the highest rate of change per day; the rates between are even in log."""

Schedule = Callable[[Sequence[Look], str], float]
"""Days until the next look, from the last looks and a name for this look."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a schedule did: `delay` is the mean time in days from a change to the look after it."""

    looks: int
    changes: int
    seen: int
    delay: float


@dataclass(frozen=True, slots=True)
class Site:
    """Pages with the days on which each of them changes."""

    changes: tuple[tuple[float, ...], ...]
    days: float

    @classmethod
    def make(cls, *, pages: int, days: float, seed: int) -> Site:
        """Pages with rates from SLOWEST to FASTEST."""
        chance = random.Random(seed)  # noqa: S311 (a simulation)
        rates = (
            SLOWEST * (FASTEST / SLOWEST) ** (page / max(1, pages - 1)) for page in range(pages)
        )
        return cls(tuple(_draw(rate, days, chance) for rate in rates), days)


def _draw(rate: float, days: float, chance: random.Random) -> tuple[float, ...]:
    found: list[float] = []
    at = chance.expovariate(rate)
    while at < days:
        found.append(at)
        at += chance.expovariate(rate)
    return tuple(found)


def watch(site: Site, schedule: Schedule) -> Outcome:
    """Look at each page on this schedule, from day 0 to the last day of the site."""
    looks = seen = 0
    delays: list[float] = []
    for page, changes in enumerate(site.changes):
        known: list[Look] = []
        at, left = 0.0, list(changes)
        while True:
            days = schedule(known, f"{page}:{len(known)}:{at:.3f}")
            at += days
            if at >= site.days:
                break
            new = [change for change in left if change <= at]
            left = left[len(new) :]
            delays += [at - change for change in new]
            known = [*known, Look(days, bool(new))][-LOOKS_MAX:]
            looks += 1
            seen += bool(new)
    changes_all = sum(map(len, site.changes))
    return Outcome(looks, changes_all, seen, math.fsum(delays) / max(1, len(delays)))


def fixed(days: float) -> Schedule:
    """A look every so many days."""
    return lambda looks, name: days


def adaptive(urgency: Urgency = Urgency.NORMAL) -> Schedule:
    """The looks of an adaptive schedule with its usual bounds."""
    bounds = Adaptive()

    def find(looks: Sequence[Look], name: str) -> float:
        plan = plan_check(looks, urgency=urgency, bounds=bounds, seed=name)
        return plan.after.total_seconds() / 86_400

    return find


def main() -> int:
    """Print the table."""
    site = Site.make(pages=PAGES, days=DAYS, seed=SEED)
    rows = {
        "every day": fixed(1.0),
        "every week": fixed(7.0),
        "every 30 days": fixed(30.0),
        "adaptive": adaptive(),
        "adaptive, signed off": adaptive(Urgency.SIGNED),
    }
    changes = sum(map(len, site.changes))
    sys.stdout.write(f"{PAGES} pages, {DAYS:g} days, {changes} changes\n")
    sys.stdout.write("| schedule | looks | looks with a change | mean delay in days |\n")
    sys.stdout.write("|---|---|---|---|\n")
    for name, schedule in rows.items():
        outcome = watch(site, schedule)
        sys.stdout.write(f"| {name} | {outcome.looks} | {outcome.seen} | {outcome.delay:.1f} |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
