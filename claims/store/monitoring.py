"""Heartbeats of workers, the data for readiness checks and metrics, and the lock of the sweep."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from claims.errors import InvalidInput
from claims.ports import LineState, LookBudget, StoreHealth, StoreMetrics, UnreadableRecord
from claims.store import keys
from claims.store.connection import UNREADABLE_S, StorePart
from claims.store.encoding import from_ms, read_now_ms, to_duration_ms, write_offsets
from claims.types import Queue

# Milliseconds by which NTP or a leap second may set the clock back without any correction.
_CLOCK_BACK_MS = 60_000
# Maximum ms of a lease, heartbeat or delay of an item: a busy host delays one for five minutes.
_LONGEST_MS = 600_000


class RedisMonitoring(StorePart):
    """claims.ports.Monitoring on the server."""

    def beat(
        self, worker: str, *, ttl_s: float, queues: Collection[Queue] = (), has_judge: bool = False
    ) -> None:
        """Record that a worker takes work from `queues`, and whether its judge is loaded."""
        self.connection.run(
            "beat",
            worker=worker,
            ttl_ms=to_duration_ms(ttl_s),
            has_judge=int(has_judge),
            queues=list(queues),
        )

    def forget_workers(self) -> None:
        """Delete all heartbeats, for a server whose earlier users have all ended."""
        consumers = (keys.CONSUMERS + queue for queue in Queue)
        self.connection.command("DEL", keys.WORKERS, keys.JUDGES, *consumers)

    def health(self) -> StoreHealth:
        """The data that readiness checks; `due` also counts items planned for later."""
        due, leased, waited_ms, workers, judges, consumers = self.connection.run(
            "count_work", queues=list(Queue)
        )
        problems, shortages = self.connection.find_problems()
        return StoreHealth(
            problems=tuple(problems),
            shortages=tuple(shortages),
            due=due,
            leased=leased,
            oldest_due_age_s=waited_ms / 1000,
            workers=tuple(sorted(workers)),
            judges=tuple(sorted(judges)),
            consumers={
                queue: tuple(sorted(names)) for queue, names in zip(Queue, consumers, strict=True)
            },
        )

    def read_metrics(self) -> StoreMetrics:
        """The counters since the store was created, and the work that waits now."""
        counters, lines, planned, leased, articles, claims, workers, looks = self.connection.run(
            "read_metrics", queues=list(Queue)
        )
        return StoreMetrics(
            counters={
                tuple(field.split("|")): int(number)
                for field, number in zip(counters[::2], counters[1::2], strict=True)
            },
            lines=tuple(
                LineState(Queue(queue), priority, ready, oldest_ms / 1000)
                for queue, priority, ready, oldest_ms in lines
            ),
            planned=planned,
            leased=leased,
            articles=articles,
            claims=claims,
            workers=dict(zip(Queue, workers, strict=True)),
            looks=_read_looks(*looks),
        )

    def list_unreadable(self) -> tuple[UnreadableRecord, ...]:
        """The contract of claims.ports.Monitoring.list_unreadable."""
        rows, time = self.connection.read(
            ("ZREVRANGE", keys.UNREADABLE, 0, -1, "WITHSCORES"), ("TIME",)
        )
        since_ms = read_now_ms(time) - to_duration_ms(UNREADABLE_S)
        return tuple(
            UnreadableRecord(kind, record_id, from_ms(int(met_ms)))
            for (kind, record_id), met_ms in (
                (member.rsplit(" ", 1), met_ms) for member, met_ms in rows
            )
            if int(met_ms) > since_ms
        )

    def follow_clock(self) -> float:
        """The contract of claims.ports.Monitoring.follow_clock."""
        limits = {"tolerance_ms": _CLOCK_BACK_MS, "longest_ms": _LONGEST_MS}
        return float(self.connection.run("follow_clock", **limits)) / 1000

    def follow_zones(self) -> None:
        """The contract of claims.ports.Monitoring.follow_zones."""
        known, time = self.connection.read(("HGETALL", keys.ZONES), ("TIME",))
        now = from_ms(read_now_ms(time))
        for zone, offsets in known.items():
            with suppress(InvalidInput):  # a zone that this computer does not have keeps its own
                if write_offsets(zone, now=now) != offsets:
                    self.connection.command("HSET", keys.ZONES, zone, write_offsets(zone, now=now))

    def follow_looks(self, per_day: int, *, limit: int) -> int:
        """The contract of claims.ports.Monitoring.follow_looks."""
        return int(self.connection.run("follow_looks", per_day=per_day, limit=limit))

    def acquire_sweep(self, *, ttl_s: float) -> bool:
        """True for one caller in every `ttl_s` seconds: that caller sweeps."""
        life_ms = max(1, to_duration_ms(ttl_s))
        return bool(self.connection.run("acquire_sweep", life_ms=life_ms) == "acquired")


def _read_looks(per_day: str, planned: str, today: str) -> LookBudget:
    # The sum of many parts may be a little below 0 when there are none left.
    return LookBudget(int(per_day) if per_day else None, max(0.0, float(planned)), int(today))
