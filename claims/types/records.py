"""Public records of articles and claims, with their status, verdicts and schedule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from claims.types.articles import ArticleId, ClaimId, NotChecked, Span
from claims.types.labels import VerdictLabel
from claims.types.readings import ReaderChoice
from claims.types.verdicts import Verdict


class ArticleStatus(StrEnum):
    """`extracted`: claims are known, not all are judged yet. `done`: every claim is finished."""

    QUEUED = "queued"
    EXTRACTED = "extracted"
    DONE = "done"
    FAILED = "failed"


class ClaimStatus(StrEnum):
    """The stage that a claim has reached. A re-check changes it; the last verdict stays.

    `reading`: the judge has given its verdict, which is provisional until the second reader has
    answered or is no longer waited for.
    """

    QUEUED = "queued"
    GATHERING = "gathering"
    JUDGING = "judging"
    READING = "reading"
    JUDGED = "judged"
    FAILED = "failed"


class Queue(StrEnum):
    """The queue of a work item, for the network, for the judge or for the reader; and that of
    deliveries to webhooks, which are no work items."""

    FETCH = "fetch"
    SCORE = "score"
    READ = "read"
    DELIVER = "deliver"


class Stage(StrEnum):
    """The four kinds of work item."""

    EXTRACT = "extract"
    GATHER = "gather"
    JUDGE = "judge"
    READ = "read"

    @property
    def queue(self) -> Queue:
        """The queue in which items of this stage wait."""
        return {Stage.JUDGE: Queue.SCORE, Stage.READ: Queue.READ}.get(self, Queue.FETCH)


class Priority(StrEnum):
    """How urgent a submission is: bulk waits until nothing else does, except every eighth turn."""

    NORMAL = "normal"
    BULK = "bulk"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """How a claim, or each claim of an article, is to be checked, as submitted.

    `sources` are the addresses to read, pages published after `as_of` are left out, `every` is the
    ISO 8601 duration between checks; None: no limit, no schedule, normal priority. `reader`:
    whether a second reader is asked; None: as ReaderChoice.AUTO.
    """

    sources: tuple[str, ...] = ()
    as_of: date | None = None
    every: str | None = None
    priority: Priority | None = None
    reader: ReaderChoice | None = None


class Fault(StrEnum):
    """The cause of a failure: the input, the service, or a person who ended the check; only the
    service's is worth a retry."""

    INPUT = "input"
    SERVICE = "service"
    CANCELLED = "cancelled"


EXHAUSTED = "attempts-exhausted"
CANCELLED = "cancelled"
UNREADABLE = "unreadable"
FAULTS_OF_SERVICE = frozenset({EXHAUSTED, UNREADABLE, "host-busy"})
"""Error codes that do not depend on the input: the judge could not be used, a defect, a time limit,
what is stored has a form that this release cannot read, a host at which the turn did not come."""


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """The reason why an article or claim has failed. `fault` follows from the code."""

    code: str
    detail: str
    fault: Fault = Fault.INPUT

    def __post_init__(self) -> None:
        object.__setattr__(self, "fault", _find_fault(self.code))


def _find_fault(code: str) -> Fault:
    if code == CANCELLED:
        return Fault.CANCELLED
    return Fault.SERVICE if code in FAULTS_OF_SERVICE else Fault.INPUT


@dataclass(frozen=True, slots=True)
class Waiting:
    """A source that is not asked before `until`; `code` is the reason, as in coverage."""

    url: str
    until: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a claim is checked again; `every` is an ISO 8601 duration of at least a minute."""

    every: str
    next_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """A re-check that gave a claim another label: its number, its time, the label before."""

    before: VerdictLabel
    check: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """A claim with its status and results: the same record in API, command line and exports.

    `context`, `sources`, `every`, `priority` and `reader` are those it was submitted with, itself
    or in its article; `sources` with those that were added since and without those that were
    removed, and the interval that is in force is that of `schedule`. `created_at` is None outside
    of a service.
    `last_change` is None while every verdict of the claim had the same label. `provisional` is the
    judge's verdict while the second reader is asked; the verdict of the check before stands.
    `tokens` are those that second readers used for it so far.
    `corrects` is the claim of which this is the corrected wording, `corrected_by` the one that
    corrects this: it is superseded, and no longer checked. `repeats` is the last claim before it
    that was submitted with the same content: text, claimant, dates, context and sources.
    """

    id: ClaimId
    article_id: ArticleId | None
    text: str
    span: Span | None
    sentence: str
    claimant: str | None
    claimed_at: date | None
    as_of: date | None = None
    context: str | None = None
    sources: tuple[str, ...] = ()
    every: str | None = None
    priority: Priority | None = None
    reader: ReaderChoice | None = None
    created_at: datetime | None = None
    check_worthiness: float
    kinds: tuple[str, ...]
    needs_context: bool
    links: tuple[str, ...] = ()
    status: ClaimStatus
    verdict: Verdict | None = None
    provisional: Verdict | None = None
    last_change: VerdictChange | None = None
    schedule: Schedule | None = None
    error: ErrorRecord | None = None
    waiting: Waiting | None = None
    tags: tuple[str, ...] = ()
    corrects: ClaimId | None = None
    corrected_by: ClaimId | None = None
    repeats: ClaimId | None = None
    tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article with its claims. `text` is empty until a submitted URL or HTML was read.

    `as_of`, `sources`, `every`, `priority`, `reader` and `created_at` are as in ClaimRecord;
    `tokens` are those of all its claims. `summary` counts the labels of its claims, without
    superseded ones. `repeats` is the last article before it that was submitted with the same
    content: text, HTML or address, dates, claims and sources. `unreadable` are its claims that this
    release cannot read, which `claims` leaves out.
    """

    id: ArticleId
    status: ArticleStatus
    title: str | None
    url: str | None
    published_at: str | None
    as_of: date | None = None
    sources: tuple[str, ...] = ()
    every: str | None = None
    priority: Priority | None = None
    reader: ReaderChoice | None = None
    created_at: datetime | None = None
    text: str
    claims: tuple[ClaimRecord, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    summary: dict[str, int] = field(default_factory=dict)
    error: ErrorRecord | None = None
    waiting: Waiting | None = None
    tags: tuple[str, ...] = ()
    repeats: ArticleId | None = None
    tokens: int = 0
    unreadable: tuple[ClaimId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The result of checking an article: claims with verdicts, and sentences not checked.

    `article` is None when only claims were checked; its own `claims` are those of the result.
    """

    article: ArticleRecord | None
    claims: tuple[ClaimRecord, ...]
    not_checked: tuple[NotChecked, ...] = ()
