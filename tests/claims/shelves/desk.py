"""Test driver for a shelf in a temporary data folder, with the operations of `assay shelf`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.shelves import contents
from claims.shelves.catalog_rows import FileState
from claims.shelves.documents import Fields
from claims.shelves.filling import Filled, Reader, ShelfFiller
from claims.shelves.places import ShelfPlace, place_of
from claims.shelves.shelf import FoundPassage, Shelf


def no_progress(what: str, done: int, of: int) -> None:
    """Progress callback that does nothing."""


@dataclass(frozen=True)
class Desk:
    """Adds, updates and removes; after each, compares the catalog with the index."""

    data_folder: Path
    reader: Reader
    name: str = "press"

    @property
    def place(self) -> ShelfPlace:
        return place_of(self.data_folder, self.name)

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.place)

    def add(self, *targets: Path | str, fields: Fields | None = None) -> Filled:
        with ShelfFiller(self.place, reader=self.reader) as filler:
            contents.add(filler, [str(target) for target in targets], fields=fields)
            filled = filler.run(no_progress)
        self.check_agreement()
        return filled

    def update(self) -> Filled:
        with ShelfFiller(self.place, reader=self.reader) as filler:
            contents.update(filler)
            filled = filler.run(no_progress)
        self.check_agreement()
        return filled

    def remove(self, *names: Path | str) -> Filled:
        with ShelfFiller(self.place, reader=self.reader) as filler:
            contents.remove(filler, [str(name) for name in names])
            filled = filler.run(no_progress)
        self.check_agreement()
        return filled

    def check_agreement(self) -> None:
        """Assert that index and catalog have as many passages, and that no file is pending."""
        files = self.shelf.catalog.list_files()
        assert {file.state for file in files} <= {
            FileState.DONE,
            FileState.FAILED,
            FileState.REMOVED,
        }
        assert self.shelf.count_passages() == sum(file.passages for file in files)

    def search(self, text: str) -> tuple[FoundPassage, ...]:
        return self.shelf.find_passages(text, limit=20)

    def locators(self, text: str) -> list[str]:
        """Locators of the documents found for `text`, the best first."""
        return [found.document.locator for found in self.search(text)]

    def text_of(self, locator: str) -> str:
        found = self.shelf.catalog.find_document(locator)
        assert found is not None, locator
        return found[1]

    def failures(self) -> dict[str, str]:
        """Failure codes of the files that could not be read, by locator."""
        files = self.shelf.catalog.list_files()
        return {file.locator: str(file.code) for file in files if file.state is FileState.FAILED}

    def entries(self) -> list[tuple[str, int | None, str]]:
        """(locator of the file, record number, code) of all entries."""
        entries = self.shelf.catalog.list_entries()
        return [(locator, entry.number, entry.code) for locator, entry in entries]


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files (name: content) below a folder; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def spans_hold(desk: Desk, found: Sequence[FoundPassage]) -> bool:
    """Whether the span of every passage is a non-empty part of its document's text."""
    return all(
        desk.text_of(item.document.locator)[item.ranked.span.start : item.ranked.span.end].strip()
        for item in found
    )
