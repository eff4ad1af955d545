"""Request bodies, query parameters and header fields, as pydantic models.

An unknown field of a body is an error. A field that is null counts as absent.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from claims.access import Action, Scope
from claims.limits import SOURCES, TAGS
from claims.ports import ArticleFilter, ClaimFilter, EventFilter, Order
from claims.registry import RegisteredSource, SourceKind
from claims.sources.address import parse_source
from claims.types import (
    ArticleId,
    ArticleStatus,
    CheckOptions,
    ClaimId,
    ClaimStatus,
    EventType,
    Page,
    VerdictLabel,
)
from service.api.fields import (
    BATCH,
    CLAIMS,
    PASSAGES,
    PASSAGES_CHARS,
    ArticleHTML,
    ArticleIdText,
    ArticleText,
    ArticleURL,
    Author,
    ClaimIdText,
    ClaimText,
    ContextText,
    Day,
    DayOrMoment,
    EventIdText,
    Every,
    Grace,
    KeyName,
    LastDay,
    Line,
    Moment,
    MomentOrDay,
    PassageText,
    Repeated,
    Since,
    Site,
    SourceAddress,
    SourceURL,
    SubmissionPriority,
    Tag,
    Tags,
    Words,
)

WAIT_S_MAX = 20
LIST_LIMIT_MAX = 200
LIST_LIMIT = 50

_CONTENT = ("text", "html", "url")
_AUTHOR = (
    "Name of the author of this change; it is stored with the change. Left out: the name of the "
    "key. Required without a key."
)


def _exactly_one_content(schema: dict[str, Any]) -> None:
    """Add the rule of `ArticleBody._one_content` to the JSON Schema.

    It uses `not`, because client generators make one type for each branch of a `oneOf` and drop the
    other fields.
    """
    none = {"properties": {name: {"type": "null"} for name in _CONTENT}}
    two = [
        {"required": pair, "properties": {name: {"type": "string"} for name in pair}}
        for pair in map(list, combinations(_CONTENT, 2))
    ]
    schema["not"] = {"anyOf": [none, *two]}


def _check_size(passages: list[PassageBody]) -> list[PassageBody]:
    """The unchanged passages. Raises for more characters than all of them may have together."""
    characters = sum(len(passage.text) for passage in passages)
    if characters > PASSAGES_CHARS:
        raise PydanticCustomError(
            "passages_too_long",
            "the passages have {characters} characters together, maximum {most}",
            {"characters": f"{characters:,}", "most": f"{PASSAGES_CHARS:,}"},
        )
    return passages


class Body(BaseModel):
    """A JSON object with the listed fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SubmissionBody(Body):
    """Options of the check; bodies of articles and of claims have these fields."""

    as_of: LastDay | None = None
    sources: Annotated[list[SourceURL], Field(max_length=SOURCES)] | None = None
    every: Every | None = None
    priority: SubmissionPriority | None = None
    tags: Tags | None = None

    def to_options(self) -> CheckOptions:
        """These fields as the store and the pipeline use them."""
        return CheckOptions(
            sources=tuple(self.sources or ()),
            as_of=self.as_of,
            every=self.every,
            priority=self.priority,
        )


