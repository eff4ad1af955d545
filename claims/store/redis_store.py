"""claims.ports.Store on a Redis-protocol server, composed of its parts.

Each method of a part is one script or a plain read.
"""

from __future__ import annotations

from claims.access import Actor
from claims.disk import DiskReserve
from claims.limits import QUEUE_SHARE, SIGN_OFF_DAYS
from claims.ports import FindActor, Notify
from claims.store import schema
from claims.store.alerting import RedisAlerts
from claims.store.api_keys import RedisApiKeys
from claims.store.audit import RedisAuditLog
from claims.store.connection import StoreConnection
from claims.store.deliveries import RedisWebhooks
from claims.store.gate import RedisHostGate
from claims.store.lookups import RedisLookups
from claims.store.monitoring import RedisMonitoring
from claims.store.outbox import RedisEvents
from claims.store.page_cache import RedisPageCache
from claims.store.publications import RedisPublications
from claims.store.reader_usage import RedisReadings
from claims.store.record_changes import RedisRecordChanges
from claims.store.registry import RedisSourceRegistry
from claims.store.requested_checks import RedisRequestedChecks
from claims.store.reviews import RedisReviews
from claims.store.scores import RedisScoreCache
from claims.store.sessions import RedisSessions
from claims.store.signing_key import RedisSigningKey
from claims.store.stored_checks import RedisChecks
from claims.store.submissions import RedisSubmissions
from claims.store.tag_schedules import RedisTagSchedules
from claims.store.verify_requests import RedisVerifyRequests
from claims.store.work_queue import RedisWorkQueue


def connect(
    url: str,
    *,
    queue_max: int = 100_000,
    queue_share: float = QUEUE_SHARE,
    sign_off_days: int = SIGN_OFF_DAYS,
    disk: DiskReserve | None = None,
) -> RedisStore:
    """Open the store at `url` (redis://, rediss:// or unix://), after a check of its settings.

    Upgrades its data to the form of this release. `disk`: see StoreConnection. Raises
    StoreMisconfigured, naming the setting to change, or for data of a later release, and
    StoreUnavailable.
    """
    connection = StoreConnection(url, disk=disk)
    store = RedisStore(
        connection, queue_max=queue_max, queue_share=queue_share, sign_off_days=sign_off_days
    )
    store.check_server()
    return store


class RedisStore(
    RedisSubmissions,
    RedisRequestedChecks,
    RedisRecordChanges,
    RedisWorkQueue,
    RedisLookups,
    RedisChecks,
    RedisEvents,
    RedisPageCache,
    RedisScoreCache,
    RedisSourceRegistry,
    RedisMonitoring,
    RedisVerifyRequests,
):
    """The system of record; claims.ports.Store is its contract. Never decides a verdict."""

    def __init__(
        self,
        connection: StoreConnection,
        *,
        queue_max: int,
        queue_share: float = QUEUE_SHARE,
        sign_off_days: int = SIGN_OFF_DAYS,
    ) -> None:
        """`queue_max` limits the waiting work items, without checks on schedule; `queue_share` is
        the share of that limit that one API key may use. A sign-off is stale after
        `sign_off_days`; 0: never."""
        super().__init__(connection, queue_max=queue_max, queue_share=queue_share)
        self._queue_max, self._queue_share = queue_max, queue_share
        self.gate = RedisHostGate(connection)
        self.sessions = RedisSessions(connection)
        self.api_keys = RedisApiKeys(connection)
        self.audit = RedisAuditLog(connection)
        self.readings = RedisReadings(connection)
        self.tag_schedules = RedisTagSchedules(connection)
        self.webhooks = RedisWebhooks(connection)
        self.alerts = RedisAlerts(connection)
        self.signing_key = RedisSigningKey(connection)
        self.sign_off_days = sign_off_days
        self.reviews = RedisReviews(connection, sign_off_days=sign_off_days)
        self.publications = RedisPublications(connection, sign_off_days=sign_off_days)

    def acting_as(self, actor: Actor | FindActor, *, notify: Notify | None = None) -> RedisStore:
        """The contract of claims.ports.Store.acting_as. Both stores use the same connections."""
        connection = self.connection.acting_as(actor, notify=notify)
        return RedisStore(
            connection,
            queue_max=self._queue_max,
            queue_share=self._queue_share,
            sign_off_days=self.sign_off_days,
        )

    def check_server(self) -> None:
        """Check the server's settings, and upgrade its data to the form of this release.

        Raises StoreMisconfigured when the settings would lose accepted data, or when the data
        is of a later release.
        """
        self.connection.check_server()
        schema.upgrade(self.connection)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self.connection.close()
