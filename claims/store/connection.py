"""The only module that talks to the server: sends commands and scripts, raises domain errors."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from copy import copy
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import redis
from pydantic import ValidationError
from redis.commands.core import Script
from redis.connection import HiredisRespSerializer
from redis.exceptions import NoPermissionError, RedisError

from claims.access import LOCAL, Actor
from claims.disk import DiskReserve
from claims.errors import (
    Gone,
    NotFound,
    StoreFull,
    StoreMisconfigured,
    StoreUnavailable,
    Unreadable,
    VersionChanged,
)
from claims.ports import FindActor, Forgotten, Notify, RecordKind
from claims.store.breaker import Breaker
from claims.store.encoding import write
from claims.store.keys import GONE
from claims.store.memory import CACHED_MS, PAGE_NEEDED_MS, MemoryReserve
from claims.store.scripts import Argument as Argument
from claims.store.scripts import find_arguments, list_names, load_script
from claims.store.server_problems import (
    find_write_errors,
    find_wrong_settings,
    translate_errors,
    write_shortage,
)
from claims.store.timeouts import make_request_options, make_worker_options
from claims.types import Queue

T = TypeVar("T")

FORM_ERRORS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, zlib.error)
"""The errors of reading a record whose form is not that of this release."""
UNREADABLE_S = 24 * 3600.0
"""Seconds for which an unreadable record is listed after it was last found."""
_NOTED_EVERY_MS = 60_000
# Maximum unreadable records that are remembered, each about 60 bytes.
_UNREADABLE_MAX = 1_000

_log = logging.getLogger(__name__)

# Maximum rounds in which one submission deletes old data, and milliseconds per round.
_ROUNDS, _AT_ONCE = 10, 100


@dataclass(frozen=True, slots=True)
class Condition:
    """A record, by its key on the server, and the versions one of which it must have."""

    key: str
    versions: frozenset[int]

    def to_keys(self) -> tuple[str, str]:
        """The condition in the form for `is_outdated` in lua/shared/versions.lua."""
        return self.key, f" {' '.join(map(str, sorted(self.versions)))} "


class Packer(HiredisRespSerializer):
    """Writes commands with hiredis, which alone refuses half a surrogate pair."""

    def pack(self, *words: Any) -> Any:
        """The command as it is sent; half a surrogate pair is sent as its own three bytes."""
        try:
            return super().pack(*words)
        except UnicodeEncodeError:
            text = "utf-8", "surrogatepass"
            sent: Any = [word.encode(*text) if isinstance(word, str) else word for word in words]
            return super().pack(*sent)


class StoreConnection:
    """A pool of connections to one server; safe to share between threads and across a fork.

    Nothing is sent before the first call. Each call is repeated up to three times when the
    connection breaks, so every script is safe to run twice. Never raises an error of redis-py.
    """

    def __init__(
        self, url: str, *, breaker: Breaker | None = None, disk: DiskReserve | None = None
    ) -> None:
        """`url`: redis://, rediss:// or unix://. Raises StoreMisconfigured for any other.

        With a `breaker`, calls keep to the deadline of the request that makes them, and a call
        that gets no answer in time is not repeated; without, a call may take 20 s. `disk` is the
        disk that the server writes to, if it is a disk of this machine.
        """
        self._breaker = breaker
        self._disk = disk
        self._memory = MemoryReserve()
        self.find_actor: FindActor = lambda: LOCAL
        self.notify: Notify = _notify_nobody
        try:
            self._redis = redis.Redis.from_url(
                url,
                decode_responses=True,
                # An id from a URL may hold half a surrogate pair: it is not found, without error.
                encoding_errors="surrogatepass",
                command_packer=Packer(),
                health_check_interval=15,
                **(make_worker_options() if breaker is None else make_request_options(url)),
            )
        except (ValueError, RedisError) as error:
            raise StoreMisconfigured(f"not a usable store address: {error}") from error
        self._scripts: dict[str, Script] = {
            name: self._redis.register_script(load_script(name)) for name in list_names()
        }

    def acting_as(
        self, actor: Actor | FindActor, *, notify: Notify | None = None
    ) -> StoreConnection:
        """This connection for another actor: the contract of claims.ports.Store.acting_as."""
        bound = copy(self)
        bound.find_actor = actor if callable(actor) else lambda: actor
        bound.notify = self.notify if notify is None else notify
        return bound

    def run(self, script: str, /, **arguments: Argument | Sequence[Argument]) -> Any:
        """Run one of the scripts of lua/: one atomic step. Raises StoreUnavailable.

        The arguments are those that its file names; `actor` is that of the connection. Others raise
        TypeError, and nothing is sent.
        """
        return self.run_if(None, script, **arguments)

    def run_if(
        self,
        condition: Condition | None,
        script: str,
        /,
        **arguments: Argument | Sequence[Argument],
    ) -> Any:
        """Run a script like `run`, if the `condition`, if there is one, holds.

        Otherwise nothing changes, and VersionChanged is raised. Only set_tags, set_schedule and
        delete_schedule check a condition.
        """
        keys = () if condition is None else condition.to_keys()
        declared = find_arguments(script)
        if "actor" in declared.single:
            arguments["actor"] = write(self.find_actor())
        words = declared.write(arguments)
        with self._call():
            answer = self._scripts[script](keys=keys, args=words)
        if answer == "outdated":
            raise VersionChanged("it has changed: get it again, and decide by what it is now")
        return answer

    def command(self, *words: Argument) -> Any:
        """Send one command. Raises StoreUnavailable."""
        with self._call():
            return self._redis.execute_command(*words)  # type: ignore[no-untyped-call]

    def read(self, *commands: tuple[Argument, ...]) -> list[Any]:
        """Send commands in one round trip, not as one atomic step; returns the answers in order."""
        if not commands:
            return []
        with self._call(), self._redis.pipeline(transaction=False) as pipeline:
            for words in commands:
                pipeline.execute_command(*words)  # type: ignore[no-untyped-call]
            return pipeline.execute()

    @contextmanager
    def _call(self) -> Iterator[None]:
        try:
            with translate_errors(), self._breaker.call() if self._breaker else nullcontext():
                yield
        except StoreUnavailable:
            if self._disk is not None and self._disk.is_full():
                self._check_disk()  # raises StoreFull when a full disk is the cause
            raise

    def check_room(self) -> None:
        """Raise StoreFull when the disk or the memory of the server has less left than a reserve.

        While memory is short, old data is deleted first, and nothing is refused as long as there is
        old data.
        """
        self._check_disk()
        shortage = self._memory.find_shortage(self._read_memory)
        for _ in range(_ROUNDS):
            if shortage is None:
                return
            if not any(astuple(self._delete_old())):
                raise StoreFull(shortage)
            shortage = self._memory.find_shortage(self._read_memory, again=True)

    def make_room(self) -> Forgotten | None:
        """Delete some old data if memory is short; None if it is not."""
        shortage = self._memory.find_shortage(self._read_memory, again=True)
        return None if shortage is None else self._delete_old()

    def _delete_old(self) -> Forgotten:
        needed_ms = CACHED_MS - PAGE_NEEDED_MS
        scores, pages, checks, answers = self.run("make_room", limit=_AT_ONCE, needed_ms=needed_ms)
        return Forgotten(checks, pages, scores, answers)

    def _check_disk(self) -> None:
        shortage = self._find_disk_shortage()
        if shortage:
            raise StoreFull(shortage)

    def _find_disk_shortage(self) -> str | None:
        shortage = self._disk.find_shortage() if self._disk is not None else None
        return None if shortage is None else write_shortage(shortage)

    def note_unreadable(self, kind: RecordKind, record_id: str, error: Exception) -> None:
        """Record that a record cannot be read; the first time it is logged."""
        is_new = True
        with suppress(StoreUnavailable):
            noted = self.run(
                "note_unreadable",
                kind=kind,
                id=record_id,
                life_ms=round(UNREADABLE_S * 1000),
                every_ms=_NOTED_EVERY_MS,
                most=_UNREADABLE_MAX,
            )
            is_new = noted == "new"
        if is_new:
            _log.error("unreadable_record: %s %s: %s", kind, record_id, describe_form(error))

    def close(self) -> None:
        """Close the pool; the next call opens it again."""
        self._redis.close()

    def check_server(self) -> None:
        """Raise StoreMisconfigured when the server's settings would lose accepted data."""
        problems = find_wrong_settings(self._read_info())
        if problems:
            raise StoreMisconfigured("the store is not safe to write to: " + "; ".join(problems))

    def find_problems(self) -> tuple[list[str], list[str]]:
        """Settings that would lose data, and shortages of disk or memory at present."""
        info = self._read_info()
        shortages = [self._find_disk_shortage(), *find_write_errors(info)]
        return find_wrong_settings(info), [shortage for shortage in shortages if shortage]

    def _read_memory(self) -> Mapping[str, object]:
        with self._call():
            return self._redis.info("memory")

    def _read_info(self) -> dict[str, object]:
        """Read INFO and not CONFIG GET: application users are often not allowed CONFIG."""
        info: dict[str, object] = {}
        try:
            for section in ("server", "memory", "persistence"):
                with self._call():
                    info |= self._redis.info(section)
        except StoreUnavailable as error:
            if isinstance(error.__cause__, NoPermissionError):
                raise StoreMisconfigured(
                    "the store's settings cannot be read: allow this user INFO (ACL: +info)"
                ) from error
            raise
        return info


