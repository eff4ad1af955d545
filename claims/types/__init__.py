"""The data types of the domain: frozen values without behaviour, the same for every stage.

Field names are those of the public JSON shape (claims/shapes.py writes and reads it), so a
record has the same form when it is stored, shown by the API or printed by the command line.
All datetimes are aware and in UTC. All spans are half-open character offsets.

One module for each topic; import from this package: `from claims.types import Claim`.
"""

from __future__ import annotations

from claims.types.articles import (
    ArticleId,
    Claim,
    ClaimId,
    Extraction,
    Link,
    NotChecked,
    Sentence,
    Span,
)
from claims.types.check_records import (
    Cause,
    CheckRecord,
    HistoryEntry,
    KeptGathering,
    KeptPassage,
    PageDifference,
    Snapshot,
)
from claims.types.events import Event, EventData, EventType
from claims.types.gathering import Coverage, Gathered, OriginTie, SharedOrigin
from claims.types.pages import Header, Page, PageReference, Passage, ServerAnswer
from claims.types.records import (
    CANCELLED,
    EXHAUSTED,
    FAULTS_OF_SERVICE,
    UNREADABLE,
    ArticleRecord,
    ArticleStatus,
    CheckOptions,
    CheckResult,
    ClaimRecord,
    ClaimStatus,
    ErrorRecord,
    Fault,
    Priority,
    Queue,
    Schedule,
    Stage,
    VerdictChange,
    Waiting,
)
from claims.types.searches import (
    Candidate,
    PriorCheck,
    Purpose,
    Query,
    Search,
    SearchOutcome,
    SourceFailure,
)
from claims.types.verdicts import (
    LEAST_CONFIDENCE,
    LEAST_TO_BEAR,
    Evidence,
    Finding,
    FindingResult,
    JudgeName,
    Probabilities,
    Stance,
    Verdict,
    VerdictLabel,
)

__all__ = [
    "CANCELLED",
    "EXHAUSTED",
    "FAULTS_OF_SERVICE",
    "LEAST_CONFIDENCE",
    "LEAST_TO_BEAR",
    "UNREADABLE",
    "ArticleId",
    "ArticleRecord",
    "ArticleStatus",
    "Candidate",
    "Cause",
    "CheckOptions",
    "CheckRecord",
    "CheckResult",
    "Claim",
    "ClaimId",
    "ClaimRecord",
    "ClaimStatus",
    "Coverage",
    "ErrorRecord",
    "Event",
    "EventData",
    "EventType",
    "Evidence",
    "Extraction",
    "Fault",
    "Finding",
    "FindingResult",
    "Gathered",
    "Header",
    "HistoryEntry",
    "JudgeName",
    "KeptGathering",
    "KeptPassage",
    "Link",
    "NotChecked",
    "OriginTie",
    "Page",
    "PageDifference",
    "PageReference",
    "Passage",
    "PriorCheck",
    "Priority",
    "Probabilities",
    "Purpose",
    "Query",
    "Queue",
    "Schedule",
    "Search",
    "SearchOutcome",
    "Sentence",
    "ServerAnswer",
    "SharedOrigin",
    "Snapshot",
    "SourceFailure",
    "Span",
    "Stage",
    "Stance",
    "Verdict",
    "VerdictChange",
    "VerdictLabel",
    "Waiting",
]
