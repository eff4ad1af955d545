"""Articles over HTTP: submit one, list them, get one."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from claims.ports import StoredArticle
from claims.shapes import to_json
from claims.types import ArticleId, ArticleRecord, ArticleStatus
from claims.verdicts.without_ratings import article_without_credibility
from service.api.answers import accepted, article_links, entry_list
from service.api.bodies import ArticleBody, IdempotencyHeaders, ListQuery, WaitQuery
from service.api.examples import ARTICLE_BODIES
from service.api.openapi import STORE_FAILURES, failures, success
from service.api.waiting import Reader, get_waiters
from service.context import get_context
from service.intake import accept_article
from service.shapes import Accepted, EntryList

blueprint = APIBlueprint("articles", __name__, tag="Articles", url_prefix="/v1/articles")

_FINISHED = frozenset({ArticleStatus.DONE, ArticleStatus.FAILED})


@blueprint.post("")
@blueprint.input(ArticleBody, examples=ARTICLE_BODIES, arg_name="body")
@blueprint.input(IdempotencyHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="submit_article",
    responses=success(
        202,
        Accepted,
        "The article is stored; its claims will be extracted and judged.",
        headers=("Location",),
    )
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        "idempotency-mismatch",
        *STORE_FAILURES,
        "queue-full",
    ),
)
def submit_article(body: ArticleBody, headers: IdempotencyHeaders) -> Response:
    """Submit an article to check.

    The answer comes when the article is stored. If the same article is submitted again, it is a new
    article, unless the Idempotency-Key is the same.
    """
    article_id = accept_article(get_context(), body, idempotency_key=headers.idempotency_key)
    return accepted(article_id, article_links(article_id))


@blueprint.get("")
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="list_articles",
    responses=success(200, EntryList, "Newest first.", headers=("Link",))
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES),
)
def list_articles(query: ListQuery) -> Response:
    """List articles, newest first."""
    return entry_list(get_context().store.list_articles, query, path="/v1/articles")


@blueprint.get("/<article:article_id>")
@blueprint.input(WaitQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="get_article",
    responses=success(200, ArticleRecord, "The article with its claims.", headers=("ETag",))
    | success(
        304, None, "The version in If-None-Match is still the current one.", headers=("ETag",)
    )
    | failures("not-found", "invalid-request", *STORE_FAILURES),
)
def get_article(article_id: ArticleId, query: WaitQuery) -> Response:
    """Get an article with all its claims and their verdicts.

    With `wait`, the answer comes when the status is done or failed.
    """
    store = get_context().store
    least_confidence = get_context().settings.min_confidence
    reader: Reader[StoredArticle] = Reader(
        read=lambda: store.get_article(article_id),
        read_version=lambda: store.get_article_version(article_id),
        version_of=lambda stored: stored.version,
        is_finished=lambda stored: stored.record.status in _FINISHED,
        shape_of=lambda stored: to_json(
            article_without_credibility(stored.record, least_confidence=least_confidence)
            if query.without_credibility
            else stored.record
        ),
    )
    return get_waiters().answer(reader, wait_s=query.wait)
