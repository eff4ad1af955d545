"""Quotations that a passage has word by word, and whether they are cut short. Pure functions.

Words are compared without punctuation, case and kinds of quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from claims.english.negation import CONDITIONS, DENIALS
from claims.evidence.findings.quoted_words import PassageWords, split_words
from claims.types import FindingResult, Span

_ELLIPSIS = re.compile(r"…|\.\.\.|\[[^\]]*\]")
# Minimum words of a quotation that counts as a whole sentence; it also begins with a capital.
_LEAST_SENTENCE = 3
# The end of a whole sentence, or of one that continues with its speaker.
_FULL_STOP = re.compile(r"[.!?,]\W*$")
# Number of words before a quotation that are searched for a denial.
_BEFORE = 4
# Number of characters before a quotation of the claim; a word among them is not left out.
_BESIDE_CHARS = 30


class Place(NamedTuple):
    """The place of a quotation in a passage, its form there, and the rule that found it."""

    result: FindingResult
    span: Span
    rule: str


def find_verbatim(
    words: Sequence[str], passage: PassageWords, *, claim: str, inner: Span
) -> Place | None:
    """The place in the passage of these words, at least one, whole or cut short.

    The words are at `inner` in the claim. Where the quotation itself leaves words out, with "..."
    or "[...]", the passage may have any words.
    """
    at = _find_run(words, passage.words, 0)
    if at is not None:
        return _check_whole(claim, inner, passage, at, at + len(words))
    gapped = [split_words(part) for part in _ELLIPSIS.split(claim[inner.start : inner.end])]
    return _find_parts([part for part in gapped if part], passage)


def _check_whole(claim: str, inner: Span, passage: PassageWords, start: int, end: int) -> Place:
    """Verbatim, or cut, depending on the words next to the quotation in the passage."""
    span = passage.span_of(start, end)
    left_out = _find_taken_back(passage, start, end)
    beside = split_words(claim, Span(max(0, inner.start - _BESIDE_CHARS), len(claim)))
    if left_out and left_out not in beside:
        return Place(FindingResult.CUT, span, f"leaves out “{left_out}”")
    is_whole = claim[inner.start].isupper() and _FULL_STOP.search(
        claim[inner.start : inner.end + 2]
    )
    if is_whole and (goes_on := _find_next(passage, start, end)):
        return Place(FindingResult.CUT, span, f"the sentence goes on: “{goes_on} …”")
    return Place(FindingResult.VERBATIM, span, "word by word")


def _find_taken_back(passage: PassageWords, start: int, end: int) -> str:
    """The word next to the quoted words that changes their meaning; "" if there is none."""
    if (
        end < len(passage.words)
        and passage.words[end] in CONDITIONS
        and passage.is_one_voice(start, end + 1)
    ):
        return passage.words[end]
    for at in range(max(0, start - _BEFORE), start):
        if passage.words[at] in DENIALS and passage.is_one_voice(at, start + 1):
            return passage.words[at]
    return ""


def _find_next(passage: PassageWords, start: int, end: int) -> str:
    """The word that follows, without a punctuation mark, the words that the claim quotes as a whole
    sentence; "" if there is none."""
    if (
        end - start < _LEAST_SENTENCE
        or end >= len(passage.words)
        or not passage.is_one_voice(start, end + 1)
    ):
        return ""
    return passage.words[end] if passage.spans[end].start - passage.spans[end - 1].end == 1 else ""


def _find_parts(parts: Sequence[Sequence[str]], passage: PassageWords) -> Place | None:
    """The place of a quotation's parts in their order, with any words between them."""
    places: list[int] = []
    left_out: list[str] = []
    end = 0
    for part in parts:
        at = _find_run(part, passage.words, end)
        if at is None:
            return None
        if places:
            left_out += passage.words[end:at]
        places.append(at)
        end = at + len(part)
    if not places:
        return None
    span = passage.span_of(places[0], end)
    is_one = passage.is_one_sentence(places[0], end)
    if not is_one or not (DENIALS | CONDITIONS).isdisjoint(left_out):
        return Place(FindingResult.CUT, span, "words left out between its parts")
    return Place(FindingResult.VERBATIM, span, "word by word, with the gaps it marks")


def _find_run(words: Sequence[str], within: Sequence[str], start: int) -> int | None:
    size = len(words)
    first = words[0]
    for at in range(start, len(within) - size + 1):
        if within[at] == first and list(within[at : at + size]) == list(words):
            return at
    return None
