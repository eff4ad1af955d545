"""A shelf for its readers: the passages that match a query, and their documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.errors import ShelfDamaged
from claims.shelves.catalog import CatalogReader
from claims.shelves.catalog_rows import DocumentRow
from claims.shelves.index import IndexReader, Ranked
from claims.shelves.places import ShelfPlace, choose_shelves
from claims.sources.address import shelf_address


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that shares words with a query; `ranked.span` is its span in the document."""

    document: DocumentRow
    ranked: Ranked


class Shelf:
    """Reads one shelf; writes nothing. Changes by other processes are seen at the next call."""

    def __init__(self, place: ShelfPlace) -> None:
        self.place = place
        self.catalog = CatalogReader(place.catalog)
        self._index = IndexReader(place.index)

    def find_passages(self, text: str, *, limit: int) -> tuple[FoundPassage, ...]:
        """The best passages first, if their documents are on the shelf. Raises ShelfDamaged.

        Any text is a query: it is used as a set of words, without syntax.
        """
        if not self.place.catalog.is_file():
            raise ShelfDamaged(f"there is no shelf {self.place.name} in {self.place.shelves}")
        batches = self.catalog.list_open_batches()
        ranked = self._index.search(text, limit=limit, without=batches)
        documents = self.catalog.find_documents([item.document for item in ranked])
        return tuple(
            FoundPassage(documents[item.document], item)
            for item in ranked
            if item.document in documents
        )

    def count_passages(self) -> int:
        """How many passages the index has. Raises ShelfDamaged."""
        return self._index.count()

    def address_of(self, document: DocumentRow) -> str:
        """shelf:NAME/LOCATOR."""
        return shelf_address(self.place.name, document.locator)


class Shelves:
    """The shelves that a process may read: those of these names, for None all shelves."""

    def __init__(self, data_folder: Path, names: Sequence[str] | None) -> None:
        self._data_folder = data_folder
        self._names = names
        self._known: dict[ShelfPlace, Shelf] = {}

    def open(self) -> tuple[Shelf, ...]:
        """The shelves that exist now; if names were given, those shelves, existing or not."""
        places = choose_shelves(self._data_folder, self._names)
        return tuple(self._known.setdefault(place, Shelf(place)) for place in places)


def best_of_each(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """The best passage per locator, because a document gets a new number when its file changes."""
    best: dict[str, FoundPassage] = {}
    for passage in found:
        best.setdefault(passage.document.locator, passage)
    return list(best.values())
