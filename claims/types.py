"""The nouns of the domain: frozen values without behaviour, the same for every stage.

Field names are those of the outside JSON shape (claims/shapes.py writes and reads it), so a
record that is stored, shown by the API and printed by the command line is one and the same.
All datetimes are aware and in UTC. All spans are half-open character offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, NewType

ArticleId = NewType("ArticleId", str)
ClaimId = NewType("ClaimId", str)


class Stance(StrEnum):
    """How one passage bears on one claim. Never mixed with `VerdictLabel`."""

    SUPPORTS = "SUPPORTS"
    REFUTES = "REFUTES"
    NEUTRAL = "NEUTRAL"


class VerdictLabel(StrEnum):
    """What all the evidence together says of one claim: the four labels of AVeriTeC."""

    SUPPORTED = "SUPPORTED"
    REFUTED = "REFUTED"
    CONFLICTING_EVIDENCE = "CONFLICTING_EVIDENCE"
    NOT_ENOUGH_EVIDENCE = "NOT_ENOUGH_EVIDENCE"


class ClaimStatus(StrEnum):
    """Where a claim is on its way. A re-check moves the status; the last verdict stays."""

    QUEUED = "queued"
    GATHERING = "gathering"
    JUDGING = "judging"
    JUDGED = "judged"
    FAILED = "failed"


class ArticleStatus(StrEnum):
    """`extracted`: the claims are known, some not yet judged. `done`: every claim is finished."""

    QUEUED = "queued"
    EXTRACTED = "extracted"
    DONE = "done"
    FAILED = "failed"


class Stage(StrEnum):
    """The three kinds of work item."""

    EXTRACT = "extract"
    GATHER = "gather"
    JUDGE = "judge"


class Span(NamedTuple):
    """Characters [start, end) of a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; text == source[span.start:span.end], without outer white space."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """Characters of a text that lead to another address."""

    url: str
    span: Span


# --- what an article says ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checkable statement. `text` stands alone; `span` says where the article says it.

    For a claim read from an article, article[span.start:span.end] is a piece of `sentence`, and
    `links` are addresses that the article links to, those nearest to the claim first. `as_of` is
    the last day that evidence for it may be published on, if there is one.
    """

    text: str
    sentence: str
    span: Span | None = None
    claimant: str | None = None
    claimed_at: date | None = None
    as_of: date | None = None
    check_worthiness: float = 1.0
    kinds: tuple[str, ...] = ()
    needs_context: bool = False
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A sentence that holds no claim to check, and why (opinion, question, prediction, ...)."""

    sentence: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in one article, both lists in the order of the text."""

    claims: tuple[Claim, ...]
    not_checked: tuple[NotChecked, ...]


# --- what a source says --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Header:
    """One header field of an answer, by the name that the standard gives it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAnswer:
    """What a server answered when a page was fetched, as far as it is kept: never a cookie.

    `final_url` is where the answer came from, after redirects. Status 304 says that the page is
    still the one that was sent before.
    """

    status: int
    final_url: str
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched URL at one time, reduced to its main text.

    `url` is the address as handed over, `sha256` that of `text` in UTF-8: two fetches that give the
    same main text are the same page, whatever changed around it. `published_at` and `modified_at`
    are what the page says. `etag` and `last_modified` are the server's validators, for the next
    conditional fetch. `links` lead from the text to other sites. `answer` is None for a file, and
    for what was kept before answers were. `credits` are whom the page names as its authors,
    `original_url` is the address on another site that it names as that of its original: its word,
    to be believed of nobody else.
    """

    url: str
    canonical_url: str
    title: str | None
    publisher: str | None
    published_at: str | None
    fetched_at: datetime
    sha256: str
    text: str
    modified_at: str | None = None
    language: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    links: tuple[Link, ...] = ()
    answer: ServerAnswer | None = None
    credits: tuple[str, ...] = ()
    original_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReference:
    """A page as a verdict cites it: everything but its text.

    `source` and `credibility` in [0, 1] are those of the registered source it belongs to.
    """

    url: str
    title: str | None
    publisher: str | None
    published_at: str | None
    fetched_at: datetime
    sha256: str
    origin: str
    source: str | None = None
    credibility: float | None = None
    modified_at: str | None = None


