"""Celery's way to the Redis protocol, with one defect put right.

Celery closes a connection that broke twice over. The second time kombu asks a closed connection
for its address, and ends the worker with `AttributeError: 'NoneType' object has no attribute
'hostname'` when it held a message at that moment; so does a task that ends before the worker is
connected again (kombu 5.7). Celery expects a connection error there, and goes on after one.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    """A channel that says so when its connection is closed."""

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        if getattr(self.connection, "client", None) is None:
            raise ConnectionError("the connection to the broker is closed")
        return super()._connparams(*args, **kwargs)  # type: ignore[no-untyped-call]


class Transport(redis.Transport):
    """The transport with these channels."""

    Channel = Channel


def use_transport() -> None:
    """Make it the transport of all addresses that kombu knows as Redis."""
    TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = f"{__name__}:Transport"
