"""Schedules and readings of claims: a schedule ends in the future, a reading needs a reader."""

from __future__ import annotations

from claims.errors import InvalidInput, NoReader
from claims.ports import ClaimFilter, ReaderFacet, RequestedChecks, Versions
from claims.types import ArticleId, ClaimId
from service.context import ServiceContext
from service.monitoring.reader_state import find_refusal
from service.operations.bodies import ScheduleBody

SKIPPED = ClaimFilter(readers=(ReaderFacet.BUDGET, ReaderFacet.NO_ANSWER))
"""The facets of claims that the second reader should have read and did not."""


def read_claim(context: ServiceContext, claim_id: ClaimId) -> int:
    """Have the second reader read a claim now; returns the number of the check.

    Raises NoReader, and the errors of CheckRequests.read_claim.
    """
    _check_reader(context)
    return context.store.read_claim(claim_id)


def catch_up_readings(
    context: ServiceContext, *, limit: int, cursor: str | None
) -> RequestedChecks:
    """Request the reading of one page of the claims that were not read because the tokens were
    spent or the reader did not answer.

    Raises NoReader, QueueFull, and InvalidInput for a cursor that the store did not issue.
    """
    _check_reader(context)
    return context.store.read_claims(SKIPPED, limit=limit, cursor=cursor)


def _check_reader(context: ServiceContext) -> None:
    if not context.settings.reader:
        raise NoReader("this service has no second reader: set ASSAY_READER")
    refusal = find_refusal(context.settings)
    if refusal:
        raise NoReader(refusal)


def set_schedule(
    context: ServiceContext, claim_id: ClaimId, body: ScheduleBody, *, versions: Versions = None
) -> None:
    """Check the claim on a schedule, if it has one of these versions.

    Raises NotFound, VersionChanged, and InvalidInput for a past `until`.
    """
    _check_until(context, body)
    context.store.set_schedule(claim_id, every=body.every, until=body.until, versions=versions)


def set_article_schedule(
    context: ServiceContext, article_id: ArticleId, body: ScheduleBody, *, versions: Versions = None
) -> int:
    """Check all claims of an article on a schedule; returns their number. Also NotExtracted."""
    _check_until(context, body)
    return context.store.set_article_schedule(
        article_id, every=body.every, until=body.until, versions=versions
    )


def _check_until(context: ServiceContext, body: ScheduleBody) -> None:
    if body.until is not None and body.until <= context.clock():
        raise InvalidInput("this moment is in the past", "/until")
