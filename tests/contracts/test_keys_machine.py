"""State machine for keys of the API: any order of create, rotate, revoke and expiry, each call
perhaps repeated as after a lost reply, against a model; no key ever grants more than it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from claims.access import LOCAL, Actor, KeyStatus, NewKey, Scope
from claims.errors import InvalidInput, NotFound, NotPermitted
from claims.store import RedisStore, connect
from claims.store.invariant import check_invariant
from tests.contracts import steps
from tests.contracts.machines import run_machine

STEP_S = 1000.0
"""Much longer than a test takes, so that the real clock decides nothing."""
SCOPES = (Scope.READ, Scope.WRITE, Scope.ADMIN)
NUMBERS = st.integers(0, 3)
GIVERS = st.one_of(st.none(), NUMBERS)
SOME_SCOPES = st.lists(st.sampled_from(SCOPES), min_size=1, unique=True)


@dataclass
class Model:
    """The expected state of a key; times are of the model's clock, in seconds."""

    scopes: frozenset[Scope]
    expires: float | None
    secrets: list[tuple[str, float | None]]
    revoked: bool = False

    def is_usable(self, now: float) -> bool:
        return not self.revoked and (self.expires is None or self.expires > now)

    def covers(self, scopes: frozenset[Scope], expires: float | None) -> bool:
        covered = {Scope.FEED} if Scope.READ in self.scopes else set()
        return scopes <= self.scopes | covered and (
            self.expires is None or (expires is not None and expires <= self.expires)
        )


class KeysMachine(RuleBasedStateMachine):
    """Compares the store with the model."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.store: RedisStore = connect(self.url)
        self.store.connection.command("FLUSHALL")
        self.now, self.began = 0.0, datetime.now(UTC)
        self.keys: dict[int, Model] = {}
        self.lines = 0
        self.drawn = 0

    def teardown(self) -> None:
        self.store.connection.command("FLUSHALL")
        self.store.close()

    def actor(self, giver: int | None) -> Actor:
        return LOCAL if giver is None else Actor(f"{giver:08x}", "giver")

    def may_give(self, giver: int | None, scopes: frozenset[Scope], expires: float | None) -> bool:
        if giver is None:
            return True
        own = self.keys.get(giver)
        return own is not None and own.is_usable(self.now) and own.covers(scopes, expires)

    def draw(self) -> str:
        self.drawn += 1
        return f"digest {self.drawn}"

    @rule(
        number=NUMBERS,
        scopes=SOME_SCOPES,
        left=st.sampled_from([None, -1.5, 1.5, 4.5]),
        giver=GIVERS,
        calls=st.integers(1, 2),
    )
    def create(
        self, number: int, scopes: list[Scope], left: float | None, giver: int | None, calls: int
    ) -> None:
        expires = None if left is None else self.now + left * STEP_S
        own = None if giver is None else self.keys.get(giver)
        # Without an expiry a key gets that of the key which makes it.
        ends = own.expires if expires is None and own and own.is_usable(self.now) else expires
        digest = self.draw()
        # From the start of the run, so that equal times of the model are equal in the store.
        at = None if left is None else self.began + timedelta(seconds=left * STEP_S)
        new = NewKey(
            id=f"{number:08x}", digest=digest, name="k", scopes=tuple(scopes), expires_at=at
        )
        wanted = frozenset(scopes)
        is_past = left is not None and left < 0
        works = number not in self.keys and not is_past and self.may_give(giver, wanted, ends)
        for _ in range(calls):
            try:
                self.store.acting_as(self.actor(giver)).api_keys.create(new)
            except (InvalidInput, NotPermitted):
                assert not works
            else:
                assert works
        if works:
            self.keys[number] = Model(wanted, ends, [(digest, None)])
            self.lines += 1

    @rule(
        number=NUMBERS,
        grace=st.sampled_from([0.0, 1.5]),
        giver=GIVERS,
        calls=st.integers(1, 2),
    )
    def rotate(self, number: int, grace: float, giver: int | None, calls: int) -> None:
        digest, key = self.draw(), self.keys.get(number)
        works = (
            key is not None
            and key.is_usable(self.now)
            and self.may_give(giver, key.scopes, key.expires)
        )
        for _ in range(calls):
            try:
                self.store.acting_as(self.actor(giver)).api_keys.rotate(
                    f"{number:08x}", digest, grace_s=grace * STEP_S
                )
            except (InvalidInput, NotPermitted, NotFound):
                assert not works
            else:
                assert works
        if works and key is not None:
            before = key.secrets[0][0]
            key.secrets = [(digest, None)]
            if grace:
                key.secrets.append((before, self.now + grace * STEP_S))
            self.lines += 1

    @rule(number=NUMBERS, calls=st.integers(1, 2))
    def revoke(self, number: int, calls: int) -> None:
        key = self.keys.get(number)
        for _ in range(calls):
            try:
                self.store.api_keys.revoke(f"{number:08x}")
            except NotFound:
                assert key is None
        if key is not None and not key.revoked:
            key.revoked = True
            self.lines += 1

    @rule()
    def pass_time(self) -> None:
        steps.pass_time(self.store, STEP_S)
        self.now += STEP_S

    @invariant()
    def agrees(self) -> None:
        assert check_invariant(self.store) == []
        assert len(self.store.audit.read(limit=200).items) == min(200, self.lines)
        stored = {int(key.id, 16): key for key in self.store.api_keys.list_keys()}
        assert set(stored) == set(self.keys)
        for number, key in self.keys.items():
            assert (stored[number].status is KeyStatus.ACTIVE) == key.is_usable(self.now)
            assert frozenset(stored[number].scopes) == key.scopes
            assert (stored[number].expires_at is None) == (key.expires is None)
            if key.is_usable(self.now):
                accepted = [d for d, ends in key.secrets if ends is None or ends > self.now]
                assert list(self.store.api_keys.get(f"{number:08x}").digests) == accepted


@pytest.mark.no_cover  # the other tests of the store reach its lines
def test_keys_hand_out_no_more_than_they_have_in_any_order(embedded_url: str) -> None:
    run_machine(KeysMachine, url=embedded_url, examples=20, steps=20)
