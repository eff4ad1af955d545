"""Find the words that a model copied in the text that it copied them from. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from claims.reader.visible import HIDDEN
from claims.types import Span

# Characters that models exchange for others when they copy: all of a class are one.
_CLASSES = {
    "'": "'\"`´‘’‚‛“”„‟‹›«»′″＇＂",
    "-": "-‐‑‒–—―−⁃﹘﹣－",
}
_CLASS_OF = {ord(letter): name for name, letters in _CLASSES.items() for letter in letters}
# A run of these counts as one: "--" for a dash, two apostrophes for a quotation mark.
_ONCE = frozenset(" '-")
# Spaces after these do not count: a question has one there (visible.py, break_tokens).
_OPENING = frozenset("<[")
# Punctuation at the ends of a quotation that the text need not have.
_END_MARKS = " '.,;:!?…"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Compared:
    """A text as it is compared, and for each of its characters the position in the text."""

    text: str
    positions: tuple[int, ...]


def compare_form(text: str) -> Compared:
    """The text without differences that arise from copying.

    Case, width, ligatures, the kind of white space, quotation marks and dashes, hidden characters,
    and spaces after "<" and "[" do not count. Letters, digits and all other punctuation do.
    """
    output: list[str] = []
    positions: list[int] = []
    for position, letter in enumerate(text):
        for piece in _fold(letter):
            last = output[-1] if output else ""
            if (piece in _ONCE and last == piece) or (piece == " " and last in _OPENING):
                continue
            output.append(piece)
            positions.append(position)
    return Compared("".join(output), tuple(positions))


def find_copied(quote: str, compared: Compared) -> Span | None:
    """The first place in the text that `quote` copies, in whole words; None if there is none.

    Punctuation at the ends of the quotation does not count.
    """
    wanted = compare_form(quote).text.strip(_END_MARKS)
    start = compared.text.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        if not _joins(compared.text, start) and not _joins(compared.text, end):
            return Span(compared.positions[start], compared.positions[end - 1] + 1)
        start = compared.text.find(wanted, start + 1)
    return None


def count_words(quote: str) -> int:
    """The number of words and figures of a quotation."""
    return len(_WORD.findall(compare_form(quote).text))


def _fold(letter: str) -> str:
    if letter in _ONCE or "a" <= letter <= "z":
        return letter
    if letter.isspace():
        return " "
    if HIDDEN.match(letter):
        return ""
    known = _CLASS_OF.get(ord(letter))
    if known:
        return known
    folded = unicodedata.normalize("NFKD", letter).casefold()
    return "".join(" " if piece.isspace() else piece for piece in folded)


def _joins(text: str, place: int) -> bool:
    """Whether this place of the text is inside a word; accents belong to the letter before."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    return bool(_WORD.match(before)) and (bool(_WORD.match(after)) or _is_accent(after))


def _is_accent(letter: str) -> bool:
    return unicodedata.combining(letter) != 0
