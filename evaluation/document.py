"""Writes the tables that commands print into the documents that show them."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
REFERENCE = DOCS / "reference"


def put_between_marks(table: str, command: str, document: Path) -> None:
    """Replace the text between `<!-- command: begin -->` and `<!-- command: end -->`.

    Raises ValueError when one of the two comments is missing.
    """
    text = document.read_text(encoding="utf-8")
    begin, end = f"<!-- {command}: begin -->", f"<!-- {command}: end -->"
    if not (begin in text and end in text):
        raise ValueError(f"{document.name} has no marks {begin} {end}")
    pattern = f"{re.escape(begin)}.*{re.escape(end)}"
    body = f"{begin}\n{table}\n{end}"
    document.write_text(re.sub(pattern, lambda _: body, text, flags=re.DOTALL), encoding="utf-8")
