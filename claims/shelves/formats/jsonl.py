"""JSON lines: every line that holds an object is a document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from claims.shelves.documents import Document, Entry, EntryCode, Fields
from claims.shelves.formats.lines import LONGEST_LINE_BYTES, read_lines


def read_jsonl(file: BinaryIO, *, fields: Fields, after: int = 0) -> Iterator[Document | Entry]:
    """Documents by line number; an Entry for each line that is no document. Raises SourceError."""
    for number, line in read_lines(file):
        if number <= after or (line is not None and not line.strip()):
            continue
        if line is None:
            detail = f"a line of more than {LONGEST_LINE_BYTES / 1e6:g} MB"
            yield Entry(number, EntryCode.BAD_RECORD, detail)
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield Entry(number, EntryCode.BAD_RECORD, "the line is not JSON")
            continue
        yield _read_row(row, number, fields)


def _read_row(row: object, number: int, fields: Fields) -> Document | Entry:
    if not isinstance(row, dict):
        return Entry(number, EntryCode.BAD_RECORD, "the line is JSON, but not an object")
    named = {key.lower(): _write(value) for key, value in row.items() if value is not None}
    document = fields.pick(named, number=number)
    return document or Entry(number, EntryCode.NO_FIELD, f"no key is named {_list(fields.text)}")


def _write(value: object) -> str:
    """A list of paragraphs is a text; an object contains no text to read."""
    if isinstance(value, list):
        return "\n".join(item for item in value if isinstance(item, str))
    return "" if isinstance(value, dict) else str(value)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)