def _notify_nobody(queue: Queue = Queue.FETCH) -> None:
    """The notifier of a connection that is not bound to another one."""


class StorePart:
    """A part of the store: methods on one connection, which the parts of a store share."""

    def __init__(self, connection: StoreConnection) -> None:
        self.connection = connection

    @contextmanager
    def reading(self, kind: RecordKind, record_id: str) -> Iterator[None]:
        """Raise Unreadable for an error in the form of the record that is read here.

        The record is logged and counted when it is first found, and listed for UNREADABLE_S.
        """
        try:
            yield
        except FORM_ERRORS as error:
            self.connection.note_unreadable(kind, record_id, error)
            raise Unreadable(
                f"the {kind} {record_id} is stored in a form that this release cannot read: "
                "another release wrote it, or it is damaged; the log of the service says more"
            ) from error

    def read_each(
        self, kind: RecordKind, rows: Iterable[tuple[Any, ...]], read: Callable[..., T]
    ) -> list[T]:
        """`read(*row)` of each row, which begins with the id; unreadable records are left out."""
        found = []
        for row in rows:
            with suppress(Unreadable), self.reading(kind, row[0]):
                found.append(read(*row))
        return found

    def explain_missing(self, record_id: str) -> NotFound:
        """The error for a record that is not stored: Gone if it was deleted."""
        kind = {"a": "article", "w": "webhook", "n": "alert"}.get(record_id[:1], "claim")
        name = f"{kind} {record_id}"
        deleted_ms = self.connection.command("HGET", GONE, record_id)
        if deleted_ms is None:
            return NotFound(f"no {name}")
        at = datetime.fromtimestamp(int(deleted_ms) / 1000, UTC)
        return Gone(f"{name} was deleted on {at:%Y-%m-%d at %H:%M} UTC")


def describe_form(error: Exception) -> str:
    """The fault in the form of a record, without the record's texts."""
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return f"{type(error).__name__}: {str(error)[:200]}"
