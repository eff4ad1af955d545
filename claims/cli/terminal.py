"""Text of strangers on standard output: nothing in it commands the terminal, and none is lost."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from claims.cli.output import write_stdout
from claims.report.unseen import reveal_line
from claims.text import fold_spaces


def plain(text: str) -> str:
    """One line that shows what is there: neither escape sequences nor text that runs backwards."""
    return reveal_line(fold_spaces(text))


def stdout_encoding() -> str:
    """What standard output can show: the encoding it was opened with."""
    return sys.stdout.encoding or "utf-8"


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; a character that it cannot show appears as its escape.

    Raises InvalidInput like write_stdout.
    """
    encoding = stdout_encoding()
    write_stdout([f"{line}\n".encode(encoding, "backslashreplace") for line in lines])
