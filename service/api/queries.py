"""Query parameters and header fields, as pydantic models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from werkzeug.http import parse_etags

from claims.access import Action
from claims.limits import SOURCES, TAGS
from claims.ports import (
    ArticleFilter,
    ClaimFilter,
    EventFilter,
    Order,
    ReaderFacet,
    ReviewFilter,
    Superseded,
    Versions,
)
from claims.store.reader_usage import USAGE_DAYS
from claims.types import ArticleId, ArticleStatus, ClaimId, ClaimStatus, EventType, VerdictLabel
from service.operations.fields import (
    AskedReader,
    Author,
    Grace,
    Line,
    MomentOrDay,
    Repeated,
    Site,
    SourceURL,
    Tag,
    Words,
)
from service.operations.ids import ArticleIdText, ClaimIdText, EventIdText, Since

WAIT_S_MAX = 20
LIST_LIMIT_MAX = 200
LIST_LIMIT = 50

Filter = TypeVar("Filter", bound=ArticleFilter)


class ArticleOrder(StrEnum):
    """The order of a list of articles: those that `Order` has for records without a verdict."""

    NEWEST = Order.NEWEST.value
    OLDEST = Order.OLDEST.value


class GraceQuery(BaseModel):
    """For how long the previous secret is accepted."""

    grace: Grace | None = Field(
        default=None,
        description="How long the old secret is accepted as well. Default: not at all.",
    )


class AuditQuery(BaseModel):
    """Which page of the audit log, and which changes by which actor."""

    limit: int = Field(default=LIST_LIMIT, ge=1, le=LIST_LIMIT_MAX)
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None, description="The `next` of the previous page."
    )
    actor: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        default=None, description="The id of a key, `token` or `local`."
    )
    action: Action | None = None
    object: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="What was changed: the id of an article, claim, key or webhook, or the name of "
        "a source.",
    )
    since: MomentOrDay | None = Field(default=None, description="Changes then or later.")
    until: MomentOrDay | None = Field(default=None, description="Changes before.")


class AuthorQuery(BaseModel):
    """The author of a change that has no body."""

    by: Author | None = None


class VerdictQuery(BaseModel):
    """Which verdict is returned."""

    without_credibility: bool = Field(
        default=False,
        description="Return the verdict as it would be without the credibility of sources. The "
        "stored verdict does not change.",
    )


class UsageQuery(BaseModel):
    """For how many days the tokens are returned."""

    days: int = Field(default=30, ge=1, le=USAGE_DAYS, description="Today and the days before it.")


class ListQuery(BaseModel):
    """Which page of a list."""

    limit: int = Field(default=LIST_LIMIT, ge=1, le=LIST_LIMIT_MAX)
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None, description="The `next` of the previous page of the list."
    )


class SearchQuery(ListQuery):
    """Which records of a list, by the properties that articles and claims share."""

    label: Annotated[list[VerdictLabel], Repeated, Field(max_length=len(VerdictLabel))] = Field(
        default=[], description="One of these, of a claim's last verdict."
    )
    tag: Annotated[list[Tag], Repeated, Field(max_length=TAGS)] = Field(
        default=[], description="One of these, in any case."
    )
    site: Site | None = Field(
        default=None,
        description="A host, or a domain above it: of the article, or of a page that the claim's "
        "last verdict cites.",
    )
    q: Words | None = Field(
        default=None,
        description="Words, all of which are in the article's title or the claim's text.",
    )
    since: MomentOrDay | None = Field(default=None, description="Created then or later.")
    until: MomentOrDay | None = Field(default=None, description="Created before.")
    status: Sequence[str] = ()
    sort: ArticleOrder | Order = Order.NEWEST

    def _fill(self, kind: type[Filter]) -> Filter:
        """The store's filter with the fields that articles and claims share."""
        return kind(
            labels=tuple(self.label),
            statuses=tuple(self.status),
            tags=tuple(self.tag),
            site=self.site,
            words=self.q,
            since=self.since,
            until=self.until,
            order=Order(self.sort),
        )


class ArticleListQuery(SearchQuery):
    """Which articles of the list, and in which order."""

    status: Annotated[list[ArticleStatus], Repeated, Field(max_length=len(ArticleStatus))] = Field(
        default=[], description="One of these."
    )
    sort: ArticleOrder = ArticleOrder.NEWEST

    def to_filter(self) -> ArticleFilter:
        """These parameters as the store takes them."""
        return self._fill(ArticleFilter)


