"""State machine for webhooks: any order of events, deliveries, failures, lost replies and workers,
changes and ends, against a model. In the end every event that a webhook was owed has arrived, and
none that it did not choose."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from claims.errors import Gone, NotFound, QueueFull, WebhookDisabled
from claims.ports import EventFilter
from claims.store import RedisStore, connect
from claims.store.invariant import check_invariant
from claims.types import EventType
from claims.webhooks import DeliveryLease, WebhookStatus
from tests.contracts import deliveries as d
from tests.contracts import steps
from tests.contracts.machines import run_machine

NUMBERS = st.integers(1, 3)
TAGS = (None, "City", "Sports")
LEASE_S = 1000.0
"""Much longer than a run takes, so that the real clock decides nothing."""
ATTEMPTS = {"ok": d.OK, "broken": d.BROKEN, "silent": d.SILENT}


@dataclass
class Model:
    """A webhook's filter, the ids of events due to it and sent to it; it is on, off or deleted."""

    tag: str | None
    state: str = "on"
    owed: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)


class WebhooksMachine(RuleBasedStateMachine):
    """Compares the store with the model."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.store: RedisStore = connect(self.url)
        self.store.connection.command("FLUSHALL")
        self.models: dict[int, Model] = {}
        self.leases: list[DeliveryLease] = []
        self.claims = 0

    def teardown(self) -> None:
        self.settle()
        self.store.connection.command("FLUSHALL")
        self.store.close()

    @rule()
    def settle(self) -> None:
        """Let all deliveries succeed: what a webhook is owed has arrived, and nothing else."""
        for _ in range(3):
            steps.pass_time(self.store, 5 * LEASE_S)
            self.store.reap()
            while lease := self.store.webhooks.take(worker="last", ttl_s=LEASE_S):
                assert self.store.webhooks.end(lease, d.OK)
                self.note_sent(lease)
            steps.pass_time(self.store, 24 * 3600.0)
        for model in self.models.values():
            if model.state == "on":
                assert model.owed <= model.sent
            assert model.sent <= model.allowed
        assert check_invariant(self.store) == []

    def number_of(self, webhook_id: str) -> int:
        return int(webhook_id[2:], 16)

    def note_sent(self, lease: DeliveryLease) -> None:
        self.models[self.number_of(lease.webhook_id)].sent.add(lease.event.id)

    def last_event(self) -> str:
        page = self.store.list_latest_events(before=None, limit=1, only=EventFilter())
        return page.items[0].id

    def switch_off(self, number: int, state: str = "off") -> None:
        model = self.models[number]
        model.state, model.owed = state, set()

    @rule(number=NUMBERS, tag=st.sampled_from(TAGS), calls=st.integers(1, 2))
    def create(self, number: int, tag: str | None, calls: int) -> None:
        for _ in range(calls):
            try:
                d.make(
                    self.store,
                    number,
                    events=(EventType.CLAIM_DELETED,),
                    tags=(tag,) if tag else (),
                )
            except Gone:
                assert self.models[number].state == "deleted"
        self.models.setdefault(number, Model(tag))

    @rule(tag=st.sampled_from(TAGS))
    def announce(self, tag: str | None) -> None:
        self.claims += 1
        claim = self.store.submit_claim(steps.new_claim(self.claims))
        if tag:
            self.store.set_claim_tags(claim, [tag.upper()])
        self.store.delete_claim(claim)
        event = self.last_event()
        for model in self.models.values():
            if model.state == "on" and model.tag in (None, tag):
                model.owed.add(event)
                model.allowed.add(event)

    @rule(worker=st.sampled_from(["w1", "w2"]))
    def take(self, worker: str) -> None:
        lease = self.store.webhooks.take(worker=worker, ttl_s=LEASE_S)
        if lease is None:
            return
        number = self.number_of(lease.webhook_id)
        assert self.models[number].state == "on"
        assert lease.event.id in self.models[number].allowed
        self.leases.append(lease)

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), outcome=st.sampled_from(sorted(ATTEMPTS)), calls=st.integers(1, 2))
    def end(self, data: st.DataObject, outcome: str, calls: int) -> None:
        lease = data.draw(st.sampled_from(self.leases))
        self.leases.remove(lease)
        if outcome == "ok":
            self.note_sent(lease)  # whoever holds the lease now: the receiver has it
        ended = [self.store.webhooks.end(lease, ATTEMPTS[outcome]) for _ in range(calls)]
        assert ended[1:] in ([], [False])
        hook = self.store.connection.command("EXISTS", f"assay:webhook:{lease.webhook_id}")
        number = self.number_of(lease.webhook_id)
        if hook and self.store.webhooks.get(lease.webhook_id).disabled_at:
            self.switch_off(number, self.models[number].state.replace("on", "off"))

    @precondition(lambda self: self.leases)
    @rule(calls=st.integers(1, 2))
    def refuse(self, calls: int) -> None:
        lease = self.leases.pop()
        if self.store.webhooks.end(lease, d.ENDED):
            self.switch_off(self.number_of(lease.webhook_id))
        for _ in range(calls):
            assert not self.store.webhooks.end(lease, d.ENDED)

    @rule(number=NUMBERS, on=st.booleans(), calls=st.integers(1, 2))
    def switch(self, number: int, on: bool, calls: int) -> None:
        status = WebhookStatus.ACTIVE if on else WebhookStatus.DISABLED
        model = self.models.get(number)
        for _ in range(calls):
            try:
                self.store.webhooks.change(d.webhook_id(number), {}, status=status)
            except NotFound:
                assert model is None or model.state == "deleted"
                return
        assert model is not None
        if on:
            model.state = "on"
        else:
            self.switch_off(number)

    @rule(number=NUMBERS, calls=st.integers(1, 2))
    def delete(self, number: int, calls: int) -> None:
        for _ in range(calls):
            try:
                self.store.webhooks.delete(d.webhook_id(number))
            except NotFound:
                assert number not in self.models
                return
        self.switch_off(number, "deleted")

    @rule(number=NUMBERS)
    def ping(self, number: int) -> None:
        model = self.models.get(number)
        try:
            event = self.store.webhooks.ping(d.webhook_id(number))
        except (NotFound, WebhookDisabled, QueueFull):
            assert model is None or model.state != "on"
            return
        assert model is not None
        model.owed.add(event)
        model.allowed.add(event)

    @rule(number=NUMBERS, data=st.data())
    def redeliver(self, number: int, data: st.DataObject) -> None:
        events = self.store.list_events(since=None, limit=200, only=EventFilter()).items
        model = self.models.get(number)
        if not events or model is None:
            return
        event = data.draw(st.sampled_from([event.id for event in events]))
        try:
            self.store.webhooks.redeliver(d.webhook_id(number), event)
        except (NotFound, WebhookDisabled):
            assert model.state != "on"
            return
        model.owed.add(event)
        model.allowed.add(event)

    @rule(seconds=st.sampled_from([10.0, 400.0, 2 * LEASE_S]))
    def pass_time(self, seconds: float) -> None:
        steps.pass_time(self.store, seconds)

    @rule()
    def reap(self) -> None:
        self.store.reap()

    @rule(worker=st.sampled_from(["w1", "w2"]), counts=st.booleans())
    def lose_worker(self, worker: str, counts: bool) -> None:
        self.store.release(worker, counts=counts)

    @rule()
    def count(self) -> None:
        self.store.count_ready()

    @invariant()
    def holds(self) -> None:
        assert check_invariant(self.store) == []


@pytest.mark.no_cover  # the other tests of the store reach its lines
def test_each_event_arrives_at_each_webhook_whose_filter_it_passes_despite_any_failures(
    embedded_url: str,
) -> None:
    run_machine(WebhooksMachine, url=embedded_url, examples=25, steps=40)
