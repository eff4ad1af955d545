"""Accepts articles, claims, sources and webhooks: checked body -> store -> notifier.

API and dashboard share it. The store records each change with the caller of the request.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from claims.errors import InvalidFields, InvalidInput, NoReader, SourceError
from claims.extraction import check_checkable, read_claim
from claims.ports import (
    ClaimFilter,
    NewArticle,
    NewClaim,
    ReaderFacet,
    RequestedChecks,
    Retried,
    Versions,
)
from claims.registry import RegisteredSource
from claims.sources.address import host_and_port
from claims.sources.registering import check_source, find_faults
from claims.sources.vetting import AllowList, check_destination
from claims.types import ArticleId, ClaimId, Queue, ReaderChoice
from claims.webhooks import NewWebhook, Webhook, make_webhook_id, make_webhook_secret
from service.access.caller import current_actor, find_author
from service.access.issuing import create_webhook, rotate_webhook
from service.api.bodies import (
    ArticleBody,
    ClaimBody,
    ScheduleBody,
    SourceBody,
    WebhookBody,
    WebhookChangeBody,
)
from service.context import ServiceContext
from service.monitoring.reader_state import find_refusal
from service.shapes import IssuedWebhook

NO_AUTHOR = "this field is required without a key: say who makes this change"


def accept_article(
    context: ServiceContext, body: ArticleBody, *, idempotency_key: str | None = None
) -> ArticleId:
    """Store the article and notify the workers; returns the id once it is in the store.

    Raises NotCheckable, IdempotencyMismatch, QueueFull and StoreUnavailable.
    """
    if not body.force:
        check_checkable((f"/claims/{n}", text) for n, text in enumerate(body.claims or ()))
    new = NewArticle(
        id=ArticleId(f"a_{secrets.token_hex(16)}"),
        text=body.text,
        html=body.html,
        url=body.url,
        title=body.title,
        published_at=body.published_at,
        claims=tuple(body.claims or ()),
        options=body.to_options(),
        tags=None if body.tags is None else tuple(body.tags),
    )
    article_id = context.store.accept_article(
        new, idempotency_key=idempotency_key, actor=current_actor()
    )
    context.notify()
    return article_id


def accept_claim(
    context: ServiceContext, body: ClaimBody, *, idempotency_key: str | None = None
) -> ClaimId:
    """Store the claim and notify the workers; otherwise like `accept_article`."""
    _check_texts({"/text": body})
    claim_id = context.store.accept_claim(
        _read_new(body), idempotency_key=idempotency_key, actor=current_actor()
    )
    context.notify()
    return claim_id


def accept_claims(
    context: ServiceContext, bodies: Sequence[ClaimBody], *, idempotency_key: str | None = None
) -> tuple[ClaimId, ...]:
    """Store all claims or none; otherwise like `accept_claim`."""
    _check_texts({f"/claims/{n}/text": body for n, body in enumerate(bodies)})
    new = list(map(_read_new, bodies))
    ids = context.store.accept_claims(new, idempotency_key=idempotency_key, actor=current_actor())
    context.notify()
    return ids


def correct_claim(
    context: ServiceContext,
    claim_id: ClaimId,
    body: ClaimBody,
    *,
    idempotency_key: str | None = None,
) -> ClaimId:
    """Store the corrected wording of a claim; fields not in the body are those of the old claim.

    Raises NotFound and Corrected; otherwise like `accept_claim`.
    """
    _check_texts({"/text": body})
    old = context.store.get_claim(claim_id)
    fields = {
        "context": old.context,
        "claimant": old.record.claimant,
        "claimed_at": old.record.claimed_at,
        "as_of": old.options.as_of,
        "sources": list(old.options.sources),
        "tags": list(old.record.tags) or None,
    } | body.model_dump(exclude_none=True)
    new = _read_new(body.model_copy(update=fields))
    new_id = context.store.correct_claim(
        claim_id, new, idempotency_key=idempotency_key, actor=current_actor()
    )
    context.notify()
    return new_id


def _check_texts(bodies: Mapping[str, ClaimBody]) -> None:
    """Raise NotCheckable for claims that are not forced; `bodies` by the pointer of the text."""
    check_checkable((pointer, body.text) for pointer, body in bodies.items() if not body.force)


def _read_new(body: ClaimBody) -> NewClaim:
    read = read_claim(
        body.text,
        article_text=body.context,
        claimant=body.claimant,
        claimed_at=body.claimed_at,
    )
    return NewClaim(
        id=ClaimId(f"c_{secrets.token_hex(16)}"),
        # In the words of the body: the claim is also its sentence.
        claim=replace(read, text=body.text, sentence=body.text, span=None),
        context=body.context,
        options=body.to_options(),
        tags=None if body.tags is None else tuple(body.tags),
    )


def request_check(
    context: ServiceContext, claim_id: ClaimId, *, reader: ReaderChoice | None = None
) -> int:
    """Request a check now, notify the workers, return its number. Raises NotFound, QueueFull."""
    check = context.store.request_check(claim_id, reader=reader, actor=current_actor())
    context.notify()
    return check


def request_reading(context: ServiceContext, claim_id: ClaimId) -> int:
    """Have the second reader read a claim now; otherwise like `request_check`.

    Also raises NoReader and NoVerdict.
    """
    _check_reader(context)
    check = context.store.request_reading(claim_id, actor=current_actor())
    context.notify(Queue.SCORE)
    return check


SKIPPED = ClaimFilter(readers=(ReaderFacet.BUDGET, ReaderFacet.NO_ANSWER))
"""The facets of claims that the second reader should have read and did not."""


def catch_up_readings(
    context: ServiceContext, *, limit: int, cursor: str | None
) -> RequestedChecks:
    """Request the reading of one page of the claims that were not read because the tokens were
    spent or the reader did not answer, and notify the workers.

    Raises NoReader, QueueFull, and InvalidInput for a cursor that the store did not issue.
    """
    _check_reader(context)
    requested = context.store.request_listed_readings(
        SKIPPED, limit=limit, cursor=cursor, actor=current_actor()
    )
    if requested.checks:
        context.notify(Queue.SCORE)
    return requested


def _check_reader(context: ServiceContext) -> None:
    if not context.settings.reader:
        raise NoReader("this service has no second reader: set ASSAY_READER")
    refusal = find_refusal(context.settings)
    if refusal:
        raise NoReader(refusal)


def request_checks(
    context: ServiceContext, article_id: ArticleId, *, reader: ReaderChoice | None = None
) -> dict[ClaimId, int]:
    """Request a check of all claims of an article now, notify the workers, return their numbers.

    Raises NotFound, NotExtracted and QueueFull.
    """
    checks = context.store.request_checks(article_id, reader=reader, actor=current_actor())
    context.notify()
    return checks


def request_listed_checks(
    context: ServiceContext, chosen: ClaimFilter, *, limit: int, cursor: str | None
) -> RequestedChecks:
    """Request a check of one page of a list of claims, and notify the workers.

    Raises QueueFull, and InvalidInput for a cursor that the store did not issue.
    """
    requested = context.store.request_listed_checks(
        chosen, limit=limit, cursor=cursor, actor=current_actor()
    )
    if requested.checks:
        context.notify()
    return requested


def retry_failed(context: ServiceContext, *, limit: int, cursor: str | None) -> Retried:
    """Retry one page of the work that failed for a fault of the service, and notify the workers.

    Raises QueueFull, and InvalidInput for a cursor that the store did not issue.
    """
    retried = context.store.retry_failed(limit=limit, cursor=cursor, actor=current_actor())
    if retried.articles or retried.claims:
        context.notify()
    return retried


def schedule_checks(
    context: ServiceContext, claim_id: ClaimId, body: ScheduleBody, *, versions: Versions = None
) -> None:
    """Check the claim on a schedule, if it has one of these versions.

    Raises NotFound, VersionChanged, and InvalidInput for a past `until`.
    """
    _check_until(context, body)
    context.store.set_schedule(
        claim_id, every=body.every, until=body.until, versions=versions, actor=current_actor()
    )


def schedule_article(
    context: ServiceContext, article_id: ArticleId, body: ScheduleBody, *, versions: Versions = None
) -> int:
    """Check all claims of an article on a schedule; returns their number. Also NotExtracted."""
    _check_until(context, body)
    return context.store.set_schedules(
        article_id, every=body.every, until=body.until, versions=versions, actor=current_actor()
    )


def _check_until(context: ServiceContext, body: ScheduleBody) -> None:
    until: datetime | None = body.until
    if until is not None and until <= context.clock():
        raise InvalidInput("this moment is in the past", "/until")


def delete_claim(context: ServiceContext, claim_id: ClaimId) -> None:
    """Delete the claim with all its checks. Raises NotFound if there never was one with this id."""
    context.store.delete_claim(claim_id, actor=current_actor())


def delete_article(context: ServiceContext, article_id: ArticleId) -> None:
    """Delete the article with all its claims. Raises NotFound if there never was one."""
    context.store.delete_article(article_id, actor=current_actor())


def cancel_claim(context: ServiceContext, claim_id: ClaimId) -> int:
    """End the claim's unfinished check; returns how many were ended. Raises NotFound and Gone."""
    return context.store.cancel_claim(claim_id, actor=current_actor())


