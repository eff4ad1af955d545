"""The port of the store, which unites the ports of its parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

from claims.access import Actor
from claims.ports.access import ApiKeys, AuditLog
from claims.ports.deliveries import Alerts, Webhooks
from claims.ports.hosts import HostGate
from claims.ports.judge import ScoreCache
from claims.ports.lookups import Lookups
from claims.ports.monitoring import Monitoring
from claims.ports.outbox import Events
from claims.ports.page_sources import PageCache
from claims.ports.publications import Publications
from claims.ports.reader_usage import Readings
from claims.ports.record_changes import RecordChanges
from claims.ports.requested_checks import CheckRequests
from claims.ports.reviews import Reviews
from claims.ports.sessions import Sessions
from claims.ports.signing_key import SigningKey
from claims.ports.source_registry import SourceRegistry
from claims.ports.stored_checks import Checks
from claims.ports.submissions import Submissions
from claims.ports.tag_schedules import TagSchedules
from claims.ports.verify_requests import VerifyRequests
from claims.ports.work_queue import WorkQueue
from claims.types import Queue


class Notify(Protocol):
    """Notifies workers of new work. Best effort: the sweeper covers lost messages."""

    def __call__(self, queue: Queue = Queue.FETCH) -> None:
        """Notify the workers of this queue."""
        ...


FindActor = Callable[[], Actor]
"""Who asks for the change that is being made."""


class Store(
    Submissions,
    CheckRequests,
    RecordChanges,
    WorkQueue,
    Lookups,
    Checks,
    Events,
    SourceRegistry,
    Monitoring,
    PageCache,
    ScoreCache,
    VerifyRequests,
    Protocol,
):
    """The system of record with all its parts. Every method is one atomic step or a plain read.

    Invariant: an article or claim is not finished <=> its work item is in `due` or `lease`;
    a finished claim with a schedule has its next (gather, id, check + 1) in `due` with a later
    score. Time is the server's. Any method raises StoreUnavailable when the server does not
    answer; methods that take an id raise NotFound when there is no such record, Gone when it was
    deleted, and Unreadable when this release cannot read its form. Lists leave such records out.

    A store is bound to an actor, whom the audit log names for each change, and to a notifier. When
    it is opened, they are LOCAL and a notifier that does nothing.
    """

    def acting_as(self, actor: Actor | FindActor, *, notify: Notify | None = None) -> Self:
        """The same store for another actor, and with this notifier if one is given.

        A function is called at each change: the store of a service has it find the caller of the
        request.
        """
        ...

    @property
    def gate(self) -> HostGate:
        """The gate that all workers share."""
        ...

    @property
    def sessions(self) -> Sessions:
        """The sign-in sessions that all processes of the API share."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """The keys of the API."""
        ...

    @property
    def audit(self) -> AuditLog:
        """The audit log."""
        ...

    @property
    def readings(self) -> Readings:
        """The answers and tokens of second readers, and the state of their endpoint."""
        ...

    @property
    def signing_key(self) -> SigningKey:
        """The key that signs evidence records."""
        ...

    @property
    def reviews(self) -> Reviews:
        """The reviews of claims by people."""
        ...

    @property
    def publications(self) -> Publications:
        """What the reviews have published."""
        ...

    @property
    def tag_schedules(self) -> TagSchedules:
        """The schedules of tags."""
        ...

    @property
    def webhooks(self) -> Webhooks:
        """The webhooks, and the deliveries to them."""
        ...

    @property
    def alerts(self) -> Alerts:
        """The alerts of people; `webhooks` delivers them."""
        ...
