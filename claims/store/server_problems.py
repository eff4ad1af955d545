"""What is wrong with the server: unsafe settings, shortages, and what errors of redis-py mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from redis.exceptions import OutOfMemoryError, RedisError

from claims.errors import StoreFull, StoreMisconfigured, StoreUnavailable
from claims.store.memory import NO_MEMORY, find_memory_shortage
from claims.store.scripts import LATER_SCHEMA, SCHEMA

MINIMUM_VERSION = (7, 2)
_NO_DISK = "the store cannot write to its disk: free some space there; nothing accepted is lost"


def find_wrong_settings(info: Mapping[str, object]) -> list[str]:
    """The unsafe settings in an INFO reply, each naming the setting to change."""
    problems = []
    version = str(info.get("redis_version", "0"))
    if _version_of(version) < MINIMUM_VERSION:
        problems.append(f"version {version} is too old: use Redis or Valkey 7.2 or newer")
    policy = info.get("maxmemory_policy")
    if policy != "noeviction":
        problems.append(f"it evicts data: set maxmemory-policy noeviction (it is {policy})")
    if not info.get("aof_enabled"):
        problems.append("it keeps no append-only file: set appendonly yes")
    return problems


def find_write_errors(info: Mapping[str, object]) -> list[str]:
    """The reasons why nothing new is accepted at present: the server's disk or memory is full."""
    problems = []
    if info.get("aof_last_write_status", "ok") != "ok":
        problems.append(_NO_DISK)
    memory = find_memory_shortage(info)
    return [*problems, memory] if memory else problems


def _version_of(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


def write_shortage(shortage: str) -> str:
    """A shortage that DiskReserve found on the data folder's disk, as a reason with advice."""
    return (
        "the disk of the data folder is full: free some space; nothing accepted is lost "
        f"({shortage})"
    )


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn every error of redis-py into an error of the store; the usual one: StoreUnavailable."""
    try:
        yield
    except OutOfMemoryError as error:
        raise StoreFull(NO_MEMORY) from error
    except (RedisError, OSError) as error:
        if str(error).startswith("MISCONF"):
            raise StoreFull(_NO_DISK) from error
        if str(error).startswith(LATER_SCHEMA):
            raise explain_later_schema(str(error).split()[1]) from error
        raise StoreUnavailable(f"the store does not answer: {error}") from error


def explain_later_schema(found: str) -> StoreMisconfigured:
    """The error for data that a later release has upgraded to the schema `found`."""
    return StoreMisconfigured(
        f"the store's data has schema {found}, and this release reads schema {SCHEMA} at most: "
        "run the release that wrote it, or a later one"
    )
