"""Registered sources on the server, and their changes with author and time."""

from __future__ import annotations

from dataclasses import replace

from claims.errors import InvalidInput, NotFound, StoreUnavailable
from claims.ports import RecordKind
from claims.registry import (
    SOURCES_MAX,
    RegisteredSource,
    Registry,
    SourceChange,
    describe_change,
)
from claims.shapes import from_text
from claims.store.connection import StorePart
from claims.store.encoding import from_ms, write
from claims.store.keys import SOURCE_CHANGES, SOURCES

_TRIES = 10


class RedisSourceRegistry(StorePart):
    """claims.ports.SourceRegistry on the server: each change is one step, with its author."""

    def get_registry(self) -> Registry:
        """All registered sources, by name."""
        kept: dict[str, str] = self.connection.command("HGETALL", SOURCES)
        return Registry(tuple(self.read_each(RecordKind.SOURCE, sorted(kept.items()), _read)))

    def put_source(self, source: RegisteredSource, *, by: str) -> None:
        """Store a source under its name. An identical source is no change and is not recorded.

        Raises InvalidInput when there are too many. The limit on pages may be exceeded when
        several are put at the same time.
        """
        if source.is_read:
            others = (one for one in self.get_registry().sources if one.name != source.name)
            Registry((*others, source)).check_pages()
        self._change(source.name, source, by=by)

    def delete_source(self, name: str, *, by: str) -> None:
        """Remove a source; its record of changes stays. Raises NotFound."""
        if self.connection.command("HGET", SOURCES, name) is None:
            raise NotFound(f"no registered source {name}")
        self._change(name, None, by=by)

    def get_source_changes(self, name: str) -> tuple[SourceChange, ...]:
        """The last thousand changes, oldest first; also for a source that was removed."""
        lines = self.connection.command("LRANGE", SOURCE_CHANGES + name, 0, -1)
        if not lines:
            raise NotFound(f"no registered source {name}")
        rows = ((name, line) for line in lines)
        return tuple(self.read_each(RecordKind.SOURCE, rows, _read_change))

    def _change(self, name: str, after: RegisteredSource | None, *, by: str) -> None:
        text = write(after) if after else ""
        for _ in range(_TRIES):
            kept = self.connection.command("HGET", SOURCES, name) or ""
            if kept == text:
                return
            rows = [(name, kept)] if kept else []
            before = next(iter(self.read_each(RecordKind.SOURCE, rows, _read)), None)
            # The script puts the server's time in front; the time in the text is not used.
            change = SourceChange(
                name=name, at=from_ms(0), by=by, changes=describe_change(before, after)
            )
            done = self.connection.run(
                "put_source",
                name=name,
                before=kept,
                after=text,
                change=write(change),
                most=SOURCES_MAX,
            )
            if done == "stored":
                return
            if done == "full":
                raise InvalidInput(f"there are {SOURCES_MAX:,} sources already: remove some first")
        raise StoreUnavailable(f"{name} is being changed by others: nothing was stored, try again")


def _read(_: str, text: str) -> RegisteredSource:
    return from_text(RegisteredSource, text)


def _read_change(_: str, line: str) -> SourceChange:
    at_ms, text = line.split(" ", 1)
    return replace(from_text(SourceChange, text), at=from_ms(at_ms))
