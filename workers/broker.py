"""Celery's transport for the Redis protocol, with two changes.

**A full memory.** A server whose memory is full refuses commands that need memory, and Celery ends
a worker whose command is refused. Messages only wake workers that finish accepted work, and they
are few and small, so the commands that publish them run as a script that may use more memory.
Nothing else of ours writes to the broker: `ack_emulation` is off (workers/config.py), messages that
a worker has when it ends are not put back, and commands are not grouped in transactions, which a
full server refuses as a whole.

**A closed connection.** Celery closes a connection that broke twice. The second time kombu asks a
closed connection for its address, and ends the worker with `AttributeError: 'NoneType' object has
no attribute 'hostname'` if it puts a message back at that moment, as after the loss of a pool
process (kombu 5.7). Celery expects a connection error there, and continues after one.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis

# Commands of kombu that need memory: a message in a queue, and the queue's place in its exchange.
_GROWING = ("LPUSH", "RPUSH", "SADD")
_ALLOW_OOM = "#!lua flags=allow-oom\nreturn redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))"


class _AllowOom:
    """Sends commands that need memory as a script that the server runs on a full memory, too."""

    global_keyprefix: str

    def execute_command(self, *args: object, **options: object) -> object:
        above: Any = super()
        command, *rest = args
        if command not in _GROWING:
            return above.execute_command(*args, **options)
        key, *values = rest
        key = f"{self.global_keyprefix}{key}"  # kombu adds its prefix to no key of a script
        return above.execute_command("EVAL", _ALLOW_OOM, 1, key, command, *values, **options)


class _Pipeline(_AllowOom, redis.PrefixedRedisPipeline):
    """Commands in one round trip."""


class Client(_AllowOom, redis.PrefixedStrictRedis):
    """kombu's client of the server."""

    def pipeline(self, transaction: bool = False, shard_hint: str | None = None) -> _Pipeline:
        """A pipeline, never as a transaction."""
        return _Pipeline(  # type: ignore[no-untyped-call]
            self.connection_pool,
            self.response_callbacks,
            False,
            shard_hint,
            global_keyprefix=self.global_keyprefix,
        )


class Channel(redis.Channel):
    """A channel that works on a full memory, and raises a connection error when it is closed."""

    do_restore = False

    def _get_client(self) -> object:
        return partial(Client, global_keyprefix=self.global_keyprefix)

    def _connparams(self, *args: object, **kwargs: object) -> object:
        if getattr(self.connection, "client", None) is None:
            raise ConnectionError("the connection to the broker is closed")
        return super()._connparams(*args, **kwargs)  # type: ignore[no-untyped-call]


class Transport(redis.Transport):
    """A transport with these channels."""

    Channel = Channel


def use_transport() -> None:
    """Register this transport for all addresses that kombu recognises as Redis."""
    TRANSPORT_ALIASES["redis"] = TRANSPORT_ALIASES["rediss"] = f"{__name__}:Transport"
