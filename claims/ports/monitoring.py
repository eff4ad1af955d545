"""The port of heartbeats, readiness, metrics and unreadable records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from claims.types import Queue


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """The data that readiness checks.

    `problems` is empty when the store's settings are safe, `shortages` when its disk and its
    memory have room. `workers` are all that consume now, `judges` those whose judge is loaded,
    `consumers` those of each queue.
    """

    problems: tuple[str, ...]
    shortages: tuple[str, ...]
    due: int
    leased: int
    oldest_due_age_s: float
    workers: tuple[str, ...]
    judges: tuple[str, ...]
    consumers: Mapping[Queue, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LineState:
    """The items of one queue and priority that are ready, and the age of the oldest of them.

    `priority` is normal, bulk or scheduled (checks on schedule).
    """

    queue: Queue
    priority: str
    ready: int
    oldest_s: float


@dataclass(frozen=True, slots=True)
class LookBudget:
    """Looks (checks on schedule) in a day.

    `per_day` is the budget, None without one; `planned` the looks a day of all schedules as they
    were set; `today` those that began since midnight UTC, with the checks that confirm a change.
    """

    per_day: int | None = None
    planned: float = 0.0
    today: int = 0

    @property
    def stretch(self) -> float:
        """The factor of all periods, at least 1."""
        return max(1.0, self.planned / self.per_day) if self.per_day else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMetrics:
    """The metrics of the store, for a monitoring system.

    service/monitoring/metrics.py has their names.

    `counters` maps a name and the values of its labels to a number that never falls. For a
    histogram the last label value is the upper limit of a bucket in ms, or `sum`, in ms. `planned`
    items are due later, `leased` items are being worked on; `workers` is the number of workers that
    take from each queue. `looks` is the budget of checks on schedule.
    """

    counters: Mapping[tuple[str, ...], int]
    lines: tuple[LineState, ...]
    planned: int
    leased: int
    articles: int
    claims: int
    workers: Mapping[Queue, int]
    looks: LookBudget = LookBudget()


class RecordKind(StrEnum):
    """The kinds of record that a store keeps under an id."""

    ARTICLE = "article"
    CLAIM = "claim"
    CHECK = "check"
    PAGE = "page"
    EVENT = "event"
    SOURCE = "source"
    WEBHOOK = "webhook"
    DELIVERY = "delivery"
    KEY = "key"
    AUDIT_ENTRY = "audit entry"
    SCHEDULE = "schedule of the tag"


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A stored record whose form this release cannot read, and when it was last met."""

    kind: str  # one of RecordKind, or of a later release
    id: str
    met_at: datetime


class Monitoring(Protocol):
    """Heartbeats of workers, data for readiness checks and metrics, and the lock of the sweep."""

    def beat(
        self, worker: str, *, ttl_s: float, queues: Collection[Queue] = (), has_judge: bool = False
    ) -> None:
        """Record that a worker takes work from `queues`, and whether its judge is loaded.

        A `ttl_s` of 0 records that the worker has ended.
        """
        ...

    def health(self) -> StoreHealth:
        """The data that readiness checks."""
        ...

    def read_metrics(self) -> StoreMetrics:
        """The counters since the store was created, and the work that waits now; bounded time.

        The step that makes a change counts it, so that a repeated call counts once.
        """
        ...

    def list_unreadable(self) -> tuple[UnreadableRecord, ...]:
        """Up to a thousand records that could not be read in the last day, the last one first.

        Lists leave them out; a method for such a record alone raises Unreadable.
        """
        ...

    def follow_clock(self) -> float:
        """The seconds by which the store's clock went back since the last call, usually 0.

        If it went back, leases, delays and scheduled checks that the earlier time put too far into
        the future are moved back.
        """
        ...

    def follow_zones(self) -> None:
        """Update the offsets of the time zones of schedules, of which a few years are kept."""
        ...

    def follow_looks(self, per_day: int, *, limit: int) -> int:
        """Take over the budget of looks, 0 for none; returns the number of checks that moved.

        After it has changed, or by how much it stretches the periods, each call plans the next
        checks of up to `limit` claims anew.
        """
        ...

    def acquire_sweep(self, *, ttl_s: float) -> bool:
        """True for one caller in every `ttl_s` seconds: that caller sweeps."""
        ...
