"""Reads claims to submit from a file: CSV with a header, or JSON lines.

The whole file is checked before anything is sent, so that no part of a file with a wrong row is
submitted.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.errors import InvalidInput
from claims.limits import check_claim, check_sources, check_tags, split_tags
from claims.sources.address import parse_source
from claims.times import parse_day, parse_duration
from claims.types import Priority, ReaderChoice

FIELDS = (
    "text",
    "context",
    "claimant",
    "claimed_at",
    "as_of",
    "sources",
    "tags",
    "every",
    "priority",
    "reader",
)
"""The fields of a row; `claim` is another name of `text`."""
ERRORS_SHOWN = 5
_LISTS = ("sources", "tags")
_DELIMITERS = ",;\t"

_CHECKS: Mapping[str, Callable[[str], object]] = {
    "text": check_claim,
    "claimed_at": parse_day,
    "as_of": parse_day,
    "every": parse_duration,
    "priority": Priority,
    "reader": ReaderChoice,
}


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim of a file: the number of its first line, and its body for POST /v1/claims."""

    line: int
    body: dict[str, object]


def read_claim_rows(
    path: Path, *, defaults: Mapping[str, Any], force: bool = False
) -> list[ClaimRow]:
    """All claims of a file. A row gets the `defaults` for the fields without a value, and their
    sources and tags in addition to its own.

    A name that ends in .jsonl or .ndjson is JSON lines, any other CSV, with commas, semicolons or
    tabs. Raises InvalidInput, which names the first wrong rows by their lines, for a file without
    rows, and for one that is not UTF-8. A claim that cannot be checked is a wrong row unless
    `force` is True, which is then in each body.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: not text in UTF-8") from error
    is_json = path.suffix.lower() in (".jsonl", ".ndjson")
    rows, errors = [], []
    for line, row in _read_json_lines(text) if is_json else _read_csv(text, path):
        try:
            rows.append(ClaimRow(line, _force_or_check(_read_row(row, defaults), force)))
        except ValueError as error:
            errors.append(f"line {line}: {error}")
        except InvalidInput as error:
            errors.append(f"line {line}: {error.message}")
    if errors:
        more = len(errors) - ERRORS_SHOWN
        shown = errors[:ERRORS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        raise InvalidInput(f"{path}: nothing was submitted: {'; '.join(shown)}")
    if not rows:
        raise InvalidInput(f"{path}: there are no claims in it")
    return rows


def _force_or_check(body: dict[str, object], force: bool) -> dict[str, object]:
    """The body, with `force` if that is True. Raises NotCheckable."""
    from claims.extraction import check_checkable

    if force:
        return {**body, "force": True}
    check_checkable([("/text", str(body["text"]))])
    return body


def _read_json_lines(text: str) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(io.StringIO(text), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, None


def _read_csv(text: str, path: Path) -> Iterator[tuple[int, object]]:
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        _check_columns(names, path)
        while True:
            line = reader.line_num + 1
            row = next(reader, None)
            if row is None:
                return
            if len(row) > len(names):
                yield line, f"it has {len(row)} cells, the header {len(names)}"
            elif any(cell.strip() for cell in row):
                cells = zip(names, row, strict=False)
                yield line, {name: cell.strip() for name, cell in cells if cell.strip()}
    except csv.Error as error:
        raise InvalidInput(f"{path}: line {reader.line_num}: not CSV: {error}") from error


def _check_columns(names: Sequence[str], path: Path) -> None:
    known = ("claim", *FIELDS)
    unknown = [name for name in names if name not in known]
    if unknown or len(set(names)) != len(names) or not {"claim", "text"} & set(names):
        raise InvalidInput(
            f"{path}: the first line must name the columns, one of them claim or text; the others "
            f"may be {', '.join(FIELDS[1:])}; it names {', '.join(names) or 'none'}"
        )


def _read_row(row: object, defaults: Mapping[str, Any]) -> dict[str, object]:
    """The body of a row. Raises ValueError and InvalidInput."""
    if not isinstance(row, dict):
        raise ValueError(row if isinstance(row, str) else "not a JSON object")
    fields = {"text" if name == "claim" else name: value for name, value in row.items()}
    unknown = [name for name in fields if name not in FIELDS]
    if unknown:
        raise ValueError(f"there is no field {unknown[0]!r}; known are {', '.join(FIELDS)}")
    if len(fields) < len(row):
        raise ValueError("it has both claim and text")
    sources = _read_list(fields, "sources", str.split)
    tags = _read_list(fields, "tags", split_tags)
    body = {
        **defaults,
        **{name: value for name, value in fields.items() if value not in (None, "")},
    }
    for name, value in {"text": "", **body}.items():
        if name not in _LISTS and not isinstance(value, str):
            raise ValueError(f"{name} must be text")
        if name not in _LISTS:
            _check(name, value)
    body["sources"] = [*sources, *defaults.get("sources", ())]
    check_sources(body["sources"])
    for source in body["sources"]:
        if not isinstance(source, str):
            raise ValueError("sources must be addresses")
        parse_source(source)
    tags = [*tags, *defaults.get("tags", ())]
    if tags:
        check_tags(tags)
        body["tags"] = tags
    return body


def _read_list(
    fields: dict[str, object], name: str, split: Callable[[str], list[str]]
) -> list[object]:
    """Remove and return a field: a list, or the text of a cell, which is split."""
    given = fields.pop(name, None)
    if isinstance(given, str):
        return [entry.strip() for entry in split(given) if entry.strip()]
    if not isinstance(given, list | None):
        raise ValueError(f"{name} must be a list")
    return given or []


def _check(name: str, value: str) -> None:
    check = _CHECKS.get(name)
    if check is None:
        return
    try:
        check(value)
    except InvalidInput as error:
        raise ValueError(f"{name}: {error.message}") from None
    except ValueError:
        raise ValueError(f"{name}: {value!r} is not one of {', '.join(Priority)}") from None
