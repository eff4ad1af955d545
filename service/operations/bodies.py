"""Request bodies, as pydantic models, and the values of the store that they make.

An unknown field of a body is an error. A field that is null counts as absent.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from claims.access import Scope
from claims.extraction import read_claim
from claims.limits import SOURCES
from claims.ports import NewClaim, StoredClaim
from claims.registry import RegisteredSource, SourceKind
from claims.sources.address import parse_source
from claims.types import ArticleId, CheckOptions, ClaimId, Page
from claims.webhooks import NewWebhook, WebhookStatus, make_webhook_id, make_webhook_secret
from service.operations.fields import (
    BATCH,
    PASSAGES,
    PASSAGES_CHARS,
    AskedReader,
    Author,
    ChosenTags,
    ClaimText,
    ContextText,
    Day,
    DayOrMoment,
    EventTypes,
    Every,
    KeyName,
    Labels,
    LastDay,
    Line,
    Moment,
    PassageText,
    ReceiverURL,
    SourceAddress,
    SourceURL,
    SubmissionPriority,
    Tags,
)
from service.operations.ids import ArticleIdText


def _check_size(passages: list[PassageBody]) -> list[PassageBody]:
    """The unchanged passages. Raises if they have too many characters together."""
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
    reader: AskedReader | None = None
    tags: Tags | None = None

    def to_options(self) -> CheckOptions:
        """These fields as the store and the pipeline use them."""
        return CheckOptions(
            sources=tuple(self.sources or ()),
            as_of=self.as_of,
            every=self.every,
            priority=self.priority,
            reader=self.reader,
        )


_FORCE = Field(strict=True, description="Check also claims that would be refused as not checkable.")
Force = Annotated[bool, _FORCE]


class ClaimBody(SubmissionBody):
    """A claim to check on its own."""

    text: ClaimText
    context: ContextText | None = None
    claimant: Line | None = None
    claimed_at: Day | None = None
    force: Force | None = None

    def to_claim(self) -> NewClaim:
        """The claim as it is read with its context, with a new id."""
        read = read_claim(
            self.text,
            article_text=self.context,
            claimant=self.claimant,
            claimed_at=self.claimed_at,
        )
        return NewClaim(
            id=ClaimId(f"c_{secrets.token_hex(16)}"),
            # In the words of the body: the claim is also its sentence.
            claim=replace(read, text=self.text, sentence=self.text, span=None),
            context=self.context,
            options=self.to_options(),
            tags=None if self.tags is None else tuple(self.tags),
        )

    def to_correction(self, old: StoredClaim) -> NewClaim:
        """This claim as the new wording of `old`, from which it has the fields not given."""
        fields = {
            "context": old.context,
            "claimant": old.record.claimant,
            "claimed_at": old.record.claimed_at,
            "as_of": old.options.as_of,
            "sources": list(old.options.sources),
            "tags": list(old.record.tags) or None,
        } | self.model_dump(exclude_none=True)
        return self.model_copy(update=fields).to_claim()


class BatchBody(Body):
    """Claims to check, each on its own: all are accepted or none."""

    claims: Annotated[list[ClaimBody], Field(min_length=1, max_length=BATCH)]


class SourcesBody(Body):
    """Sources to read for a claim as well."""

    sources: Annotated[list[SourceURL], Field(min_length=1, max_length=SOURCES)]


class PassageBody(Body):
    """A passage or a whole page, with its known details."""

    text: PassageText
    title: Line | None = None
    published_at: DayOrMoment | None = None
    url: SourceURL | None = None

    def to_page(self, *, now: datetime) -> Page:
        """The page as it is judged; without an address its `url` is empty."""
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
    reader: AskedReader | None = None
    force: Force | None = None


class TagsBody(Body):
    """The tags of an article or claim, which replace its previous tags."""

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
    by: Author | None = None

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
    """A key to create: its name, its scopes, and when it expires."""

    name: KeyName
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expires_at: Moment | None = None


class WebhookBody(Body):
    """A webhook to create: the address of its receiver, and which events it gets."""

    url: ReceiverURL
    events: EventTypes
    labels: Labels | None = None
    tags: ChosenTags | None = None
    article: ArticleIdText | None = None

    def to_webhook(self) -> NewWebhook:
        """The webhook, with a new id and a new secret."""
        return NewWebhook(
            id=make_webhook_id(),
            url=self.url,
            events=tuple(dict.fromkeys(self.events)),
            labels=tuple(dict.fromkeys(self.labels or ())),
            tags=tuple(self.tags or ()),
            article=ArticleId(self.article) if self.article else None,
            secret=make_webhook_secret(),
        )


class WebhookChangeBody(Body):
    """The fields of a webhook to change. Null removes a filter: `labels`, `tags` or `article`."""

    url: ReceiverURL | None = None
    events: EventTypes | None = None
    labels: Labels | None = None
    tags: ChosenTags | None = None
    article: ArticleIdText | None = None
    status: WebhookStatus | None = None

    def to_fields(self) -> dict[str, Any]:
        """The fields to change except the status, with their new values."""
        removed: dict[str, Any] = {"labels": (), "tags": (), "article": None}
        given = self.model_dump(exclude_none=True, exclude={"status"})
        return {name: removed[name] for name in removed if name in self.model_fields_set} | given
