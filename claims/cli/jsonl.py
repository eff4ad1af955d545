"""Reads and writes JSON Lines, for the commands that add a key to every line of a file."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from claims.cli.output import write_file, write_stdout
from claims.errors import InvalidInput

_GZIP_MAGIC = b"\x1f\x8b"
_TYPE_NAMES = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}


def read_lines(path: Path, *, required: Mapping[str, type]) -> list[dict[str, object]]:
    """The objects of a JSON Lines file (UTF-8, gzipped or not), in order; blank lines are skipped.

    Every object has each key of `required` with a value of that type. Raises InvalidInput for a
    file that cannot be read and for an invalid line, with its number (from 1).
    """
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP_MAGIC):
            content = gzip.decompress(content)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidInput(f"{path}: cannot be read: {reason}") from error
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [
        _read_line(line, path=path, number=number, required=required)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _read_line(
    line: bytes, *, path: Path, number: int, required: Mapping[str, type]
) -> dict[str, object]:
    def refuse(reason: str) -> NoReturn:
        raise InvalidInput(f"{path}, line {number}: {reason}")

    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        refuse("not UTF-8")
    except (ValueError, RecursionError) as error:
        refuse(f"not JSON: {getattr(error, 'msg', error)}")
    if not isinstance(value, dict):
        refuse("not a JSON object")
    for key, kind in required.items():
        if key not in value:
            refuse(f'the key "{key}" is missing')
        if not isinstance(value[key], kind) or isinstance(value[key], bool) is not (kind is bool):
            refuse(f'"{key}" is not {_TYPE_NAMES.get(kind, kind.__name__)}')
        if isinstance(value[key], str) and any("\ud800" <= c <= "\udfff" for c in value[key]):
            refuse(f'"{key}" holds half of a surrogate pair')
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def write_lines(lines: Sequence[Mapping[str, object]], out: Path | None) -> None:
    """Write one object a line as UTF-8 to `out`, or to standard output without one.

    A file is written completely or not at all. Raises InvalidInput when it cannot be written.
    """
    encoded = (_encode(line) for line in lines)
    if out is None:
        write_stdout(encoded)
    else:
        write_file(out, encoded)


def _encode(line: Mapping[str, object]) -> bytes:
    # UTF-8 has no form for a lone surrogate; its backslash form is its escape in JSON.
    text = json.dumps(line, ensure_ascii=False) + "\n"
    return text.encode("utf-8", errors="backslashreplace")
