"""The interfaces of the pipeline to the outside, as protocols. Each docstring is the contract.

Adapters: claims/sources/fetch.py and claims/shelves/fetch.py (Fetcher), claims/sources/providers
and claims/shelves/provider.py (SourceProvider), claims/sources/cache.py and claims/store
(PageCache), claims/sources/gate.py and claims/store (HostGate), claims/entailment/onnx.py and
remembering.py (Judge), claims/reader/chat.py and remembering.py (Reader), claims/store (Store,
ScoreCache, AnswerCache, TokenLedger, Sessions, ApiKeys, AuditLog, Webhooks, Alerts, Publications).
Tests have their own.

One module for each topic, with what its protocol takes and gives; those of the parts of Store are
named as their modules in claims/store. Import from this package: `from claims.ports import Store`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from claims.ports.access import ApiKeys, AuditLog, AuditPage
from claims.ports.deliveries import Alerts, Webhooks
from claims.ports.filters import (
    ALL_ARTICLES,
    ALL_CLAIMS,
    ArticleFilter,
    ClaimFilter,
    Order,
    ReaderFacet,
    ReviewFilter,
    Superseded,
)
from claims.ports.hosts import HostGate, Rest, Turn, VisitEnd
from claims.ports.judge import Judge, ScoreCache
from claims.ports.lookups import (
    ExportedClaim,
    ExportPage,
    ListCount,
    ListEntry,
    ListPage,
    Lookups,
    PlannedCheck,
    StoredArticle,
    StoredClaim,
)
from claims.ports.monitoring import (
    LineState,
    LookBudget,
    Monitoring,
    RecordKind,
    StoreHealth,
    StoreMetrics,
    UnreadableRecord,
)
from claims.ports.outbox import EventFilter, EventPage, Events
from claims.ports.page_sources import (
    Fetcher,
    IndexTexts,
    PageCache,
    PriorChecks,
    SourceProvider,
    TextIndex,
)
from claims.ports.publications import Publications, PublishedPage
from claims.ports.reader import (
    AnswerCache,
    Question,
    Reader,
    ReaderRecords,
    Recalled,
    RequestUsage,
    TokenLedger,
)
from claims.ports.reader_usage import DayOfTokens, EndpointState, ReaderUsage, Readings
from claims.ports.record_changes import Adapted, RecordChanges, Versions
from claims.ports.requested_checks import CheckRequests, RequestedChecks, Retried
from claims.ports.reviews import Reviews
from claims.ports.sessions import Sessions
from claims.ports.source_registry import SourceRegistry
from claims.ports.store import FindActor, Notify, Store
from claims.ports.stored_checks import Checks, Forgotten
from claims.ports.submissions import NewArticle, NewClaim, Submissions
from claims.ports.tag_schedules import TagSchedules
from claims.ports.verify_requests import VerifyAnswer, VerifyRequest, VerifyRequests
from claims.ports.work_queue import Lease, WorkItem, WorkQueue

Clock = Callable[[], datetime]  # aware, UTC
Progress = Callable[[str, int, int], None]  # (what, done, of)

__all__ = [
    "ALL_ARTICLES",
    "ALL_CLAIMS",
    "Adapted",
    "Alerts",
    "AnswerCache",
    "ApiKeys",
    "ArticleFilter",
    "AuditLog",
    "AuditPage",
    "CheckRequests",
    "Checks",
    "ClaimFilter",
    "Clock",
    "DayOfTokens",
    "EndpointState",
    "EventFilter",
    "EventPage",
    "Events",
    "ExportPage",
    "ExportedClaim",
    "Fetcher",
    "FindActor",
    "Forgotten",
    "HostGate",
    "IndexTexts",
    "Judge",
    "Lease",
    "LineState",
    "ListCount",
    "ListEntry",
    "ListPage",
    "LookBudget",
    "Lookups",
    "Monitoring",
    "NewArticle",
    "NewClaim",
    "Notify",
    "Order",
    "PageCache",
    "PlannedCheck",
    "PriorChecks",
    "Progress",
    "Publications",
    "PublishedPage",
    "Question",
    "Reader",
    "ReaderFacet",
    "ReaderRecords",
    "ReaderUsage",
    "Readings",
    "Recalled",
    "RecordChanges",
    "RecordKind",
    "RequestUsage",
    "RequestedChecks",
    "Rest",
    "Retried",
    "ReviewFilter",
    "Reviews",
    "ScoreCache",
    "Sessions",
    "SourceProvider",
    "SourceRegistry",
    "Store",
    "StoreHealth",
    "StoreMetrics",
    "StoredArticle",
    "StoredClaim",
    "Submissions",
    "Superseded",
    "TagSchedules",
    "TextIndex",
    "TokenLedger",
    "Turn",
    "UnreadableRecord",
    "VerifyAnswer",
    "VerifyRequest",
    "VerifyRequests",
    "Versions",
    "VisitEnd",
    "Webhooks",
    "WorkItem",
    "WorkQueue",
]
