"""A store bound to an actor and a notifier: whom it records, and which workers it notifies."""

from __future__ import annotations

import pytest

from claims.access import LOCAL, Action, Actor
from claims.errors import QueueFull
from claims.ports import ALL_CLAIMS, VerifyRequest
from claims.store import RedisStore, connect
from claims.types import Queue
from tests.contracts import steps
from tests.contracts.test_store_audit import CHANGES, DESK

CLAIM = steps.claim_id(1)
NOTIFIED = {
    Action.ARTICLE_SUBMITTED: Queue.FETCH,
    Action.CLAIM_SUBMITTED: Queue.FETCH,
    Action.CLAIM_CORRECTED: Queue.FETCH,
    Action.CHECK_REQUESTED: Queue.FETCH,
    Action.READING_REQUESTED: Queue.SCORE,
    Action.FAILED_RETRIED: Queue.FETCH,
    Action.ALERT_PINGED: Queue.DELIVER,
    Action.WEBHOOK_PINGED: Queue.DELIVER,
    Action.WEBHOOK_REDELIVERED: Queue.DELIVER,
}
"""The changes that store work, and the queue whose workers are notified of it."""


class Notices(list[Queue]):
    """A notifier that records the queues."""

    def __call__(self, queue: Queue = Queue.FETCH) -> None:
        self.append(queue)


@pytest.mark.parametrize("action", CHANGES, ids=str)
def test_a_change_notifies_the_workers_of_the_work_that_it_stores_and_no_others(
    store: RedisStore, action: Action
) -> None:
    before, change, _ = CHANGES[action]
    before(store)
    notices = Notices()
    change(store.acting_as(LOCAL, notify=notices))
    assert notices == ([NOTIFIED[action]] if action in NOTIFIED else [])


def test_refused_work_notifies_nobody(store_url: str, store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    full, notices = connect(store_url, queue_max=1), Notices()
    with pytest.raises(QueueFull):
        full.acting_as(LOCAL, notify=notices).submit_claim(steps.new_claim(2))
    full.close()
    assert notices == []


def test_a_page_of_a_list_without_claims_notifies_nobody(store: RedisStore) -> None:
    notices = Notices()
    bound = store.acting_as(LOCAL, notify=notices)
    assert bound.recheck_claims(ALL_CLAIMS, limit=9).checks == {}
    assert bound.retry_failed(limit=9).articles == 0
    assert notices == []


def test_a_verify_request_notifies_the_workers_that_judge(store: RedisStore) -> None:
    store.beat("score@test", ttl_s=60, queues=(Queue.SCORE,))
    notices, request = Notices(), VerifyRequest(id="v1", claim="Eleven died.", pages=())
    store.acting_as(LOCAL, notify=notices).ask_verify(request, within_s=20)
    store.withdraw_verify(request.id)
    assert notices == [Queue.SCORE]


def test_a_function_is_asked_for_the_actor_at_each_change(store: RedisStore) -> None:
    actors = iter([DESK, Actor("4e5f6071", "night")])
    bound = store.acting_as(lambda: next(actors))
    bound.submit_claim(steps.new_claim())
    bound.cancel_claim(CLAIM)
    entries = store.audit.read(limit=9).items
    assert [entry.actor_name for entry in entries] == ["night", "desk"]


def test_a_store_that_acts_for_another_keeps_its_notifier(store: RedisStore) -> None:
    notices = Notices()
    store.acting_as(LOCAL, notify=notices).acting_as(DESK).submit_claim(steps.new_claim())
    assert notices == [Queue.FETCH]


def test_an_opened_store_acts_for_the_user_of_the_machine(store: RedisStore) -> None:
    store.acting_as(DESK).submit_claim(steps.new_claim())
    store.cancel_claim(CLAIM)
    (cancelled, _) = store.audit.read(limit=9).items
    assert cancelled.actor == LOCAL.id
