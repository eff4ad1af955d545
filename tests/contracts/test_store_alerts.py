"""Alerts in the store: which events they get and when, together in one message, and their end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.access import Action
from claims.alerts import MESSAGES_PER_DAY, NewAlert, find_digest_times
from claims.errors import Gone, NotFound, WebhookDisabled
from claims.store import RedisStore
from claims.store.deliveries import SHOWN_MAX
from claims.types import EventType
from claims.webhooks import ATTEMPTS_MAX, AlertKind, DeliveryStatus, WebhookStatus
from tests.contracts import deliveries as d
from tests.contracts.steps import pass_time

ALERT = f"n_{1:032x}"
TOKEN = "a-token"


def add(store: RedisStore, **given: Any) -> None:
    given = {"events": (EventType.VERDICT_CREATED,), "target": "desk@example.org"} | given
    store.alerts.create(
        NewAlert(**({"id": ALERT, "kind": AlertKind.MAIL, "token": TOKEN} | given))  # type: ignore[arg-type]
    )


def judge(store: RedisStore, *numbers: int) -> None:
    for number in numbers:
        d.judge(store, number)


def test_an_alert_is_kept_beside_webhooks_and_without_its_token(store: RedisStore) -> None:
    d.make(store)
    add(store, tags=("City",), when="07:30 Europe/Berlin")
    alert = store.alerts.get(ALERT)
    assert store.alerts.list_alerts() == (alert,)
    assert [hook.id for hook in store.webhooks.list_webhooks()] == [d.webhook_id()]
    assert (alert.kind, alert.target, alert.tags) == ("mail", "desk@example.org", ("City",))
    assert (alert.when, alert.status) == ("07:30 Europe/Berlin", WebhookStatus.ACTIVE)
    assert TOKEN not in repr(alert)
    for _ in range(2):
        store.alerts.delete(ALERT)
    with pytest.raises(Gone, match="alert n_"):
        store.alerts.get(ALERT)
    with pytest.raises(NotFound, match="no alert n_"):
        store.alerts.get(f"n_{2:032x}")
    actions = [entry.action for entry in store.audit.read(limit=9).items]
    assert actions == [Action.ALERT_DELETED, Action.ALERT_CREATED, Action.WEBHOOK_CREATED]


def test_all_events_that_are_due_are_one_delivery(store: RedisStore) -> None:
    add(store)
    judge(store, *range(1, SHOWN_MAX + 3))
    lease = d.take(store)
    assert (lease.kind, lease.url, lease.secrets) == (AlertKind.MAIL, "desk@example.org", (TOKEN,))
    assert (len(lease.further), lease.more) == (SHOWN_MAX - 1, 2)
    assert store.webhooks.end(lease, d.OK)
    assert store.webhooks.take(worker="w1", ttl_s=60) is None
    ended = store.alerts.list_deliveries(ALERT)
    assert [each.status for each in ended] == [DeliveryStatus.DELIVERED] * (SHOWN_MAX + 2)


def test_a_failed_message_loses_no_event_and_takes_later_ones_along(store: RedisStore) -> None:
    add(store)
    judge(store, 1, 2)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    judge(store, 3)
    pass_time(store, 10)
    lease = d.take(store)
    assert (len(lease.further), lease.attempt, lease.failures) == (2, 1, 1)
    assert store.webhooks.end(lease, d.OK)
    assert len(store.alerts.list_deliveries(ALERT)) == 3


def test_an_event_whose_attempts_are_used_up_gives_up_no_other(store: RedisStore) -> None:
    add(store)
    judge(store, 1)
    for _ in range(ATTEMPTS_MAX - 1):
        assert store.webhooks.end(d.take(store), d.BROKEN)
        store.connection.command("HDEL", f"assay:webhook:{ALERT}", "failing_ms")
        pass_time(store, 24 * 3600.0)
    judge(store, 2)
    assert store.webhooks.end(d.take(store), d.BROKEN)
    states = {each.attempts: each.status for each in store.alerts.list_deliveries(ALERT)}
    assert states == {ATTEMPTS_MAX: DeliveryStatus.FAILED, 1: DeliveryStatus.WAITING}


def test_a_lost_worker_gives_the_whole_message_back(store: RedisStore) -> None:
    add(store)
    judge(store, 1, 2)
    lease = d.take(store, worker="gone")
    assert store.release("gone", counts=False) == 1
    assert not store.webhooks.end(lease, d.OK)
    again = d.take(store)
    assert (again.event, again.further, again.attempt) == (lease.event, lease.further, 1)
    assert store.webhooks.end(again, d.OK)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_a_digest_waits_for_its_time_and_has_all_events(store: RedisStore, zone: str) -> None:
    now = datetime.now(UTC)
    when = f"{find_clock(now + timedelta(hours=3), zone)} {zone}"
    add(store, when=when)
    judge(store, 1)
    assert store.webhooks.take(worker="w1", ttl_s=60) is None
    [waiting] = store.alerts.list_deliveries(ALERT)
    assert waiting.next_attempt_at == find_digest_times(when, now=now)[1]
    judge(store, 2)
    pass_time(store, 3 * 3600.0 - 120)
    assert store.webhooks.take(worker="w1", ttl_s=60) is None
    pass_time(store, 120)
    lease = d.take(store)
    assert len(lease.further) == 0  # the second one is in the stream, and due when this clock says
    assert store.webhooks.end(lease, d.OK)


def test_a_test_is_sent_between_two_digests(store: RedisStore) -> None:
    zone = "Asia/Tokyo"
    add(store, when=f"{find_clock(datetime.now(UTC) + timedelta(hours=3), zone)} {zone}")
    judge(store, 1)
    event = store.alerts.test(ALERT)
    lease = d.take(store)
    assert (lease.event.id, lease.event.type, lease.further) == (event, "webhook.ping", ())
    assert store.webhooks.end(lease, d.OK)
    assert store.webhooks.take(worker="w1", ttl_s=60) is None


def find_clock(moment: datetime, zone: str) -> str:
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def test_messages_of_a_day_are_bounded_and_the_rest_is_one_message(store: RedisStore) -> None:
    add(store)
    for number in range(1, MESSAGES_PER_DAY + 1):
        judge(store, number)
        assert store.webhooks.end(d.take(store), d.OK)
    judge(store, 100, 101, 102)
    assert store.webhooks.take(worker="w1", ttl_s=60) is None
    pass_time(store, 24 * 3600.0)
    lease = d.take(store)
    assert len(lease.further) == 2
    assert store.webhooks.end(lease, d.OK)
    judge(store, 103)
    assert store.webhooks.end(d.take(store), d.OK)


def test_an_alert_is_switched_off_by_its_token_alone(store: RedisStore) -> None:
    add(store)
    d.make(store)
    judge(store, 1)
    assert not store.alerts.unsubscribe(ALERT, "another")
    assert not store.alerts.unsubscribe(d.webhook_id(), d.SECRET)
    assert not store.alerts.unsubscribe(f"n_{9:032x}", TOKEN)
    assert store.alerts.get(ALERT).status is WebhookStatus.ACTIVE
    for _ in range(2):
        assert store.alerts.unsubscribe(ALERT, TOKEN)
    alert = store.alerts.get(ALERT)
    assert (alert.status, alert.disabled_why) == ("disabled", "its recipient unsubscribed")
    with pytest.raises(WebhookDisabled, match="add it again"):
        store.alerts.test(ALERT)
    assert d.deliver_all(store) == [(d.webhook_id(), "verdict.created")]
    actions = [entry.action for entry in store.audit.read(limit=9).items]
    assert actions.count(Action.ALERT_UNSUBSCRIBED) == 1
