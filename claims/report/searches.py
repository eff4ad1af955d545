"""Describe what providers were asked and what they found. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

from claims.types import Coverage, Purpose, Search, Stance, Verdict


@dataclass(frozen=True, slots=True)
class Asked:
    """One provider: the queries that it got, how many results, and why it stopped, if it did.

    A page that several queries find counts as several results. `is_link` means that no provider was
    asked: the article links to the pages, and `questions` has the sentences next to the links, if
    known.
    """

    provider: str
    questions: tuple[str, ...]
    found: int
    code: str | None
    detail: str | None
    is_link: bool = False


def list_asked(coverage: Coverage) -> tuple[Asked, ...]:
    """One entry per provider, in the order in which they were asked."""
    by_provider: dict[str, list[Search]] = {}
    for search in coverage.searches:
        by_provider.setdefault(search.provider, []).append(search)
    found = []
    for provider, searches in by_provider.items():
        failed = next((one for one in searches if one.code), None)
        found.append(
            Asked(
                provider,
                tuple(dict.fromkeys(one.query for one in searches if one.query)),
                sum(one.found for one in searches),
                failed.code if failed else None,
                failed.detail if failed else None,
                all(one.purpose is Purpose.LINKED for one in searches),
            )
        )
    return tuple(found)


def describe_contradiction(verdict: Verdict) -> str | None:
    """Whether contrary pages were searched for and found; None if no provider was asked."""
    searches = [one for one in verdict.coverage.searches if one.purpose is not Purpose.LINKED]
    if not searches:
        return None
    turned = [one for one in searches if one.purpose is Purpose.OPPOSITE and not one.code]
    if not turned:
        return "No provider was able to search for contradiction."
    against = {item.page.url for item in verdict.evidence if item.stance is Stance.REFUTES}
    pages = verdict.coverage.fetched
    count = "1 page" if pages == 1 else f"{pages} pages"
    outcome = f"found in {len(against)} of" if against else "none in"
    return f"Searched for contradiction: {outcome} {count}."
