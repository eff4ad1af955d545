"""The audit log: one line for each change, written with it, read newest first, kept for a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.access import LOCAL, TOKEN, Action, Actor
from claims.errors import IdempotencyMismatch, InvalidInput, QueueFull
from claims.registry import RegisteredSource
from claims.store import RedisStore, audit, connect
from claims.store.records import write
from claims.store.scripts import load_script
from tests.contracts import deliveries, steps

DESK = Actor("0a1b2c3d", "desk", "10.0.0.7", "request-0001")
CLAIM, ARTICLE = steps.claim_id(1), steps.article_id(1)
SITE = RegisteredSource(name="site", domains=("example.org",))

Change = Callable[[RedisStore], object]


def accept_and_fail(store: RedisStore) -> None:
    store.accept_claim(steps.new_claim(), actor=LOCAL)
    steps.exhaust(store, steps.gather_item(CLAIM))


def accept_and_judge(store: RedisStore) -> None:
    store.accept_claim(steps.new_claim(every="P1D"), actor=LOCAL)
    steps.finish_check(store, CLAIM)


def put(store: RedisStore) -> None:
    store.put_source(SITE, by="Ada", actor=LOCAL)


CHANGES: dict[Action, tuple[Change, Change, str]] = {
    Action.ARTICLE_SUBMITTED: (
        lambda store: None,
        lambda store: store.accept_article(steps.new_article(), actor=DESK),
        ARTICLE,
    ),
    Action.CLAIM_SUBMITTED: (
        lambda store: None,
        lambda store: store.accept_claim(steps.new_claim(), idempotency_key="k", actor=DESK),
        CLAIM,
    ),
    Action.CLAIM_CORRECTED: (
        accept_and_judge,
        lambda store: store.correct_claim(
            CLAIM, steps.new_claim(2, text="Another."), idempotency_key="c", actor=DESK
        ),
        CLAIM,
    ),
    Action.ARTICLE_DELETED: (
        lambda store: store.accept_article(steps.new_article()),
        lambda store: store.delete_article(ARTICLE, actor=DESK),
        ARTICLE,
    ),
    Action.CLAIM_DELETED: (
        accept_and_judge,
        lambda store: store.delete_claim(CLAIM, actor=DESK),
        CLAIM,
    ),
    Action.CHECKS_CANCELLED: (
        lambda store: store.accept_claim(steps.new_claim()),
        lambda store: store.cancel_claim(CLAIM, actor=DESK),
        CLAIM,
    ),
    Action.CHECK_REQUESTED: (
        accept_and_judge,
        lambda store: store.request_check(CLAIM, actor=DESK),
        CLAIM,
    ),
    Action.FAILED_RETRIED: (
        accept_and_fail,
        lambda store: [
            store.retry_failed(limit=9, cursor=cursor, actor=DESK)
            for cursor in (None, store.retry_failed(limit=9, actor=DESK).next)
        ],
        CLAIM,
    ),
    Action.SCHEDULE_SET: (
        accept_and_judge,
        lambda store: store.set_schedule(CLAIM, every="P7D", until=None, actor=DESK),
        CLAIM,
    ),
    Action.SCHEDULE_DELETED: (
        accept_and_judge,
        lambda store: store.delete_schedule(CLAIM, actor=DESK),
        CLAIM,
    ),
    Action.SOURCES_ADDED: (
        accept_and_judge,
        lambda store: store.change_claim_sources(CLAIM, add=["https://b.example/"], actor=DESK),
        CLAIM,
    ),
    Action.SOURCES_REMOVED: (
        accept_and_judge,
        lambda store: store.change_claim_sources(CLAIM, remove=["https://a.example/"], actor=DESK),
        CLAIM,
    ),
    Action.TAGS_SET: (
        accept_and_judge,
        lambda store: store.set_claim_tags(CLAIM, ["city"], actor=DESK),
        CLAIM,
    ),
    Action.SOURCE_PUT: (
        lambda store: None,
        lambda store: store.put_source(SITE, by="Ada", actor=DESK),
        "site",
    ),
    Action.SOURCE_DELETED: (
        put,
        lambda store: store.delete_source("site", by="Ada", actor=DESK),
        "site",
    ),
    Action.WEBHOOK_CREATED: (
        lambda store: None,
        lambda store: store.webhooks.create(deliveries.new_webhook(), actor=DESK),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_CHANGED: (
        deliveries.make,
        lambda store: store.webhooks.change(deliveries.webhook_id(), {"tag": "a"}, actor=DESK),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_ROTATED: (
        deliveries.make,
        lambda store: store.webhooks.rotate(deliveries.webhook_id(), "whsec_new", actor=DESK),
        deliveries.webhook_id(),
    ),
    Action.WEBHOOK_DELETED: (
        deliveries.make,
        lambda store: store.webhooks.delete(deliveries.webhook_id(), actor=DESK),
        deliveries.webhook_id(),
    ),
}
"""For each action: what comes before, the change, the id of its object. Those of keys and sessions:
test_store_keys.py, test_store_sessions.py."""


def test_every_action_has_a_test() -> None:
    apart = {action for action in Action if action.startswith(("key.", "session."))}
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


@pytest.mark.parametrize("action", sorted(CHANGES.keys() - {Action.SOURCE_DELETED}), ids=str)
def test_a_change_that_is_repeated_is_recorded_once(store: RedisStore, action: Action) -> None:
    """As redis-py does after a lost reply: the second call finds nothing left to change."""
    before, change, _ = CHANGES[action]
    before(store)
    for _ in range(2):
        change(store)
    assert len(store.audit.read(limit=9, actor=DESK.id).items) == 1


def test_what_is_refused_is_not_recorded(store_url: str, store: RedisStore) -> None:
    full = connect(store_url, queue_max=1)
    full.accept_claim(steps.new_claim(), idempotency_key="k", actor=TOKEN)
    with pytest.raises(QueueFull):
        full.accept_claim(steps.new_claim(2), actor=DESK)
    with pytest.raises(IdempotencyMismatch):
        full.accept_claim(steps.new_claim(2, text="Another."), idempotency_key="k", actor=LOCAL)
    past = datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidInput):
        full.set_schedule(CLAIM, every="P1D", until=past, actor=DESK)
    full.request_check(CLAIM, actor=DESK)  # under way already
    full.close()
    assert store.audit.read(limit=9, actor=DESK.id).items == ()
    assert store.audit.read(limit=9, actor=LOCAL.id).items == ()


def test_what_is_done_to_several_claims_is_recorded_for_each(store: RedisStore) -> None:
    new = [steps.new_claim(number) for number in (1, 2)]
    for _ in range(2):
        store.accept_claims(new, idempotency_key="k", actor=DESK)
    store.accept_article(steps.new_article(3), actor=LOCAL)
    article = steps.article_id(3)
    ids = steps.extract(store, article, claims=2)
    for _ in range(2):
        store.set_schedules(article, every="P1D", until=None, actor=DESK)
    for _ in range(2):
        store.delete_schedules(article, actor=DESK)
    steps.finish_check(store, ids[0])
    for _ in range(2):  # the check of the other claim is under way already
        store.request_checks(article, actor=DESK)
    entries = [(e.action, e.object) for e in store.audit.read(limit=99, actor=DESK.id).items]
    assert entries == [
        (Action.CHECK_REQUESTED, ids[0]),
        *((Action.SCHEDULE_DELETED, claim) for claim in reversed(ids)),
        *((Action.SCHEDULE_SET, claim) for claim in reversed(ids)),
        *((Action.CLAIM_SUBMITTED, claim.id) for claim in reversed(new)),
    ]


def test_a_schedule_with_another_end_is_another_schedule(store: RedisStore) -> None:
    accept_and_judge(store)
    until = datetime.now(UTC) + timedelta(days=30)
    for last in (None, until, until, None):
        store.set_schedule(CLAIM, every="P1D", until=last, actor=DESK)
    assert len(store.audit.read(limit=9, actor=DESK.id).items) == 2  # P1D without an end is known


def test_the_log_is_read_in_pieces_and_by_filter(store: RedisStore) -> None:
    for number in range(7):
        name = f"s{number}"
        actor = DESK if number % 3 == 0 else LOCAL
        store.put_source(replace(SITE, name=name), by="Ada", actor=actor)
    store.delete_source("s1", by="Ada", actor=DESK)

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
    store.put_source(SITE, by="Ada", actor=DESK)
    for number in range(7):
        store.put_source(replace(SITE, name=f"s{number}"), by="Ada", actor=LOCAL)
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
        store.put_source(replace(SITE, name=name), by="Ada", actor=DESK)
        store.accept_claim(steps.new_claim(number), actor=DESK)
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


def test_the_number_of_entries_has_a_most(store: RedisStore) -> None:
    """Trimming keeps whole nodes of the stream, so about that many."""
    script = load_script("start_session")
    assert "AUDIT_MAX = 1000000" in script
    script = script.replace("AUDIT_MAX = 1000000", "AUDIT_MAX = 100")
    for number in range(400):
        store.connection.command("EVAL", script, 0, number, "token", 60_000, '{"id": "token"}')
    assert 100 <= store.connection.command("XLEN", "assay:audit") < 300
