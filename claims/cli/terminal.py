"""Untrusted text on standard output: control characters are made visible, no text is lost."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from claims.cli.output import write_stdout
from claims.report.unseen import reveal_line
from claims.text import fold_spaces


def plain(text: str) -> str:
    """The text in one line, with control characters and direction marks made visible."""
    return reveal_line(fold_spaces(text))


def stdout_encoding() -> str:
    """The encoding with which standard output was opened."""
    return sys.stdout.encoding or "utf-8"


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output; a character that its encoding lacks is written as an escape.

    Raises InvalidInput like write_stdout.
    """
    encoding = stdout_encoding()
    write_stdout([f"{line}\n".encode(encoding, "backslashreplace") for line in lines])
