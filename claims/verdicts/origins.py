"""Pages that repeat one report are one origin, and one origin has one voice. Pure functions.

How the bars were found, and how well they tell: `python -m evaluation.origins`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from claims.registry import NO_SOURCES, RegisteredSource, Registry
from claims.text import shingles, words
from claims.types import OriginTie, Page, PageReference, SharedOrigin
from claims.verdicts.wires import find_marks

# Of the five-word runs of the shorter text, the share that stands in the longer one too: a report
# with another headline, cut, or with a paragraph of one's own. Reports by two reporters who
# were at one place, or that share a paragraph of background, stay below it.
SAME_TEXT = 0.55
# A report told over again keeps its words and its figures, but few of its runs.
_REWRITTEN_WORDS = 0.68
_REWRITTEN_RUNS = 0.12
_REWRITTEN_FIGURES = 0.8
# Of two texts that carry one wire's mark, or one of which names the other as its original, the
# share of runs from which on they are one report: a local story built around it. Another story by
# the same wire shares a paragraph of background (at most 0.15 in evaluation/cases/origins).
_SAME_WIRE = 0.22
# Of texts shorter than this, or of such unlike length, many words are shared by chance.
_LEAST_WORDS = 60
_LEAST_RATIO = 0.4
# A copy of a brief report, of twenty words to sixty, shares most of them both ways.
_LEAST_BRIEF = 20
_SAME_BRIEF = 0.75
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
    marks: frozenset[str] = frozenset()


def name_origins(pages: Sequence[Page], registry: Registry = NO_SOURCES) -> Origins:
    """Origins "o1", "o2", ... by first appearance.

    The relation is closed: a chain of near-copies is one origin. Why it is one is said of the
    first tie that was found; of the pages of one family, those that carry one report are listed by
    themselves as well, since only they say the same.
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
    """Pages that are one: for each the place of the first of its group, and why those are one."""

    numbers: list[int]
    ties: dict[int, OriginTie]

    def are_one(self, one: int, other: int) -> bool:
        return self.numbers[one] == self.numbers[other]

    def join(self, one: int, other: int, tie: OriginTie) -> None:
        """Make two groups one; that they are one family says why, whatever else does."""
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

    A sentence that two texts share says nothing: of short ones most must be the same, both ways.
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
    )


def _tokenise(text: str) -> _Text:
    text = text[:_COMPARED_CHARACTERS]
    tokens = words(text)
    return _Text(
        runs=shingles(text),
        short_runs=shingles(text, 3),
        words=frozenset(tokens),
        figures=frozenset(token for token in tokens if any(map(str.isdigit, token))),
        length=len(tokens),
    )


@lru_cache(maxsize=1)
def _tokenise_again(text: str) -> _Text:
    """The same for a text that many are compared with: the article of many claims."""
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
    """Whether one is in the other. A post that two reports quote does not make them one voice."""
    shorter, longer = sorted((a.length, b.length))
    is_report = shorter >= _LEAST_WORDS or shorter >= _LEAST_RATIO * longer
    return is_report and _held(a.runs, b.runs) >= SAME_TEXT


def _is_one_family(one: RegisteredSource | None, other: RegisteredSource | None) -> bool:
    return one is not None and other is not None and one.family == other.family is not None


def _find_marks(page: Page) -> frozenset[str]:
    """Marks of wires, the address that the page names as that of its original, and its own."""
    original = {page.original_url} if page.original_url else set()
    return find_marks(page) | {page.canonical_url} | original


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
    """Of the smaller set, the share that is in the other; 0 when it is empty."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0