def cancel_article(context: ServiceContext, article_id: ArticleId) -> int:
    """End the unfinished checks of the article's claims; otherwise like `cancel_claim`."""
    return context.store.cancel_article(article_id, actor=current_actor())


def delete_schedule(
    context: ServiceContext, claim_id: ClaimId, *, versions: Versions = None
) -> None:
    """Stop checking the claim on a schedule. Raises NotFound and VersionChanged."""
    context.store.delete_schedule(claim_id, versions=versions, actor=current_actor())


def delete_schedules(
    context: ServiceContext, article_id: ArticleId, *, versions: Versions = None
) -> None:
    """Stop checking the claims of an article on a schedule. Also raises NotExtracted."""
    context.store.delete_schedules(article_id, versions=versions, actor=current_actor())


def change_claim_sources(
    context: ServiceContext,
    claim_id: ClaimId,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> tuple[str, ...]:
    """Add and remove sources of a claim; returns all its sources. Raises NotFound, InvalidInput."""
    return context.store.change_claim_sources(
        claim_id, add=add, remove=remove, actor=current_actor()
    )


def change_article_sources(
    context: ServiceContext,
    article_id: ArticleId,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> tuple[str, ...]:
    """The same for an article and all its claims. Also raises NotExtracted."""
    return context.store.change_article_sources(
        article_id, add=add, remove=remove, actor=current_actor()
    )


def tag_article(
    context: ServiceContext,
    article_id: ArticleId,
    tags: Sequence[str],
    *,
    versions: Versions = None,
) -> None:
    """Replace the tags of an article. Raises NotFound and VersionChanged."""
    context.store.set_article_tags(article_id, tags, versions=versions, actor=current_actor())


def tag_claim(
    context: ServiceContext, claim_id: ClaimId, tags: Sequence[str], *, versions: Versions = None
) -> None:
    """Replace the tags of a claim. Raises NotFound and VersionChanged."""
    context.store.set_claim_tags(claim_id, tags, versions=versions, actor=current_actor())


def put_source(context: ServiceContext, name: str, body: SourceBody) -> RegisteredSource:
    """Store a registered source; it is used from the next check on. Raises InvalidInput."""
    author, faults = find_author(body.by), find_source_faults(name, body)
    if author is None or faults:
        raise InvalidFields(faults)
    source = check_source(body.to_source(name))
    context.store.put_source(source, by=author, actor=current_actor())
    return source


def find_source_faults(name: str, body: SourceBody) -> tuple[tuple[str, str], ...]:
    """All faults of a source and its change: pairs of a JSON pointer and a message."""
    faults = tuple(find_faults(body.to_source(name)))
    return faults if find_author(body.by) else (*faults, ("/by", NO_AUTHOR))


def delete_source(context: ServiceContext, name: str, *, by: str) -> None:
    """Remove a registered source. Raises NotFound."""
    context.store.delete_source(name, by=by, actor=current_actor())


def make_webhook(context: ServiceContext, body: WebhookBody) -> IssuedWebhook:
    """Store a webhook; events from now on are delivered to it. Raises InvalidInput."""
    _check_receiver(context, body.url)
    new = NewWebhook(
        id=make_webhook_id(),
        url=body.url,
        events=tuple(dict.fromkeys(body.events)),
        labels=tuple(dict.fromkeys(body.labels or ())),
        tags=tuple(body.tags or ()),
        article=ArticleId(body.article) if body.article else None,
        secret=make_webhook_secret(),
    )
    return create_webhook(context.store, new, actor=current_actor())


def change_webhook(context: ServiceContext, webhook_id: str, body: WebhookChangeBody) -> Webhook:
    """Change the given fields or the status of a webhook. Raises NotFound and InvalidInput."""
    if body.url is not None:
        _check_receiver(context, body.url)
    return context.store.webhooks.change(
        webhook_id, body.to_fields(), status=body.status, actor=current_actor()
    )


def replace_secret(context: ServiceContext, webhook_id: str) -> IssuedWebhook:
    """Replace the secret of a webhook. Raises NotFound."""
    return rotate_webhook(context.store, webhook_id, actor=current_actor())


def delete_webhook(context: ServiceContext, webhook_id: str) -> None:
    """Delete a webhook with its secrets and deliveries. Raises NotFound if there never was one."""
    context.store.webhooks.delete(webhook_id, actor=current_actor())


def ping_webhook(context: ServiceContext, webhook_id: str) -> str:
    """Deliver a test event now; returns its id. Raises NotFound, WebhookDisabled and QueueFull."""
    event_id = context.store.webhooks.ping(webhook_id, actor=current_actor())
    context.notify(Queue.DELIVER)
    return event_id


def deliver_again(context: ServiceContext, webhook_id: str, event_id: str) -> None:
    """Deliver a stored event again; otherwise like `ping_webhook`."""
    context.store.webhooks.redeliver(webhook_id, event_id, actor=current_actor())
    context.notify(Queue.DELIVER)


def _check_receiver(context: ServiceContext, url: str) -> None:
    """Raise InvalidInput for an address that clearly may not be called; the name is resolved only
    at each delivery."""
    pairs = context.settings.webhook_allow
    allow = AllowList.parse(pairs, setting="ASSAY_WEBHOOK_ALLOW")
    try:
        check_destination(*host_and_port(url), allow=allow)
    except SourceError as error:
        raise InvalidInput(error.detail, "/url") from None
