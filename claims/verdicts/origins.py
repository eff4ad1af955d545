"""Pages that repeat one report are one origin, and one origin has one voice. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from claims.text import jaccard, shingles
from claims.types import Page, PageReference

# Two main texts that share this part of their five-word shingles are one report with small
# edits. Unrelated reports of one event stay far below it (tests/claims/verdicts/test_origins.py).
SAME_REPORT = 0.6


def name_origins(pages: Sequence[Page]) -> tuple[PageReference, ...]:
    """A reference for each page, in order, with its origin: "o1", "o2", ... by first appearance.

    Same origin: the same canonical URL, or a five-word-shingle Jaccard index of the main texts of
    at least SAME_REPORT; the relation is closed, so a chain of near-copies is one origin.
    """
    sets = [shingles(page.text) for page in pages]
    group = list(range(len(pages)))
    for later in range(len(pages)):
        for earlier in range(later):
            if group[earlier] != group[later] and _is_same_report(
                pages[earlier], pages[later], sets[earlier], sets[later]
            ):
                joined, kept = max(group[earlier], group[later]), min(group[earlier], group[later])
                group = [kept if number == joined else number for number in group]
    names = {number: f"o{place + 1}" for place, number in enumerate(dict.fromkeys(group))}
    return tuple(
        refer_to(page, origin=names[number]) for page, number in zip(pages, group, strict=True)
    )


def refer_to(page: Page, *, origin: str) -> PageReference:
    """The page as a verdict cites it."""
    return PageReference(
        url=page.url,
        title=page.title,
        publisher=page.publisher,
        published_at=page.published_at,
        fetched_at=page.fetched_at,
        sha256=page.sha256,
        origin=origin,
    )


def _is_same_report(
    a: Page, b: Page, of_a: frozenset[tuple[str, ...]], of_b: frozenset[tuple[str, ...]]
) -> bool:
    if a.canonical_url == b.canonical_url:
        return True
    # The index cannot reach the bar when one text is that much shorter: spare the intersection.
    smaller, larger = sorted((len(of_a), len(of_b)))
    return smaller >= SAME_REPORT * larger and jaccard(of_a, of_b) >= SAME_REPORT
