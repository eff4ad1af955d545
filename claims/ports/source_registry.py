"""The port of the registered sources."""

from __future__ import annotations

from typing import Protocol

from claims.registry import RegisteredSource, Registry, SourceChange


class SourceRegistry(Protocol):
    """The registered sources, with who changed what and when.

    `by` is the name in the source's record of changes; the audit log has that of the actor.
    """

    def get_registry(self) -> Registry:
        """All registered sources, by name."""
        ...

    def put_source(self, source: RegisteredSource, *, by: str) -> None:
        """Store a source under its name, new or changed, and record who changed what and when.

        An identical source is no change. Raises InvalidInput for more than a thousand sources, and
        for more than fifty pages that are read for every claim.
        """
        ...

    def delete_source(self, name: str, *, by: str) -> None:
        """Remove a source; its record of changes stays."""
        ...

    def get_source_changes(self, name: str) -> tuple[SourceChange, ...]:
        """Who changed what of a source, oldest first; also for a source that was removed."""
        ...
