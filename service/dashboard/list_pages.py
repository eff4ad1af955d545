"""The lists of articles and of claims, with counts, filters and orders."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request

from claims.access import Scope
from claims.ports import ListEntry, ListPage, Store
from claims.report.formatting import tone_of_label
from claims.types import ArticleId, ClaimId, VerdictLabel
from service.access.caller import needs
from service.api.answers import read_list
from service.api.exports import EXPORTED_MAX
from service.context import get_context
from service.dashboard.confirming import PASSING
from service.dashboard.list_forms import (
    ARTICLE_SORT_CHOICES,
    CLAIM_SORT_CHOICES,
    READER_CHOICES,
    REVIEW_CHOICES,
    STATUS_CHOICES,
    SUPERSEDED_CHOICES,
    list_search_problems,
    read_article_search,
    read_claim_search,
)
from service.dashboard.list_tabs import list_article_tabs, list_claim_tabs
from service.dashboard.rows import Row, arrange_list
from service.dashboard.tag_pages import find_listed_tag

LISTED = 25
"""Number of rows of a page of a list."""


def register_lists(blueprint: Blueprint) -> None:
    """Add the pages to the dashboard."""
    blueprint.add_url_rule("/articles", view_func=show_articles)
    blueprint.add_url_rule("/claims", view_func=show_claims)


@needs(Scope.READ)
def show_articles() -> Response:
    """The articles that match the form, a page at a time."""
    store = get_context().store
    search = read_article_search(request.args)
    page = ListPage((), None)
    if not search.errors:
        lister = partial(store.list_articles, search.articles)
        page = read_list(lister, limit=LISTED, cursor=request.args.get("cursor"))
    return show_page(
        "articles.html",
        search=search,
        rows=arrange_articles(store, page.items),
        tabs=list_article_tabs(store, search),
        older=page.next_cursor,
        sorts=ARTICLE_SORT_CHOICES,
        statuses=STATUS_CHOICES,
        labels=name_labels(),
        listed_tag=None if search.errors else find_listed_tag(store, search.values["tag"]),
        wrong=list_search_problems(search),
    )


@needs(Scope.READ)
def show_claims() -> Response:
    """The claims that match the form, a page at a time."""
    context = get_context()
    store = context.store
    search = read_claim_search(request.args)
    page = ListPage((), None)
    if not search.errors:
        lister = partial(store.list_claims, search.claims)
        page = read_list(lister, limit=LISTED, cursor=request.args.get("cursor"))
    return show_page(
        "claims.html",
        search=search,
        rows=arrange_claims(store, page.items),
        tabs=list_claim_tabs(store, search),
        older=page.next_cursor,
        sorts=CLAIM_SORT_CHOICES,
        statuses=STATUS_CHOICES,
        readers=READER_CHOICES,
        reviews=REVIEW_CHOICES,
        superseded=SUPERSEDED_CHOICES,
        exported_max=EXPORTED_MAX,
        has_reader=bool(context.settings.reader),
        labels=name_labels(),
        listed_tag=None if search.errors else find_listed_tag(store, search.values["tag"]),
        wrong=list_search_problems(search),
    )


def arrange_articles(store: Store, entries: Sequence[ListEntry]) -> tuple[Row, ...]:
    """The rows of these articles."""
    ids = [ArticleId(entry.id) for entry in entries]
    return arrange_list(
        entries,
        repeats=store.find_repeated_articles(ids),
        checked=store.find_articles_being_checked(ids),
    )


def arrange_claims(store: Store, entries: Sequence[ListEntry]) -> tuple[Row, ...]:
    """The rows of these claims."""
    ids = [ClaimId(entry.id) for entry in entries]
    return arrange_list(entries, repeats=store.find_repeated_claims(ids))


def name_labels() -> dict[str, str]:
    """The words for each label of a verdict."""
    return {label.value: tone_of_label(label).word for label in VerdictLabel}


def show_page(template: str, **values: object) -> Response:
    """A page that is its own ETag, since lists have no version: 304 when nothing has changed.

    With `wrong` the status is 422. `here` is the address of the list, and `chooses_all` whether all
    rows are ticked.
    """
    wrong = values.get("wrong")
    given = [(name, value) for name, value in request.args.items() if name not in PASSING]
    values["here"] = f"{request.path}?{urlencode(given)}" if given else request.path
    values["chooses_all"] = bool(request.args.get("all"))
    response = make_response(render_template(template, **values), 422 if wrong else 200)
    if not wrong:
        response.add_etag()
        response.make_conditional(request)
    return response
