"""Plain text as people keep it: lines are cleaned, and wrapped lines are joined again.

Elsewhere a line break ends a sentence (claims.text), so a letter wrapped at 72 columns would have
no whole sentence. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import quantiles

from claims.text import clean_text, fold_spaces

# Length range, in characters, of the full lines of wrapped text; verses and lists have shorter
# lines, paragraphs longer ones.
_NARROWEST, _WIDEST = 50, 100
# A line shorter than this share of a full line ends its paragraph.
_SHORT = 0.75
_LIST_ITEM = re.compile(r"(?:[•‣▪–*-]|\(?(?:\d{1,2}|[a-z])[.)]) ")


def tidy(text: str) -> str:
    """One line per paragraph, runs of white space as one space, no control characters or empty
    lines."""
    lines = [fold_spaces(line) for line in clean_text(text).splitlines()]
    lengths = [len(line) for line in lines if line]
    full = quantiles(lengths, n=10)[-1] if len(lengths) > 1 else 0.0
    joined = _join(lines, full) if _NARROWEST <= full <= _WIDEST else lines
    return "\n".join(line for line in joined if line)


def _join(lines: list[str], full: float) -> Iterator[str]:
    paragraph, last = "", ""
    for line in lines:
        goes_on = paragraph and line and len(last) >= _SHORT * full and not _LIST_ITEM.match(line)
        if goes_on:
            paragraph = f"{paragraph} {line}"
        else:
            yield paragraph
            paragraph = line
        last = line
    yield paragraph
