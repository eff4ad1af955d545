"""Registered sources, and their changes with author and time."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from claims.registry import RegisteredSource, SourceChange
from service.client.transport import Transport, encode_segment
from service.shapes import SourceChangeList, SourceList


class Sources(Transport):
    """The routes of /v1/sources."""

    def list_sources(self) -> tuple[RegisteredSource, ...]:
        """All registered sources, by name."""
        return self._ask(SourceList, "GET", "/v1/sources").items

    def put_source(self, name: str, body: Mapping[str, object]) -> RegisteredSource:
        """Register a source, or replace it, with the body of PUT /v1/sources/{name}."""
        return self._ask(RegisteredSource, "PUT", f"/v1/sources/{encode_segment(name)}", body=body)

    def delete_source(self, name: str, *, by: str | None = None) -> None:
        """Remove a registered source; without `by` the key's name is stored as the author."""
        query = f"?{urlencode({'by': by})}" if by is not None else ""
        self._delete(f"/v1/sources/{encode_segment(name)}{query}")

    def get_source_changes(self, name: str) -> tuple[SourceChange, ...]:
        """The changes of a source with author and time, oldest first."""
        path = f"/v1/sources/{encode_segment(name)}/changes"
        return self._ask(SourceChangeList, "GET", path).items
