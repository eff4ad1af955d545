"""Celery's transport for the Redis protocol, with a fix for one defect.

Celery closes a connection that broke twice. The second time kombu asks a closed connection
for its address, and ends the worker with `AttributeError: 'NoneType' object has no attribute
'hostname'` if it held a message at that moment; a task that ends before the worker is connected
again has the same effect (kombu 5.7). Celery expects a connection error there, and continues
after one.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    """A channel that raises a connection error when its connection is closed."""

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        if getattr(self.connection, "client", None) is None:
            raise ConnectionError("the connection to the broker is closed")
        return super()._connparams(*args, **kwargs)  # type: ignore[no-untyped-call]


class Transport(redis.Transport):
    """A transport with these channels."""

    Channel = Channel


def use_transport() -> None:
    """Register this transport for all addresses that kombu recognises as Redis."""
    TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = f"{__name__}:Transport"
