"""Whether each change has one event, and webhooks with events to deliver are ready for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from claims.store.invariant.stored_values import Article, Claim, WebhookRow, read_scores
from claims.types import ArticleStatus, EventType

_Change = tuple[int, str | None, str]


def check_events(
    claims: Sequence[Claim], articles: Sequence[Article], events: Sequence[tuple[str, list[str]]]
) -> Iterator[str]:
    """Check that each changed verdict is announced once, or waits for its confirmation."""
    announced = [dict(zip(words[::2], words[1::2], strict=True)) for _, words in events]
    verdicts: dict[str, list[_Change]] = {}
    for event in announced:
        if event["type"] in (EventType.VERDICT_CREATED, EventType.VERDICT_CHANGED):
            change = (int(event["check"]), event.get("before"), event["label"])
            verdicts.setdefault(event["claim"], []).append(change)
    for claim in claims:
        found = verdicts.get(claim.id, [])
        if not _is_announced(claim, found):
            yield f"{claim.id}: its verdicts are {list(claim.history)}, announced are {found}"
    done = Counter(e["article"] for e in announced if e["type"] == EventType.ARTICLE_DONE)
    for article in articles:
        if done[article.id] > (article.status is ArticleStatus.DONE):
            yield f"{article.id}: {article.status}, but announced as done {done[article.id]} times"


def _is_announced(claim: Claim, found: Sequence[_Change]) -> bool:
    """Whether the announced labels follow each other and end with that of the claim.

    A change of the deciding passage has the same label before and after. While a change waits for
    its confirmation they end with the label before it. Events before the first one may be deleted.
    """
    labels = dict(claim.history)
    checks = [check for check, _, _ in found]
    follow = all(after[1] == before[2] for before, after in pairwise(found))
    are_of_checks = all(labels.get(check) == label for check, _, label in found)
    last = claim.held_from or (claim.history[-1][1] if claim.history else None)
    ends = not found or found[-1][2] == last
    return follow and are_of_checks and ends and checks == sorted(set(checks))


def check_webhooks(
    rows: Sequence[WebhookRow],
    *,
    ready: Sequence[str],
    leased: Sequence[str],
    last: str,
    woken_for: str,
) -> Iterator[str]:
    """`last` is the id of the last event, `woken_for` that of the last event for which webhooks
    were made ready."""
    ready_at = read_scores(ready)
    for webhook, (position, secret, token, event, disabled), pending, ended, states in rows:
        waiting = read_scores(pending)
        if (webhook in ready_at) + (webhook in leased) != (disabled is None):
            yield f"{webhook} is ready: {webhook in ready_at}, delivers: {webhook in leased}"
        if (webhook in leased) != (token is not None) or (token and event not in waiting):
            yield f"{webhook} delivers {event}, which is not leased or does not wait"
        if not secret or (disabled and waiting):
            yield f"{webhook} has no secret, or is switched off and {sorted(waiting)} wait"
        if set(waiting) & set(ended) or {*waiting, *ended} != set(states[::2]):
            yield f"{webhook}: {sorted(waiting)} wait, {ended} ended, states of {states[::2]}"
        is_behind = woken_for == last and _read_event_id(position) < _read_event_id(last)
        if ready_at.get(webhook) == float("inf") and (waiting or is_behind):
            yield f"{webhook} is up to date at {position}, but {sorted(waiting)} wait or {last}"
    for webhook in sorted({*ready_at, *leased} - {row[0] for row in rows}):
        yield f"{webhook} is ready or delivers, but there is no such webhook"


def _read_event_id(event_id: str) -> tuple[int, ...]:
    return tuple(map(int, event_id.split("-")))
