"""Pages that repeat one report are one origin, and an origin has one vote. Pure functions.

How the thresholds were found, and how accurate they are: `python -m evaluation.origins`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from claims.english.boilerplate import find_marks
from claims.registry import NO_SOURCES, RegisteredSource, Registry
from claims.text import shingles, words
from claims.types import OriginTie, Page, PageReference, SharedOrigin

# Minimum share of the shorter text's five-word runs that the longer text also has, for the two to
# be one text: the same report with another headline, shortened, or with an added paragraph. Reports
# by two reporters who were at one place, or that share a paragraph of background, stay below it.
SAME_TEXT = 0.55
# Minimum shares of words, three-word runs and figures for a rewritten report: it keeps the words
# and the figures of its original, but few of its runs.
_REWRITTEN_WORDS = 0.68
_REWRITTEN_RUNS = 0.12
_REWRITTEN_FIGURES = 0.8
# Minimum share of five-word runs for two texts to be one report if they carry the mark of one wire,
# or one names the other as its original: low enough for a local story built around the report.
# Other stories by the same wire share a paragraph of background (at most 0.15 in
# evaluation/cases/origins).
_SAME_WIRE = 0.22
# Minimum length in words, and minimum length of the shorter text as a share of the longer: below
# them, texts share many words by chance.
_LEAST_WORDS = 60
_LEAST_RATIO = 0.4
# A copy of a brief report, from _LEAST_BRIEF to _LEAST_WORDS words, shares at least _SAME_BRIEF of
# its five-word runs, in both directions.
_LEAST_BRIEF = 20
_SAME_BRIEF = 0.75
# Characters compared of each text, from its beginning: reports are short, and the limit keeps the
# comparison of fifty longer texts cheap.
_COMPARED_CHARACTERS = 40_000


@dataclass(frozen=True, slots=True)
class Origins:
    """A reference for each page, in order, and the origins that have more than one page."""

    references: tuple[PageReference, ...]
    shared: tuple[SharedOrigin, ...] = ()


@dataclass(frozen=True, slots=True)
class _Text:
    """The parts of a text that are compared."""

    runs: frozenset[tuple[str, ...]]
    short_runs: frozenset[tuple[str, ...]]
    words: frozenset[str]
    figures: frozenset[str]
    length: int
    marks: frozenset[str] = frozenset()


def name_origins(pages: Sequence[Page], registry: Registry = NO_SOURCES) -> Origins:
    """Origins "o1", "o2", ... by first appearance.

    The relation is transitive: a chain of near-copies is one origin. The reason given for it is the
    first tie that was found. For pages of one family, the pages that carry one report are also
    listed as a group of their own, since only they say the same.
    """
    sources = [registry.find(page.canonical_url, page.url) for page in pages]
    texts = [replace(_tokenise(page.text), marks=_find_marks(page)) for page in pages]
    reports = _Groups(list(range(len(pages))), {})
    for earlier, later in _list_pairs(len(pages)):
        if not reports.are_one(earlier, later):
            tie = _find_tie(pages[earlier], pages[later], texts[earlier], texts[later])
            if tie:
                reports.join(earlier, later, tie)
    origins = _Groups(list(reports.numbers), dict(reports.ties))
    for earlier, later in _list_pairs(len(pages)):
        is_one = origins.are_one(earlier, later)
        if not is_one and _is_one_family(sources[earlier], sources[later]):
            origins.join(earlier, later, OriginTie.SAME_FAMILY)
    names = {number: f"o{place + 1}" for place, number in enumerate(dict.fromkeys(origins.numbers))}
    references = tuple(
        refer_to(page, origin=names[number], source=source)
        for page, number, source in zip(pages, origins.numbers, sources, strict=True)
    )
    shared = [
        SharedOrigin(
            origin=names[origins.numbers[number]],
            why=groups.ties[number],
            urls=tuple(pages[place].url for place in groups.list_places(number)),
        )
        for groups in (origins, reports)
        for number in sorted(groups.ties)
    ]
    return Origins(references, tuple(dict.fromkeys(shared)))


@dataclass(slots=True)
class _Groups:
    """Groups of pages: for each page the index of its group's first page; for groups, their tie."""

    numbers: list[int]
    ties: dict[int, OriginTie]

    def are_one(self, one: int, other: int) -> bool:
        return self.numbers[one] == self.numbers[other]

    def join(self, one: int, other: int, tie: OriginTie) -> None:
        """Merge two groups; the tie SAME_FAMILY replaces any other tie."""
        kept, joined = sorted((self.numbers[one], self.numbers[other]))
        self.numbers = [kept if number == joined else number for number in self.numbers]
        before = self.ties.pop(joined, tie)
        self.ties[kept] = tie if tie is OriginTie.SAME_FAMILY else self.ties.get(kept, before)

    def list_places(self, number: int) -> list[int]:
        return [place for place, one in enumerate(self.numbers) if one == number]


