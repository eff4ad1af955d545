"""Schedules and readings of claims: a schedule ends in the future, a reading needs a reader."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from claims.adaptive_schedules import Urgency, find_urgency, list_looks, plan_check
from claims.errors import InvalidInput, NoReader
from claims.ports import Adapted, ClaimFilter, ReaderFacet, RequestedChecks, Versions
from claims.types import ArticleId, ClaimId, Hours, TagSchedule
from service.context import ServiceContext
from service.monitoring.reader_state import find_refusal
from service.operations.fields import Tag
from service.operations.schedule_bodies import ScheduleBody
from service.shapes import ArticleSchedule

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
    period, adapted = _plan(context, body, claim_id)
    context.store.set_schedule(
        claim_id,
        every=period,
        until=body.until,
        adaptive=adapted,
        hours=body.to_hours(),
        is_paused=bool(body.paused),
        versions=versions,
    )


def set_article_schedule(
    context: ServiceContext, article_id: ArticleId, body: ScheduleBody, *, versions: Versions = None
) -> ArticleSchedule:
    """Check all claims of an article on a schedule. Also raises NotExtracted."""
    _check_until(context, body)
    period, adapted = _plan(context, body, None)
    hours = body.to_hours()
    claims = context.store.set_article_schedule(
        article_id,
        every=period,
        until=body.until,
        adaptive=adapted,
        hours=hours,
        is_paused=bool(body.paused),
        versions=versions,
    )
    times = hours or Hours()
    return ArticleSchedule(
        article_id,
        period,
        body.until,
        claims,
        body.to_bounds(),
        times.at,
        times.zone,
        times.quiet,
        bool(body.paused),
    )


def set_tag_schedule(context: ServiceContext, tag: str, body: ScheduleBody) -> TagSchedule:
    """Check the claims with a tag on a schedule, unless they have one of their own.

    Raises InvalidInput for a past `until`, a tag that there cannot be, and too many schedules.
    """
    tag = check_tag(tag)
    _check_until(context, body)
    period, adapted = _plan(context, body, None)
    context.store.tag_schedules.put(
        tag,
        every=period,
        until=body.until,
        adaptive=adapted,
        hours=body.to_hours(),
        is_paused=bool(body.paused),
    )
    return context.store.tag_schedules.get(tag)


def check_tag(tag: str) -> str:
    """The tag without white space at its ends. Raises InvalidInput, as for a tag of a claim."""
    try:
        return TypeAdapter(Tag).validate_python(tag)
    except ValidationError as error:
        raise InvalidInput(error.errors()[0]["msg"], "") from error


def _plan(
    context: ServiceContext, body: ScheduleBody, claim_id: ClaimId | None
) -> tuple[str, Adapted | None]:
    """The first period, and with an adaptive schedule its bounds: from the looks at the claim, or
    without a claim as for one that was never looked at again."""
    bounds, now = body.to_bounds(), context.clock()
    if body.every is not None or bounds is None:
        return body.every or "", None
    if claim_id is None:
        plan = plan_check((), urgency=Urgency.NORMAL, bounds=bounds)
    else:
        claim = context.store.get_claim(claim_id).record
        looks = list_looks(context.store.get_history(claim_id), now=now)
        plan = plan_check(looks, urgency=find_urgency(claim, now=now), bounds=bounds)
    return plan.every, Adapted(bounds, plan.reason)


def _check_until(context: ServiceContext, body: ScheduleBody) -> None:
    if body.until is not None and body.until <= context.clock():
        raise InvalidInput("this moment is in the past", "/until")
