"""Each kind of host gate, with time that a test can move forward."""

from __future__ import annotations

import time
from typing import Protocol

from claims.ports import HostGate
from claims.sources.gate import GateRules, MemoryHostGate
from claims.store import RedisStore, keys
from claims.store.gate import RedisHostGate

# A server's clock cannot be moved, so this script moves the stored times into the past.
_MOVE_BACK = """
local ms = tonumber(ARGV[1])
for _, key in ipairs(redis.call('KEYS', HOST .. '*')) do
  for _, field in ipairs({'began', 'delay_until', 'rest_until', 'trial_until', 'asked_until',
      'failing_since', 'asked_since'}) do
    if redis.call('HEXISTS', key, field) == 1 then redis.call('HINCRBY', key, field, -ms) end
  end
end
for _, key in ipairs(redis.call('KEYS', PLACES .. '*')) do
  for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    redis.call('ZINCRBY', key, -ms, member)
  end
end
"""


class GateCase(Protocol):
    """A gate with time that the test moves."""

    gate: HostGate

    def pass_time(self, seconds: float) -> None: ...


class MemoryCase:
    """The gate in memory, on a running clock with an offset."""

    def __init__(self, rules: GateRules) -> None:
        self._ahead = 0.0
        self.gate = MemoryHostGate(rules, clock=lambda: time.time() + self._ahead)

    def pass_time(self, seconds: float) -> None:
        self._ahead += seconds


class RedisCase:
    """The gate in a store."""

    def __init__(self, store: RedisStore, rules: GateRules) -> None:
        self._store = store
        self.gate = RedisHostGate(store.connection, rules)

    def pass_time(self, seconds: float) -> None:
        names = f"local HOST, PLACES = '{keys.HOST}', '{keys.PLACES}'"
        script = f"{names}{_MOVE_BACK}"
        self._store.connection.command("EVAL", script, 0, round(seconds * 1000))
