"""Heartbeats of workers, the data of readiness checks, and who sweeps."""

from __future__ import annotations

from claims.ports import StoreHealth
from claims.store import keys
from claims.store.connection import StorePart
from claims.store.records import to_duration_ms


class RedisMonitoring(StorePart):
    """claims.ports.Monitoring on the server."""

    def beat(self, worker: str, *, ttl_s: float, judges: bool = False) -> None:
        """Record that a worker is alive and consuming; a `ttl_s` of 0: that it no longer is."""
        self.connection.run("beat", worker, to_duration_ms(ttl_s), int(judges))

    def forget_workers(self) -> None:
        """Delete all heartbeats, for a server whose earlier users have all ended."""
        self.connection.command("DEL", keys.WORKERS, keys.JUDGES)

    def health(self) -> StoreHealth:
        """The data that readiness checks; `due` also counts items planned for later."""
        due, leased, waited_ms, workers = self.connection.run("count_work")
        problems, shortages = self.connection.find_problems()
        return StoreHealth(
            problems=tuple(problems),
            shortages=tuple(shortages),
            due=due,
            leased=leased,
            oldest_due_age_s=waited_ms / 1000,
            workers=tuple(sorted(workers)),
        )

    def acquire_sweep(self, *, ttl_s: float) -> bool:
        """True for one caller per `ttl_s`, which then sweeps."""
        taken = self.connection.command(
            "SET", keys.SWEEP, 1, "NX", "PX", max(1, to_duration_ms(ttl_s))
        )
        return bool(taken)
