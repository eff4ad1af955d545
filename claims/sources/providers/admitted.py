"""A provider of a registered source, limited to the pages that the source admits."""

from __future__ import annotations

from dataclasses import dataclass

from claims.ports import SourceProvider
from claims.registry import RegisteredSource
from claims.types import Candidate, Purpose, Query


@dataclass(frozen=True, slots=True)
class Admitted:
    """`provider`, limited to the domains and patterns of `source`."""

    source: RegisteredSource
    provider: SourceProvider

    @property
    def name(self) -> str:
        """The name of the source, as coverage shows it."""
        return self.source.name

    @property
    def purposes(self) -> frozenset[Purpose]:
        """The purposes of the provider."""
        return self.provider.purposes

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """See claims.ports.SourceProvider."""
        found = self.provider.search(query)
        return tuple(candidate for candidate in found if self.source.admits(candidate.url))
