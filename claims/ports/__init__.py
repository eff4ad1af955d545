"""The interfaces of the pipeline to the outside, as protocols. Each docstring is the contract.

Adapters: claims/sources/fetch.py and claims/shelves/fetch.py (Fetcher), claims/sources/providers
and claims/shelves/provider.py (SourceProvider), claims/sources/cache.py and claims/store
(PageCache), claims/sources/gate.py and claims/store (HostGate), claims/entailment/onnx.py and
remembering.py (Judge), claims/reader/chat.py and remembering.py (Reader), claims/store (Store,
ScoreCache, AnswerCache, TokenLedger, Sessions, ApiKeys, AuditLog, Webhooks).
Tests have their own.

One module for each topic; import from this package: `from claims.ports import Store`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from claims.ports.access import ApiKeys, AuditLog, AuditPage
from claims.ports.deliveries import Webhooks
from claims.ports.hosts import HostGate, Rest, Turn, VisitEnd
from claims.ports.judge import Judge, ScoreCache
from claims.ports.page_sources import (
    Fetcher,
    IndexTexts,
    PageCache,
    PriorChecks,
    SourceProvider,
    TextIndex,
)
from claims.ports.reader import AnswerCache, Question, Reader, TokenLedger
from claims.ports.reader_usage import DayOfTokens, EndpointState, ReaderUsage, Readings
from claims.ports.sessions import Sessions
from claims.ports.store import (
    Checks,
    Events,
    Lookups,
    Monitoring,
    SourceRegistry,
    Store,
    Submissions,
    VerifyRequests,
    WorkQueue,
)
from claims.ports.stored import (
    ALL_ARTICLES,
    ALL_CLAIMS,
    ArticleFilter,
    ClaimFilter,
    EventFilter,
    EventPage,
    ExportedClaim,
    ExportPage,
    Forgotten,
    Lease,
    LineState,
    ListEntry,
    ListPage,
    NewArticle,
    NewClaim,
    Order,
    ReaderFacet,
    RecordKind,
    RequestedChecks,
    Retried,
    StoredArticle,
    StoredClaim,
    StoreHealth,
    StoreMetrics,
    Superseded,
    UnreadableRecord,
    VerifyAnswer,
    VerifyRequest,
    Versions,
    WorkItem,
)

Clock = Callable[[], datetime]  # aware, UTC
Progress = Callable[[str, int, int], None]  # (what, done, of)

__all__ = [
    "ALL_ARTICLES",
    "ALL_CLAIMS",
    "AnswerCache",
    "ApiKeys",
    "ArticleFilter",
    "AuditLog",
    "AuditPage",
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
    "Forgotten",
    "HostGate",
    "IndexTexts",
    "Judge",
    "Lease",
    "LineState",
    "ListEntry",
    "ListPage",
    "Lookups",
    "Monitoring",
    "NewArticle",
    "NewClaim",
    "Order",
    "PageCache",
    "PriorChecks",
    "Progress",
    "Question",
    "Reader",
    "ReaderFacet",
    "ReaderUsage",
    "Readings",
    "RecordKind",
    "RequestedChecks",
    "Rest",
    "Retried",
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