class ClaimListQuery(SearchQuery):
    """Which claims of the list, and in which order."""

    status: Annotated[list[ClaimStatus], Repeated, Field(max_length=len(ClaimStatus))] = Field(
        default=[], description="One of these."
    )
    article: ArticleIdText | None = Field(
        default=None, description="The id of the article that the claim was read from."
    )
    claimant: Line | None = Field(default=None, description="Who says it, in any case.")
    min_confidence: float | None = Field(
        default=None, ge=0, le=1, description="Of the last verdict, at least."
    )
    reader: Annotated[list[ReaderFacet], Repeated, Field(max_length=len(ReaderFacet))] = Field(
        default=[],
        description="One of these, of the last verdict: whether the second reader agrees with the "
        "judge, disagrees, or decides what the judge leaves open, or why there is no reading.",
    )
    review: ReviewFilter | None = Field(
        default=None,
        description="How far the review by people has come; `stale`: the sign-off is stale, as "
        "found by the last sweep.",
    )
    assignee: Line | None = Field(
        default=None, description="To whom the review is assigned, in any case."
    )
    changed_since: MomentOrDay | None = Field(
        default=None, description="Got another label than the one before then or later."
    )
    superseded: Superseded = Field(
        default=Superseded.EXCLUDE,
        description="Claims that were corrected: left out, listed as well, or alone.",
    )
    sort: Order = Field(
        default=Order.NEWEST,
        description="`checked`: the last verdict first. `confidence`: the most confident first. "
        "Both leave out claims without a verdict.",
    )

    def to_filter(self) -> ClaimFilter:
        """These parameters as the store takes them."""
        return replace(
            self._fill(ClaimFilter),
            article=None if self.article is None else ArticleId(self.article),
            claimant=self.claimant,
            least_confidence=self.min_confidence,
            superseded=self.superseded,
            readers=tuple(self.reader),
            review=self.review,
            assignee=self.assignee,
            changed_since=self.changed_since,
        )


class ReaderQuery(BaseModel):
    """Whether the second reader is asked in a check."""

    reader: AskedReader | None = None


class SourcesQuery(BaseModel):
    """Sources to remove."""

    source: Annotated[list[SourceURL], Repeated, Field(min_length=1, max_length=SOURCES)] = Field(
        description="Addresses to remove. One that is not among the sources changes nothing."
    )


class RecheckQuery(ClaimListQuery):
    """Which claims of the list are checked again, and whether the second reader is asked: `reader`
    is a filter, as in the list."""

    ask_reader: AskedReader | None = None

    @model_validator(mode="after")
    def _one_filter(self) -> Self:
        if not self.model_fields_set - {"limit", "cursor", "sort", "superseded", "ask_reader"}:
            raise PydanticCustomError(
                "one_filter", "give at least one filter, such as tag: no request checks all claims"
            )
        return self


class WaitQuery(VerdictQuery):
    """How long the answer may wait for the end of the check, or for the next change."""

    wait: float = Field(
        default=0,
        ge=0,
        le=WAIT_S_MAX,
        description="Maximum seconds to wait until the check is finished or, with If-None-Match, "
        "until the version differs. The answer comes at once if too many requests are waiting.",
    )


class EventQuery(BaseModel):
    """Which events."""

    type: Annotated[list[EventType], Repeated, Field(max_length=len(EventType))] = Field(
        default=[], description="One of these."
    )
    label: Annotated[list[VerdictLabel], Repeated, Field(max_length=len(VerdictLabel))] = Field(
        default=[], description="One of these, of the claim's last verdict."
    )
    tag: Annotated[list[Tag], Repeated, Field(max_length=TAGS)] = Field(
        default=[],
        description="One of these, in any case: of the claim or its article, or of the schedule.",
    )
    article: ArticleIdText | None = Field(
        default=None, description="Events of this article and of its claims."
    )
    claim: ClaimIdText | None = None
    limit: int = Field(default=LIST_LIMIT, ge=1, le=LIST_LIMIT_MAX)

    def to_filter(self) -> EventFilter:
        """The events that pass."""
        return EventFilter(
            types=tuple(self.type),
            labels=tuple(self.label),
            tags=tuple(self.tag),
            article_id=ArticleId(self.article) if self.article else None,
            claim_id=ClaimId(self.claim) if self.claim else None,
        )


class ChangesQuery(EventQuery):
    """Which events, from where on, and how long to wait for one."""

    since: Since | None = Field(
        default=None,
        description="The `next` of the answer before, or the id of an event: only later events. "
        "Left out: all that are kept. `now`: none, to begin with the events to come.",
    )
    wait: float = Field(
        default=0,
        ge=0,
        le=WAIT_S_MAX,
        description="Maximum seconds to wait for an event. The answer comes at once if too many "
        "requests are waiting.",
    )


class FeedQuery(EventQuery):
    """Which events of the feed."""

    before: EventIdText | None = Field(
        default=None, description="Only events before this one, as in the link to older entries."
    )
    key: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = Field(
        default=None,
        description="A key with the scope `feed` and no other, for readers that send no header.",
    )


class ConditionHeaders(BaseModel):
    """The header that makes a change depend on the version of the record."""

    if_match: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None,
        description="The ETag of the article or claim: if it has changed meanwhile, the answer is "
        "412 and nothing is changed.",
    )

    def to_versions(self) -> Versions:
        """The versions of which the record must have one; None for any."""
        if self.if_match is None:
            return None
        tags = parse_etags(self.if_match)
        # A weak tag never matches (RFC 9110, 13.1.1), nor does one that is no version.
        strong = (tag for tag in tags.as_set() if tag.isascii() and tag.isdecimal())
        return None if tags.star_tag else frozenset(map(int, strong))


class IdempotencyHeaders(BaseModel):
    """The header that makes a repeated submission harmless."""

    idempotency_key: (
        Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
        | None
    ) = Field(default=None, description="Up to 255 visible ASCII characters.")
