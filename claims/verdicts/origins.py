"""Pages that repeat one report are one origin, and one origin has one voice. Pure functions.

How the bars were found, and how well they tell: `python -m evaluation.origins`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claims.text import shingles, words
from claims.types import OriginTie, Page, PageReference, SharedOrigin

# Of the five-word runs of the shorter text, the share that stands in the longer one too: a report
# with another headline, cut, or with a paragraph of one's own. Reports by two reporters who
# were at one place, or that share a paragraph of background, stay below it.
SAME_TEXT = 0.55
# A report told over again keeps its words and its figures, but few of its runs.
_REWRITTEN_WORDS = 0.68
_REWRITTEN_RUNS = 0.12
_REWRITTEN_FIGURES = 0.8
# Of texts shorter than this, or of such unlike length, many words are shared by chance.
_LEAST_WORDS = 60
_LEAST_RATIO = 0.4
# Reports are short; of longer texts the beginning is compared, so that fifty of them cost little.
_COMPARED_CHARACTERS = 40_000


@dataclass(frozen=True, slots=True)
class Origins:
    """A reference for each page, in order, and the origins that have more than one page."""

    references: tuple[PageReference, ...]
    shared: tuple[SharedOrigin, ...] = ()


@dataclass(frozen=True, slots=True)
class _Text:
    """What of a text is compared."""

    runs: frozenset[tuple[str, ...]]
    short_runs: frozenset[tuple[str, ...]]
    words: frozenset[str]
    figures: frozenset[str]
    length: int


def name_origins(pages: Sequence[Page]) -> Origins:
    """Origins "o1", "o2", ... by first appearance.

    The relation is closed: a chain of near-copies is one origin. Why it is one is said of the
    first tie that was found.
    """
    texts = [_read(page.text) for page in pages]
    group = list(range(len(pages)))
    ties: dict[int, OriginTie] = {}
    for later in range(len(pages)):
        for earlier in range(later):
            if group[earlier] == group[later]:
                continue
            tie = _find_tie(pages[earlier], pages[later], texts[earlier], texts[later])
            if tie:
                joined, kept = max(group[earlier], group[later]), min(group[earlier], group[later])
                group = [kept if number == joined else number for number in group]
                ties.setdefault(kept, ties.pop(joined, tie))
    names = {number: f"o{place + 1}" for place, number in enumerate(dict.fromkeys(group))}
    references = tuple(
        refer_to(page, origin=names[number]) for page, number in zip(pages, group, strict=True)
    )
    shared = tuple(
        SharedOrigin(
            origin=names[number],
            why=ties[number],
            urls=tuple(page.url for page, one in zip(pages, group, strict=True) if one == number),
        )
        for number in names
        if number in ties
    )
    return Origins(references, shared)


def refer_to(page: Page, *, origin: str) -> PageReference:
    """The page as a verdict cites it."""
    return PageReference(
        url=page.url,
        title=page.title,
        publisher=page.publisher,
        published_at=page.published_at,
        modified_at=page.modified_at,
        fetched_at=page.fetched_at,
        sha256=page.sha256,
        origin=origin,
    )


def _read(text: str) -> _Text:
    text = text[:_COMPARED_CHARACTERS]
    tokens = words(text)
    return _Text(
        runs=shingles(text),
        short_runs=shingles(text, 3),
        words=frozenset(tokens),
        figures=frozenset(token for token in tokens if any(map(str.isdigit, token))),
        length=len(tokens),
    )


def _find_tie(one: Page, other: Page, a: _Text, b: _Text) -> OriginTie | None:
    if one.canonical_url == other.canonical_url:
        return OriginTie.SAME_ADDRESS
    if _held(a.runs, b.runs) >= SAME_TEXT:
        return OriginTie.SAME_TEXT
    return OriginTie.REWRITTEN if _is_rewritten(a, b) else None


def _is_rewritten(a: _Text, b: _Text) -> bool:
    shorter, longer = sorted((a.length, b.length))
    return (
        shorter >= _LEAST_WORDS
        and shorter >= _LEAST_RATIO * longer
        and _held(a.words, b.words) >= _REWRITTEN_WORDS
        and _held(a.short_runs, b.short_runs) >= _REWRITTEN_RUNS
        and (_held(a.figures, b.figures) >= _REWRITTEN_FIGURES or not (a.figures or b.figures))
    )


def _held(a: frozenset[object], b: frozenset[object]) -> float:
    """Of the smaller set, the share that is in the other; 0 when it is empty."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0
