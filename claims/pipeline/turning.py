"""Which pages turned a verdict into another label: judging without the difference of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from claims.types import Gathered, PageReference, Passage, Verdict, VerdictLabel


def find_turning_pages(
    gathered: Gathered,
    *,
    before: Gathered,
    label: VerdictLabel,
    judge_without: Callable[[Gathered], Verdict],
) -> tuple[str, ...]:
    """The addresses of the pages that turned the verdict away from `label`, that of the last check.

    A page that appeared is left out, a page that changed or vanished is read as the last check read
    it, and the claim is judged again. Pages of which one alone brings the verdict back to `label`
    turned it. If there is none, several pages did so together: their differences are undone one
    after the other, the one that moves the support furthest first, until the label is back. Empty
    if it never is, because the judge or a rule turned the verdict.
    """
    pages = _list_differing(gathered, before)
    alone = {url: judge_without(undo_difference(gathered, before, url)) for url in pages}
    turning = tuple(url for url, verdict in alone.items() if verdict.label is label)
    if turning or len(pages) < 2:
        return turning
    reached = judge_without(_undo_all(gathered, before, pages))
    if reached.label is not label:
        return ()
    goal = reached.support if reached.support is not None else 0.5

    def distance(url: str) -> float:
        support = alone[url].support
        return abs(goal - (0.5 if support is None else support))

    undone: list[str] = []
    for url in sorted(pages, key=distance):
        undone.append(url)
        if judge_without(_undo_all(gathered, before, undone)).label is label:
            break
    return tuple(undone)


def _list_differing(gathered: Gathered, before: Gathered) -> list[str]:
    """The pages with other passages, another day or rating than in the last check."""
    now, then = _group(gathered), _group(before)
    return [
        url
        for url in dict.fromkeys([*now, *then])
        if list(map(_weighed, now.get(url, ()))) != list(map(_weighed, then.get(url, ())))
    ]


def _weighed(passage: Passage) -> tuple[object, ...]:
    page = passage.page
    return passage.text, page.credibility, page.published_at, page.modified_at


def _undo_all(gathered: Gathered, before: Gathered, urls: list[str]) -> Gathered:
    for url in urls:
        gathered = undo_difference(gathered, before, url)
    return gathered


def undo_difference(gathered: Gathered, before: Gathered, url: str) -> Gathered:
    """What was gathered, with the page at `url` as the last check read it, or without it.

    The page belongs to the origin that the pages have now with which it shared one.
    """
    earlier = {page.url: page for page in before.pages}.get(url)
    pages = [page for page in gathered.pages if page.url != url]
    passages = [passage for passage in gathered.passages if passage.page.url != url]
    if earlier is not None:
        page = replace(earlier, origin=_find_origin(gathered, before, earlier))
        pages.append(page)
        passages += [replace(one, page=page) for one in before.passages if one.page.url == url]
    passages.sort(key=lambda passage: -passage.rank_score)
    return replace(gathered, passages=tuple(passages), pages=tuple(pages), answers=())


def _find_origin(gathered: Gathered, before: Gathered, page: PageReference) -> str:
    now = {one.url: one.origin for one in gathered.pages}
    shared = [one.url for one in before.pages if one.origin == page.origin and one.url != page.url]
    known = (now[url] for url in (page.url, *shared) if url in now)
    return next(known, f"before:{page.origin}")


def _group(gathered: Gathered) -> Mapping[str, list[Passage]]:
    groups: dict[str, list[Passage]] = {}
    for passage in gathered.passages:
        groups.setdefault(passage.page.url, []).append(passage)
    return groups
