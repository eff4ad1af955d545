"""Events: changes of articles, claims, tags and webhooks, in the order in which they happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from claims.types.articles import ArticleId, ClaimId
from claims.types.check_records import Cause, PageDifference
from claims.types.labels import VerdictLabel
from claims.types.records import ErrorRecord
from claims.types.reviews import Decision, StaleGrade, StaleReason
from claims.types.schedules import Schedule, TagScheduleChange


class EventType(StrEnum):
    """What happened. A check that confirms the last verdict is no event."""

    VERDICT_CREATED = "verdict.created"  # the first verdict of a claim
    VERDICT_CHANGED = "verdict.changed"  # another label, or another deciding passage
    PAGE_VANISHED = (
        "page.vanished"  # a page that the verdict cited failed on three days: it is gone
    )
    CLAIM_FAILED = "claim.failed"  # a check was given up; an earlier verdict stays
    CLAIM_CORRECTED = (
        "claim.corrected"  # a new claim with the corrected wording stands in its place
    )
    CLAIM_RETURNED = "claim.returned"  # it means the same as an earlier claim that was signed off
    CLAIM_DELETED = "claim.deleted"
    CLAIM_PUBLISHED = "claim.published"  # a person has published the label that was signed
    REVIEW_ADDED = "review.added"  # a person has taken a step in the review of a claim
    REVIEW_STALE = "review.stale"  # a sign-off is stale, or its grade has changed
    ARTICLE_DONE = "article.done"  # each of its claims was judged or given up once
    ARTICLE_FAILED = "article.failed"  # its claims could not be found
    ARTICLE_DELETED = "article.deleted"
    SCHEDULE_CHANGED = "schedule.changed"  # set, changed, deleted, or past its end
    TAG_SCHEDULED = "tag.scheduled"  # the schedule of a tag was set, changed or deleted
    WEBHOOK_DISABLED = "webhook.disabled"  # deliveries failed for days, or the receiver ended it
    WEBHOOK_PING = "webhook.ping"  # somebody tests a webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class EventData:
    """The details of an event; those that its type does not have are None or empty.

    `text` says in words what happened; the store leaves it empty, and claims/report/events.py fills
    it in. `heading` is the start of the claim, or of the article's title or text; for a webhook it
    is the host, for a tag the tag. `label` is the label of the claim's last verdict, `before` the
    label that it replaced, which is the same if only the deciding passage changed; `labels` counts
    the labels of an article's claims. `check` is the number of the check that ended. `support`,
    `confidence`, `causes` and `explanation` are those of a new verdict.
    `turned_by` are the first pages that turned it, and `diff` is what differs in them; without such
    pages `diff` has the first changed sentences, and its `gone` the pages of `page.vanished`.
    `same_as` is the earlier claim of `claim.returned`, and `signed` the label decided for it.
    `schedule` is None when the schedule was deleted; `tag_schedule` is the change of the schedule
    of a tag, for all its claims. `corrected_by` is the claim with the corrected
    wording. `webhook_id` is set for an event of a webhook; `error` then says why it was switched
    off. `by`, `decision` and `signed`, the label decided, are those of a step of a review; `by` is
    also who changed the schedule of a tag. `stale` and `stale_because` are those of a sign-off.
    """

    text: str = ""
    heading: str = ""
    label: VerdictLabel | None = None
    before: VerdictLabel | None = None
    labels: dict[str, int] = field(default_factory=dict)
    check: int | None = None
    support: float | None = None
    confidence: float | None = None
    causes: tuple[Cause, ...] = ()
    explanation: str | None = None
    diff: PageDifference | None = None
    turned_by: tuple[str, ...] = ()
    error: ErrorRecord | None = None
    schedule: Schedule | None = None
    tag_schedule: TagScheduleChange | None = None
    corrected_by: ClaimId | None = None
    same_as: ClaimId | None = None
    webhook_id: str | None = None
    by: str | None = None
    decision: Decision | None = None
    signed: VerdictLabel | None = None
    stale: StaleGrade | None = None
    stale_because: tuple[StaleReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change of an article, claim, tag or webhook. Later events have higher ids.

    `type` is one of EventType; a later release may have more. An event of a claim that was read
    from an article has both ids; an event of a tag or of a webhook has none of them.
    """

    id: str
    type: str
    at: datetime
    claim_id: ClaimId | None
    article_id: ArticleId | None
    data: EventData

    @property
    def about(self) -> str:
        """What the event is about: the id of the claim, article or webhook, or the tag."""
        tag = self.data.tag_schedule.tag if self.data.tag_schedule else ""
        return self.claim_id or self.article_id or self.data.webhook_id or tag
