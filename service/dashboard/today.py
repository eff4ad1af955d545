"""The first page: what has changed, what waits, what failed, what vanished and what is due."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from claims.access import Scope
from claims.ports import (
    ArticleFilter,
    ClaimFilter,
    EventFilter,
    ExportedClaim,
    ListEntry,
    Order,
    Store,
)
from claims.report.events import add_text, write_headline
from claims.reviews.queue_order import QueuedClaim
from claims.types import ArticleStatus, ClaimStatus, Event, EventType
from service.access.caller import current_actor, needs
from service.context import get_context
from service.dashboard.list_pages import arrange_articles, arrange_claims, show_page
from service.dashboard.rows import Change, Row, arrange_list
from service.operations.review_queue import list_queue

SEEN_COOKIE = "assay_seen"
"""The cookie with the id of the last event that was on the page when it was marked as seen."""
_SEEN_S = 365 * 86_400
_EVENT_ID = re.compile(r"(\d{1,15})-(\d{1,10})", re.ASCII)
CHANGES = 20
"""Maximum changes on the page."""
LISTED = 5
"""Maximum rows of each other part of the page."""
LOOKED_AT = 50
"""Claims judged last among which lost pages are looked for."""
_CHANGES = (
    EventType.VERDICT_CHANGED,
    EventType.REVIEW_STALE,
    EventType.REVIEW_ADDED,
    EventType.CLAIM_CORRECTED,
    EventType.ARTICLE_DONE,
    EventType.TAG_SCHEDULED,
)


def register_today(blueprint: Blueprint) -> None:
    """Add the page to the dashboard."""
    blueprint.add_url_rule("/", view_func=show_today)
    blueprint.add_url_rule("/seen", view_func=mark_seen)


@needs(Scope.READ)
def show_today() -> Response:
    """All parts of the page, at one address that is polled."""
    context = get_context()
    store, seen = context.store, _read_id(request.cookies.get(SEEN_COOKIE))
    events = store.list_latest_events(
        before=None, limit=CHANGES, only=EventFilter(types=_CHANGES)
    ).items
    name = current_actor().name if current_actor().key_id else None
    mine = ClaimFilter(assignee=name)
    articles = store.list_articles(limit=LISTED).items
    return show_page(
        "today.html",
        changes=_arrange_changes(events, seen),
        seen_at=seen and datetime.fromtimestamp(seen[0] / 1000, tz=context.clock().tzinfo),
        latest=events[0].id if events else None,
        mine=_rows_of_queue(list_queue(context, mine, limit=LISTED)) if name else (),
        name=name,
        queue=_rows_of_queue(list_queue(context, ClaimFilter(), limit=LISTED)),
        failed_articles=arrange_articles(store, _list_failed_articles(store)),
        failed_claims=arrange_claims(store, _list_failed_claims(store)),
        lost=_find_lost(store),
        looked_at=LOOKED_AT,
        planned=store.list_planned(limit=LISTED),
        budget=store.read_metrics().looks,
        articles=arrange_articles(store, articles),
        has_any=bool(articles or store.list_claims(limit=1).items),
        unreadable=store.list_unreadable(),
        disabled_alerts=[a for a in store.alerts.list_alerts() if a.disabled_at],
        disabled_webhooks=[w for w in store.webhooks.list_webhooks() if w.disabled_at],
    )


@needs(Scope.READ)
def mark_seen() -> AnyResponse:
    """Remember in the browser that the changes up to `?event=` were seen.

    It changes nothing in the service. A request that another site caused is not obeyed.
    """
    answer = redirect("/", 303)
    event = request.args.get("event", "")
    asked_by = request.headers.get("Sec-Fetch-Site", "none")
    if _read_id(event) and asked_by in ("same-origin", "none"):
        answer.set_cookie(
            SEEN_COOKIE,
            event,
            max_age=_SEEN_S,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return answer


def _read_id(text: str | None) -> tuple[int, int] | None:
    """The time in ms and the number of an event's id; None for any other text."""
    found = _EVENT_ID.fullmatch(text or "")
    return (int(found[1]), int(found[2])) if found else None


def _arrange_changes(events: Sequence[Event], seen: tuple[int, int] | None) -> tuple[Change, ...]:
    """The events after the one that was seen, the latest first."""
    fresh = [one for one in events if seen is None or (_read_id(one.id) or seen) > seen]
    return tuple(Change(add_text(one), write_headline(one)) for one in fresh)


def _rows_of_queue(queue: Sequence[QueuedClaim]) -> tuple[tuple[Row, QueuedClaim], ...]:
    rows = arrange_list(queue, repeats=[None] * len(queue))
    return tuple(zip(rows, queue, strict=True))


def _list_failed_articles(store: Store) -> Sequence[ListEntry]:
    chosen = ArticleFilter(statuses=(ArticleStatus.FAILED,))
    return store.list_articles(chosen, limit=LISTED).items


def _list_failed_claims(store: Store) -> Sequence[ListEntry]:
    chosen = ClaimFilter(statuses=(ClaimStatus.FAILED,))
    return store.list_claims(chosen, limit=LISTED).items


def _find_lost(store: Store) -> list[ExportedClaim]:
    """The claims judged last whose deciding page is gone or has changed."""
    judged = store.export_claims(ClaimFilter(order=Order.CHECKED), limit=LOOKED_AT).items
    return [claim for claim in judged if claim.verdict and claim.verdict.lost_page][:LISTED]
