"""Webhooks in the store: which events they get, leases, retries, the log, and their end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from claims.access import Action
from claims.errors import Gone, InvalidInput, NotFound, QueueFull, WebhookDisabled
from claims.ports import EventFilter
from claims.store import RedisStore
from claims.store import deliveries as module
from claims.types import EventType, Queue, VerdictLabel
from claims.webhooks import (
    ATTEMPTS_MAX,
    WAITS_S,
    DeliveryStatus,
    WebhookStatus,
    make_webhook_secret,
)
from tests.contracts import deliveries as d
from tests.contracts import steps
from tests.contracts.steps import pass_time

DAY_S = 24 * 3600.0
HOOK = d.webhook_id()


def recorded(store: RedisStore) -> list[tuple[Action, str]]:
    entries = reversed(store.audit.read(limit=200).items)
    return [(e.action, e.object) for e in entries if e.action.startswith("webhook.")]


def announced(store: RedisStore) -> list[str]:
    page = store.list_events(since=None, limit=200, only=EventFilter())
    return [event.type for event in page.items]


# --- webhooks ---------------------------------------------------------------------------------


def test_a_webhook_comes_back_as_it_was_made_and_without_its_secret(store: RedisStore) -> None:
    new = d.new_webhook(labels=(VerdictLabel.REFUTED,), tags=("City Hall", "Sport"), article="a_1")
    made = store.webhooks.create(new)
    assert store.webhooks.get(HOOK) == made
    assert (made.url, made.events, made.labels) == (new.url, new.events, new.labels)
    assert (made.tags, made.article) == (("City Hall", "Sport"), "a_1")
    assert made.status is WebhookStatus.ACTIVE
    assert (made.created_by, made.failing_since, made.disabled_at) == ("local", None, None)
    assert d.SECRET not in repr(made)


def test_webhooks_are_listed_oldest_first_and_unknown_ones_are_not_found(store: RedisStore) -> None:
    assert store.webhooks.list_webhooks() == ()
    for number in (1, 2, 3):
        d.make(store, number)
        pass_time(store, 1)
    assert [w.id for w in store.webhooks.list_webhooks()] == [d.webhook_id(n) for n in (1, 2, 3)]
    unknown = d.webhook_id(9)
    calls = (
        lambda: store.webhooks.get(unknown),
        lambda: store.webhooks.change(unknown, {}),
        lambda: store.webhooks.rotate(unknown, d.SECRET),
        lambda: store.webhooks.delete(unknown),
        lambda: store.webhooks.ping(unknown),
        lambda: store.webhooks.redeliver(unknown, "1-0"),
        lambda: store.webhooks.list_deliveries(unknown),
    )
    for call in calls:
        with pytest.raises(NotFound, match="no webhook"):
            call()


def test_a_call_that_is_repeated_changes_and_records_once(store: RedisStore) -> None:
    """As redis-py does after a lost reply."""
    secret = make_webhook_secret()
    for _ in range(2):
        d.make(store)
    for _ in range(2):
        store.webhooks.change(HOOK, {"tags": ("City",)}, status=WebhookStatus.DISABLED)
    for _ in range(2):
        store.webhooks.rotate(HOOK, secret)
    for _ in range(2):
        store.webhooks.delete(HOOK)
    with pytest.raises(Gone):
        d.make(store)  # a repeat that comes very late
    assert recorded(store) == [
        (Action.WEBHOOK_CREATED, HOOK),
        (Action.WEBHOOK_CHANGED, HOOK),
        (Action.WEBHOOK_ROTATED, HOOK),
        (Action.WEBHOOK_DELETED, HOOK),
    ]
    assert store.webhooks.list_webhooks() == ()
    with pytest.raises(Gone):
        store.webhooks.get(HOOK)


def test_too_many_webhooks_are_refused(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEBHOOKS_MAX", 2)
    d.make(store, 1)
    d.make(store, 2)
    with pytest.raises(InvalidInput, match="2 webhooks already"):
        d.make(store, 3)
    d.make(store, 2)
    store.webhooks.delete(d.webhook_id(1))
    d.make(store, 3)


def test_the_secret_before_a_rotation_signs_for_a_day(store: RedisStore) -> None:
    d.make(store)
    second, third = make_webhook_secret(), make_webhook_secret()
    store.webhooks.ping(HOOK)
    lease = d.take(store)
    assert lease.secrets == (d.SECRET,)
    assert store.webhooks.rotate(HOOK, second).previous_until is not None
    assert store.webhooks.end(lease, d.OK)
    store.webhooks.ping(HOOK)
    lease = d.take(store)
    assert lease.secrets == (second, d.SECRET)
    store.webhooks.end(lease, d.OK)
    store.webhooks.rotate(HOOK, third)
    store.webhooks.ping(HOOK)
    lease = d.take(store)
    assert lease.secrets == (third, second)
    store.webhooks.end(lease, d.OK)
    pass_time(store, DAY_S + 1)
    store.webhooks.ping(HOOK)
    lease = d.take(store)
    assert lease.secrets == (third,)
    assert store.webhooks.get(HOOK).previous_until is None
    store.webhooks.end(lease, d.OK)


# --- which events -----------------------------------------------------------------------------


def test_events_from_the_creation_on_are_delivered_once(store: RedisStore) -> None:
    d.judge(store, 1)
    d.make(store, events=tuple(EventType))
    assert store.count_ready()[Queue.DELIVER] == 1  # it looks once
    assert d.deliver_all(store) == []
    assert store.count_ready()[Queue.DELIVER] == 0
    d.judge(store, 2)
    assert store.count_ready()[Queue.DELIVER] == 1
    lease = d.take(store)
    assert lease.event == store.list_events(since=None, limit=9, only=EventFilter()).items[-1]
    assert (lease.attempt, lease.url) == (1, "https://1.example.org/hook")
    assert lease.message_id == f"{HOOK}_{lease.event.id}"
    assert store.webhooks.end(lease, d.OK)
    assert d.deliver_all(store) == []
    [delivery] = store.webhooks.list_deliveries(HOOK)
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.DELIVERED, 1)
    assert (delivery.status_code, delivery.duration_ms, delivery.error) == (204, 12, None)
    assert (delivery.message_id, delivery.next_attempt_at) == (lease.message_id, None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 3),
        ({"events": (EventType.VERDICT_CREATED,)}, 2),
        ({"events": (EventType.VERDICT_CHANGED,)}, 1),
        ({"labels": (VerdictLabel.REFUTED,)}, 2),
        ({"tags": ("Sports", "CITY hall")}, 2),
        ({"tags": ("Sports",)}, 0),
        ({"article": "a_9"}, 0),
    ],
    ids=["all", "created", "changed", "label", "tag", "other tag", "other article"],
)
def test_a_filter_chooses_events(
    store: RedisStore, given: dict[str, object], expected: int
) -> None:
    d.make(store, **given)
    tagged = d.judge(store, 1, tags=("City Hall",))
    d.judge(store, 2, VerdictLabel.REFUTED)
    check = store.recheck_claim(steps.claim_id(1))
    steps.finish_check(store, steps.claim_id(1), check, VerdictLabel.REFUTED)
    assert tagged == steps.claim_id(1)
    assert len(d.deliver_all(store)) == expected


def test_an_article_filter_lets_its_claims_through(store: RedisStore) -> None:
    article = store.submit_article(steps.new_article())
    d.make(store, events=tuple(EventType), article=article)
    for claim in steps.extract(store, article, 2):
        steps.finish_check(store, claim)
    d.judge(store, 7)
    types = sorted(kind for _, kind in d.deliver_all(store))
    assert types == ["article.done", "verdict.created", "verdict.created"]


def test_many_events_that_do_not_pass_are_looked_at_in_bounded_steps(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKED_AT_MAX", 3)
    d.make(store, events=(EventType.CLAIM_DELETED,))
    for number in range(1, 8):
        d.judge(store, number)
    store.delete_claim(steps.claim_id(1))
    takes = [store.webhooks.take(worker="w", ttl_s=60) for _ in range(3)]
    assert takes[:2] == [None, None]
    assert takes[2] is not None and takes[2].event.type == "claim.deleted"
    assert store.webhooks.end(takes[2], d.OK)
    d.deliver_all(store)


# --- leases -----------------------------------------------------------------------------------


def test_one_delivery_at_a_time_for_each_webhook(store: RedisStore) -> None:
    d.make(store, 1)
    d.make(store, 2)
    for number in (1, 2):
        d.judge(store, number)
    with ThreadPoolExecutor(6) as pool:
        leases = list(
            filter(
                None, pool.map(lambda n: store.webhooks.take(worker=f"w{n}", ttl_s=60), range(6))
            )
        )
    assert sorted(lease.webhook_id for lease in leases) == [d.webhook_id(1), d.webhook_id(2)]
    for lease in leases:
        assert store.webhooks.end(lease, d.OK)
    assert len(d.deliver_all(store)) == 2


def test_a_take_whose_reply_was_lost_gives_the_same_lease(store: RedisStore) -> None:
    d.make(store)
    d.judge(store, 1)
    d.judge(store, 2)
    call = {"token": "token", "ttl_ms": 60_000, "attempts_max": 10, "looked_max": 500}
    call |= {"waiting_max": 300, "gone": "gone", "died": "died", "digests": []}
    call |= {"shown_max": 20, "messages_max": 20, "window_ms": 1000}
    first, second = (store.connection.run("take_delivery", **call) for _ in range(2))
    assert first == second
    ends = {"id": HOOK, "event": first[4], "token": "token", "outcome": "delivered", "code": 200}
    ends |= {"took_ms": 5, "error": "", "wait_ms": "", "rest_ms": 0, "failing_ms": 10**9}
    ends |= {"attempts_max": 10, "window_ms": 1000}
    ends |= {"refused_code": "c", "refused_why": "w", "failing_code": "c", "failing_why": "w"}
    assert store.connection.run("end_attempt", **ends) == "done"
    assert store.connection.run("end_attempt", **ends) == "lost"
    assert store.webhooks.get(HOOK).failing_since is None
    assert len(d.deliver_all(store)) == 1


def test_an_event_is_delivered_again_after_its_worker_died(store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    first = d.take(store, ttl_s=60)
    assert store.webhooks.take(worker="w2", ttl_s=60) is None
    pass_time(store, 61)
    assert store.reap() == 1
    second = d.take(store, worker="w2")
    assert (second.event, second.message_id) == (first.event, first.message_id)
    assert second.attempt == 2
    assert not store.webhooks.end(first, d.OK)
    assert store.webhooks.end(second, d.OK)
    assert d.deliver_all(store) == []


@pytest.mark.parametrize("counts", [True, False])
def test_a_process_that_ended_gives_its_delivery_back_at_once(
    store: RedisStore, counts: bool
) -> None:
    d.make(store)
    d.judge(store)
    lost = d.take(store, worker="host/1/2")
    assert store.release("host/7", counts=counts) == 0
    assert store.release("host/1", counts=counts) == 1
    assert store.release("host/1", counts=counts) == 0
    assert not store.webhooks.end(lost, d.OK)
    again = d.take(store)
    assert again.attempt == 1 + counts
    assert store.webhooks.end(again, d.OK)


def test_an_event_that_kills_every_worker_is_given_up(store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    for attempt in range(1, ATTEMPTS_MAX + 1):
        assert d.take(store).attempt == attempt
        pass_time(store, 61)
        store.reap()
    assert store.webhooks.take(worker="w", ttl_s=60) is None
    [delivery] = store.webhooks.list_deliveries(HOOK)
    assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, module._WORKERS_DIED)


# --- what was delivered last ------------------------------------------------------------------


def test_the_last_delivery_of_each_webhook_is_the_one_that_ended_last(store: RedisStore) -> None:
    for number in (1, 2):
        d.make(store, number)
    ids = [d.webhook_id(number) for number in (1, 2, 9)]
    assert store.webhooks.find_last_deliveries([]) == {}
    store.webhooks.ping(ids[0])
    assert store.webhooks.end(d.take(store), d.BROKEN)
    assert store.webhooks.find_last_deliveries(ids) == {}
    store.webhooks.ping(ids[1])
    assert store.webhooks.end(d.take(store), d.ENDED)
    pass_time(store, 10)
    d.deliver_all(store)
    d.judge(store)
    d.deliver_all(store)
    last = store.webhooks.find_last_deliveries(ids)
    assert {hook: (each.type, each.status) for hook, each in last.items()} == {
        ids[0]: ("verdict.created", DeliveryStatus.DELIVERED),
        ids[1]: ("webhook.ping", DeliveryStatus.FAILED),
    }


# --- retries ----------------------------------------------------------------------------------


def test_a_failed_delivery_waits_longer_each_time_and_ends_after_ten_attempts(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FAILING_S_MAX", 1000 * DAY_S)
    d.make(store)
    d.judge(store)
    waits = []
    for _ in range(ATTEMPTS_MAX - 1):
        lease = d.take(store)
        assert store.webhooks.end(lease, d.BROKEN)
        [delivery] = store.webhooks.list_deliveries(HOOK)
        assert (delivery.status, delivery.status_code) == (DeliveryStatus.WAITING, 500)
        assert delivery.attempted_at is not None and delivery.next_attempt_at is not None
        waits.append((delivery.next_attempt_at - delivery.attempted_at).total_seconds())
        assert store.webhooks.take(worker="w", ttl_s=60) is None
        pass_time(store, waits[-1] - 1)
        assert store.webhooks.take(worker="w", ttl_s=60) is None
        pass_time(store, 2)
    for wait, least in zip(waits, WAITS_S, strict=True):
        assert least - 1 <= wait <= 1.1 * least + 1
    assert 2.5 * DAY_S < sum(waits) < 3.5 * DAY_S
    assert store.webhooks.end(d.take(store), d.SILENT)
    [delivery] = store.webhooks.list_deliveries(HOOK)
    assert (delivery.status, delivery.attempts) == (DeliveryStatus.FAILED, 10)
    assert (delivery.status_code, delivery.error) == (None, "timeout: not answered")
    pass_time(store, 10 * DAY_S)
    assert d.deliver_all(store) == []


@pytest.mark.parametrize(("asked_s", "least_s", "most_s"), [(900, 899, 901), (1e9, 86_399, 86_401)])
def test_retry_after_is_honoured_within_bounds_for_the_whole_webhook(
    store: RedisStore, asked_s: float, least_s: float, most_s: float
) -> None:
    d.make(store)
    d.judge(store, 1)
    d.judge(store, 2)
    busy = replace(d.BROKEN, status_code=429, asked_s=asked_s)
    assert store.webhooks.end(d.take(store), busy)
    pass_time(store, least_s - 1)
    assert d.deliver_all(store) == []
    pass_time(store, most_s - least_s + 1)
    assert len(d.deliver_all(store)) == 2


def test_a_failing_webhook_rests_and_others_do_not(store: RedisStore) -> None:
    d.make(store, 1)
    d.judge(store, 1)
    d.judge(store, 2)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    assert store.webhooks.take(worker="w", ttl_s=60) is None  # it rests, and the second event waits
    d.make(store, 2)
    d.judge(store, 3)
    assert d.deliver_all(store) == [(d.webhook_id(2), "verdict.created")]
    pass_time(store, 7)
    assert len(d.deliver_all(store)) == 3


def test_a_receiver_that_is_down_for_long_has_few_events_that_wait_and_loses_none(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_MAX", 2)
    d.make(store)
    for number in range(1, 6):
        d.judge(store, number)
    for _ in range(2):
        assert store.webhooks.end(d.take(store), d.BROKEN)
        pass_time(store, 30)
    while lease := store.webhooks.take(worker="w", ttl_s=60):
        assert store.webhooks.end(lease, d.BROKEN)
        pass_time(store, 30)
    assert len(store.webhooks.list_deliveries(HOOK)) == 2
    pass_time(store, 3600)
    assert len(d.deliver_all(store)) == 5


def test_an_event_that_is_no_longer_kept_is_not_delivered(store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    store.connection.command("DEL", "assay:events")
    pass_time(store, 60)
    assert d.deliver_all(store) == []
    [delivery] = store.webhooks.list_deliveries(HOOK)
    assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, module._EVENT_GONE)


# --- the end of a webhook ---------------------------------------------------------------------


def test_410_switches_a_webhook_off_and_announces_it(store: RedisStore) -> None:
    d.make(store, 1)
    d.make(store, 2, events=(EventType.WEBHOOK_DISABLED,))
    d.judge(store, 1)
    d.judge(store, 2)
    lease = d.take(store)
    assert store.webhooks.end(lease, d.ENDED)
    assert not store.webhooks.end(lease, d.ENDED)
    ended = store.webhooks.get(HOOK)
    assert (ended.status, ended.disabled_why) == (
        WebhookStatus.DISABLED,
        module._SWITCHED_OFF["refused_why"],
    )
    assert d.deliver_all(store) == [(d.webhook_id(2), "webhook.disabled")]
    event = store.list_events(since=None, limit=9, only=EventFilter()).items[-1]
    assert (event.type, event.data.webhook_id) == ("webhook.disabled", HOOK)
    assert event.data.heading == "1.example.org"
    assert event.data.error is not None and event.data.error.code == "webhook-refused"
    with pytest.raises(WebhookDisabled, match="switched off"):
        store.webhooks.ping(HOOK)
    with pytest.raises(WebhookDisabled):
        store.webhooks.redeliver(HOOK, lease.event.id)


def test_five_days_without_a_success_switch_a_webhook_off(store: RedisStore) -> None:
    d.make(store)
    d.judge(store, 1)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    pass_time(store, 4.9 * DAY_S)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    assert store.webhooks.get(HOOK).status is WebhookStatus.ACTIVE
    assert store.webhooks.get(HOOK).failing_since is not None
    pass_time(store, 0.2 * DAY_S)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    ended = store.webhooks.get(HOOK)
    assert (ended.status, ended.disabled_why) == (
        WebhookStatus.DISABLED,
        module._SWITCHED_OFF["failing_why"],
    )
    assert announced(store).count("webhook.disabled") == 1
    [delivery] = store.webhooks.list_deliveries(HOOK)
    assert delivery.status is DeliveryStatus.FAILED


def test_one_success_starts_the_five_days_again(store: RedisStore) -> None:
    d.make(store)
    d.judge(store, 1)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    pass_time(store, 4.9 * DAY_S)
    assert d.deliver_all(store) != []
    assert store.webhooks.get(HOOK).failing_since is None
    d.judge(store, 2)
    pass_time(store, DAY_S)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    assert store.webhooks.get(HOOK).status is WebhookStatus.ACTIVE


def test_a_webhook_that_is_switched_on_again_gets_the_events_from_then_on(
    store: RedisStore,
) -> None:
    d.make(store)
    d.judge(store, 1)
    under_way = d.take(store)
    store.webhooks.change(HOOK, {}, status=WebhookStatus.DISABLED)
    assert not store.webhooks.end(under_way, d.OK)
    d.judge(store, 2)
    assert d.deliver_all(store) == []
    assert "webhook.disabled" not in announced(store)  # somebody wanted it
    on = store.webhooks.change(HOOK, {}, status=WebhookStatus.ACTIVE)
    assert (on.status, on.disabled_at, on.disabled_why) == (WebhookStatus.ACTIVE, None, None)
    d.judge(store, 3)
    assert len(d.deliver_all(store)) == 1


def test_a_change_ends_the_rest_and_replaces_filters(store: RedisStore) -> None:
    d.make(store, tags=("City", "Sport"), labels=(VerdictLabel.REFUTED,))
    d.judge(store, 1, VerdictLabel.REFUTED, tags=("City",))
    assert store.webhooks.end(d.take(store), d.SILENT)
    changed = store.webhooks.change(HOOK, {"url": "https://new.example/", "tags": (), "labels": ()})
    assert (changed.url, changed.tags, changed.labels) == ("https://new.example/", (), ())
    assert changed.failing_since is None
    d.judge(store, 2)
    lease = d.take(store)
    assert (lease.url, lease.failures) == ("https://new.example/", 0)
    assert store.webhooks.end(lease, d.OK)


def test_deletion_leaves_nothing_and_refuses_the_delivery_under_way(store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    lease = d.take(store)
    store.webhooks.delete(HOOK)
    assert not store.webhooks.end(lease, d.OK)
    kept = store.connection.command("KEYS", "assay:*")
    assert [key for key in kept if HOOK in key] == []
    assert store.webhooks.take(worker="w", ttl_s=60) is None
    assert "whsec_" not in str(store.connection.command("HGETALL", "assay:gone"))


# --- ping, redelivery and the log -------------------------------------------------------------


def test_a_ping_goes_to_its_webhook_alone_and_is_kept_as_an_event(store: RedisStore) -> None:
    d.make(store, 1)
    d.make(store, 2)
    event_id = store.webhooks.ping(HOOK)
    assert d.deliver_all(store) == [(HOOK, "webhook.ping")]
    assert announced(store) == ["webhook.ping"]
    [delivery] = store.webhooks.list_deliveries(HOOK)
    assert (delivery.event_id, delivery.status) == (event_id, DeliveryStatus.DELIVERED)


def test_a_ping_whose_reply_was_lost_is_announced_once(store: RedisStore) -> None:
    d.make(store)
    call = {"id": HOOK, "event": "", "token": "token", "life_ms": 60_000, "most": 300}
    first, second = (store.connection.run("request_delivery", **call) for _ in range(2))
    assert first == second and first[0] == "requested"
    assert d.deliver_all(store) == [(HOOK, "webhook.ping")]
    assert len(store.audit.read(limit=9, action=Action.WEBHOOK_PINGED).items) == 1


def test_an_event_is_delivered_again_by_hand_with_the_same_id(store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    lease = d.take(store)
    store.webhooks.redeliver(HOOK, lease.event.id)  # under way: this delivery is as good
    assert store.webhooks.end(lease, d.OK)
    assert d.deliver_all(store) == []
    for _ in range(2):
        store.webhooks.redeliver(HOOK, lease.event.id)
    again = d.take(store)
    assert (again.message_id, again.attempt) == (lease.message_id, 1)
    assert store.webhooks.end(again, d.OK)
    assert d.deliver_all(store) == []


def test_redelivery_does_not_wait_for_the_rest_of_a_webhook(store: RedisStore) -> None:
    d.make(store)
    d.judge(store)
    lease = d.take(store)
    store.webhooks.end(lease, d.SILENT)
    assert store.webhooks.take(worker="w", ttl_s=60) is None
    store.webhooks.redeliver(HOOK, lease.event.id)
    assert store.webhooks.end(d.take(store), d.OK)


def test_an_event_that_is_asked_for_before_the_stream_is_read_is_delivered_once(
    store: RedisStore,
) -> None:
    d.make(store)
    d.judge(store)
    event = store.list_events(since=None, limit=1, only=EventFilter()).items[0]
    store.webhooks.redeliver(HOOK, event.id)
    assert len(d.deliver_all(store)) == 1


def test_an_unknown_event_is_not_found_and_too_many_are_refused(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    d.make(store)
    with pytest.raises(NotFound, match="is not kept"):
        store.webhooks.redeliver(HOOK, "1-0")
    monkeypatch.setattr(module, "WAITING_MAX", 2)
    store.webhooks.ping(HOOK)
    store.webhooks.ping(HOOK)
    with pytest.raises(QueueFull):
        store.webhooks.ping(HOOK)


def test_the_log_keeps_the_last_deliveries_newest_first(store: RedisStore) -> None:
    d.make(store)
    pinged = []
    for _ in range(203):
        pinged.append(store.webhooks.ping(HOOK))
        d.deliver_all(store)
    found = [delivery.event_id for delivery in store.webhooks.list_deliveries(HOOK)]
    assert found == pinged[:-201:-1]
    assert len(found) == 200


def test_times_of_a_delivery_are_those_of_the_server(store: RedisStore) -> None:
    d.make(store)
    store.webhooks.ping(HOOK)
    created = store.webhooks.get(HOOK).created_at
    d.deliver_all(store)
    [delivery] = store.webhooks.list_deliveries(HOOK)
    assert delivery.attempted_at is not None
    assert timedelta(0) <= delivery.attempted_at - created < timedelta(minutes=1)
