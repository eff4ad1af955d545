"""When a claim is checked again. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Adaptive:
    """The shortest and the longest period, as ISO 8601 durations, between checks that follow how
    often the pages change."""

    min: str = "PT6H"
    max: str = "P30D"


@dataclass(frozen=True, slots=True)
class Hours:
    """At what time of day a schedule checks, and when it does not.

    `at` is a time such as "09:00", `quiet` two such as "22:00-07:00", both of the clocks in `zone`,
    a name of the time zone database.
    """

    at: str | None = None
    zone: str = "UTC"
    quiet: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a claim is checked again; `every` is an ISO 8601 duration of at least a minute.

    With `adaptive` each check sets `every` anew within these bounds, and `reason` says why, as a
    part of a sentence: "unchanged in 7 looks". `at`, `zone` and `quiet` are those of Hours. While
    it is `paused`, `next_at` is None. `tag` is the tag whose schedule the claim has; it has none of
    its own then. `stretched` is the period in fact, an ISO 8601 duration, while `budget`, that of
    looks a day, makes it longer than `every`.
    """

    every: str
    next_at: datetime | None
    until: datetime | None = None
    adaptive: Adaptive | None = None
    reason: str | None = None
    at: str | None = None
    zone: str = "UTC"
    quiet: str | None = None
    paused: bool = False
    tag: str | None = None
    stretched: str | None = None
    budget: int | None = None

    @property
    def hours(self) -> Hours:
        """Its time of day and its quiet hours."""
        return Hours(self.at, self.zone, self.quiet)


@dataclass(frozen=True, slots=True)
class TagSchedule:
    """The schedule of all claims that have a tag and no schedule of their own.

    With `adaptive`, `every` is the first period; then each claim has its own. The other fields are
    as in Schedule.
    """

    tag: str
    every: str
    until: datetime | None = None
    adaptive: Adaptive | None = None
    at: str | None = None
    zone: str = "UTC"
    quiet: str | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class TagScheduleChange:
    """A change of the schedule of a tag.

    `before` is None if it had none, `after` if it was deleted. `claims` is the number of claims
    that had the tag then, themselves or by their article; of these, claims with a schedule of their
    own keep it, and so do claims with the schedule of an earlier tag.
    """

    tag: str
    before: TagSchedule | None
    after: TagSchedule | None
    claims: int
