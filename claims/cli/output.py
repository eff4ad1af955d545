"""Output of results: to files, written completely or not at all, and to standard output."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from errno import EACCES, EISDIR
from pathlib import Path

from claims.errors import InvalidInput


def check_writable(path: Path) -> None:
    """Raise InvalidInput if `path` cannot be written. Call this before computing the result."""
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        if _is_replaceable(path):
            with tempfile.TemporaryFile(dir=path.resolve().parent):
                pass
    except OSError as error:
        raise _unwritable(path, error) from error


def write_file(path: Path, content: Iterable[bytes]) -> None:
    """Write a file completely or not at all: under a temporary name beside it, then renamed.

    A link is followed; a device or a pipe is written to directly. Raises InvalidInput.
    """
    try:
        if _is_replaceable(path):
            _replace(path.resolve(), content)
        else:
            with path.open("wb") as device:
                device.writelines(content)
    except OSError as error:
        raise _unwritable(path, error) from error


def write_stdout(content: Iterable[bytes]) -> None:
    """Write everything to standard output. Raises InvalidInput, for example on a full disk.

    A closed pipe is no error of the input: BrokenPipeError is not caught.
    """
    try:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InvalidInput(f"standard output: cannot be written: {error.strerror}") from error


def format_json(value: object) -> bytes:
    """A value as indented JSON in UTF-8, with a line break at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def write_json(value: object) -> None:
    """Write a value to standard output as JSON. Raises InvalidInput like write_stdout."""
    write_stdout([format_json(value)])


def write_outcome(shape: object, words: str, *, as_json: bool) -> None:
    """Write a command's outcome to standard output: `shape` as JSON, else `words` as a line."""
    write_stdout([format_json(shape) if as_json else f"{words}\n".encode()])


def _is_replaceable(path: Path) -> bool:
    """Whether a file may be renamed to `path`. A rename to /dev/null would remove the device."""
    return path.is_file() or not path.exists()


def _unwritable(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"{path}: cannot be written: {error.strerror}")


def _replace(path: Path, content: Iterable[bytes]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
        Path(name).chmod(_permissions(path))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _permissions(path: Path) -> int:
    """The permissions of the replaced file, else those of any new file of this process."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
