"""Finds quotations by their marks: text in another voice than the article's own.

Marks are read paragraph by paragraph; nested marks and marks without a partner are accepted.
reported_content.py finds speech without marks ("Rubio stated, Now they're ...") by its verb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from claims.types import Span

_DOUBLE = {"“": "”", "„": "“”", "«": "»", '"': '"', "»": "«"}
_SINGLE = {"‘": "’", "'": "'", "‚": "‘’"}
_MARK = re.compile("[“”„«»\"‘’'‚]")
# Maximum characters, and marks, between a single mark and its partner; a mark without a partner is
# an apostrophe.
_LONGEST_SINGLE = 400
_MOST_MARKS_INSIDE = 12
# Maximum marks between two double marks: nobody nests deeper, and the search stays linear.
_MOST_DOUBLES_INSIDE = 40
MASK = "_"


class Quotation(NamedTuple):
    """One outermost quotation: `span` with its marks, `inner` without, both of the paragraph.

    `is_open` means that its closing mark is missing: the quotation runs to the paragraph's end.
    """

    span: Span
    inner: Span
    is_open: bool = False


def find_quotations(paragraph: str, *, continues: bool = False) -> tuple[Quotation, ...]:
    """The outermost quotations of a paragraph, in order and without overlap.

    `continues` means that the last paragraph left a quotation open: text before a first closing
    mark then belongs to it. Otherwise a closing mark without an opening one is ignored.
    """
    found: list[Quotation] = []
    marks = list(_MARK.finditer(paragraph))
    if continues and marks and not _opens(paragraph, marks[0].start()):
        first = marks.pop(0)
        found.append(Quotation(Span(0, first.end()), Span(0, first.start())))
    at = 0
    while at < len(marks):
        start = marks[at].start()
        partner = _find_partner(paragraph, marks, at) if _opens(paragraph, start) else None
        if partner is not None:
            end = marks[partner].start()
            found.append(Quotation(Span(start, end + 1), Span(start + 1, end)))
            at = partner + 1
        elif marks[at].group() in _DOUBLE and _opens(paragraph, start):
            stop = len(paragraph.rstrip())
            found.append(Quotation(Span(start, stop), Span(start + 1, stop), is_open=True))
            break
        else:
            at += 1
    return tuple(quotation for quotation in found if quotation.inner.end > quotation.inner.start)


def _find_partner(paragraph: str, marks: list[re.Match[str]], at: int) -> int | None:
    """Index of the mark that closes the quotation opened by marks[at]."""
    mark, start = marks[at].group(), marks[at].start()
    closing = _DOUBLE.get(mark) or _SINGLE[mark]
    is_single = mark in _SINGLE
    depth = 0
    limit = at + (_MOST_MARKS_INSIDE if is_single else _MOST_DOUBLES_INSIDE)
    for other in range(at + 1, min(limit, len(marks))):
        place = marks[other].start()
        if is_single and place - start > _LONGEST_SINGLE:
            return None
        if marks[other].group() == mark != closing and _opens(paragraph, place):
            depth += 1
        elif marks[other].group() in closing and _closes(paragraph, place):
            if not depth:
                return other
            depth -= 1
    return None


def _opens(paragraph: str, at: int) -> bool:
    """Whether the mark can open a quotation: a word follows, and none directly precedes it."""
    before = paragraph[at - 1] if at else " "
    after = paragraph[at + 1] if at + 1 < len(paragraph) else " "
    if paragraph[at] == "”":
        return False
    if paragraph[at] == "«":
        return True
    if paragraph[at] == "’" or (paragraph[at] == "»" and not before.isspace()):
        return False
    return not after.isspace() and not before.isalnum() and before not in ".,!?%"


def _closes(paragraph: str, at: int) -> bool:
    """Whether the mark can close a quotation: text precedes it, and no word directly follows."""
    before = paragraph[at - 1] if at else " "
    after = paragraph[at + 1] if at + 1 < len(paragraph) else " "
    return (not before.isspace() or paragraph[at] in "”»") and not after.isalnum()


def mask_quotations(
    text: str, quotations: Sequence[Quotation], *, offset: int = 0, mask: str = MASK
) -> str:
    """`text` with every quotation overwritten by `mask`: only the article's own voice remains.

    `offset` is where `text` begins in the paragraph that the spans refer to; they are in order and
    do not overlap. `mask` is one character, so length and all positions do not change.
    """
    parts = []
    end = 0
    for quotation in quotations:
        start = max(0, quotation.span.start - offset)
        stop = min(len(text), quotation.span.end - offset)
        if start < stop:
            parts += [text[end:start], mask * (stop - start)]
            end = stop
    return "".join([*parts, text[end:]])