class OriginTie(StrEnum):
    """Why two pages are one origin."""

    SAME_ADDRESS = "same-address"  # both name one address as their canonical one
    SAME_TEXT = "same-text"  # most of the shorter text stands in the longer one
    REWRITTEN = "rewritten"  # the same report in other sentences
    SAME_FAMILY = "same-family"  # their registered sources are one publisher
    SAME_WIRE = "same-wire"  # both carry one wire's mark, or name one original, and are alike


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOrigin:
    """An origin with more than one page: which they are, and why they are one.

    Of the pages of one family, those that carry one report stand in an entry of their own as well.
    """

    origin: str
    why: OriginTie
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A source that could not be looked at. It is coverage, never a verdict."""

    url: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorCheck:
    """What a fact-checker has published about a claim like this one, in their own words.

    `claim` is the claim as they had it. It is shown with a verdict and never enters it.
    """

    claim: str
    publisher: str
    rating: str
    url: str
    title: str | None = None
    reviewed_at: str | None = None


class Purpose(StrEnum):
    """What a query to a provider is meant to bring."""

    CLAIM = "claim"  # pages that say the same
    TERMS = "terms"  # pages about its names and figures
    NAME = "name"  # the page about one of its names
    CLAIMANT = "claimant"  # what else the claimant said of it
    OPPOSITE = "opposite"  # pages that say the contrary
    LINKED = "linked"  # pages that the article links to beside the claim
    PRIOR = "prior-checks"  # what fact-checkers have published of it already


@dataclass(frozen=True, slots=True)
class Query:
    """Words to search for, and to what end; pages published after `as_of` are of no use."""

    text: str
    purpose: Purpose
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A page that a provider found: worth fetching, nothing more."""

    url: str
    title: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One question to one provider, as coverage has it; `code` and `detail` when it failed."""

    provider: str
    query: str
    purpose: Purpose
    found: int
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """Addresses worth fetching, prior checks, what was asked of whom, and what came too late."""

    urls: tuple[str, ...] = ()
    prior_checks: tuple[PriorCheck, ...] = ()
    searches: tuple[Search, ...] = ()
    left_out: tuple[SourceFailure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A contiguous span of a page, the unit that is ranked and scored.

    text == page_text[span.start:span.end]; `rank_score` is the BM25 score within this check.
    `page_number` is where it begins in a document that has pages, from 1.
    """

    text: str
    span: Span
    page: PageReference
    rank_score: float = 0.0
    page_number: int | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was asked of whom and what came back.

    `asked` counts pages: the sources as handed over, and what `searches` found; those that could
    not be looked at stand in `failed`. `maybe_later` counts the fetched ones that may say what was
    not known by the claim's `as_of`: they give no date, or were changed since.
    """

    asked: int
    fetched: int
    origins: int
    failed: tuple[SourceFailure, ...] = ()
    searches: tuple[Search, ...] = ()
    shared_origins: tuple[SharedOrigin, ...] = ()
    maybe_later: int = 0


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that one check found: the passages to judge (best first) and the pages behind them.

    `answers` are those of the servers, one for each of `pages`, or none at all.
    """

    passages: tuple[Passage, ...]
    pages: tuple[PageReference, ...]
    coverage: Coverage
    prior_checks: tuple[PriorCheck, ...] = ()
    answers: tuple[ServerAnswer | None, ...] = ()


# --- what the evidence says ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Stance probabilities of one pair; each in [0, 1], summing to 1."""

    supports: float
    refutes: float
    neutral: float


class FindingResult(StrEnum):
    """What comes out when code compares a piece of the claim with the evidence."""

    MATCH = "match"
    DIFFERS = "differs"
    ABSENT = "not in the passage"
    VERBATIM = "verbatim"
    ALTERED = "altered"
    CUT = "cut"
    OTHER_SPEAKER = "other speaker"
    OTHER_ROLE = "other role"


@dataclass(frozen=True, slots=True)
class Finding:
    """What code established about a quantity, a date, a quotation or a name, with both sides.

    `rule` says in a few words how the two were compared.
    """

    kind: str
    claim: str
    evidence: str
    result: str
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A quotation that bears on the claim; quote == page_text[span.start:span.end].

    `page_number` is where it begins in a document that has pages (a PDF), from 1. `stale` says
    that the page is older than what the claim tells of; see claims/verdicts/staleness.py.
    """

    quote: str
    span: Span
    stance: Stance
    probabilities: Probabilities
    page: PageReference
    findings: tuple[Finding, ...] = ()
    page_number: int | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class JudgeName:
    """Which model gave the stances."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check concluded. The deciding evidence comes first.

    `support` in [0, 1] says how far the evidence supports the claim, None when nothing bears on
    it; `confidence` in [0, 1] how sure the verdict is. A decisive verdict without evidence
    cannot be constructed.
    """

    label: VerdictLabel
    support: float | None
    confidence: float
    check: int
    checked_at: datetime
    explanation: str
    coverage: Coverage
    judge: JudgeName
    evidence: tuple[Evidence, ...] = ()
    prior_checks: tuple[PriorCheck, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a decisive label that rests on nothing."""
        if self.label is not VerdictLabel.NOT_ENOUGH_EVIDENCE and not self.evidence:
            raise ValueError(f"a {self.label} verdict needs evidence")


# --- records, as everyone outside sees them --------------------------------------------------


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """Why something was given up."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a claim is checked again; `every` is an ISO 8601 duration of at least a minute."""

    every: str
    next_at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRecord:
    """A claim with all that happened to it: the one shape of API, command line and exports."""

    id: ClaimId
    article_id: ArticleId | None
    text: str
    span: Span | None
    sentence: str
    claimant: str | None
    claimed_at: date | None
    as_of: date | None = None
    check_worthiness: float
    kinds: tuple[str, ...]
    needs_context: bool
    links: tuple[str, ...] = ()
    status: ClaimStatus
    verdict: Verdict | None = None
    schedule: Schedule | None = None
    review: dict[str, object] | None = None
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(PageReference):
    """A page as one check read it. Its text is kept once for all checks, by `sha256`."""

    answer: ServerAnswer | None = None


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage without its text, which is span of the text of the snapshot at `page`, from 0."""

    page: int
    span: Span
    rank_score: float
    page_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGathering:
    """What a check gathered, as it is kept: all of it but the text."""

    pages: tuple[Snapshot, ...]
    passages: tuple[KeptPassage, ...]
    coverage: Coverage
    prior_checks: tuple[PriorCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check that ended in a verdict, with all that the verdict rests on."""

    check: int
    gathered: KeptGathering
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article with its claims. `text` is empty until a handed-in URL or HTML was read."""

    id: ArticleId
    status: ArticleStatus
    title: str | None
    url: str | None
    published_at: str | None
    text: str
    claims: tuple[ClaimRecord, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    summary: dict[str, int] = field(default_factory=dict)
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True)
class PageDifference:
    """URLs of pages that came, went or changed between two checks of one claim."""

    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One check in a claim's history. `scored` is False when no page had changed."""

    check: int
    checked_at: datetime
    label: VerdictLabel
    support: float | None
    changed: bool
    scored: bool
    diff: PageDifference | None = None
