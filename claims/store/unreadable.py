"""Finds stored records that this release cannot read. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, suppress

from claims.errors import NotFound, Unreadable
from claims.ports import EventFilter, RecordKind
from claims.store import keys, records
from claims.store.connection import StoreConnection, describe_form
from claims.store.redis_store import RedisStore
from claims.types import ClaimId

_AT_ONCE = 100
_ONLY_MET = frozenset({RecordKind.CHECK, RecordKind.PAGE, RecordKind.AUDIT_ENTRY})
"""Kinds with too many records to read; only those met in use are listed."""


class _Reading(StoreConnection):
    """Collects unreadable records by kind and id, and does not record them in the store."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.found: dict[tuple[str, str], str] = {}

    def note_unreadable(self, kind: RecordKind, record_id: str, error: Exception) -> None:
        """Collect the record with its error."""
        self.found[kind, record_id] = describe_form(error)


def find_unreadable(url: str) -> tuple[str, ...]:
    """Each unreadable article, claim, event, source, key and webhook, with the reason; and the
    checks, pages and entries of the audit log that the service could not read within the last day.

    Raises StoreUnavailable.
    """
    with closing(_Reading(url)) as connection:
        store = RedisStore(connection, queue_max=1)
        _read_claims(store)
        _read_articles(store)
        _read_events(store)
        _read_others(store)
        met = {
            (record.kind, record.id): f"met on {record.met_at:%Y-%m-%d at %H:%M} UTC"
            for record in store.list_unreadable()
            if record.kind in _ONLY_MET
        }
        return tuple(f"{kind} {i}: {why}" for (kind, i), why in (met | connection.found).items())


def _read_claims(store: RedisStore) -> None:
    for rows in _list_fields(store, keys.CLAIMS, keys.CLAIM):
        store.read_each(RecordKind.CLAIM, rows.items(), records.read_claim)
        for claim_id in rows:
            with suppress(NotFound):
                store.get_history(ClaimId(claim_id))


def _read_articles(store: RedisStore) -> None:
    for rows in _list_fields(store, keys.ARTICLES, keys.ARTICLE):
        store.read_each(
            RecordKind.ARTICLE,
            rows.items(),
            lambda article_id, fields: records.read_article(article_id, fields, ()),
        )


def _list_fields(
    store: RedisStore, listed: str, prefix: str
) -> Iterator[Mapping[str, dict[str, str]]]:
    """The fields of all records of a list, by id, some at a time."""
    connection = store.connection
    all_ids = connection.command("ZRANGE", listed, 0, -1)
    for start in range(0, len(all_ids), _AT_ONCE):
        ids = all_ids[start : start + _AT_ONCE]
        found = connection.read(*(("HGETALL", prefix + record_id) for record_id in ids))
        yield {i: fields for i, fields in zip(ids, found, strict=True) if fields}


def _read_events(store: RedisStore) -> None:
    place, following = None, ""
    while place != following:
        place = following or None
        following = store.list_events(since=place, limit=_AT_ONCE, only=EventFilter()).next or ""


def _read_others(store: RedisStore) -> None:
    for source in store.get_registry().sources:
        with suppress(NotFound):
            store.get_source_changes(source.name)
    store.api_keys.list_keys()
    hooks = [hook.id for hook in store.webhooks.list_webhooks()]
    for hook_id in (*hooks, *(alert.id for alert in store.alerts.list_alerts())):
        with suppress(NotFound, Unreadable):
            store.webhooks.list_deliveries(hook_id)
