"""The tabs above the lists of articles and of claims, with the number of records of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from claims.ports import ListCount, ReviewFilter, Store
from claims.report.formatting import tone_of_label
from claims.types import VerdictLabel
from service.dashboard.list_forms import (
    REVIEW_CHOICES,
    STATUS_CHOICES,
    Search,
    read_article_search,
    read_claim_search,
)
from service.dashboard.rows import Tab

_COUNTED_REVIEWS = (ReviewFilter.SIGNED, ReviewFilter.PUBLISHED, ReviewFilter.STALE)


def list_article_tabs(store: Store, search: Search) -> tuple[Tab, ...]:
    """The tabs of the list of articles: one for each state."""
    wanted = [("All", {"status": ""})]
    wanted += [(words, {"status": state}) for state, words in STATUS_CHOICES.items()]
    return _list_tabs(
        search,
        wanted,
        count=lambda values: store.count_articles(read_article_search(values).articles),
    )


def list_claim_tabs(store: Store, search: Search) -> tuple[Tab, ...]:
    """The tabs of the list of claims, for verdict, state and review."""
    wanted = [
        ("All", {"label": "", "status": "", "review": ""}),
        *((tone_of_label(label).word, {"label": label.value}) for label in VerdictLabel),
        ("Failed", {"status": "failed"}),
        ("Under way", {"status": "busy"}),
        *((REVIEW_CHOICES[state], {"review": state.value}) for state in _COUNTED_REVIEWS),
    ]
    return _list_tabs(
        search,
        wanted,
        count=lambda values: store.count_claims(read_claim_search(values).claims),
    )


def _list_tabs(
    search: Search,
    wanted: Iterable[tuple[str, Mapping[str, str]]],
    *,
    count: Callable[[Mapping[str, str]], ListCount],
) -> tuple[Tab, ...]:
    """Each tab sets its own fields and keeps the others; its number is that of the list to which
    it leads. There are none for a search that is wrong."""
    if search.errors:
        return ()
    tabs = []
    for words, values in wanted:
        counted = count({**search.values, **values})
        is_chosen = all(search.values[name] == value for name, value in values.items())
        query = search.vary(**values)
        tabs.append(Tab(words, query, counted.number, is_chosen, is_exact=counted.is_exact))
    return tuple(tabs)
