"""Public records of articles and claims, with their status and verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from claims.types.articles import ArticleId, Claim, ClaimId, NotChecked, Span
from claims.types.dated_statement import state_days
from claims.types.labels import Stance, VerdictLabel
from claims.types.readings import ReaderChoice
from claims.types.reviews import Review, ReviewState
from claims.types.schedules import Schedule
from claims.types.verdicts import Verdict


class ArticleStatus(StrEnum):
    """`extracted`: claims are known, not all are judged yet. `done`: every claim is finished."""

    QUEUED = "queued"
    EXTRACTED = "extracted"
    DONE = "done"
    FAILED = "failed"


class ClaimStatus(StrEnum):
    """The stage that a claim has reached. A re-check changes it; the last verdict stays.

    `reading`: the judge's verdict is provisional until the second reader has answered, or its time
    is over.
    """

    QUEUED = "queued"
    GATHERING = "gathering"
    JUDGING = "judging"
    READING = "reading"
    JUDGED = "judged"
    FAILED = "failed"


class Queue(StrEnum):
    """The queues of work items (for the network, the judge and the second reader) and the queue of
    webhook deliveries, which are not work items."""

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
    ISO 8601 duration between checks. None means no limit for `as_of`, no schedule for `every`,
    normal for `priority`. `reader` says whether a second reader is asked; None means
    ReaderChoice.AUTO.
    """

    sources: tuple[str, ...] = ()
    as_of: date | None = None
    every: str | None = None
    priority: Priority | None = None
    reader: ReaderChoice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of a claim: all that gathering, judging and reading need to know of it.

    `number` counts the checks of the claim from 1; `requested_at` is the time of the request. Pages
    that were fetched since `fresh_after` are not fetched again; None: those since the request.
    `article_url` is the address of the article that the claim was read from, if any; `last` is the
    verdict of the check before, if there is one.
    """

    claim: Claim
    options: CheckOptions = CheckOptions()
    number: int = 1
    requested_at: datetime
    fresh_after: datetime | None = None
    article_url: str | None = None
    last: Verdict | None = None


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
a stored record that this release cannot read, a host whose turn did not come in time."""


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
class VerdictChange:
    """A re-check that gave a claim another label: its number, its time, the label before."""

    before: VerdictLabel
    check: int
    at: datetime


class Notice(StrEnum):
    """What a reader should know of a verdict before its label.

    `early-reports`: the claim was made on the day of the check or the day before. `one-sided`: at
    least three origins take its side, and none the other. `one-origin`: a single origin takes a
    side. `only-party`: the claim is supported, and by parties to the claim alone.
    """

    EARLY_REPORTS = "early-reports"
    ONE_SIDED = "one-sided"
    ONE_ORIGIN = "one-origin"
    ONLY_PARTY = "only-party"


EARLY_DAYS = 1
"""Days between a claim and its check up to which reports are early."""
ONE_SIDED_ORIGINS = 3
"""Minimum origins of evidence on one side alone that count as one-sided."""


@dataclass(frozen=True, slots=True)
class SameClaim:
    """An earlier claim that means the same, as it is now.

    `label` and `checked_at` are those of its last verdict, `review` and `signed` the state of its
    review and the label that people decided; `linked_at` is when the two were found to be the same.
    """

    id: ClaimId
    text: str
    label: VerdictLabel | None
    checked_at: datetime | None
    review: ReviewState
    signed: VerdictLabel | None
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """A claim with its status and results: the same record in API, command line and exports.

    `context`, `sources`, `every`, `priority` and `reader` come from its submission, or from that of
    its article; `sources` follows later additions and removals, and the interval now in force is
    that of `schedule`. `created_at` is None outside of a service.
    `last_change` is None while every verdict of the claim had the same label. `unconfirmed` is a
    change that a check on schedule found, and that a further check confirms before it is announced;
    `before` is the label that was announced last, the same one if only the deciding passage
    changed. `provisional` is the judge's verdict while the second reader is asked; `verdict` is
    then still that of the previous check. `tokens` is the number of tokens that second readers have
    used for it.
    `corrects` is the claim of which this is the corrected wording. `corrected_by` is the claim that
    corrects this one, which is then superseded and no longer checked. `repeats` is the last earlier
    claim that was submitted with the same content: text, claimant, dates, context and sources.
    `same_as` is an earlier claim that means the same in other words, or in the same ones; None also
    after that one was deleted.
    `review` is what people have decided about `verdict`, which is a proposal to them. `notices`
    follow from the verdict and `claimed_at`. `as_of_statement` says of what days the evidence is
    that decides; it follows from the verdict, `claimed_at` and `as_of`.
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
    unconfirmed: VerdictChange | None = None
    schedule: Schedule | None = None
    error: ErrorRecord | None = None
    waiting: Waiting | None = None
    tags: tuple[str, ...] = ()
    corrects: ClaimId | None = None
    corrected_by: ClaimId | None = None
    repeats: ClaimId | None = None
    same_as: SameClaim | None = None
    tokens: int = 0
    review: Review = field(default_factory=Review)
    notices: tuple[Notice, ...] = ()
    as_of_statement: str | None = None

    def __post_init__(self) -> None:
        """Set the notices and the statement, which follow from the verdict and the days."""
        object.__setattr__(self, "notices", tuple(_find_notices(self.verdict, self.claimed_at)))
        stated = state_days(self.verdict, claimed_at=self.claimed_at, as_of=self.as_of)
        object.__setattr__(self, "as_of_statement", stated)


def _find_notices(verdict: Verdict | None, claimed_at: date | None) -> Iterator[Notice]:
    if verdict is None:
        return
    if claimed_at and (verdict.checked_at.date() - claimed_at).days <= EARLY_DAYS:
        yield Notice.EARLY_REPORTS
    sides = (Stance.SUPPORTS, Stance.REFUTES)
    voices = [
        (one.stance, one.page.origin or one.page.url)
        for one in verdict.evidence
        if one.stance in sides and not one.stale
    ]
    origins = {origin for _, origin in voices}
    if len(origins) == 1:
        yield Notice.ONE_ORIGIN
    elif len(origins) >= ONE_SIDED_ORIGINS and len({stance for stance, _ in voices}) == 1:
        yield Notice.ONE_SIDED
    if verdict.label is VerdictLabel.SUPPORTED:
        for_it = (one for one in verdict.evidence if one.stance is Stance.SUPPORTS)
        parties = {one.party for one in for_it if not one.stale}
        if parties == {True}:
            yield Notice.ONLY_PARTY


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article with its claims. `text` is empty until a submitted URL or HTML was read.

    `as_of`, `sources`, `every`, `priority`, `reader` and `created_at` are as in ClaimRecord;
    `tokens` is the sum over its claims. `summary` counts the labels of its claims, without
    superseded ones. `only_listed`: its claims were listed at the submission, and no others are
    checked. `repeats` is the last earlier article that was submitted with the same content: text,
    HTML or address, dates, claims and sources. `unreadable` lists the claims that this
    release cannot read and that `claims` therefore leaves out.
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
    only_listed: bool = False
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
