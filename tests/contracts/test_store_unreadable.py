"""Records whose form this release does not know: each is left out alone, noted and counted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.errors import StoreMisconfigured, Unreadable
from claims.ports import EventFilter, RecordKind
from claims.registry import RegisteredSource
from claims.store import RedisStore, connect, keys
from claims.store.invariant import check_invariant
from claims.store.scripts import SCHEMA
from claims.types import ClaimId, ClaimStatus, EventType, VerdictLabel
from claims.webhooks import DeliveryStatus
from tests.contracts import deliveries, steps
from tests.contracts.test_store_keys import new_key

ARTICLE = steps.article_id(1)
CLAIM, OTHER = steps.claim_id(1), steps.claim_id(2)
ALL = EventFilter()


@pytest.fixture
def store(store_url: str) -> Iterator[RedisStore]:
    """A store with some of everything; its invariant is not checked, since it is damaged."""
    store = connect(store_url)
    store.connection.command("FLUSHALL")
    for claim in (CLAIM, OTHER):
        store.submit_claim(steps.new_claim(int(claim[2:], 16)))
        steps.finish_check(store, claim)
    steps.finish_check(store, CLAIM, store.recheck_claim(CLAIM), VerdictLabel.SUPPORTED)
    store.submit_article(steps.new_article())
    store.submit_article(steps.new_article(2))
    steps.extract(store, ARTICLE, claims=2)
    for name in ("first", "second"):
        store.put_source(RegisteredSource(name=name, domains=(f"{name}.example",)), by="Ada")
    store.put_source(RegisteredSource(name="first", domains=("1.example",)), by="Ada")
    for number in (1, 2):
        store.api_keys.create(new_key(number))
        deliveries.make(store, number, events=(EventType.CLAIM_DELETED,))
    yield store
    store.connection.command("FLUSHALL")
    store.close()


def spoil_claim(store: RedisStore, claim: str) -> None:
    """As an early release stored a claim: without options."""
    store.connection.command("HDEL", keys.CLAIM + claim, "options")


def own_claims(store: RedisStore) -> list[str]:
    return [claim.id for claim in store.get_article(ARTICLE).record.claims]


def set_field(key: str, field: str, text: str) -> Callable[[RedisStore], object]:
    return lambda store: store.connection.command("HSET", key, field, text)


def damage_event(store: RedisStore) -> None:
    words = ("type", "verdict.created", "claim", CLAIM, "heading", "h", "label", "MOSTLY_TRUE")
    store.connection.command("XADD", keys.EVENTS, "*", *words)


def damage_audit(store: RedisStore) -> None:
    words = ("actor", '{"id":"local"}', "action", "claim.praised", "object", CLAIM)
    store.connection.command("XADD", keys.AUDIT, "*", *words)


def page_of(store: RedisStore) -> str:
    return store.get_check(CLAIM, 2).gathered.pages[0].sha256


def damage_page(store: RedisStore) -> None:
    store.connection.command("SET", keys.PAGE + page_of(store), "{}")


def damage_delivery(store: RedisStore) -> None:
    webhook = deliveries.webhook_id()
    for _ in range(2):
        store.webhooks.ping(webhook)
    damaged, _ = store.connection.command("ZRANGE", keys.PENDING + webhook, 0, -1)
    store.connection.command("HSET", keys.DELIVERY + webhook, damaged, '{"status": "dreaming"}')


@dataclass(frozen=True)
class Case:
    """What is damaged; a list that loses one of its items; and what reads the record alone."""

    kind: RecordKind
    damage: Callable[[RedisStore], object]
    count: Callable[[RedisStore], int]
    lost: int = 1
    alone: tuple[Callable[[RedisStore], object], ...] = ()


CASES = {
    "claim of a list": Case(
        RecordKind.CLAIM,
        set_field(keys.CLAIM + CLAIM, "created_ms", "yesterday"),
        lambda store: len(store.list_claims(limit=9).items),
    ),
    "claim of an article": Case(
        RecordKind.CLAIM,
        lambda store: spoil_claim(store, own_claims(store)[0]),
        lambda store: len(own_claims(store)),
    ),
    "claim": Case(
        RecordKind.CLAIM,
        lambda store: spoil_claim(store, CLAIM),
        lambda store: 0,
        0,
        (lambda store: store.get_claim(CLAIM),),
    ),
    "options": Case(
        RecordKind.CLAIM,
        set_field(keys.CLAIM + CLAIM, "options", "[]"),
        lambda store: 0,
        0,
        (lambda store: store.change_claim_sources(CLAIM, add=["https://b.example/"]),),
    ),
    "article": Case(
        RecordKind.ARTICLE,
        set_field(keys.ARTICLE + ARTICLE, "status", "pondering"),
        lambda store: 0,
        0,
        (lambda store: store.get_article(ARTICLE),),
    ),
    "article of a list": Case(
        RecordKind.ARTICLE,
        set_field(keys.ARTICLE + ARTICLE, "tags", "City"),
        lambda store: len(store.list_articles(limit=9).items),
        1,
        (lambda store: store.get_article(ARTICLE),),
    ),
    "check": Case(
        RecordKind.CHECK,
        set_field(keys.GATHERED + CLAIM, "2", "AAAA"),
        lambda store: 0,
        0,
        (lambda store: store.get_check(CLAIM, 2), lambda store: store.get_gathered(CLAIM, 2)),
    ),
    "verdict of a check": Case(
        RecordKind.CHECK,
        set_field(keys.VERDICTS + CLAIM, "2", "?"),
        lambda store: 0,
        0,
        (lambda store: store.get_check(CLAIM, 2),),
    ),
    "history": Case(
        RecordKind.CHECK,
        lambda store: store.connection.command("LSET", keys.HISTORY + CLAIM, 0, "{}"),
        lambda store: len(store.get_history(CLAIM)),
    ),
    "page": Case(
        RecordKind.PAGE,
        damage_page,
        lambda store: 0,
        0,
        (lambda store: store.get_page(page_of(store)),),
    ),
    "event": Case(
        RecordKind.EVENT,
        damage_event,
        lambda store: len(store.list_events(since=None, limit=9, only=ALL).items),
        0,
    ),
    "event, newest first": Case(
        RecordKind.EVENT,
        damage_event,
        lambda store: len(store.list_latest_events(before=None, limit=9, only=ALL).items),
        0,
    ),
    "source": Case(
        RecordKind.SOURCE,
        set_field(keys.SOURCES, "first", '{"name": 1}'),
        lambda store: len(store.get_registry().sources),
    ),
    "change of a source": Case(
        RecordKind.SOURCE,
        lambda store: store.connection.command("LSET", f"{keys.SOURCE_CHANGES}first", 0, "x {}"),
        lambda store: len(store.get_source_changes("first")),
    ),
    "key": Case(
        RecordKind.KEY,
        set_field(keys.API_KEY + new_key(1).id, "scopes", "read conquer"),
        lambda store: len(store.api_keys.list_keys()),
        1,
        (lambda store: store.api_keys.get(new_key(1).id),),
    ),
    "entry of the audit log": Case(
        RecordKind.AUDIT_ENTRY, damage_audit, lambda store: len(store.audit.read(limit=99).items), 0
    ),
    "webhook": Case(
        RecordKind.WEBHOOK,
        set_field(keys.WEBHOOK + deliveries.webhook_id(), "types", "\nclaim.praised\n"),
        lambda store: len(store.webhooks.list_webhooks()),
        1,
        (lambda store: store.webhooks.get(deliveries.webhook_id()),),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_unreadable_record_is_left_out_alone_and_noted(
    store: RedisStore, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    case = CASES[name]
    before = case.count(store)
    case.damage(store)
    for _ in range(2):
        assert case.count(store) == before - case.lost
        for read in case.alone:
            with pytest.raises(Unreadable, match=f"the {case.kind} .* this release cannot read"):
                read(store)
    (noted,) = store.list_unreadable()
    assert noted.kind == case.kind
    assert abs(noted.met_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert store.read_metrics().counters["unreadable", case.kind] == 1
    (line,) = (one for one in caplog.records if one.levelno == logging.ERROR)
    assert line.getMessage().startswith(f"unreadable_record: {case.kind} {noted.id}: ")


def test_an_article_names_its_claims_that_cannot_be_read(store: RedisStore) -> None:
    first, second = own_claims(store)
    assert store.get_article(ARTICLE).record.unreadable == ()
    spoil_claim(store, second)
    record = store.get_article(ARTICLE).record
    assert ([claim.id for claim in record.claims], record.unreadable) == ([first], (second,))
    store.delete_claim(second)
    assert store.get_article(ARTICLE).record.unreadable == ()


@pytest.mark.parametrize(
    ("field", "text"),
    [("status", "zombie"), ("status", ""), ("label", "MAYBE"), ("superseded", "perhaps")],
)
@pytest.mark.parametrize("of_article", [False, True])
def test_a_claim_with_a_damaged_field_is_deleted_with_its_places_in_lists(
    store: RedisStore, field: str, text: str, of_article: bool
) -> None:
    claim = own_claims(store)[0] if of_article else CLAIM
    set_field(keys.CLAIM + claim, field, text)(store)
    store.delete_claim(ClaimId(claim))
    assert check_invariant(store) == []


@pytest.mark.parametrize("status", ClaimStatus)
def test_a_claim_with_a_damaged_status_is_deleted_from_the_list_of_each(
    store: RedisStore, status: ClaimStatus
) -> None:
    set_field(keys.CLAIM + CLAIM, "status", "zombie")(store)
    serial = store.connection.command("ZSCORE", keys.CLAIMS, CLAIM)
    index = f"{keys.INDEX}claims:status:{status}"
    store.connection.command("ZADD", index, serial, int(serial))
    store.delete_claim(CLAIM)
    assert store.connection.command("ZSCORE", index, int(serial)) is None


def test_an_article_with_a_damaged_field_is_deleted_with_its_places_in_lists(
    store: RedisStore,
) -> None:
    set_field(keys.ARTICLE + ARTICLE, "status", "pondering")(store)
    store.delete_article(ARTICLE)
    assert check_invariant(store) == []


def test_a_delivery_in_an_unknown_state_is_left_out(store: RedisStore) -> None:
    damage_delivery(store)
    (left,) = store.webhooks.list_deliveries(deliveries.webhook_id())
    assert left.status is DeliveryStatus.WAITING
    assert [one.kind for one in store.list_unreadable()] == [RecordKind.DELIVERY]


def test_a_source_that_cannot_be_read_can_be_replaced_and_deleted(store: RedisStore) -> None:
    for change in (
        lambda: store.put_source(RegisteredSource(name="first", domains=("a.example",)), by="Ada"),
        lambda: store.delete_source("first", by="Ada"),
    ):
        store.connection.command("HSET", keys.SOURCES, "first", "{}")
        change()
    assert [source.name for source in store.get_registry().sources] == ["second"]


def test_a_deleted_record_is_no_longer_listed_as_unreadable(store: RedisStore) -> None:
    spoil_claim(store, CLAIM)
    with pytest.raises(Unreadable):
        store.get_claim(CLAIM)
    store.delete_claim(CLAIM)
    assert store.list_unreadable() == ()


def test_a_record_not_met_for_a_day_is_no_longer_listed_and_counts_again(store: RedisStore) -> None:
    spoil_claim(store, CLAIM)
    with pytest.raises(Unreadable):
        store.get_claim(CLAIM)
    day_ms = 24 * 3600 * 1000
    store.connection.command("ZINCRBY", keys.UNREADABLE, -day_ms, f"claim {CLAIM}")
    assert store.list_unreadable() == ()
    with pytest.raises(Unreadable):
        store.get_claim(CLAIM)
    assert store.read_metrics().counters["unreadable", "claim"] == 2


def test_a_page_that_cannot_be_read_is_fetched_again(store: RedisStore) -> None:
    page = steps.read_page(store, "Eleven people died.", url="https://c.example/")
    store.connection.command("SET", keys.PAGE + page.sha256, "{}")
    fetcher = steps.OnePage(page)
    known = store.get_or_fetch(
        page.url, fresh_after=datetime.now(UTC) - timedelta(days=1), fetcher=fetcher
    )
    assert known.text == "Eleven people died."
    assert store.get_page(page.sha256).text == known.text


def test_a_page_that_cannot_be_read_is_replaced_by_the_same_text_from_elsewhere(
    store: RedisStore,
) -> None:
    page = steps.read_page(store, "Eleven people died.", url="https://c.example/")
    store.connection.command("SET", keys.PAGE + page.sha256, "{}")
    steps.read_page(store, "Eleven people died.", url="https://d.example/")
    assert store.get_page(page.sha256).url == "https://d.example/"


def test_a_webhook_goes_on_after_an_event_that_cannot_be_read(store: RedisStore) -> None:
    deliveries.make(store, 3)
    damage_event(store)
    steps.finish_check(store, OTHER, store.recheck_claim(OTHER), VerdictLabel.REFUTED)
    lease = deliveries.take(store)
    assert (lease.event.type, lease.event.claim_id) == (EventType.VERDICT_CHANGED, OTHER)
    assert lease.failures == 0
    assert store.webhooks.end(lease, deliveries.OK)
    assert store.webhooks.take(worker="w1", ttl_s=60) is None
    states = store.webhooks.list_deliveries(deliveries.webhook_id(3))
    assert {state.status for state in states} == {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}
    assert store.read_metrics().counters["deliveries_given_up", "event-unreadable"] == 1
    (failed,) = (state for state in states if state.status is DeliveryStatus.FAILED)
    assert "cannot read" in (failed.error or "")
    assert store.webhooks.find_last_deliveries([deliveries.webhook_id(3)])
    assert store.find_events([failed.event_id]) == {}


def test_giving_up_a_delivery_twice_changes_nothing(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries.make(store, 3)
    damage_event(store)
    run = store.connection.run

    def run_again(name: str, /, **arguments: Any) -> object:
        run(name, **arguments)
        return run(name, **arguments)

    monkeypatch.setattr(store.connection, "run", run_again)
    assert store.webhooks.take(worker="w1", ttl_s=60) is None
    assert store.read_metrics().counters["deliveries_given_up", "event-unreadable"] == 1
    assert store.read_metrics().counters["unreadable", "event"] == 1


# --- data of a later release ---------------------------------------------------------------------


def test_a_process_that_runs_on_after_an_upgrade_writes_nothing(store: RedisStore) -> None:
    store.connection.command("SET", keys.SCHEMA, SCHEMA + 1)
    for write in (
        lambda: store.submit_claim(steps.new_claim(7)),
        lambda: store.delete_claim(CLAIM),
        lambda: store.list_claims(limit=1),
        lambda: store.beat("w1", ttl_s=60),
    ):
        with pytest.raises(StoreMisconfigured, match=f"schema {SCHEMA + 1}.* at most"):
            write()
    store.connection.command("SET", keys.SCHEMA, SCHEMA)
    assert store.get_claim(CLAIM).record.id == CLAIM
