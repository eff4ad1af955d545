"""The port of the outbox: events, pages of events, and filters of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from claims.types import ArticleId, ClaimId, Event, EventType, VerdictLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events pass: those that match every field; None and empty fields match all.

    An event has one of the types, one of the labels, and one of the tags (its claim's, its
    article's, or the one that it is about; case does not matter). `article_id` also passes events
    of the article's claims.
    """

    types: tuple[EventType, ...] = ()
    labels: tuple[VerdictLabel, ...] = ()
    tags: tuple[str, ...] = ()
    article_id: ArticleId | None = None
    claim_id: ClaimId | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """Some events; `next` continues after them."""

    items: tuple[Event, ...]
    next: str | None


class Events(Protocol):
    """The outbox: the events in order, each stored in the same step as the change it announces."""

    def list_events(self, *, since: str | None, limit: int, only: EventFilter) -> EventPage:
        """Up to `limit` events after `since` that pass `only`, oldest first.

        `since` is an id or the `next` of an earlier call, None for the oldest event kept, or "now"
        for none. One call examines a bounded number of events, so that an empty page may have
        events after it: `next` continues where this call stopped, and skips no event. Raises
        EventsGone if an event after `since` was deleted, or if the newest event is older than
        `since` (after an earlier backup was restored); InvalidInput if `since` is in the future.
        """
        ...

    def list_latest_events(self, *, before: str | None, limit: int, only: EventFilter) -> EventPage:
        """Up to `limit` events before `before` that pass `only`, newest first; None: the newest.

        Bounded as `list_events`; `next` is None when no older event is kept.
        """
        ...

    def find_events(self, event_ids: Sequence[str]) -> Mapping[str, Event]:
        """The events with these ids, by id; events that are no longer kept are absent."""
        ...

    def forget_events(self, *, keep_s: float | None, limit: int) -> int:
        """Delete up to `limit` events older than `keep_s`; returns their number. None keeps all."""
        ...
