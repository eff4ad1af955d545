"""Classifies the lines of an article: running text, heading, byline, caption or boilerplate.

Positions never change: text is only overwritten character by character.
"""

from __future__ import annotations

import re
from itertools import pairwise

from claims.english.boilerplate import BOILERPLATE, BYLINE, CAPTION, DATE_LINE, OPENS_EITHER
from claims.english.clauses import clause_verb, lead_in_end
from claims.english.tokens import tokenise
from claims.extraction.reasons import Reason
from claims.text import UPPER, fold_spaces

_TERMINAL = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_WIDEST_WRAP = 100
_NARROWEST_WRAP = 40
_LONGEST_HEADING_WORDS = 16

_AGENCY = rf"\([{UPPER}][\w /.]{{1,30}}\)"
_CAPITALS = rf"[{UPPER}][{UPPER}.'’-]+"
_PREFIX = re.compile(
    r"^(?:\s*(?:[-–—•*·▪►]|\(?\d{1,2}[.)])\s+"
    # "QUITO, Ecuador (AP) — ", "LONDON, 4 September (Reuters) - "
    rf"|{_CAPITALS}(?:[ /-]{_CAPITALS}){{0,3}}"
    rf"(?:, ?(?:[{UPPER}]|\d{{1,2}} [A-Z])[\w.]+(?: [\w.]+){{0,2}}){{0,2}}"
    rf"(?: ?{_AGENCY})?\s*(?:—|–|--| - )\s*"
    rf"|{_AGENCY}\s*(?:—|–|--| - )\s*)"
)


def unwrap_lines(text: str) -> str:
    """`text` with the breaks of hard-wrapped paragraphs overwritten by spaces, same length.

    A paragraph counts as wrapped when no line except its last had room for the next line's first
    word, as mail programs and terminals wrap lines.
    """
    lines = text.splitlines(keepends=True)
    joined: list[str] = []
    start = 0
    while start < len(lines):
        stop = start + 1
        while stop < len(lines) and lines[stop].strip() and lines[stop - 1].strip():
            stop += 1
        block = lines[start:stop]
        joined.extend(_join(block) if _is_wrapped(block) else block)
        start = stop
    return "".join(joined)


def _is_wrapped(block: list[str]) -> bool:
    width = max(len(line.rstrip()) for line in block)
    if len(block) < 2 or not _NARROWEST_WRAP <= width <= _WIDEST_WRAP:
        return False
    if not _TERMINAL.search(block[-1].rstrip()) or any(map(_find_furniture, block)):
        return False
    return all(
        len(line.rstrip()) + 1 + len(after.split(None, 1)[0]) > width and not _PREFIX.match(after)
        for line, after in pairwise(block)
    )


def _join(block: list[str]) -> list[str]:
    bare = [line.rstrip("\r\n") for line in block[:-1]]
    spaced = [
        line + " " * (len(whole) - len(line)) for line, whole in zip(bare, block, strict=False)
    ]
    return [*spaced, block[-1]]


def find_line_reason(line: str, *, title: str | None, is_alone: bool) -> Reason | None:
    """The reason why a whole line contains no claim, or None for running text.

    `is_alone` means that the text has no other line; the line is then not taken for a heading.
    """
    stripped = line.strip().strip("*_#>| ").strip()
    if not any(c.isalnum() for c in stripped):
        return Reason.BOILERPLATE
    if len(stripped) > 300:
        return None
    if title and _bare(stripped) == _bare(title):
        return Reason.HEADING
    reason = _find_furniture(stripped)
    if reason is None and not is_alone and _is_heading(line, stripped):
        return Reason.HEADING
    return reason


def _bare(line: str) -> str:
    return fold_spaces(line).casefold().rstrip(".")


def _find_furniture(line: str) -> Reason | None:
    """The reason if a line is a byline, a caption or boilerplate by its words, else None."""
    stripped = line.strip()
    for reason, pattern in (
        (Reason.BOILERPLATE, BOILERPLATE),
        (Reason.BYLINE, DATE_LINE),
        (Reason.BYLINE, BYLINE),
        (Reason.CAPTION, CAPTION),
    ):
        if pattern.match(stripped):
            return None if _is_sentence(stripped) else reason
    return None


def _is_sentence(line: str) -> bool:
    """Whether a line opens like boilerplate but is news: "Related charges were dropped in May."."""
    if not OPENS_EITHER.match(line) or not _TERMINAL.search(line):
        return False
    tokens = tokenise(line)
    return clause_verb(tokens, lead_in_end(tokens, 0, len(tokens)), len(tokens)) is not None


def _is_heading(line: str, stripped: str) -> bool:
    """Whether it is a short line without a final stop; in a list only if it has no verb."""
    if line.lstrip().startswith("#"):
        return True
    if _TERMINAL.search(stripped) or len(stripped.split()) > _LONGEST_HEADING_WORDS:
        return False
    prefix = _PREFIX.match(line)
    if prefix:
        tokens = tokenise(line.rstrip(), start=prefix.end())
        return clause_verb(tokens, lead_in_end(tokens, 0, len(tokens)), len(tokens)) is None
    return True


def prefix_length(sentence: str) -> int:
    """The length in characters of a bullet, a number or a dateline before the statement."""
    match = _PREFIX.match(sentence)
    return match.end() if match and match.end() < len(sentence) else 0
