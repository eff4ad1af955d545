"""Rows of CSV from which no spreadsheet runs a formula. Pure functions.

A spreadsheet runs a cell that begins like a formula. If it expects semicolons or tabs between
cells, as in many countries, it splits a cell of this file into several, and takes a quoted line
break for the start of a row.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable

# Characters after which a spreadsheet may begin a cell: line breaks, separators except the comma.
_SEPARATORS = re.compile("([;\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029])")
_FORMULA = frozenset("=+-@")
# Unicode categories that a spreadsheet may skip: controls, formats, spaces, combining marks.
_SKIPPED = frozenset({"Cc", "Cf", "Mn", "Me", "Zl", "Zp", "Zs"})
# Letters without a shape (Hangul fillers, the blank Braille pattern), and quotation marks.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\"'")


def write_row(cells: Iterable[object]) -> bytes:
    """One line of CSV in UTF-8. Texts are passed through `disarm`, other values are unchanged."""
    line = io.StringIO()
    disarmed = (disarm(cell) if isinstance(cell, str) else cell for cell in cells)
    csv.writer(line, lineterminator="\n").writerow(disarmed)
    return line.getvalue().encode()


def disarm(text: str) -> str:
    """The text with an apostrophe before each part that a spreadsheet may run as a formula."""
    first, *rest = _SEPARATORS.split(text)
    parts = [_disarm_part(first, is_armed=not first and bool(rest) and rest[0] in "\t\r")]
    for separator, part in zip(rest[::2], rest[1::2], strict=True):
        parts += separator, _disarm_part(part)
    return "".join(parts)


def _disarm_part(part: str, *, is_armed: bool = False) -> str:
    return f"'{part}" if is_armed or _begins_formula(part) else part


def _begins_formula(part: str) -> bool:
    """Whether the first visible character begins a formula, in its usual or in full width."""
    for character in part:
        if unicodedata.normalize("NFKC", character) in _FORMULA:
            return True
        if character not in _FILLERS and unicodedata.category(character) not in _SKIPPED:
            return False
    return False
