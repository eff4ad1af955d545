"""The port of the outbox: events, pages of events, and filters of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from claims.types import ArticleId, ClaimId, Event, EventType, VerdictLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """The events that pass: of one of these types, with one of these labels, with one of these tags
    (in any case; of the claim or its article), of this article or one of its claims, of this claim.
    Empty or None: all."""

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
    """The outbox: what the scripts announced in the steps that committed it, in order."""

    def list_events(self, *, since: str | None, limit: int, only: EventFilter) -> EventPage:
        """Up to `limit` events after `since` that pass `only`, oldest first.

        `since` is an id or the `next` of an earlier call, None for the oldest event kept, or "now"
        for none. Looks at a bounded number of events, so there may be more after a page without
        any: `next` goes on where this call stopped, and never leaves out an event. Raises
        EventsGone when an event after `since` was deleted, or when none is as new as `since`, as
        after the restore of an earlier backup; and InvalidInput when it is later than the clock.
        """
        ...

    def list_latest_events(self, *, before: str | None, limit: int, only: EventFilter) -> EventPage:
        """Up to `limit` events before `before` that pass `only`, newest first; None: the newest.

        Bounded as `list_events`; `next` is None when no older event is kept.
        """
        ...

    def find_events(self, event_ids: Sequence[str]) -> Mapping[str, Event]:
        """The events with these ids, by id, without those that are no longer kept."""
        ...

    def forget_events(self, *, keep_s: float | None, limit: int) -> int:
        """Delete up to `limit` events older than `keep_s`; returns their number. None keeps all."""
        ...
