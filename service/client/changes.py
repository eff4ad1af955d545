"""Changes: the events of the service, one by one."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from claims.errors import StoreUnavailable
from claims.types import ArticleId, ClaimId, Event, VerdictLabel
from service.client.transport import PAUSE_S, WAIT_S_MAX, ServiceUnreachable, Transport
from service.shapes import EventList

EVENTS_AT_ONCE = 200
"""Events that one request for changes asks for: the maximum that the API allows."""

RECONNECT_S = (1.0, 30.0)
"""Seconds before a request for changes is repeated when the service is away: first, and at most."""


class Changes(Transport):
    """The route /v1/changes."""

    def changes(
        self,
        *,
        since: str | None = None,
        types: Collection[str] = (),
        labels: Collection[VerdictLabel] = (),
        tags: Collection[str] = (),
        article_id: ArticleId | None = None,
        claim_id: ClaimId | None = None,
        follow: bool = True,
        patience_s: float = 600,
    ) -> Iterator[Event]:
        """Each event after `since` once, in order; with `follow` also those to come, without end.

        `since` is the id of an event, None for all that are kept, or "now" for those to come. To go
        on later, keep the `id` of the last event that was dealt with. While the service is away it
        is asked again for `patience_s` seconds, then ServiceUnreachable or StoreUnavailable is
        raised. Raises EventsGone when events after `since` are no longer kept.
        """
        chosen = {
            "type": list(types),
            "label": list(labels),
            "tag": list(tags),
            "article": article_id,
            "claim": claim_id,
        }
        query = {name: value for name, value in chosen.items() if value} | {"limit": EVENTS_AT_ONCE}
        wait_s, patience = (WAIT_S_MAX if follow else 0), 0.0
        while True:
            asked_at = time.monotonic()
            place = {"since": since} if since else {}
            found = self._ask_for_changes(query | place, wait_s, patience)
            patience = patience_s  # from the first answer on: before it the address may be wrong
            yield from found.items
            if found.next == since:
                if not follow:
                    return
                time.sleep(max(0.0, PAUSE_S - (time.monotonic() - asked_at)))
            since = found.next

    def read_changes(self, *, since: str | None = None, limit: int = EVENTS_AT_ONCE) -> EventList:
        """At most `limit` events after `since`, as in `changes`, and the `next` to go on from."""
        query = {"limit": limit} | ({"since": since} if since else {})
        return self._ask(EventList, "GET", f"/v1/changes?{urlencode(query)}")

    def _ask_for_changes(
        self, query: Mapping[str, Any], wait_s: float, patience_s: float
    ) -> EventList:
        path = f"/v1/changes?{urlencode({**query, 'wait': wait_s}, doseq=True)}"
        deadline = time.monotonic() + patience_s
        pause_s, longest_s = RECONNECT_S
        while True:
            try:
                return self._read(EventList, self._exchange("GET", path, wait_s=wait_s))
            except (ServiceUnreachable, StoreUnavailable):
                if time.monotonic() + pause_s > deadline:
                    raise
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, longest_s)
