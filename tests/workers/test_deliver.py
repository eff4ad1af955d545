"""Deliveries to real receivers on loopback: the messages, their times, and the webhook's state."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from claims.report.events import add_text, write_message
from claims.shapes import to_json
from claims.store import RedisStore
from claims.types import ErrorRecord, Event, EventData, EventType, Queue, VerdictLabel
from claims.webhooks import DeliveryStatus, WebhookStatus, make_webhook_secret
from claims.wiring import now
from tests.contracts import steps
from tests.contracts.deliveries import judge
from tests.contracts.steps import pass_time
from tests.workers.hooks import DONE, PACE, Serve, read, run, stall, subscribe
from tests.workers.receivers import say
from workers.context import WorkerContext
from workers.deliver import DeliveryOutcome, deliver_ready


def test_an_event_arrives_signed_as_the_library_wants_it(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    receiver, secret = receive(DONE), make_webhook_secret()
    hook = subscribe(store, receiver.url, secret=secret)
    claim = judge(store, label=VerdictLabel.REFUTED)
    assert run(context) is DeliveryOutcome.DELIVERED
    assert run(context) is DeliveryOutcome.NOTHING_TO_DO
    [request] = receiver.requests
    assert request.startswith(b"POST /hook HTTP/1.1\r\n")
    headers, body = read(request)
    event = Verifier(secret).verify(body, headers)
    assert headers["Content-Type"] == "application/json"
    assert headers["webhook-id"] == f"{hook.id}_{event['id']}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert (event["type"], event["claim_id"]) == ("verdict.created", claim)
    assert event["data"]["text"].startswith("Proposal: Probably refuted")
    assert event["links"] == {"claim": f"/v1/claims/{claim}"}
    with pytest.raises(WebhookVerificationError):
        Verifier(make_webhook_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace(b"Probably refuted", b"Confirmed"), headers)


def test_an_article_with_claims_of_two_labels_is_delivered_with_both(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    receiver = receive(DONE)
    subscribe(store, receiver.url, events=(EventType.ARTICLE_DONE, EventType.ARTICLE_DELETED))
    article = store.submit_article(steps.new_article())
    first, second = steps.extract(store, article, claims=2)
    steps.finish_check(store, first, label=VerdictLabel.SUPPORTED)
    steps.finish_check(store, second, label=VerdictLabel.REFUTED)
    store.delete_article(article)
    for event_type in ("article.done", "article.deleted"):
        assert run(context) is DeliveryOutcome.DELIVERED
        event = json.loads(read(receiver.requests[-1])[1])
        assert (event["type"], event["article_id"]) == (event_type, article)
        assert event["data"]["labels"] == {"SUPPORTED": 1, "REFUTED": 1}
    assert run(context) is DeliveryOutcome.NOTHING_TO_DO


def test_while_a_secret_is_rotated_both_verify(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    receiver, old, new = receive(DONE), make_webhook_secret(), make_webhook_secret()
    hook = subscribe(store, receiver.url, secret=old)
    store.webhooks.rotate(hook.id, new)
    store.webhooks.ping(hook.id)
    assert run(context) is DeliveryOutcome.DELIVERED
    pass_time(store, 25 * 3600.0)
    store.webhooks.ping(hook.id)
    assert run(context) is DeliveryOutcome.DELIVERED
    first, second = (read(request) for request in receiver.requests)
    assert len(first[0]["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        assert Verifier(secret).verify(first[1], first[0])["type"] == "webhook.ping"
    assert Verifier(new).verify(second[1], second[0])
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(second[1], second[0])


def test_a_repeated_delivery_has_the_same_id_and_a_new_time(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    receiver = receive(say("HTTP/1.1 500 Oops\nContent-Length: 5\n\nwrong"))
    hook = subscribe(store, receiver.url)
    judge(store)
    assert run(context) is DeliveryOutcome.FAILED
    assert run(context) is DeliveryOutcome.NOTHING_TO_DO
    [delivery] = store.webhooks.list_deliveries(hook.id)
    assert (delivery.status, delivery.status_code) == (DeliveryStatus.WAITING, 500)
    assert delivery.error == "it answered 500: wrong"
    pass_time(store, 10)
    assert run(context) is DeliveryOutcome.FAILED
    first, second = (read(request)[0] for request in receiver.requests)
    assert first["webhook-id"] == second["webhook-id"] == delivery.message_id


def test_410_ends_the_webhook(context: WorkerContext, store: RedisStore, receive: Serve) -> None:
    hook = subscribe(store, receive(say("HTTP/1.1 410 Gone\nContent-Length: 0\n\n")).url)
    listener = receive(DONE)
    subscribe(store, listener.url, events=(EventType.WEBHOOK_DISABLED,))
    judge(store)
    outcomes = [run(context) for _ in range(3)]
    assert DeliveryOutcome.FAILED in outcomes
    assert store.webhooks.get(hook.id).status is WebhookStatus.DISABLED
    event = json.loads(read(listener.requests[0])[1])
    assert event["data"]["text"].startswith("Switched off: its receiver answered 410")
    assert event["links"] == {"webhook": f"/v1/webhooks/{hook.id}"}


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_puts_the_next_attempt_off(
    context: WorkerContext, store: RedisStore, receive: Serve, status: int
) -> None:
    receiver = receive(say(f"HTTP/1.1 {status} No\nRetry-After: 900\nContent-Length: 0\n\n"))
    hook = subscribe(store, receiver.url)
    judge(store)
    assert run(context) is DeliveryOutcome.FAILED
    [delivery] = store.webhooks.list_deliveries(hook.id)
    assert delivery.attempted_at is not None and delivery.next_attempt_at is not None
    wait_s = (delivery.next_attempt_at - delivery.attempted_at).total_seconds()
    assert 899 < wait_s < 930
    pass_time(store, 890)
    assert run(context) is DeliveryOutcome.NOTHING_TO_DO
    pass_time(store, 60)
    assert run(context) is DeliveryOutcome.FAILED


def test_one_receiver_that_hangs_does_not_hold_up_the_others(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    context.poster = replace(context.poster, total_s=2.0)
    hanging, good = receive(stall), receive(DONE)
    subscribe(store, hanging.url)
    for number in range(1, 6):
        judge(store, number)
    late = subscribe(store, good.url)
    thread = threading.Thread(target=run, args=(context,))
    thread.start()
    while not hanging.requests:
        time.sleep(0.01)
    started = time.monotonic()
    for _ in range(5):
        store.webhooks.ping(late.id)
        while run(context) is not DeliveryOutcome.DELIVERED:
            time.sleep(0.01)
    assert time.monotonic() - started < 1.5
    assert thread.is_alive()
    thread.join()
    assert len(hanging.requests) == 1


def test_one_message_makes_all_deliveries_that_are_ready(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    receiver = receive(DONE)
    for _ in range(3):
        subscribe(store, receiver.url)
    for number in range(1, 6):
        judge(store, number)
    assert deliver_ready(context, pace=PACE, worker="w@test") == 15
    assert len(receiver.requests) == 15
    assert deliver_ready(context, pace=PACE, worker="w@test") == 0


def test_a_thread_ends_after_a_time_and_another_message_goes_on(
    context: WorkerContext, store: RedisStore, receive: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that is asked to stop does not go on while something is ready."""
    monkeypatch.setattr("workers.deliver.SHIFT_S", 0.0)
    receiver = receive(DONE)
    subscribe(store, receiver.url)
    for number in range(1, 4):
        judge(store, number)
    notified: list[dict[Queue, int]] = []
    monkeypatch.setattr(
        "workers.deliver.notify_of_ready", lambda store, _: notified.append(store.count_ready())
    )
    assert deliver_ready(context, pace=PACE, worker="w@test") == 1
    assert [ready[Queue.DELIVER] for ready in notified] == [0, 1]  # at the take, and at the end


