"""CSV and TSV with a header: every row is a document."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from claims.errors import SourceError
from claims.shelves.documents import Document, Entry, EntryCode, Fields
from claims.shelves.formats.lines import read_lines

_DELIMITERS = ",;\t|"
# Maximum characters of a cell: a quotation mark that is never closed would include the whole file.
_LONGEST_CELL = 2_000_000


def read_table(file: BinaryIO, *, fields: Fields, after: int = 0) -> Iterator[Document | Entry]:
    """Documents by row number, the header not counted; an Entry for each row that is no document.

    Raises SourceError `not-text`, and `no-field` when no column of the header contains text.
    """
    rows = _rows(file)
    _, header = next(rows, (0, ()))
    names = [name.strip().lower() for name in header]
    if not set(names) & set(map(str.lower, fields.text)):
        wanted = ", ".join(fields.text)
        raise SourceError(EntryCode.NO_FIELD, f"no column of the first row is named {wanted}")
    for number, row in rows:
        if number > after and row != ():
            yield _read_row(row, number, names=names, fields=fields)


def _read_row(
    row: Sequence[str] | str, number: int, *, names: Sequence[str], fields: Fields
) -> Document | Entry:
    if isinstance(row, str):
        return Entry(number, EntryCode.BAD_RECORD, row)
    if any("\x00" in cell for cell in row):
        return Entry(number, EntryCode.BAD_RECORD, "the row holds binary data, or is too long")
    if len(row) > len(names):
        return Entry(number, EntryCode.BAD_RECORD, "the row has more cells than the header")
    document = fields.pick(dict(zip(names, row, strict=False)), number=number)
    return document or Entry(number, EntryCode.BAD_RECORD, "the row ends before its text")


def _rows(file: BinaryIO) -> Iterator[tuple[int, Sequence[str] | str]]:
    """Number (0 for the header) and cells of each row; a message in place of the cells on error."""
    csv.field_size_limit(_LONGEST_CELL)
    # A line that is too long for any row is replaced by one that the reader refuses.
    lines = (line if line is not None else "\x00" for _, line in read_lines(file))
    first = next(lines, "")
    reader = csv.reader(_chain(first, lines), delimiter=_find_delimiter(first))
    number = -1
    while True:
        number += 1
        try:
            yield number, tuple(next(reader))
        except StopIteration:
            return
        except csv.Error:
            yield number, f"a cell of more than {_LONGEST_CELL / 1e6:g} million characters"


def _chain(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _find_delimiter(header: str) -> str:
    """The usual delimiter that is most frequent in the header."""
    return max(_DELIMITERS, key=header.count)
