"""Accepts articles, claims and sources: checked body -> store -> notifier.

API and dashboard share it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from claims.errors import InvalidInput
from claims.extraction import read_claim
from claims.ports import NewArticle, NewClaim, Retried
from claims.registry import RegisteredSource
from claims.sources.registering import check_source
from claims.types import ArticleId, ClaimId
from service.api.bodies import ArticleBody, ClaimBody, ScheduleBody, SourceBody
from service.context import ServiceContext


def accept_article(
    context: ServiceContext, body: ArticleBody, *, idempotency_key: str | None = None
) -> ArticleId:
    """Store the article and notify the workers; returns the id once it is in the store.

    Raises IdempotencyMismatch, QueueFull and StoreUnavailable.
    """
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
    article_id = context.store.accept_article(new, idempotency_key=idempotency_key)
    context.notify()
    return article_id


def accept_claim(
    context: ServiceContext, body: ClaimBody, *, idempotency_key: str | None = None
) -> ClaimId:
    """Read the claim, store it and notify the workers; otherwise like `accept_article`."""
    claim_id = context.store.accept_claim(_read_new(body), idempotency_key=idempotency_key)
    context.notify()
    return claim_id


def accept_claims(
    context: ServiceContext, bodies: Sequence[ClaimBody], *, idempotency_key: str | None = None
) -> tuple[ClaimId, ...]:
    """Store all claims or none; otherwise like `accept_claim`."""
    new = list(map(_read_new, bodies))
    ids = context.store.accept_claims(new, idempotency_key=idempotency_key)
    context.notify()
    return ids


def _read_new(body: ClaimBody) -> NewClaim:
    read = read_claim(
        body.text,
        article_text=body.context,
        claimant=body.claimant,
        claimed_at=body.claimed_at,
    )
    return NewClaim(
        id=ClaimId(f"c_{secrets.token_hex(16)}"),
        text=body.text,
        context=body.context,
        claimant=read.claimant,
        claimed_at=body.claimed_at,
        check_worthiness=read.check_worthiness,
        kinds=read.kinds,
        needs_context=read.needs_context,
        options=body.to_options(),
        tags=None if body.tags is None else tuple(body.tags),
    )


def request_check(context: ServiceContext, claim_id: ClaimId) -> int:
    """Request a check now, notify the workers, return its number. Raises NotFound, QueueFull."""
    check = context.store.request_check(claim_id)
    context.notify()
    return check


def request_checks(context: ServiceContext, article_id: ArticleId) -> dict[ClaimId, int]:
    """Request a check of all claims of an article now, notify the workers, return their numbers.

    Raises NotFound, NotExtracted and QueueFull.
    """
    checks = context.store.request_checks(article_id)
    context.notify()
    return checks


def retry_failed(context: ServiceContext, *, limit: int, cursor: str | None) -> Retried:
    """Retry one page of what failed for a fault of the service, and notify the workers.

    Raises QueueFull, and InvalidInput for a cursor that is not the store's.
    """
    retried = context.store.retry_failed(limit=limit, cursor=cursor)
    if retried.articles or retried.claims:
        context.notify()
    return retried


def schedule_checks(context: ServiceContext, claim_id: ClaimId, body: ScheduleBody) -> None:
    """Check the claim on a schedule. Raises NotFound, and InvalidInput for a past `until`."""
    _check_until(context, body)
    context.store.set_schedule(claim_id, every=body.every, until=body.until)


def schedule_article(context: ServiceContext, article_id: ArticleId, body: ScheduleBody) -> int:
    """Check all claims of an article on a schedule; returns their number. Also NotExtracted."""
    _check_until(context, body)
    return context.store.set_schedules(article_id, every=body.every, until=body.until)


def _check_until(context: ServiceContext, body: ScheduleBody) -> None:
    until: datetime | None = body.until
    if until is not None and until <= context.clock():
        raise InvalidInput("this moment is in the past", "/until")


def put_source(context: ServiceContext, name: str, body: SourceBody) -> RegisteredSource:
    """Store a registered source; it is used from the next check on. Raises InvalidInput."""
    source = check_source(body.to_source(name))
    context.store.put_source(source, by=body.by)
    return source