def test_a_lease_that_was_lost_changes_nothing(
    context: WorkerContext, store: RedisStore, receive: Serve
) -> None:
    hook_id = ""

    def delete(connection: object) -> None:
        store.webhooks.delete(hook_id)
        DONE(connection)  # type: ignore[arg-type]

    hook_id = subscribe(store, receive(delete).url).id
    judge(store)
    assert run(context) is DeliveryOutcome.LEASE_LOST


def test_a_message_is_the_event_of_the_list_of_changes_with_links() -> None:
    event = largest_event()
    message = json.loads(write_message(event))
    assert message.pop("links") == {"claim": "/v1/claims/c_1", "article": "/v1/articles/a_1"}
    assert message == to_json(add_text(event))


def test_the_largest_message_is_below_20_kb() -> None:
    assert len(write_message(largest_event()).encode()) < 20_000


def largest_event() -> Event:
    """An event with all texts as long as the store makes them, of characters that take space."""
    long = "\x01" * 700
    data = EventData(
        heading="\x01" * 200,
        label=VerdictLabel.NOT_ENOUGH_EVIDENCE,
        before=VerdictLabel.CONFLICTING_EVIDENCE,
        check=10**9,
        support=0.123456789012345,
        confidence=0.123456789012345,
        explanation=long,
        error=ErrorRecord("attempts-exhausted", long),
        labels=dict.fromkeys(map(str, VerdictLabel), 10**9),
    )
    ids = {"claim_id": "c_1", "article_id": "a_1"}
    kind = EventType.CLAIM_FAILED
    return Event(id="1-0", type=kind, at=now(), data=data, **ids)  # type: ignore[arg-type]
