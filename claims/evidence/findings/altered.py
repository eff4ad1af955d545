"""Quotations that a passage has with words inserted, left out or replaced. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from heapq import nlargest

from claims.english.negation import CONDITIONS, DENIALS
from claims.evidence.findings.quoted_words import PassageWords
from claims.evidence.findings.verbatim import Place
from claims.types import FindingResult

# Minimum words of a quotation; a shorter one is a scare quote or a name.
_LEAST_WORDS = 4
# Minimum similarity of an altered quotation and its original, by words (difflib's ratio), and
# minimum share of the quotation's words that the original has.
_ALIKE = 0.66
_SHARED = 0.6
# Minimum words left out for a quotation to count as cut instead of altered.
_LONG_CUT = 3
_MOST_WINDOWS = 60
# Lengths of the stretches that are compared, in words more than the quotation has.
_SIZES = (-2, 0, 2, 4)

# A difference as (kind, start, end, start, end): places in the passage's words, then in the quoted
# words.
Step = tuple[str, int, int, int, int]


def find_altered(words: Sequence[str], passage: PassageWords) -> Place | None:
    """The place of the passage that is most similar to the quoted words, if similar enough."""
    if len(words) < _LEAST_WORDS:
        return None
    window = _nearest_window(words, passage.words)
    if window is None:
        return None
    first, last = window
    steps = SequenceMatcher(None, passage.words[first:last], words, autojunk=False).get_opcodes()
    steps = [(kind, first + a, first + b, c, d) for kind, a, b, c, d in steps]
    # Words before and after the match are not part of it.
    if steps[0][0] == "delete":
        steps = steps[1:]
    if steps[-1][0] == "delete":
        steps = steps[:-1]
    left_out = [word for kind, a, b, *_ in steps if kind == "delete" for word in passage.words[a:b]]
    is_only_left = all(kind in {"equal", "delete"} for kind, *_ in steps)
    weighs = len(left_out) >= _LONG_CUT or not (DENIALS | CONDITIONS).isdisjoint(left_out)
    result = FindingResult.CUT if is_only_left and weighs else FindingResult.ALTERED
    return Place(
        result, passage.span_of(steps[0][1], steps[-1][2]), _describe(passage, words, steps)
    )


def _nearest_window(words: Sequence[str], within: Sequence[str]) -> tuple[int, int] | None:
    best, most_alike = None, 0.0
    for _, start, end in nlargest(_MOST_WINDOWS, _windows(words, within)):
        ratio = SequenceMatcher(None, within[start:end], words, autojunk=False).ratio()
        if ratio > most_alike:
            best, most_alike = (start, end), ratio
    return best if most_alike >= _ALIKE else None


def _windows(words: Sequence[str], within: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """(shared words, start, end) of stretches that contain enough of the quotation's words."""
    wanted = Counter(words)
    least = _SHARED * len(words)
    for size in {min(len(words) + more, len(within)) for more in _SIZES}:
        held: Counter[str] = Counter(within[:size])
        shared = sum(min(count, held[word]) for word, count in wanted.items())
        for start in range(len(within) - size + 1):
            if start:
                gone, new = within[start - 1], within[start + size - 1]
                shared -= gone in wanted and held[gone] <= wanted[gone]
                held[gone] -= 1
                held[new] += 1
                shared += new in wanted and held[new] <= wanted[new]
            if shared >= least:
                yield shared, start, start + size


def _describe(passage: PassageWords, words: Sequence[str], steps: Sequence[Step]) -> str:
    """The differences by words: "reduce" for "increase", "not" left out."""
    parts = []
    for kind, a, b, c, d in steps:
        was, now = " ".join(passage.words[a:b]), " ".join(words[c:d])
        if kind == "replace":
            parts.append(f"“{now}” for “{was}”")
        elif kind == "delete":
            parts.append(f"“{was}” left out")
        elif kind == "insert":
            parts.append(f"“{now}” put in")
    return ", ".join(parts)
