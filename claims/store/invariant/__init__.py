"""The invariant of the store, checked on one consistent reading of all data.

    An article or claim is not finished  <=>  its current work item is in due or in lease, not both.
    A due item is in exactly one place: in later until its time comes, then with its submission
    in the line of its queue and class, from which it will be taken; the line knows since when.
    A finished claim with a schedule has its next check in due, at the time it shows, unless the
    schedule pauses.
    A check has at most one verdict; a claim's history, verdict and check number agree.
    A claim has a provisional verdict, with all that its commit needs, exactly while it is read.
    An article's counters match its claims.
    Every stored verdict has its evidence stored, and the latest verdict of a claim is stored.
    A page to which a check refers is stored, and its count is the number of such checks.
    The items of a key of the API that are ready, without checks on schedule, are counted.
    A verify request expires.
    A verdict that is the first of its claim, or changes the label that was announced last, has
    exactly one event, in the order of the history, or waits to be confirmed; an article that is
    done at most one. Events before the first one kept may be missing: they were deleted by age, or
    happened before there were events.
    The index of lists has every record under each value of its facets and its last verdict, and
    nothing else; an article has the labels of its claims, a claim the tags of its article and the
    sites that its last verdict cites and what its reader said.
    A key of the API has a secret and scopes, and is listed by the time when it ends or ended.
    Nothing is left of a deleted article or claim but its id, and checks that are to be deleted.
    A webhook that is switched on is ready at a time or delivering, and the others are neither. Each
    event that waits for one, or was delivered to it, has its state. One that is ready at no time
    has nothing that waits, and the stream was read for it to the last event.
    A review is that after its last step; a claim is listed as signed exactly when its review has a
    sign-off; a claim that is not stored has no steps.
    What was published is kept for each claim that ever was; those whose label is published are
    listed, those that were taken back are not.
    A claim is corrected by the claim that corrects it, is finished, and has no schedule. It is
    superseded: its article does not count its label.

Records that cannot be read are named, and nothing else is checked then.
Reading everything takes the server's time: use it in tests and to examine a damaged store.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claims.store.connection import FORM_ERRORS, describe_form
from claims.store.invariant.event_checks import check_events, check_webhooks
from claims.store.invariant.index_checks import check_facets, check_index
from claims.store.invariant.queue_checks import (
    check_places,
    check_shares,
    check_work,
    items_of_claim,
)
from claims.store.invariant.record_checks import (
    check_article,
    check_citations,
    check_claim,
    check_corrected,
    check_deleted,
    check_kept,
    check_keys,
)
from claims.store.invariant.review_checks import check_reviews
from claims.store.invariant.stored_values import (
    Work,
    read_article,
    read_claim,
    read_each,
    read_history,
    read_place,
    read_row,
    read_scores,
)
from claims.store.redis_store import RedisStore
from claims.types import ArticleStatus, Stage


def check_invariant(store: RedisStore) -> list[str]:
    """One sentence per violation; empty when there is none. Raises StoreUnavailable."""
    found = store.connection.run("read_all")
    try:
        return _check_all(found)
    except FORM_ERRORS as error:
        return [f"what is stored cannot be examined: {describe_form(error)}"]


def _check_all(found: Sequence[Any]) -> list[str]:
    due, later, lines, leased, articles, claims, histories, checks, citations, *rest = found
    gone, superseded, lasting, api_keys, deleted, erasing, *rest = rest
    placed, (events, names, index, *lists, shares, webhooks, state, reviews) = (
        rest[:2],
        rest[2:],
    )
    ready, delivering, last, woken_for = state
    unreadable: list[str] = []
    listed = [
        read_each(lambda *row: read_row(row, names=names), rows, unreadable) for rows in lists
    ]
    work = Work(read_scores(due), frozenset(leased))
    places = dict(read_each(read_place, (row for rows in placed for row in rows), unreadable))
    history_of = dict(read_each(read_history, histories, unreadable))
    all_claims = read_each(
        lambda claim_id, values: read_claim(claim_id, values, history_of.get(claim_id, ())),
        claims,
        unreadable,
    )
    all_articles = read_each(read_article, articles, unreadable)
    if unreadable:
        return [*unreadable, "because of that nothing else was examined"]
    expected = {item for claim in all_claims for item in items_of_claim(claim)}
    expected |= {
        f"{Stage.EXTRACT}:{article.id}:1"
        for article in all_articles
        if article.status is ArticleStatus.QUEUED
    }
    return [
        *check_work(work, expected),
        *check_places(work, read_scores(later), lines=lines, places=places),
        *check_shares(lines, places=places, shares=read_scores(shares)),
        *(problem for claim in all_claims for problem in check_claim(claim, work)),
        *(problem for article in all_articles for problem in check_article(article, all_claims)),
        *check_kept(all_claims, checks, superseded),
        *check_citations([row[3] for row in checks] + erasing, citations, gone),
        *check_deleted(deleted, [row[0] for row in (*articles, *claims)]),
        *check_corrected(all_claims),
        *(f"verify request {request} would never expire" for request in lasting),
        *check_events(all_claims, all_articles, events),
        *check_index(index, listed),
        *check_facets(*listed),
        *check_keys(api_keys),
        *check_webhooks(webhooks, ready=ready, leased=delivering, last=last, woken_for=woken_for),
        *check_reviews(*reviews),
    ]
