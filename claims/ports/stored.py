"""The arguments and results of a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from claims.types import (
    ArticleId,
    ArticleRecord,
    CheckOptions,
    Claim,
    ClaimId,
    ClaimRecord,
    Event,
    EventType,
    HistoryEntry,
    Page,
    Queue,
    ReaderChoice,
    SearchOutcome,
    Stage,
    Unread,
    Verdict,
    VerdictLabel,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article as submitted: one of text, html and url is not None."""

    id: ArticleId
    text: str | None = None
    html: str | None = None
    url: str | None = None
    title: str | None = None
    published_at: str | None = None
    claims: tuple[str, ...] = ()
    options: CheckOptions = field(default_factory=CheckOptions)
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim as submitted on its own. `context` is text around it, for pronouns."""

    id: ClaimId
    claim: Claim
    context: str | None = None
    options: CheckOptions = field(default_factory=CheckOptions)
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One unit of work: `id` is an ArticleId for extract, a ClaimId for gather and judge.

    `check` numbers the checks of a claim from 1; it is 1 for extract.
    """

    stage: Stage
    id: str
    check: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on an item until it runs out; its `token` fences the commit.

    `waited_s` is the time since the item was first postponed, 0 if it never was. `request_id` is
    that of the request that asked for the work, None for a check on schedule.
    """

    item: WorkItem
    token: str
    attempt: int
    waited_s: float = 0.0
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClaim:
    """A claim with fields that its public record does not have.

    `version` rises with every change of status, verdict or schedule (the ETag).
    `check` is the number of the newest check requested, `requested_at` the time of that request.
    `options` are those it was submitted with, itself or in an article; its record has the schedule
    that is in force now. `article_url` is the address of the article it was read from, if any;
    `searched` is what providers found for this check, until it is gathered. `reader` says whether a
    second reader is asked in this check, and `provisional_entry` is the history entry that belongs
    to the provisional verdict of its record, None without one.
    """

    record: ClaimRecord
    version: int
    check: int
    requested_at: datetime
    options: CheckOptions
    context: str | None
    article_url: str | None
    searched: SearchOutcome | None = None
    reader: ReaderChoice = ReaderChoice.AUTO
    provisional_entry: HistoryEntry | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its claims; `version` also rises when one of its claims changes.

    `claims` are those of its record, in the same order.
    """

    record: ArticleRecord
    version: int
    new: NewArticle
    claims: tuple[StoredClaim, ...]


class Order(StrEnum):
    """The order of a list. The last two leave out claims that have no verdict.

    By time of creation, the newest or the oldest first; by the last verdict, the latest or the
    most confident first.
    """

    NEWEST = "newest"
    OLDEST = "oldest"
    CHECKED = "checked"
    CONFIDENCE = "confidence"


class Superseded(StrEnum):
    """Whether a list has claims that were corrected: none of them, these as well, or only these."""

    EXCLUDE = "exclude"
    INCLUDE = "include"
    ONLY = "only"


