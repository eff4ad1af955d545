"""Searches one shelf for evidence on a claim (claims.ports.SourceProvider)."""

from __future__ import annotations

from typing import ClassVar

from claims.errors import ShelfDamaged, SourceError
from claims.shelves.shelf import Shelf, best_of_each
from claims.sources.failures import FailureCode
from claims.types import Candidate, Purpose, Query

_LIMIT = 5
_PASSAGES = 40  # maximum passages per query; several may be of one document


class ShelfProvider:
    """BM25 works with sentences as well as names, so it serves every kind of query for pages."""

    purposes: ClassVar[frozenset[Purpose]] = frozenset(Purpose) - {Purpose.PRIOR}

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @property
    def name(self) -> str:
        """shelf:NAME."""
        return f"shelf:{self._shelf.place.name}"

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """See claims.ports.SourceProvider."""
        try:
            found = self._shelf.find_passages(query.text, limit=_PASSAGES)
        except ShelfDamaged as error:
            raise SourceError(FailureCode.SHELF_DAMAGED, str(error)[:300]) from error
        return tuple(
            Candidate(
                url=self._shelf.address_of(passage.document),
                title=passage.document.title,
                published_at=passage.document.published_at,
            )
            for passage in best_of_each(found)[:_LIMIT]
        )
