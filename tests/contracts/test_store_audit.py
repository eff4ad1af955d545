"""The audit log: one line for each change, written with it, read newest first, kept for a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.access import LOCAL, TOKEN, UNKNOWN, Action, Actor, NewKey, Scope
from claims.alerts import NewAlert
from claims.errors import IdempotencyMismatch, InvalidInput, QueueFull
from claims.ports import ClaimFilter, EventFilter
from claims.registry import RegisteredSource
from claims.store import RedisStore, audit, connect
from claims.store.encoding import write
from claims.store.scripts import load_script
from claims.types import Person, ReviewRequest
from claims.webhooks import AlertKind
from tests.contracts import deliveries, steps

DESK = Actor("0a1b2c3d", "desk", "10.0.0.7", "request-0001")
CLAIM, ARTICLE = steps.claim_id(1), steps.article_id(1)
SITE = RegisteredSource(name="site", domains=("example.org",))

Change = Callable[[RedisStore], object]


def submit_and_fail(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    steps.exhaust(store, steps.gather_item(CLAIM))


def submit_and_judge(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="P1D"))
    steps.finish_check(store, CLAIM)


def put(store: RedisStore) -> None:
    store.put_source(SITE, by="Ada")


def deliver_one(store: RedisStore) -> None:
    deliveries.make(store)
    deliveries.judge(store)


ALERT = NewAlert(
    id=f"n_{1:032x}", kind=AlertKind.MAIL, target="desk@example.org", token="a-token", events=()
)
ANEW = {
    Action.ALERT_PINGED,
    Action.REVIEW_ADDED,
    Action.SOURCE_DELETED,
    Action.WEBHOOK_PINGED,
    Action.WEBHOOK_REDELIVERED,
}
"""What a second call does a second time."""

CHANGES: dict[Action, tuple[Change, Change, str]] = {
    Action.ARTICLE_SUBMITTED: (
        lambda store: None,
        lambda store: store.acting_as(DESK).submit_article(steps.new_article()),
        ARTICLE,
    ),
    Action.CLAIM_SUBMITTED: (
        lambda store: None,
        lambda store: store.acting_as(DESK).submit_claim(steps.new_claim(), idempotency_key="k"),
        CLAIM,
    ),
    Action.CLAIM_CORRECTED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).correct_claim(
            CLAIM, steps.new_claim(2, text="Another."), idempotency_key="c"
        ),
        CLAIM,
    ),
    Action.ARTICLE_DELETED: (
        lambda store: store.submit_article(steps.new_article()),
        lambda store: store.acting_as(DESK).delete_article(ARTICLE),
        ARTICLE,
    ),
    Action.CLAIM_DELETED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).delete_claim(CLAIM),
        CLAIM,
    ),
    Action.CHECKS_CANCELLED: (
        lambda store: store.submit_claim(steps.new_claim()),
        lambda store: store.acting_as(DESK).cancel_claim(CLAIM),
        CLAIM,
    ),
    Action.CHECK_REQUESTED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).recheck_claim(CLAIM),
        CLAIM,
    ),
    Action.READING_REQUESTED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).read_claim(CLAIM),
        CLAIM,
    ),
    Action.FAILED_RETRIED: (
        submit_and_fail,
        lambda store: [
            store.acting_as(DESK).retry_failed(limit=9, cursor=cursor)
            for cursor in (None, store.acting_as(DESK).retry_failed(limit=9).next)
        ],
        CLAIM,
    ),
    Action.SCHEDULE_SET: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).set_schedule(CLAIM, every="P7D", until=None),
        CLAIM,
    ),
    Action.SCHEDULE_DELETED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).delete_schedule(CLAIM),
        CLAIM,
    ),
    Action.SOURCES_ADDED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).change_claim_sources(CLAIM, add=["https://b.example/"]),
        CLAIM,
    ),
    Action.SOURCES_REMOVED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).change_claim_sources(
            CLAIM, remove=["https://a.example/"]
        ),
        CLAIM,
    ),
    Action.TAGS_SET: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).set_claim_tags(CLAIM, ["city"]),
        CLAIM,
    ),
    Action.REVIEW_ADDED: (
        submit_and_judge,
        lambda store: store.acting_as(DESK).reviews.add(
            CLAIM, ReviewRequest(note="Look."), person=Person("Anna"), two_people=True
        ),
        CLAIM,
    ),
    Action.SOURCE_PUT: (
        lambda store: None,
        lambda store: store.acting_as(DESK).put_source(SITE, by="Ada"),
        "site",
    ),
    Action.SOURCE_DELETED: (
        put,
        lambda store: store.acting_as(DESK).delete_source("site", by="Ada"),
        "site",
    ),
    Action.WEBHOOK_CREATED: (
        lambda store: None,
        lambda store: store.acting_as(DESK).webhooks.create(deliveries.new_webhook()),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_CHANGED: (
        deliveries.make,
        lambda store: store.acting_as(DESK).webhooks.change(deliveries.webhook_id(), {"tag": "a"}),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_ROTATED: (
        deliveries.make,
        lambda store: store.acting_as(DESK).webhooks.rotate(deliveries.webhook_id(), "whsec_new"),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_PINGED: (
        deliveries.make,
        lambda store: store.acting_as(DESK).webhooks.ping(deliveries.webhook_id()),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_REDELIVERED: (
        deliver_one,
        lambda store: store.acting_as(DESK).webhooks.redeliver(
            deliveries.webhook_id(),
            store.list_events(since=None, limit=1, only=EventFilter()).items[0].id,
        ),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_DELETED: (
        deliveries.make,
        lambda store: store.acting_as(DESK).webhooks.delete(deliveries.webhook_id()),
        deliveries.webhook_id(),
    ),
    Action.ALERT_CREATED: (
        lambda store: None,
        lambda store: store.acting_as(DESK).alerts.create(ALERT),
        ALERT.id,
    ),
    Action.ALERT_PINGED: (
        lambda store: store.alerts.create(ALERT),
        lambda store: store.acting_as(DESK).alerts.test(ALERT.id),
        ALERT.id,
    ),
    Action.ALERT_UNSUBSCRIBED: (
        lambda store: store.alerts.create(ALERT),
        lambda store: store.acting_as(DESK).alerts.unsubscribe(ALERT.id, ALERT.token),
        ALERT.id,
    ),
    Action.ALERT_DELETED: (
        lambda store: store.alerts.create(ALERT),
        lambda store: store.acting_as(DESK).alerts.delete(ALERT.id),
        ALERT.id,
    ),
}
"""For each action: what comes before, the change, the id of its object. Those of keys and sessions:
test_store_keys.py, test_store_sessions.py."""


def test_every_action_has_a_test() -> None:
    apart = {action for action in Action if action.startswith(("key.", "session.", "access."))}
    assert {*CHANGES, *apart} == set(Action)


@pytest.mark.parametrize("action", CHANGES, ids=str)
def test_a_change_is_recorded_with_its_actor(store: RedisStore, action: Action) -> None:
    before, change, changed = CHANGES[action]
    before(store)
    begun = datetime.now(UTC) - timedelta(seconds=5)
    change(store)
    (entry,) = store.audit.read(limit=9, actor=DESK.id).items
    assert (entry.action, entry.object) == (action, changed)
    assert (entry.actor, entry.actor_name) == ("0a1b2c3d", "desk")
    assert (entry.address, entry.request_id) == ("10.0.0.7", "request-0001")
    assert begun < entry.at < datetime.now(UTC) + timedelta(seconds=5)


@pytest.mark.parametrize("action", sorted(CHANGES.keys() - ANEW), ids=str)
def test_a_change_that_is_repeated_is_recorded_once(store: RedisStore, action: Action) -> None:
    """As redis-py does after a lost reply: the second call finds nothing left to change."""
    before, change, _ = CHANGES[action]
    before(store)
    for _ in range(2):
        change(store)
    assert len(store.audit.read(limit=9, actor=DESK.id).items) == 1


def test_refused_changes_are_not_recorded(store_url: str, store: RedisStore) -> None:
    full = connect(store_url, queue_max=1)
    full.acting_as(TOKEN).submit_claim(steps.new_claim(), idempotency_key="k")
    with pytest.raises(QueueFull):
        full.acting_as(DESK).submit_claim(steps.new_claim(2))
    with pytest.raises(IdempotencyMismatch):
        full.submit_claim(steps.new_claim(2, text="Another."), idempotency_key="k")
    past = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidInput):
        full.acting_as(DESK).set_schedule(CLAIM, every="P1D", until=past)
    full.acting_as(DESK).recheck_claim(CLAIM)  # under way already
    full.close()
    assert store.audit.read(limit=9, actor=DESK.id).items == ()
    assert store.audit.read(limit=9, actor=LOCAL.id).items == ()


def test_a_change_of_several_claims_at_once_is_one_entry_with_their_ids(
    store: RedisStore,
) -> None:
    new = [steps.new_claim(number) for number in (1, 2)]
    for _ in range(2):
        store.acting_as(DESK).submit_claims(new, idempotency_key="k")
    store.submit_article(steps.new_article(3))
    article = steps.article_id(3)
    ids = steps.extract(store, article, claims=4)
    for _ in range(2):
        store.acting_as(DESK).set_article_schedule(article, every="P1D", until=None)
    store.delete_schedule(ids[2])
    for _ in range(2):
        store.acting_as(DESK).delete_article_schedule(article)
    steps.finish_check(store, ids[0])
    for _ in range(2):  # the checks of the other claims are under way already
        store.acting_as(DESK).recheck_article(article)
    entries = [
        (entry.action, entry.object, entry.count, entry.objects)
        for entry in store.audit.read(limit=99, actor=DESK.id).items
    ]
    several = tuple(claim.id for claim in new)
    assert entries == [
        (Action.CHECK_REQUESTED, article, 1, (ids[0],)),
        (Action.SCHEDULE_DELETED, article, 3, (ids[0], ids[1], ids[3])),
        (Action.SCHEDULE_SET, article, 4, tuple(ids)),
        (Action.CLAIM_SUBMITTED, several[0], 2, several),
    ]
    of_one = store.audit.read(limit=99, actor=DESK.id, object=ids[3]).items
    assert [entry.action for entry in of_one] == [Action.SCHEDULE_DELETED, Action.SCHEDULE_SET]


def test_a_change_of_an_article_is_found_by_the_claims_that_it_changed(store: RedisStore) -> None:
    store.submit_article(steps.new_article(3))
    article = steps.article_id(3)
    ids = steps.extract(store, article, claims=3)
    store.delete_claim(ids[1])
    source = "https://town.example.org/"
    for _ in range(2):
        store.acting_as(DESK).change_article_sources(article, add=[source])
    store.change_claim_sources(ids[0], remove=[source])
    store.acting_as(DESK).change_article_sources(article, remove=[source])
    steps.finish_check(store, ids[0])
    for _ in range(2):
        store.acting_as(DESK).cancel_article(article)
    for _ in range(2):
        store.acting_as(DESK).delete_article(article)
    assert [
        (entry.action, entry.object, entry.count, entry.objects)
        for entry in store.audit.read(limit=99, actor=DESK.id).items
    ] == [
        (Action.ARTICLE_DELETED, article, 2, (ids[0], ids[2])),
        (Action.CHECKS_CANCELLED, article, 1, (ids[2],)),
        (Action.SOURCES_REMOVED, article, 1, (ids[2],)),
        (Action.SOURCES_ADDED, article, 2, (ids[0], ids[2])),
    ]


def test_a_correction_is_found_by_both_claims(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    old, new = steps.claim_id(1), steps.claim_id(2)
    store.acting_as(DESK).correct_claim(old, steps.new_claim(2))
    (entry,) = store.audit.read(limit=9, object=new).items
    assert (entry.action, entry.object, entry.objects) == (
        Action.CLAIM_CORRECTED,
        old,
        (old, new),
    )


def test_the_checks_of_a_list_are_one_entry_with_its_claims(store: RedisStore) -> None:
    ids = [steps.claim_id(number) for number in (1, 2)]
    for number in (1, 2):
        store.submit_claim(steps.new_claim(number))
        steps.finish_check(store, steps.claim_id(number))
    for _ in range(2):
        store.acting_as(DESK).recheck_claims(ClaimFilter(), limit=9)
    (entry,) = store.audit.read(limit=9, actor=DESK.id).items
    assert (entry.action, entry.count) == (Action.CHECK_REQUESTED, 2)
    assert sorted(entry.objects) == ids


def test_the_retries_of_one_request_are_one_entry(store: RedisStore) -> None:
    ids = [steps.claim_id(number) for number in range(1, 4)]
    for number in range(1, 4):
        store.submit_claim(steps.new_claim(number))
        steps.exhaust(store, steps.gather_item(ids[number - 1]))
    cursor = None
    for _ in range(2):  # articles first, then claims
        cursor = store.acting_as(DESK).retry_failed(limit=9, cursor=cursor).next
    (entry,) = store.audit.read(limit=9, actor=DESK.id).items
    assert (entry.action, entry.count) == (Action.FAILED_RETRIED, 3)
    assert sorted(entry.objects) == ids


def test_the_retries_of_two_requests_are_two_entries(store: RedisStore) -> None:
    for number in (1, 2):
        store.submit_claim(steps.new_claim(number))
        steps.exhaust(store, steps.gather_item(steps.claim_id(number)))
        actor = replace(DESK, request_id=f"request-000{number}")
        cursor = store.acting_as(actor).retry_failed(limit=9).next
        store.acting_as(actor).retry_failed(limit=9, cursor=cursor)
    entries = store.audit.read(limit=9, action=Action.FAILED_RETRIED).items
    assert [(entry.request_id, entry.count) for entry in entries] == [
        ("request-0002", 1),
        ("request-0001", 1),
    ]


def test_a_schedule_with_another_end_is_another_schedule(store: RedisStore) -> None:
    submit_and_judge(store)
    until = datetime.now(UTC) + timedelta(days=30)
    for last in (None, until, until, None):
        store.acting_as(DESK).set_schedule(CLAIM, every="P1D", until=last)
    assert len(store.audit.read(limit=9, actor=DESK.id).items) == 2  # P1D without an end is known


def test_the_log_is_read_in_pieces_and_by_filter(store: RedisStore) -> None:
    for number in range(7):
        name = f"s{number}"
        actor = DESK if number % 3 == 0 else LOCAL
        store.acting_as(actor).put_source(replace(SITE, name=name), by="Ada")
    store.acting_as(DESK).delete_source("s1", by="Ada")

    def read(limit: int, **given: object) -> list[str]:
        found: list[str] = []
        cursor = None
        while True:
            page = store.audit.read(limit=limit, cursor=cursor, **given)  # type: ignore[arg-type]
            assert len(page.items) <= limit
            found += [entry.object for entry in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found

    everything = ["s1", *(f"s{number}" for number in reversed(range(7)))]
    for limit in (1, 2, 3, 8, 50):
        assert read(limit) == everything
        assert read(limit, actor=DESK.id) == ["s1", "s6", "s3", "s0"]
        assert read(limit, action=Action.SOURCE_PUT) == everything[1:]
        assert read(limit, actor=DESK.id, action=Action.SOURCE_DELETED) == ["s1"]
        assert read(limit, actor="ffffffff") == []
        assert read(limit, object="s1") == ["s1", "s1"]
        assert read(limit, object="s1", action=Action.SOURCE_PUT) == ["s1"]


def test_the_log_is_read_from_a_moment_on_and_up_to_one(store: RedisStore) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    for minutes in range(4):
        at = noon + timedelta(minutes=minutes)
        fields = ("actor", write(DESK), "action", "source.put", "object", f"s{minutes}")
        entry = f"{int(at.timestamp() * 1000)}-0"
        store.connection.command("XADD", "assay:audit", entry, *fields)

    def read(first: int | None, end: int | None) -> list[str]:
        since, until = (None if n is None else noon + timedelta(minutes=n) for n in (first, end))
        found: list[str] = []
        cursor = None
        while True:
            page = store.audit.read(limit=1, cursor=cursor, since=since, until=until)
            found += [entry.object for entry in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return found

    assert read(None, None) == ["s3", "s2", "s1", "s0"]
    assert read(1, None) == ["s3", "s2", "s1"]
    assert read(None, 3) == ["s2", "s1", "s0"]
    assert read(1, 3) == ["s2", "s1"]
    assert read(3, 1) == []


def test_a_filter_looks_at_a_bounded_number_of_entries(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "LOOKED_AT_MAX", 3)
    store.acting_as(DESK).put_source(SITE, by="Ada")
    for number in range(7):
        store.put_source(replace(SITE, name=f"s{number}"), by="Ada")
    pieces, cursor = [], None
    for _ in range(3):
        page = store.audit.read(limit=5, cursor=cursor, actor=DESK.id)
        pieces.append(len(page.items))
        cursor = page.next_cursor
    assert (pieces, cursor) == ([0, 0, 1], None)


@pytest.mark.parametrize(
    "cursor", ["", "x", "1", "-1-1", "1-1-1", "٣-1", "YXVkaXQ6MQ", "9" * 99, "1-1"]
)
def test_a_cursor_that_the_log_did_not_give_is_refused(store: RedisStore, cursor: str) -> None:
    with pytest.raises(InvalidInput, match="not one that this list gave"):
        store.audit.read(limit=1, cursor=cursor)


def test_a_cursor_is_good_for_the_log_with_its_filter_only(store: RedisStore) -> None:
    for number in range(3):
        name = f"s{number}"
        store.acting_as(DESK).put_source(replace(SITE, name=name), by="Ada")
        store.acting_as(DESK).submit_claim(steps.new_claim(number))
    cursor = store.audit.read(limit=1, actor=DESK.id).next_cursor
    assert store.audit.read(limit=1, actor=DESK.id, cursor=cursor).items
    for given in ({}, {"actor": LOCAL.id}, {"actor": DESK.id, "action": Action.SOURCE_PUT}):
        with pytest.raises(InvalidInput, match="not one that this list gave for this filter"):
            store.audit.read(limit=1, cursor=cursor, **given)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        store.audit.read(limit=1, cursor=store.list_claims(limit=1).next_cursor)
    with pytest.raises(InvalidInput):
        store.list_claims(limit=1, cursor=cursor)


def test_old_entries_are_deleted_and_no_more_than_asked_for(store: RedisStore) -> None:
    for number in range(5):
        old = f"{1_000_000 + number}-0"
        store.connection.command(
            "XADD", "assay:audit", old, "actor", "{}", "action", "key.created", "object", "x"
        )
    store.put_source(SITE, by="Ada")
    assert store.audit.forget(keep_s=3600, limit=3) == 3
    assert store.audit.forget(keep_s=3600, limit=3) == 2
    assert [entry.object for entry in store.audit.read(limit=9).items] == ["site"]


def test_the_number_of_entries_has_a_most_and_none_pushes_out_those_of_another_log(
    store: RedisStore,
) -> None:
    """Trimming keeps whole nodes of the stream, so about that many."""
    new = NewKey(id="0000000a", digest="d", name="desk", scopes=(Scope.READ,))
    store.api_keys.create(new)
    store.sessions.start("s", owner="0000000a", ttl_s=60)
    script = load_script("record_refused")
    assert "AUDIT_MAX = 1000000" in script
    script = script.replace("AUDIT_MAX = 1000000", "AUDIT_MAX = 100")
    for number in range(400):
        told = ("unknown", f"10.0.{number}.1", '{"id": "unknown", "name": "unknown"}')
        store.connection.command("EVAL", script, 0, *told)
    assert 100 <= store.connection.command("XLEN", "assay:audit:refused") < 300
    store.connection.command("XTRIM", "assay:audit", "MAXLEN", 0)
    kept = [
        entry
        for entry in store.audit.read(limit=999).items
        if entry.action is not Action.ACCESS_REFUSED
    ]
    assert [entry.action for entry in kept] == [Action.SESSION_STARTED, Action.KEY_CREATED]


LOGS = ("assay:audit", "assay:audit:access", "assay:audit:sessions", "assay:audit:refused")


def append(store: RedisStore, log: str, entry_id: str) -> None:
    told = ("actor", '{"id": "local", "name": "local"}', "action", "key.created", "object", log)
    store.connection.command("XADD", log, entry_id, *told)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
@pytest.mark.parametrize("filters", [{}, {"actor": "local"}], ids=["all", "actor"])
def test_all_logs_are_read_as_one_in_the_order_of_time(
    store: RedisStore, limit: int, filters: dict[str, str]
) -> None:
    """Also with entries that have the same id in their streams."""
    for number in range(6):
        for place, log in enumerate(LOGS):
            if (number + place) % 3:
                append(store, log, f"{1_000_000 + number // 2}-{number % 2}")
    found, cursor = [], None
    while True:
        page = store.audit.read(limit=limit, cursor=cursor, **filters)  # type: ignore[arg-type]
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({entry.id for entry in found}) == len(found) == 16
    times = [entry.at for entry in found]
    assert times == sorted(times, reverse=True)
    moment = datetime.fromtimestamp(1000.001, UTC)
    part = store.audit.read(limit=99, since=moment, until=moment + timedelta(milliseconds=1))
    assert {entry.at for entry in part.items} == {moment}
    assert len(part.items) == sum(entry.at == moment for entry in found)


def test_entries_on_access_are_kept_for_their_own_time(store: RedisStore) -> None:
    for log in LOGS:
        append(store, log, "1000000-0")
    assert store.audit.forget(keep_s=3600, keep_access_s=None, limit=9) == 1
    assert {entry.object for entry in store.audit.read(limit=9).items} == set(LOGS[1:])
    assert store.audit.forget(keep_s=None, keep_access_s=3600, limit=9) == 3
    assert store.audit.read(limit=9).items == ()


# --- what may be done at any rate --------------------------------------------------------------


def test_an_action_repeated_within_an_hour_is_one_entry_with_a_count(store: RedisStore) -> None:
    for number in range(3):
        store.acting_as(DESK).sessions.start(f"s{number}", owner=DESK.id, ttl_s=60)
        store.acting_as(DESK).sessions.end(f"s{number}")
        store.acting_as(UNKNOWN).audit.record_refused("unknown", network="10.0.0.0")
    store.acting_as(UNKNOWN).audit.record_refused("unknown", network="10.9.0.0")
    entries = [(entry.action, entry.count) for entry in store.audit.read(limit=99).items]
    assert sorted(entries) == [
        (Action.ACCESS_REFUSED, 1),
        (Action.ACCESS_REFUSED, 3),
        (Action.SESSION_ENDED, 3),
        (Action.SESSION_STARTED, 3),
    ]
    for key in store.connection.command("KEYS", "assay:audit:repeated:*"):
        assert 0 < store.connection.command("PTTL", key) <= 3_600_000
        store.connection.command("DEL", key)
    store.acting_as(DESK).sessions.start("later", owner=DESK.id, ttl_s=60)
    counts = [e.count for e in store.audit.read(limit=9, action=Action.SESSION_STARTED).items]
    assert counts == [1, 3]


def test_the_end_of_a_session_names_its_owner_and_is_recorded_once(store: RedisStore) -> None:
    owners = {"a": "0a1b2c3d", "b": "token:d1ge57", "c": "local:d1ge57"}
    for session_id, owner in owners.items():
        store.sessions.start(session_id, owner=owner, ttl_s=60)
        for _ in range(2):
            store.acting_as(DESK).sessions.end(session_id)
    store.acting_as(DESK).sessions.end("never")
    ended = store.audit.read(limit=9, action=Action.SESSION_ENDED).items
    assert [(entry.object, entry.count) for entry in ended] == [
        ("local", 1),
        ("token", 1),
        ("0a1b2c3d", 1),
    ]