class ReaderFacet(StrEnum):
    """What the second reader said beside the judge, or why it was not heard.

    `disagrees`: the judge alone came to another label; `decides`: it came to no decision.
    """

    AGREES = "agrees"
    DISAGREES = "disagrees"
    DECIDES = "decides"
    NOT_ASKED = f"not-read:{Unread.NOT_ASKED}"
    BUDGET = f"not-read:{Unread.BUDGET}"
    NO_ANSWER = f"not-read:{Unread.NO_ANSWER}"
    BAD_ANSWER = f"not-read:{Unread.BAD_ANSWER}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles are listed: those that fit every field; None and () leave none out.

    `statuses` are ArticleStatus for articles, ClaimStatus for claims. Of several labels, statuses
    or tags, one is enough; an article has the labels of its claims. `site` is the host of its
    address, or a domain above it. `words` must all be in its title, or, without one, in the start
    of its text. `since` and `until` limit when it was created: from `since`, and before `until`.
    """

    labels: tuple[VerdictLabel, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    site: str | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter(ArticleFilter):
    """Which claims are listed, otherwise like articles.

    The tags of its article count as a claim's; `site` is that of a page that its last verdict
    cites; `words` must all be in its text. `least_confidence` is that of its last verdict. Claims
    that were corrected are superseded, and left out unless `superseded` says otherwise. Of
    several `readers` one is enough.
    """

    article: ArticleId | None = None
    claimant: str | None = None
    least_confidence: float | None = None
    superseded: Superseded = Superseded.EXCLUDE
    readers: tuple[ReaderFacet, ...] = ()


ALL_ARTICLES = ArticleFilter()
ALL_CLAIMS = ClaimFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One row of a list: enough for a table, without evidence.

    `label` is for claims, `summary` counts the labels of an article's claims. `tags` of a claim
    include those of its article. The other fields are for claims: the article it was read from, if
    any, its last verdict, if there is one, what a second reader said of that (a ReaderFacet; None
    where none is set), and the claim that corrects it, if it is superseded.
    """

    id: str
    title: str
    status: str
    created_at: datetime
    label: str | None
    summary: dict[str, int]
    article_id: str | None = None
    article_title: str | None = None
    checked_at: datetime | None = None
    support: float | None = None
    confidence: float | None = None
    tags: tuple[str, ...] = ()
    corrected_by: str | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedClaim(ClaimRecord):
    """A claim in full, with what a reader of a list knows of its article."""

    article_title: str | None = None
    article_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportPage:
    """One page of a list of claims in full; otherwise like ListPage."""

    items: tuple[ExportedClaim, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list in its order; `next_cursor` is None at the end.

    It may have fewer items than asked for, or none, before the end: one call looks only at a
    limited number of records.
    """

    items: tuple[ListEntry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """The data that readiness checks.

    `problems` is empty when the store's settings are safe, `shortages` when its disk and its
    memory have room. `workers` are all that consume now, `judges` those whose judge is loaded,
    `consumers` those of each queue.
    """

    problems: tuple[str, ...]
    shortages: tuple[str, ...]
    due: int
    leased: int
    oldest_due_age_s: float
    workers: tuple[str, ...]
    judges: tuple[str, ...]
    consumers: Mapping[Queue, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LineState:
    """The items of one queue and priority that are ready, and the age of the oldest of them.

    `priority` is normal, bulk or scheduled (checks on schedule).
    """

    queue: Queue
    priority: str
    ready: int
    oldest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreMetrics:
    """What the store counts, for a monitoring system; service/metrics.py has the names.

    `counters`: a name and the values of its labels, to a number that never falls. Of a histogram
    the last value is the upper limit of a bucket in ms, or `sum`, in ms. `planned` items are due
    later, `leased` ones are being worked on; `workers` is the number that takes from each queue.
    """

    counters: Mapping[tuple[str, ...], int]
    lines: tuple[LineState, ...]
    planned: int
    leased: int
    articles: int
    claims: int
    workers: Mapping[Queue, int]


@dataclass(frozen=True, slots=True)
class RequestedChecks:
    """The number of the check of each claim of a page, and the cursor of the rest."""

    checks: Mapping[ClaimId, int]
    next: str | None


Versions = frozenset[int] | None
"""The versions of an article or claim, one of which it must have for a change; None: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """The number of items retried, and the cursor of the rest; `next` is null at the end."""

    articles: int
    claims: int
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyRequest:
    """A claim to judge from these pages alone, at once and without a record.

    A page that is only a passage has no address: its `url` is empty. `request_id` is that of the
    request, for the log of the worker. `reader` says whether a second reader is asked; its tokens
    are counted for the key of the API with the id `owner`.
    """

    id: str
    claim: str
    pages: tuple[Page, ...]
    claimed_at: date | None = None
    request_id: str | None = None
    reader: ReaderChoice = ReaderChoice.AUTO
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class VerifyAnswer:
    """The verdict on a verify request, or the error in words for which there is none."""

    verdict: Verdict | None = None
    error: str | None = None


class RecordKind(StrEnum):
    """What a store keeps under an id, in words."""

    ARTICLE = "article"
    CLAIM = "claim"
    CHECK = "check"
    PAGE = "page"
    EVENT = "event"
    SOURCE = "source"
    WEBHOOK = "webhook"
    DELIVERY = "delivery"
    KEY = "key"
    AUDIT_ENTRY = "audit entry"


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A stored record whose form this release cannot read, and when it was last met."""

    kind: str  # one of RecordKind, or of a later release
    id: str
    met_at: datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The number of checks, pages, answers of judges and answers of readers deleted."""

    checks: int
    pages: int
    scores: int = 0
    answers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """The events that pass: of one of these types, with one of these labels, with one of these tags
    (in any case; of the claim or its article), of this article or one of its claims, of this claim.
    Empty or None: all."""

    types: tuple[EventType, ...] = ()
    labels: tuple[VerdictLabel, ...] = ()
    tags: tuple[str, ...] = ()
    article_id: ArticleId | None = None
    claim_id: ClaimId | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events; `next` continues after them."""

    items: tuple[Event, ...]
    next: str | None