def _list_pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((earlier, later) for later in range(count) for earlier in range(later))


def is_copy(text: str, of: str) -> bool:
    """Whether `text` is nearly the text `of`, a part of it, or `of` with little added.

    One shared sentence proves nothing: short texts must share most of their runs, in both
    directions.
    """
    one, other = _tokenise(text), _tokenise_again(of)
    shared = len(one.runs & other.runs)
    share_of_text = shared / max(1, len(one.runs))
    share_of_other = shared / max(1, len(other.runs))
    shorter = min(one.length, other.length)
    if shorter < _LEAST_WORDS:
        return shorter >= _LEAST_BRIEF and min(share_of_text, share_of_other) >= _SAME_BRIEF
    return share_of_text >= SAME_TEXT or (
        share_of_other >= SAME_TEXT and other.length >= _LEAST_RATIO * one.length
    )


def refer_to(page: Page, *, origin: str, source: RegisteredSource | None = None) -> PageReference:
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
        source=source.name if source else None,
        credibility=source.credibility if source else None,
        archived=page.archived,
    )


def _tokenise(text: str) -> _Text:
    tokens = words(text[:_COMPARED_CHARACTERS])
    return _Text(
        runs=shingles(tokens),
        short_runs=shingles(tokens, 3),
        words=frozenset(tokens),
        figures=frozenset(token for token in tokens if any(map(str.isdigit, token))),
        length=len(tokens),
    )


@lru_cache(maxsize=1)
def _tokenise_again(text: str) -> _Text:
    """Cached, for a text that many are compared with: the article of many claims."""
    return _tokenise(text)


def _find_tie(one: Page, other: Page, a: _Text, b: _Text) -> OriginTie | None:
    if one.canonical_url == other.canonical_url:
        return OriginTie.SAME_ADDRESS
    if _is_same_text(a, b):
        return OriginTie.SAME_TEXT
    if _is_of_one_wire(a, b):
        return OriginTie.SAME_WIRE
    return OriginTie.REWRITTEN if _is_rewritten(a, b) else None


def _is_same_text(a: _Text, b: _Text) -> bool:
    """Whether one contains the other. Quoting the same post does not make two reports one text."""
    shorter, longer = sorted((a.length, b.length))
    is_report = shorter >= _LEAST_WORDS or shorter >= _LEAST_RATIO * longer
    return is_report and _held(a.runs, b.runs) >= SAME_TEXT


def _is_one_family(one: RegisteredSource | None, other: RegisteredSource | None) -> bool:
    return one is not None and other is not None and one.family == other.family is not None


def _find_marks(page: Page) -> frozenset[str]:
    """The page's wire marks, its own address, and the address that it names as its original."""
    original = {page.original_url} if page.original_url else set()
    return find_marks(page.text, credited=page.credits) | {page.canonical_url} | original


def _is_of_one_wire(a: _Text, b: _Text) -> bool:
    return (
        not a.marks.isdisjoint(b.marks)
        and min(a.length, b.length) >= _LEAST_WORDS
        and _held(a.runs, b.runs) >= _SAME_WIRE
    )


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
    """The share of the smaller set that is in the other set; 0 when the smaller set is empty."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0
