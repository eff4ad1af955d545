"""Locators of documents on their shelf: LABEL/FOLDER/FILE, then :RECORD, then :.PART.

A locator has only characters that an address may contain. All other bytes of a file's name are
percent-encoded, so that the name can be decoded again. Pure functions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container
from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes

# Maximum characters of a file's locator. An address may have 2,048 characters; the rest is for
# shelf, record and part.
_LONGEST = 1_500
_SAFE_IN_URL = "/~!$&'()*+,;=@-"
WEB_LABEL = "web"


def encode_path(path: str | os.PathLike[str]) -> str:
    """The bytes of a path as characters of an address; "" stays ""."""
    return quote(os.fsencode(path), safe="/~")


def decode_path(encoded: str) -> str:
    """The path, in the form that the operating system uses."""
    return os.fsdecode(unquote_to_bytes(encoded))


def show_path(encoded: str) -> str:
    """The path in readable form; bytes that are not UTF-8 are written as \\xff."""
    return unquote_to_bytes(encoded).decode("utf-8", errors="backslashreplace")


def label_path(path: str, *, taken: Container[str]) -> str:
    """A label for an added file or folder: its name, with a number where that is taken."""
    return _first_free(encode_path(os.path.basename(path)) or "root", taken)  # noqa: PTH119


def label_url(url: str, *, taken: Container[str]) -> str:
    """A label for an added web address: "web/" and the address without its scheme."""
    return _first_free(f"{WEB_LABEL}/{quote(url.partition('://')[2], safe=_SAFE_IN_URL)}", taken)


def _first_free(label: str, taken: Container[str]) -> str:
    label = _shorten(label)
    number, free = 1, label
    while free in taken or free == WEB_LABEL:
        number += 1
        free = f"{label}-{number}"
    return free


def locate_file(label: str, name: str) -> str:
    """The locator of a file; `name` is its encoded path below the folder that was added."""
    return _shorten(f"{label}/{name}" if name else label)


def _shorten(locator: str) -> str:
    if len(locator) <= _LONGEST:
        return locator
    digest = sha256(locator.encode()).hexdigest()[:24]
    # The cut may have removed one of the two digits after a percent sign near the end.
    return f"{re.sub('%.?$', '', locator[: _LONGEST - 25])}~{digest}"


def locate_record(file: str, number: int | None) -> str:
    """The locator of a whole document: the file itself, or its record `number`, from 1."""
    return file if number is None else f"{file}:{number}"


def locate_part(whole: str, part: int) -> str:
    """The locator of a part, from 1, of a document that was divided because of its length."""
    return whole if part == 1 else f"{whole}:.{part}"