class ArticleBody(SubmissionBody):
    """An article to check: exactly one of text, html and url, and the options of the check."""

    model_config = ConfigDict(json_schema_extra=_exactly_one_content)

    text: ArticleText | None = None
    html: ArticleHTML | None = None
    url: ArticleURL | None = None
    title: Line | None = None
    published_at: DayOrMoment | None = None
    claims: Annotated[list[ClaimText], Field(max_length=CLAIMS)] | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [name for name in _CONTENT if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            raise PydanticCustomError(
                "one_content",
                "Send exactly one of text, html and url, not {found}.",
                {"found": found},
            )
        return self


class ClaimBody(SubmissionBody):
    """A claim to check on its own."""

    text: ClaimText
    context: ContextText | None = None
    claimant: Line | None = None
    claimed_at: Day | None = None


class BatchBody(Body):
    """Claims to check, each on its own: all are accepted or none."""

    claims: Annotated[list[ClaimBody], Field(min_length=1, max_length=BATCH)]


class SourcesBody(Body):
    """Sources to read for a claim as well."""

    sources: Annotated[list[SourceURL], Field(min_length=1, max_length=SOURCES)]


class PassageBody(Body):
    """A passage or a whole page, with what is known of it."""

    text: PassageText
    title: Line | None = None
    published_at: DayOrMoment | None = None
    url: SourceURL | None = None

    def to_page(self, *, now: datetime) -> Page:
        """The page as it is judged: one without an address has an empty `url`."""
        return Page(
            url=self.url or "",
            canonical_url=parse_source(self.url) if self.url else "",
            title=self.title,
            publisher=None,
            published_at=self.published_at,
            fetched_at=now,
            sha256=sha256(self.text.encode()).hexdigest(),
            text=self.text,
        )


class VerifyBody(Body):
    """A claim to judge now, and the passages that are all its evidence."""

    claim: ClaimText
    passages: Annotated[
        list[PassageBody], Field(min_length=1, max_length=PASSAGES), AfterValidator(_check_size)
    ]
    claimed_at: Day | None = None


class ScheduleBody(Body):
    """How often a claim is checked again, and until when."""

    every: Every
    until: Moment | None = None


class TagsBody(Body):
    """The tags of an article or claim, in place of those before."""

    tags: Tags


class SourceBody(Body):
    """The fields of a registered source, and the author of the change."""

    kind: SourceKind = SourceKind.PAGE
    address: SourceAddress | None = None
    domains: list[Line] | None = None
    include: list[Line] | None = None
    exclude: list[Line] | None = None
    family: Line | None = None
    language: Line | None = None
    credibility: Annotated[float, Field(ge=0, le=1)] | None = None
    reason: Line | None = None
    by: Author | None = Field(default=None, description=_AUTHOR)

    def to_source(self, name: str) -> RegisteredSource:
        """The source with this name; `check_source` has not validated it yet."""
        return RegisteredSource(
            name=name,
            kind=self.kind,
            address=self.address,
            domains=tuple(self.domains or ()),
            include=tuple(self.include or ()),
            exclude=tuple(self.exclude or ()),
            family=self.family,
            language=self.language,
            credibility=self.credibility,
            reason=self.reason,
        )


class KeyBody(Body):
    """A key to make: its name, what it may do, and when it ends."""

    name: KeyName
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expires_at: Moment | None = None


class GraceQuery(BaseModel):
    """What becomes of the secret before."""

    grace: Grace | None = Field(
        default=None, description="How long the secret before is accepted as well; not at all."
    )


class AuditQuery(BaseModel):
    """Which piece of the audit log, and of whose and which changes."""

    limit: int = Field(default=LIST_LIMIT, ge=1, le=LIST_LIMIT_MAX)
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None, description="The `next` of the piece before."
    )
    actor: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        default=None, description="The id of a key, `token` or `local`."
    )
    action: Action | None = None


class AuthorQuery(BaseModel):
    """The author of a change that has no body."""

    by: Author | None = Field(default=None, description=_AUTHOR)


class VerdictQuery(BaseModel):
    """Which verdict is returned."""

    without_credibility: bool = Field(
        default=False,
        description="Return the verdict as it would be without the credibility of sources. The "
        "stored verdict does not change.",
    )


class ListQuery(BaseModel):
    """Which page of a list."""

    limit: int = Field(default=LIST_LIMIT, ge=1, le=LIST_LIMIT_MAX)
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        default=None, description="The `next` of the previous page of the list."
    )


class SearchQuery(ListQuery):
    """Which records of a list, by what articles and claims have in common."""

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


class ArticleListQuery(SearchQuery):
    """Which articles of the list, and in which order."""

    status: Annotated[list[ArticleStatus], Repeated, Field(max_length=len(ArticleStatus))] = Field(
        default=[], description="One of these."
    )
    sort: Literal["newest", "oldest"] = "newest"

    def to_filter(self) -> ArticleFilter:
        """These parameters as the store takes them."""
        return ArticleFilter(
            labels=tuple(self.label),
            statuses=tuple(self.status),
            tags=tuple(self.tag),
            site=self.site,
            words=self.q,
            since=self.since,
            until=self.until,
            order=Order(self.sort),
        )


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
    sort: Literal["newest", "oldest", "checked", "confidence"] = Field(
        default="newest",
        description="`checked`: the last verdict first. `confidence`: the most confident first. "
        "Both leave out claims without a verdict.",
    )

    def to_filter(self) -> ClaimFilter:
        """These parameters as the store takes them."""
        return ClaimFilter(
            labels=tuple(self.label),
            statuses=tuple(self.status),
            tags=tuple(self.tag),
            site=self.site,
            words=self.q,
            since=self.since,
            until=self.until,
            order=Order(self.sort),
            article=None if self.article is None else ArticleId(self.article),
            claimant=self.claimant,
            least_confidence=self.min_confidence,
        )


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
        default=[], description="One of these, in any case: of the claim or its article."
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


class IdempotencyHeaders(BaseModel):
    """The header that makes a repeated submission harmless."""

    idempotency_key: (
        Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
        | None
    ) = Field(default=None, description="Up to 255 visible ASCII characters.")
