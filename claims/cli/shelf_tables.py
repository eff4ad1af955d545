"""Output of `assay shelf`: the counts of a run, shelves, files, entries and passages."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from claims.cli.output import write_json
from claims.cli.table import print_table
from claims.cli.terminal import plain, write_lines
from claims.errors import ShelfDamaged
from claims.shelves.catalog_rows import FileRow, FileState
from claims.shelves.filling import Filled
from claims.shelves.locators import show_path
from claims.shelves.places import ShelfPlace
from claims.shelves.shelf import Shelf
from claims.text import fold_spaces, page_number

_MOST_LISTED = 50
_LONGEST_PASSAGE = 400


def print_filled(place: ShelfPlace, filled: Filled, *, as_json: bool) -> None:
    """Print the counts of a run in one line, and the places that could not be read."""
    if as_json:
        write_json({"shelf": place.name, **asdict(filled)})
        return
    counts = f"{_number(filled.documents, 'document')}, {_number(filled.passages, 'passage')}"
    rest = f"{filled.unchanged:,} unchanged, {filled.removed:,} removed, {filled.failed:,} failed"
    if filled.entries:
        rest += f"; {_number(filled.entries, 'record')} not read, or not in full"
    lines = [f"{place.name}: {_number(filled.read, 'file')} read ({counts}), {rest}"]
    lines += [
        f"{plain(path)}: {plain(why)}; its documents are kept"
        for path, why in filled.unreachable.items()
    ]
    if filled.failed or filled.entries:
        lines.append(f"for what could not be read, run: assay shelf list {place.name} --failed")
    write_lines(lines)


def print_shelves(places: Sequence[ShelfPlace], *, as_json: bool) -> None:
    """Print a row for each shelf; for a damaged one, its name and the error."""
    rows = [_describe_shelf(place) for place in places]
    if as_json:
        write_json(rows)
    elif not rows:
        write_lines(["There is no shelf yet. Add one: assay shelf add NAME DIR|FILE|URL..."])
    else:
        columns = ("shelf", "files", "documents", "passages", "failed", "MB", "added")
        print_table(columns, (_shelf_row(row) for row in rows))


def _describe_shelf(place: ShelfPlace) -> dict[str, Any]:
    about: dict[str, Any] = {"shelf": place.name, "size_bytes": _size_of(place.folder)}
    try:
        catalog = Shelf(place).catalog
        files = catalog.list_files()
        added = catalog.list_places()
    except ShelfDamaged as error:
        return about | {"error": str(error)}
    return about | {
        "files": sum(file.state is FileState.DONE for file in files),
        "pending": sum(file.state is FileState.PENDING for file in files),
        "failed": sum(file.state is FileState.FAILED for file in files),
        "documents": sum(file.documents for file in files),
        "passages": sum(file.passages for file in files),
        "added": [{"kind": one.kind, "place": show_path(one.path)} for one in added],
    }


def _size_of(folder: Path) -> int:
    """Bytes of all files; a process that writes the shelf may delete some meanwhile."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            size += path.stat().st_size if path.is_file() else 0
    return size


def _shelf_row(about: dict[str, Any]) -> list[str]:
    megabytes = f"{about['size_bytes'] / 1e6:,.1f}"
    if "error" in about:
        return [about["shelf"], "", "", "", "", megabytes, plain(about["error"])]
    added = ", ".join(plain(one["place"]) for one in about["added"])
    counts = [f"{about[name]:,}" for name in ("files", "documents", "passages", "failed")]
    return [about["shelf"], *counts, megabytes, added]


def print_files(place: ShelfPlace, *, as_json: bool) -> None:
    """Print a row for each file, with its state and its number of documents."""
    files = [row for row in Shelf(place).catalog.list_files() if row.name or row.locator]
    if as_json:
        write_json([_file_shape(place, file) for file in files])
        return
    rows = (
        [plain(show_path(file.locator)), str(file.state), f"{file.documents:,}", file.code or ""]
        for file in files[:_MOST_LISTED]
    )
    print_table(("file", "state", "documents", "code"), rows)
    _say_more(len(files))


def _file_shape(place: ShelfPlace, file: FileRow) -> dict[str, object]:
    names = ("state", "size", "sha256", "documents", "passages", "code", "detail")
    shape = {name: getattr(file, name) for name in names}
    return {"file": show_path(file.locator), "locator": file.locator, **shape}


def print_failed(place: ShelfPlace, *, as_json: bool) -> None:
    """Print what could not be read: first whole files, then single records."""
    catalog = Shelf(place).catalog
    rows = [
        {"file": show_path(file.locator), "number": None, "code": file.code, "detail": file.detail}
        for file in catalog.list_files()
        if file.state is FileState.FAILED
    ]
    rows += [
        {"file": show_path(locator), **asdict(entry)} for locator, entry in catalog.list_entries()
    ]
    if as_json:
        write_json(rows)
        return
    if not rows:
        write_lines([f"{place.name}: everything could be read"])
        return
    print_table(
        ("file", "record", "code", "why"),
        (
            [
                plain(str(row["file"])),
                str(row["number"] or ""),
                str(row["code"]),
                plain(str(row["detail"])),
            ]
            for row in rows[:_MOST_LISTED]
        ),
    )
    _say_more(len(rows))


def print_passages(place: ShelfPlace, query: str, *, limit: int, as_json: bool) -> None:
    """Print the passages that were found, each with its document and its page number."""
    found = _describe_passages(Shelf(place), query, limit)
    if as_json:
        write_json(found)
        return
    if not found:
        write_lines([f"{place.name}: no passage shares a word with the query"])
    for item in found:
        page = f", page {item['page_number']}" if item["page_number"] else ""
        about = " · ".join(filter(None, (item["title"], item["published_at"])))
        text = fold_spaces(item["text"])
        write_lines(
            [
                f"{item['score']:.1f}  {plain(item['url'])}{page}",
                *([f"      {plain(about)}"] if about else []),
                f"      {plain(text[:_LONGEST_PASSAGE])}{'…' * (len(text) > _LONGEST_PASSAGE)}",
            ]
        )


def _describe_passages(shelf: Shelf, query: str, limit: int) -> list[dict[str, Any]]:
    found = shelf.find_passages(query, limit=limit)
    texts = shelf.catalog.find_texts([item.document.id for item in found])
    return [
        {
            "url": shelf.address_of(item.document),
            "title": item.document.title,
            "published_at": item.document.published_at,
            "web_address": item.document.url,
            "score": round(item.ranked.score, 3),
            "span": list(item.ranked.span),
            "page_number": page_number(texts[item.document.id], item.ranked.span.start),
            "text": texts[item.document.id][item.ranked.span.start : item.ranked.span.end],
        }
        for item in found
    ]


def _say_more(count: int) -> None:
    if count > _MOST_LISTED:
        write_lines([f"... and {count - _MOST_LISTED:,} more, all in --json"])


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
