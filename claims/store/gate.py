"""The turns of all workers to fetch from a host: claims.ports.HostGate on the server."""

from __future__ import annotations

from secrets import token_hex

from claims.ports import Rest, Turn, VisitEnd
from claims.sources.gate import GateRules
from claims.store.connection import StoreConnection
from claims.store.encoding import digest, from_ms


class RedisHostGate:
    """The rules of claims/sources/gate.py by the server's clock. Raises StoreUnavailable."""

    def __init__(self, connection: StoreConnection, rules: GateRules | None = None) -> None:
        self._connection = connection
        self._rules = rules or GateRules()

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        """Begin a fetch of `url` now, or get the time to wait."""
        rules = self._rules
        what, now, *more = self._connection.run(
            "take_turn",
            host=host,
            url=digest(url),
            every_ms=_to_ms(every_s),
            token=token_hex(16),
            failures_max=rules.failures,
            trial_ms=_to_ms(rules.trial_s),
            queue_ms=_to_ms(rules.queue_s),
            missed_ms=_to_ms(rules.missed_s),
            kept_ms=_to_ms(rules.kept_s),
        )
        at = from_ms(now)
        if what == "rest":
            since, until, why, asked = more
            rest = Rest(since=from_ms(since), until=from_ms(until), why=why, asked=bool(asked))
            return Turn(at=at, rest=rest)
        return Turn(at=at, wait_s=more[0] / 1000) if what == "wait" else Turn(at=at)

    def slow_down(self, host: str, *, every_s: float) -> None:
        """Set the minimum interval between fetches of a host, for a day."""
        kept_ms = _to_ms(self._rules.kept_s)
        self._connection.run("slow_down", host=host, every_ms=_to_ms(every_s), kept_ms=kept_ms)

    def end_visit(self, host: str, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        """Record how a fetch ended."""
        rules = self._rules
        self._connection.run(
            "end_visit",
            host=host,
            how=how,
            why=why,
            rest_ms=_to_ms(rest_s),
            failures_max=rules.failures,
            first_rest_ms=_to_ms(rules.first_rest_s),
            longest_rest_ms=_to_ms(rules.longest_rest_s),
            kept_ms=_to_ms(rules.kept_s),
        )


def _to_ms(seconds: float) -> int:
    return round(seconds * 1000)
