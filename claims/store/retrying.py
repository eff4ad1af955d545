"""Retries articles and claims given up for a fault of the service, one list page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from claims.errors import InvalidInput, QueueFull
from claims.ports import Retried
from claims.store import keys
from claims.store.connection import StoreConnection
from claims.store.lists import read_cursor, take_ids, write_cursor
from claims.types import FAULTS_OF_SERVICE, Stage

_TOP = 10**15 - 1
"""Greater than every serial number: the cursor value for the start of a list."""


def retry_failed(
    connection: StoreConnection, *, queue_max: int, limit: int, cursor: str | None
) -> Retried:
    """The contract of claims.ports.Store.retry_failed: articles first, then claims."""
    cursor = cursor or write_cursor("articles", _TOP)
    is_of_claims = _is_of("claims", cursor)
    kind, key = ("claims", keys.CLAIMS) if is_of_claims else ("articles", keys.ARTICLES)
    ids, following = take_ids(connection, key, kind, limit=limit, cursor=cursor)
    if following is None and not is_of_claims:
        following = write_cursor("claims", _TOP)
    stage = Stage.GATHER if is_of_claims else Stage.EXTRACT
    retried, is_full = _retry(connection, stage, ids, queue_max)
    if is_full and not retried:
        raise QueueFull(f"{queue_max} work items are waiting")
    return Retried(
        articles=0 if is_of_claims else retried,
        claims=retried if is_of_claims else 0,
        next=cursor if is_full else following,
    )


def _retry(
    connection: StoreConnection, stage: Stage, ids: Sequence[str], queue_max: int
) -> tuple[int, bool]:
    """The number of items retried, and whether the queue was full before all were."""
    prefix = keys.ARTICLE if stage is Stage.EXTRACT else keys.CLAIM
    statuses = connection.read(*(("HGET", prefix + record_id, "status") for record_id in ids))
    retried = 0
    for record_id, status in zip(ids, statuses, strict=True):
        if status != "failed":
            continue
        done = connection.run("retry", stage, record_id, queue_max, *sorted(FAULTS_OF_SERVICE))
        if done < 0:
            return retried, True
        retried += done
    return retried, False


def _is_of(kind: str, cursor: str) -> bool:
    try:
        read_cursor(kind, cursor)
    except InvalidInput:
        return False
    return True
