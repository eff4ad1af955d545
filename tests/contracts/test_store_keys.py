"""API keys in the store: the keys that a key may create, rotation, revocation, and their record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.access import (
    Action,
    Actor,
    ApiKey,
    KeyStatus,
    NewKey,
    Scope,
    digest_secret,
    make_secret,
    parse_key,
    write_key,
)
from claims.errors import InvalidInput, NotFound, NotPermitted
from claims.store import RedisStore, api_keys, connect
from claims.store.invariant import check_invariant
from tests.contracts.steps import pass_time

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
ALL = tuple(Scope)


def new_key(number: int = 1, *, scopes: tuple[Scope, ...] = ALL, days: int | None = None) -> NewKey:
    expires_at = None if days is None else NOW + days * DAY
    digest = digest_secret(f"secret {number}")
    return NewKey(
        id=f"{number:08x}",
        digest=digest,
        name=f"key {number}",
        scopes=scopes,
        expires_at=expires_at,
    )


def make(store: RedisStore, number: int = 1, **given: object) -> Actor:
    """Store a key made without a key, and return it as an actor."""
    key = store.api_keys.create(new_key(number, **given))  # type: ignore[arg-type]
    return Actor(key.id, key.name)


def recorded(store: RedisStore) -> list[tuple[Action, str, str]]:
    """List (action, actor, object) of the audit log, oldest first."""
    entries = reversed(store.audit.read(limit=200).items)
    return [(entry.action, entry.actor, entry.object) for entry in entries]


def test_a_key_comes_back_as_it_was_made_and_without_its_secret(store: RedisStore) -> None:
    made = store.api_keys.create(new_key(scopes=(Scope.READ, Scope.WRITE), days=3))
    assert store.api_keys.get("00000001").key == made
    assert (made.name, made.scopes, made.status) == (
        "key 1",
        (Scope.READ, Scope.WRITE),
        KeyStatus.ACTIVE,
    )
    assert made.expires_at is not None
    assert abs(made.expires_at - (NOW + 3 * DAY)) < timedelta(milliseconds=1)
    assert abs(made.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert (made.created_by, made.last_used_at, made.revoked_at) == ("local", None, None)
    kept = store.connection.command("HGETALL", "assay:api-key:00000001")
    assert "secret 1" not in str(kept)
    assert kept["digest"] == digest_secret("secret 1")


def test_keys_are_listed_newest_first_and_unknown_ones_are_not_found(store: RedisStore) -> None:
    assert not store.api_keys.exist()
    assert store.api_keys.list_keys() == ()
    for number in (1, 2, 3):
        make(store, number)
        pass_time(store, 1)
    assert store.api_keys.exist()
    assert [key.name for key in store.api_keys.list_keys()] == ["key 3", "key 2", "key 1"]
    with pytest.raises(NotFound):
        store.api_keys.get("ffffffff")
    with pytest.raises(NotFound):
        store.api_keys.revoke("ffffffff")
    with pytest.raises(NotFound):
        store.api_keys.rotate("ffffffff", "d", grace_s=0)


def test_a_call_that_is_repeated_makes_one_key_and_one_line(store: RedisStore) -> None:
    """As redis-py does after a lost reply."""
    for _ in range(2):
        store.api_keys.create(new_key())
    for _ in range(2):
        store.api_keys.rotate("00000001", "new", grace_s=60)
    for _ in range(2):
        store.api_keys.revoke("00000001")
    assert recorded(store) == [
        (Action.KEY_CREATED, "local", "00000001"),
        (Action.KEY_ROTATED, "local", "00000001"),
        (Action.KEY_REVOKED, "local", "00000001"),
    ]


def test_an_id_that_is_taken_keeps_its_first_key(store: RedisStore) -> None:
    make(store)
    with pytest.raises(InvalidInput, match="already"):
        store.api_keys.create(replace(new_key(), digest="other"))
    assert store.api_keys.get("00000001").digests == (digest_secret("secret 1"),)


@pytest.mark.parametrize("scopes", [(Scope.READ,), (Scope.READ, Scope.ADMIN), (Scope.WRITE,), ALL])
def test_a_key_hands_out_only_scopes_that_it_has(
    store: RedisStore, scopes: tuple[Scope, ...]
) -> None:
    giver = make(store, scopes=(Scope.READ, Scope.ADMIN))
    if set(scopes) <= {Scope.READ, Scope.ADMIN}:
        made = store.acting_as(giver).api_keys.create(new_key(2, scopes=scopes))
        assert (made.scopes, made.created_by) == (scopes, "key 1")
    else:
        with pytest.raises(NotPermitted, match="scopes that it does not have"):
            store.acting_as(giver).api_keys.create(new_key(2, scopes=scopes))
        assert len(store.api_keys.list_keys()) == 1


def test_a_key_hands_out_none_that_outlives_it(store: RedisStore) -> None:
    giver = make(store, days=2)
    with pytest.raises(NotPermitted, match="ends later"):
        store.acting_as(giver).api_keys.create(new_key(2, days=3))
    own = store.api_keys.get(giver.id).key.expires_at
    assert store.acting_as(giver).api_keys.create(new_key(3)).expires_at == own
    sooner = store.acting_as(giver).api_keys.create(new_key(4, days=1)).expires_at
    assert sooner is not None and own is not None and sooner < own


def test_an_ended_key_hands_out_nothing(store: RedisStore) -> None:
    """Its request passed the check before it ended: the script checks again, in the same step."""
    giver, expiring = make(store), make(store, 2, days=1)
    store.api_keys.revoke(giver.id)
    pass_time(store, 2 * DAY.total_seconds())
    make(store, 3, scopes=(Scope.READ,))
    for actor in (giver, expiring):
        with pytest.raises(NotPermitted, match="revoked or has expired"):
            store.acting_as(actor).api_keys.create(new_key(4))
        with pytest.raises(NotPermitted, match="revoked or has expired"):
            store.acting_as(actor).api_keys.rotate("00000003", "new", grace_s=0)


def test_rotating_a_key_needs_at_least_its_scopes_and_expiry(store: RedisStore) -> None:
    """The answer has the new secret, with everything that the key may do."""
    admin, short = make(store, scopes=(Scope.ADMIN,)), make(store, 2, days=1)
    make(store, 3)
    with pytest.raises(NotPermitted, match="scopes"):
        store.acting_as(admin).api_keys.rotate("00000003", "new", grace_s=0)
    with pytest.raises(NotPermitted, match="ends later"):
        store.acting_as(short).api_keys.rotate("00000003", "new", grace_s=0)
    assert store.api_keys.get("00000003").digests == (digest_secret("secret 3"),)
    store.acting_as(admin).api_keys.rotate(admin.id, "new", grace_s=0)  # itself
    assert store.api_keys.get(admin.id).digests == ("new",)


def test_a_rotation_keeps_the_secret_before_for_the_grace_period(store: RedisStore) -> None:
    make(store)
    rotated = store.api_keys.rotate("00000001", "second", grace_s=3600)
    assert store.api_keys.get("00000001").digests == ("second", digest_secret("secret 1"))
    assert rotated.previous_until is not None
    store.api_keys.rotate("00000001", "third", grace_s=3600)
    assert store.api_keys.get("00000001").digests == ("third", "second")
    pass_time(store, 3601)
    after = store.api_keys.get("00000001")
    assert (after.digests, after.key.previous_until) == (("third",), None)


def test_a_rotation_without_grace_ends_the_secret_before_at_once(store: RedisStore) -> None:
    make(store)
    store.api_keys.rotate("00000001", "second", grace_s=60)
    store.api_keys.rotate("00000001", "third", grace_s=0)
    assert store.api_keys.get("00000001").digests == ("third",)


def test_a_key_that_ended_is_not_rotated(store: RedisStore) -> None:
    make(store)
    make(store, 2, days=1)
    store.api_keys.revoke("00000001")
    pass_time(store, 2 * DAY.total_seconds())
    for key_id, status in (("00000001", KeyStatus.REVOKED), ("00000002", KeyStatus.EXPIRED)):
        assert store.api_keys.get(key_id).key.status is status
        with pytest.raises(InvalidInput, match="make another one"):
            store.api_keys.rotate(key_id, "new", grace_s=0)


def test_a_revoked_key_accepts_no_secret_of_a_grace_period(store: RedisStore) -> None:
    make(store)
    store.api_keys.rotate("00000001", "second", grace_s=3600)
    store.api_keys.revoke("00000001")
    stored = store.api_keys.get("00000001")
    assert stored.key.status is KeyStatus.REVOKED
    assert stored.digests == ("second",)  # only to say that it was revoked


def test_a_key_that_would_begin_in_the_past_is_refused(store: RedisStore) -> None:
    with pytest.raises(InvalidInput, match="in the past") as caught:
        store.api_keys.create(new_key(days=-1))
    assert caught.value.pointer == "/expires_at"
    assert not store.api_keys.exist()


def test_there_is_a_most_and_ended_keys_do_not_count(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_keys, "KEYS_MAX", 2)
    make(store, 1, days=1)
    make(store, 2)
    with pytest.raises(InvalidInput, match="revoke some"):
        make(store, 3)
    pass_time(store, 2 * DAY.total_seconds())
    make(store, 3)
    with pytest.raises(InvalidInput, match="revoke some"):
        make(store, 4)
    store.api_keys.revoke("00000002")
    make(store, 4)


def test_a_use_is_noted_once_a_minute(store: RedisStore) -> None:
    make(store)
    assert not store.api_keys.get("00000001").is_use_noted
    store.api_keys.note_use("00000001")
    used = store.api_keys.get("00000001")
    assert used.is_use_noted
    assert used.key.last_used_at is not None
    pass_time(store, 61)
    assert not store.api_keys.get("00000001").is_use_noted
    store.api_keys.note_use("ffffffff")  # deleted meanwhile
    assert store.connection.command("EXISTS", "assay:api-key:ffffffff") == 0


def test_rotations_at_once_leave_two_secrets_of_theirs(store: RedisStore, store_url: str) -> None:
    make(store)

    def rotate(number: int) -> ApiKey:
        other = connect(store_url)
        done = other.api_keys.rotate("00000001", f"d{number}", grace_s=60)
        other.close()
        return done

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rotate, range(8)))
    current, previous = store.api_keys.get("00000001").digests
    assert {current, previous} < {f"d{number}" for number in range(8)}
    assert len(recorded(store)) == 1 + 8


def test_keys_that_ended_long_ago_are_forgotten(store: RedisStore) -> None:
    make(store, 1)
    make(store, 2, days=1)
    make(store, 3)
    store.api_keys.revoke("00000001")
    pass_time(store, 10 * DAY.total_seconds())
    assert store.audit.forget(keep_s=None, limit=9) == 0
    assert store.audit.forget(keep_s=20 * DAY.total_seconds(), limit=9) == 0
    assert store.audit.forget(keep_s=5 * DAY.total_seconds(), limit=1) == 1
    assert store.audit.forget(keep_s=5 * DAY.total_seconds(), limit=9) == 1
    assert [key.id for key in store.api_keys.list_keys()] == ["00000003"]
    assert store.audit.forget(keep_s=36_500 * DAY.total_seconds(), limit=9) == 0


def test_the_last_key_is_never_forgotten(store: RedisStore) -> None:
    for number in (1, 2):
        make(store, number)
        store.api_keys.revoke(f"0000000{number}")
    pass_time(store, 10 * DAY.total_seconds())
    for _ in range(2):
        store.audit.forget(keep_s=5 * DAY.total_seconds(), limit=9)
    assert len(store.api_keys.list_keys()) == 1
    assert store.api_keys.exist()


@pytest.mark.parametrize("field", ["digest", "expires_ms"])
def test_a_damaged_key_breaks_the_invariant(store: RedisStore, field: str) -> None:
    make(store, days=1)
    store.connection.command("HDEL", "assay:api-key:00000001", field)
    (problem,) = check_invariant(store)
    assert problem.startswith("key 00000001 ")
    store.connection.command("FLUSHALL")


def test_the_text_of_a_key_is_read_back_and_nothing_else_is() -> None:
    secret = make_secret()
    assert parse_key(write_key("0a1b2c3d", secret)) == ("0a1b2c3d", secret)
    text = write_key("0a1b2c3d", secret)
    for other in ("", "assay_", text[:-1], f"{text}x", text.upper(), f" {text}", f"{text}\n", "é"):
        assert parse_key(other) is None
