"""Articles over HTTP: submit one, list them, get one."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import Response

from claims.access import Scope
from claims.ports import StoredArticle
from claims.shapes import to_json
from claims.types import ArticleId, ArticleRecord, ArticleStatus
from claims.verdicts.without_ratings import article_without_credibility
from service.access.caller import needs
from service.api.answers import LIST_ANSWER, accepted, answer, article_links, entry_list
from service.api.example_bodies import (
    ARTICLE_BODIES,
    PREVIEW_BODY,
    SCHEDULE_BODY,
    SOURCES_BODY,
    TAGS_BODY,
)
from service.api.openapi import MISSING, QUEUE_FAILURES, STORE_FAILURES, failures, success
from service.api.queries import (
    ArticleListQuery,
    ConditionHeaders,
    IdempotencyHeaders,
    ReaderQuery,
    SourcesQuery,
    WaitQuery,
)
from service.api.waiting import Reader, get_waiters
from service.context import get_context
from service.operations import previewing, rechecking, submitting
from service.operations.article_bodies import ArticleBody, PreviewBody
from service.operations.bodies import SourcesBody, TagsBody
from service.operations.schedule_bodies import ScheduleBody
from service.shapes import (
    Accepted,
    ArticlePreview,
    ArticleSchedule,
    Cancelled,
    CheckAccepted,
    CheckList,
    EntryList,
    GivenSources,
    TagList,
)

blueprint = APIBlueprint("articles", __name__, tag="Articles", url_prefix="/v1/articles")

_FINISHED = frozenset({ArticleStatus.DONE, ArticleStatus.FAILED})


@blueprint.post("")
@needs(Scope.WRITE)
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
        "not-checkable",
        "idempotency-mismatch",
        *STORE_FAILURES,
        *QUEUE_FAILURES,
    ),
)
def submit_article(body: ArticleBody, headers: IdempotencyHeaders) -> Response:
    """Submit an article to check.

    The answer comes when the article is stored. If the same article is submitted again, it is a new
    article, and `repeats` names the earlier one; with the same Idempotency-Key the answer is that
    of the first submission.
    """
    context = get_context()
    article_id = submitting.submit_article(context, body, idempotency_key=headers.idempotency_key)
    (repeats,) = context.store.find_repeated_articles([article_id])
    return accepted(article_id, article_links(article_id), repeats=repeats)


@blueprint.post("/preview")
@needs(Scope.WRITE)
@blueprint.input(PreviewBody, example=PREVIEW_BODY, arg_name="body")
@blueprint.doc(
    operation_id="preview_article",
    responses=success(200, ArticlePreview, "The claims, and the sentences that are not checked.")
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        *STORE_FAILURES,
        "queue-full",
    ),
)
def preview_article(body: PreviewBody) -> Response:
    """Find the claims of a text before it is submitted. Nothing is stored, fetched or judged.

    A claim that is known here has the id of the newest one with the same text. One process of the
    API reads one text at a time.
    """
    with get_waiters().slot_to_preview():
        preview = previewing.preview_article(get_context(), body)
    return answer(to_json(preview))


@blueprint.get("")
@needs(Scope.READ)
@blueprint.input(ArticleListQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="list_articles",
    responses=success(200, EntryList, LIST_ANSWER, headers=("Link",))
    | failures("invalid-cursor", "invalid-request", *STORE_FAILURES),
)
def list_articles(query: ArticleListQuery) -> Response:
    """List articles that match all parameters, newest first."""
    return entry_list(partial(get_context().store.list_articles, query.to_filter()), query)


@blueprint.get("/<article:article_id>")
@needs(Scope.READ)
@blueprint.input(WaitQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="get_article",
    responses=success(200, ArticleRecord, "The article with its claims.", headers=("ETag",))
    | success(
        304, None, "The version in If-None-Match is still the current one.", headers=("ETag",)
    )
    | failures(*MISSING, "invalid-request", *STORE_FAILURES),
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
        shape_of=lambda stored: (
            article_without_credibility(stored.record, least_confidence=least_confidence)
            if query.without_credibility
            else stored.record
        ),
    )
    return get_waiters().answer(reader, wait_s=query.wait)


@blueprint.post("/<article:article_id>/recheck")
@needs(Scope.WRITE)
@blueprint.input(ReaderQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="recheck_article",
    responses=success(
        202, CheckList, "All its claims will be checked again.", headers=("Location",)
    )
    | failures(*MISSING, "invalid-request", "not-extracted", *STORE_FAILURES, *QUEUE_FAILURES),
)
def recheck_article(article_id: ArticleId, query: ReaderQuery) -> Response:
    """Check all claims of an article again now, or none. Takes no body.

    A claim whose check is already under way gets no second one.
    """
    checks = get_context().store.recheck_article(article_id, reader=query.reader)
    shape = CheckList(tuple(CheckAccepted(*check) for check in checks.items()))
    location = {"Location": article_links(article_id)["self"]}
    return answer(to_json(shape), status=202, headers=location)


@blueprint.post("/<article:article_id>/sources")
@needs(Scope.WRITE)
@blueprint.input(SourcesBody, example=SOURCES_BODY, arg_name="body")
@blueprint.doc(
    operation_id="add_article_sources",
    responses=success(200, GivenSources, "All sources of the article.")
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        *MISSING,
        "not-extracted",
        *STORE_FAILURES,
    ),
)
def add_article_sources(article_id: ArticleId, body: SourcesBody) -> Response:
    """Add sources to an article and to all its claims, or to none; otherwise as to a claim."""
    sources = get_context().store.change_article_sources(article_id, add=body.sources)
    return answer(to_json(GivenSources(article_id, sources)))


@blueprint.delete("/<article:article_id>/sources")
@needs(Scope.WRITE)
@blueprint.input(SourcesQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="remove_article_sources",
    responses=success(200, GivenSources, "The remaining sources.")
    | failures("invalid-request", *MISSING, "not-extracted", *STORE_FAILURES),
)
def remove_article_sources(article_id: ArticleId, query: SourcesQuery) -> Response:
    """Remove sources of an article and of all its claims; otherwise as of a claim."""
    sources = get_context().store.change_article_sources(article_id, remove=query.source)
    return answer(to_json(GivenSources(article_id, sources)))


@blueprint.put("/<article:article_id>/schedule")
@needs(Scope.WRITE)
@blueprint.input(ScheduleBody, example=SCHEDULE_BODY, arg_name="body")
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="set_article_schedule",
    responses=success(200, ArticleSchedule, "The schedule, and how many claims have it.")
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        *MISSING,
        "precondition-failed",
        "not-extracted",
        *STORE_FAILURES,
    ),
)
def set_article_schedule(
    article_id: ArticleId, body: ScheduleBody, headers: ConditionHeaders
) -> Response:
    """Check all claims of an article at regular intervals of at least one minute, or as often as
    their pages change.

    The interval of each claim is counted from its own last check.
    """
    schedule = rechecking.set_article_schedule(
        get_context(), article_id, body, versions=headers.to_versions()
    )
    return answer(to_json(schedule))


@blueprint.delete("/<article:article_id>/schedule")
@needs(Scope.WRITE)
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="delete_article_schedule",
    responses=success(204, None, "None of its claims is checked on schedule any more.")
    | failures(*MISSING, "precondition-failed", "not-extracted", *STORE_FAILURES),
)
def delete_article_schedule(article_id: ArticleId, headers: ConditionHeaders) -> Response:
    """Stop checking the claims of an article on schedule; checks under way continue."""
    get_context().store.delete_article_schedule(article_id, versions=headers.to_versions())
    return Response(status=204)


@blueprint.put("/<article:article_id>/tags")
@needs(Scope.WRITE)
@blueprint.input(TagsBody, example=TAGS_BODY, arg_name="body")
@blueprint.input(ConditionHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="set_article_tags",
    responses=success(200, TagList, "The tags that it has now.")
    | failures(
        "malformed-json",
        "too-large",
        "unsupported-media",
        "invalid-request",
        *MISSING,
        "precondition-failed",
        *STORE_FAILURES,
    ),
)
def set_article_tags(article_id: ArticleId, body: TagsBody, headers: ConditionHeaders) -> Response:
    """Replace the tags of an article; lists find its claims by them as well."""
    get_context().store.set_article_tags(article_id, body.tags, versions=headers.to_versions())
    return answer(to_json(TagList(tuple(body.tags))))


@blueprint.delete("/<article:article_id>")
@needs(Scope.WRITE)
@blueprint.doc(
    operation_id="delete_article",
    responses=success(204, None, "The article and its claims are deleted.")
    | failures("not-found", *STORE_FAILURES),
)
def delete_article(article_id: ArticleId) -> Response:
    """Delete an article with all its claims, in any state; otherwise as a claim is deleted."""
    get_context().store.delete_article(article_id)
    return Response(status=204)


@blueprint.post("/<article:article_id>/cancel")
@needs(Scope.WRITE)
@blueprint.doc(
    operation_id="cancel_article",
    responses=success(200, Cancelled, "Nothing of the article waits or is under way any more.")
    | failures(*MISSING, *STORE_FAILURES),
)
def cancel_article(article_id: ArticleId) -> Response:
    """End the checks of an article's claims that wait or are under way. Takes no body.

    An article whose claims are not known yet fails with the code `cancelled`.
    """
    cancelled = get_context().store.cancel_article(article_id)
    return answer(to_json(Cancelled(article_id, cancelled)))
