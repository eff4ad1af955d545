"""State machine for the store: any order of accept, take, crash, commit and re-check.

A model in Python gives the expected result of each step; the invariant is checked after each step.
Pages are fetched, expire and are deleted in between; pages that a latest verdict cites must stay.
"""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from claims.access import LOCAL, Actor
from claims.errors import NotFound, PageGone
from claims.ports import EventFilter, Lease, WorkItem
from claims.sources.snapshots import is_unchanged, list_cited
from claims.store import RedisStore, connect, keys
from claims.store.invariant import check_invariant
from claims.types import (
    ArticleId,
    ArticleStatus,
    ClaimId,
    ClaimStatus,
    Page,
    Priority,
    Queue,
    Stage,
    VerdictLabel,
)
from claims.verdicts.origins import refer_to
from tests.claims.samples import gathered
from tests.contracts import steps
from tests.contracts.machines import run_machine
from tests.contracts.model import DELAY_S, EVERY, EVERY_S, STEP_S, TTL_S, Work
from tests.contracts.turns import take_item

Leases = MultipleResults[Lease] | Lease


ACTORS = (LOCAL, Actor("0a1b2c3d", "nightly job"), Actor("4e5f6071", "desk"))
TEXTS = ("The storm came.", "Eleven people died.", "The boat sank.")


class StoreMachine(RuleBasedStateMachine):
    """Compares the store with the model."""

    url = ""
    leases: Bundle[Lease] = Bundle("leases")
    pages: Bundle[Page] = Bundle("pages")

    def __init__(self) -> None:
        super().__init__()
        self.store: RedisStore = connect(self.url)
        self.store.connection.command("FLUSHALL")
        self.now = 0.0
        self.work: dict[str, Work] = {}
        self.deleted: set[str] = set()

    def teardown(self) -> None:
        """At the end, workers that do not crash finish all work, and no check is done twice."""
        self.compare_events()
        self.drain()
        for record_id, work in self.work.items():
            if work.item.stage is not Stage.EXTRACT:
                history = self.store.get_history(ClaimId(record_id))
                assert [entry.check for entry in history][: len(work.judged)] == work.judged
                assert self.store.get_claim(ClaimId(record_id)).record.status in (
                    ClaimStatus.JUDGED,
                    ClaimStatus.FAILED,
                )
        assert check_invariant(self.store) == []
        self.store.close()

    def compare_events(self) -> None:
        """Each change is announced once: the events of each record are those of the model."""
        page = self.store.list_events(since=None, limit=1000, only=EventFilter())
        announced: dict[str, list[str]] = {one: [] for one in (*self.work, *self.deleted)}
        for event in page.items:
            announced[event.claim_id or event.article_id or ""].append(event.type)
        for record_id, work in self.work.items():
            expected = work.events
            if work.status == "extracted":
                claims = self.store.get_article(ArticleId(record_id)).record.claims
                ends = {"claim.failed", "verdict.created"}
                is_done = all(ends & set(self.work[claim.id].events) for claim in claims)
                expected = ["article.done"] if is_done else []
            assert announced[record_id] == expected
        for record_id in self.deleted:
            assert announced[record_id][-1] == "claim.deleted"

    def drain(self) -> None:
        for record_id, work in self.work.items():
            if work.item.stage is not Stage.EXTRACT:
                self.store.delete_schedule(ClaimId(record_id))
        for _ in range(12):
            steps.pass_time(self.store, 100_000)
            self.store.reap()
            for queue in Queue:
                while lease := self.store.take(queue, worker="last", ttl_s=TTL_S):
                    assert self.commit(lease)
        assert self.store.health().due == self.store.health().leased == 0

    def commit(self, lease: Lease, label: VerdictLabel = steps.NEE, *, reads: bool = False) -> bool:
        if lease.item.stage is Stage.EXTRACT:
            return steps.commit_extraction(self.store, lease, claims=1)
        if lease.item.stage is Stage.GATHER:
            return steps.commit_gathering(self.store, lease, TEXTS[lease.item.check % 3])
        end = steps.commit_provisional if reads and is_judging(lease) else steps.commit_verdict
        return end(self.store, lease, label, cites=self.choose_cited(lease))

    def choose_cited(self, lease: Lease) -> Page | None:
        """The page that a verdict cites: for even checks that of the verdict before, as in
        re-checks without a change; else the page of the check. None when the lease was lost."""
        claim_id, check = ClaimId(lease.item.id), lease.item.check
        if claim_id in self.deleted:
            return None
        last = self.store.get_claim(claim_id).record.verdict
        if last and check % 2 == 0:
            return self.store.get_page(last.evidence[0].page.sha256)
        try:
            (read,) = self.store.get_gathered(claim_id, check).pages
        except NotFound:
            return None  # the lease was lost, and the gathered evidence was deleted
        return self.store.get_page(read.sha256)

    def holds(self, lease: Lease) -> Work | None:
        """The work of this lease; None when the lease is no longer valid."""
        work = self.work.get(lease.item.id)
        return work if work and work.token == lease.token and work.item == lease.item else None

    # accepting ------------------------------------------------------------------------------

    @rule(
        number=st.integers(1, 2),
        every=st.booleans(),
        priority=st.sampled_from([None, Priority.BULK]),
        actor=st.sampled_from(ACTORS),
    )
    def submit_claim(
        self, number: int, every: bool, priority: Priority | None, actor: Actor
    ) -> None:
        claim = steps.claim_id(number)
        new = steps.new_claim(number, every=EVERY if every else None)
        self.store.acting_as(actor).submit_claim(steps.with_options(new, priority=priority))
        if claim not in self.work and claim not in self.deleted:
            item = steps.gather_item(claim)
            self.work[claim] = Work(item, self.now, every=every, next_at=self.now + EVERY_S)

    @initialize(priority=st.sampled_from([None, Priority.BULK]), actor=st.sampled_from(ACTORS))
    def submit_article(self, priority: Priority | None, actor: Actor) -> None:
        article = steps.article_id(1)
        new = steps.with_options(steps.new_article(1), priority=priority)
        self.store.acting_as(actor).submit_article(new)
        self.work.setdefault(article, Work(steps.extract_item(article), self.now))

    @rule(every=st.booleans())
    def submit_batch(self, every: bool) -> None:
        """Claims 3 and 4 together, or again after a lost reply."""
        new = [steps.new_claim(number, every=EVERY if every else None) for number in (3, 4)]
        self.store.submit_claims(new)
        if self.deleted.isdisjoint(one.id for one in new) and new[0].id not in self.work:
            for one in new:
                item = steps.gather_item(one.id)
                self.work[one.id] = Work(item, self.now, every=every, next_at=self.now + EVERY_S)

    # taking and dying -----------------------------------------------------------------------

    def list_ready(self, queue: Queue) -> list[Work]:
        return [
            work
            for work in self.work.values()
            if work.item.stage.queue is queue and work.due is not None and work.due <= self.now
        ]

    @rule()
    def count(self) -> None:
        ready = {queue: len(self.list_ready(queue)) for queue in Queue}
        assert self.store.count_ready() == ready

    @rule(target=leases, queue=st.sampled_from(Queue))
    def take(self, queue: Queue) -> Leases:
        """A worker gets a message and takes an item, if there is one."""
        ready = self.list_ready(queue)
        lease = self.store.take(queue, worker="w", ttl_s=TTL_S)
        for work in ready:
            if work.attempts == 3 and not work.is_finished and self.has_failed(work):
                work.give_up(self.now)
        if lease is None:
            assert self.list_ready(queue) == []
            return multiple()
        work = self.work[lease.item.id]
        assert work in ready
        assert work.item == lease.item
        return self.note_lease(lease, work)

    def has_failed(self, work: Work) -> bool:
        if work.item.stage is Stage.EXTRACT:
            status = self.store.get_article(ArticleId(work.item.id)).record.status
            return status is ArticleStatus.FAILED
        claim = self.store.get_claim(ClaimId(work.item.id))
        return claim.record.status in (ClaimStatus.FAILED, ClaimStatus.JUDGED)

    @rule(lease=consumes(leases))
    def crash(self, lease: Lease) -> None:
        """The worker dies with its lease; the store does not notice."""

    @rule()
    def pass_time(self) -> None:
        steps.pass_time(self.store, STEP_S)
        self.now += STEP_S

    @rule()
    def reap(self) -> None:
        lapsed = [w for w in self.work.values() if w.token and w.expires <= self.now]
        assert self.store.reap() == len(lapsed)
        for work in lapsed:
            work.token, work.due = None, self.now

    # complete work: without these rules, few random runs would reach a verdict -----------------

    @rule(target=leases, pick=st.integers(0, 9))
    def acquire_what_is_due(self, pick: int) -> Leases:
        due = [w.item for w in self.work.values() if w.due is not None and w.due <= self.now]
        return self.acquire_item(due[pick % len(due)]) if due else multiple()

    @rule(pick=st.integers(0, 9), label=st.sampled_from(VerdictLabel), reads=st.booleans())
    def commit_what_is_leased(self, pick: int, label: VerdictLabel, reads: bool) -> None:
        leases = [Lease(w.item, w.token, w.attempts) for w in self.work.values() if w.token]
        if leases:
            self.commit_and_compare(leases[pick % len(leases)], label, reads=reads)

    @rule(pick=st.integers(0, 9), label=st.sampled_from(VerdictLabel), reads=st.booleans())
    def do_what_is_due(self, pick: int, label: VerdictLabel, reads: bool) -> None:
        lease = self.acquire_what_is_due(pick)
        if isinstance(lease, Lease):
            self.commit_and_compare(lease, label, reads=reads)

    @rule(target=leases, pick=st.integers(0, 9))
    def take_over_from_a_sleeper(self, pick: int) -> Leases:
        """A worker pauses until another has its item; then its commits are refused."""
        asleep = [Lease(w.item, w.token, w.attempts) for w in self.work.values() if w.token]
        if not asleep:
            return multiple()
        old = asleep[pick % len(asleep)]
        self.pass_time()
        self.pass_time()
        self.reap()
        new = self.acquire_item(old.item)
        assert not self.store.renew(old, ttl_s=TTL_S)
        assert not self.commit(old)
        return new

    # single steps in any order -----------------------------------------------------------------

    def acquire_item(self, item: WorkItem) -> Leases:
        """Try to take this item."""
        lease = take_item(self.store, item, ttl_s=TTL_S)
        work = self.work[item.id]
        if work.item != item or work.due is None or work.due > self.now:
            assert lease is None
            return multiple()
        if lease is None:
            assert work.attempts == 3
            work.give_up(self.now)
            return multiple()
        return self.note_lease(lease, work)

    def note_lease(self, lease: Lease, work: Work) -> Lease:
        if work.is_finished and work.due is not None:
            work.start_check(self.now, work.due, is_planned=True)
        work.attempts += 1
        assert lease.attempt == work.attempts <= 3
        work.due, work.token, work.expires = None, lease.token, self.now + TTL_S
        if lease.item.stage is Stage.GATHER:
            work.status = "gathering"
        return lease

    @rule(lease=leases)
    def renew(self, lease: Lease) -> None:
        work = self.holds(lease)
        assert self.store.renew(lease, ttl_s=TTL_S) is (work is not None)
        if work:
            work.expires = self.now + TTL_S

    @rule(lease=leases)
    def put_back(self, lease: Lease) -> None:
        work = self.holds(lease)
        assert self.store.put_back(lease, delay_s=DELAY_S, cause="out of paper") is (
            work is not None
        )
        if work:
            work.token, work.due = None, self.now + DELAY_S

    @rule(lease=leases)
    def postpone(self, lease: Lease) -> None:
        work = self.holds(lease)
        assert steps.postpone(self.store, lease, delay_s=DELAY_S) is (work is not None)
        if work:
            work.token, work.due = None, self.now + DELAY_S
            work.attempts -= 1

    @rule(lease=leases)
    def give_up(self, lease: Lease) -> None:
        work = self.holds(lease)
        assert self.store.give_up(lease, steps.ERROR) is (work is not None)
        if work:
            work.give_up(self.now)

    @rule(lease=leases, label=st.sampled_from(VerdictLabel), reads=st.booleans())
    def commit_a_lease(self, lease: Lease, label: VerdictLabel, reads: bool) -> None:
        """Commit, and keep the lease in the bundle: its holder may commit again later."""
        self.commit_and_compare(lease, label, reads=reads)

    def commit_and_compare(self, lease: Lease, label: VerdictLabel, *, reads: bool = False) -> None:
        work = self.holds(lease)
        assert self.commit(lease, label, reads=reads) is (work is not None)
        if work is not None:
            self.note_commit(lease, label, work, reads=reads)

    def note_commit(
        self, lease: Lease, label: VerdictLabel, work: Work, *, reads: bool = False
    ) -> None:
        if lease.item.stage is Stage.EXTRACT:
            work.finish("extracted", self.now)
            for claim in self.store.get_article(ArticleId(lease.item.id)).record.claims:
                self.work[claim.id] = Work(steps.gather_item(claim.id), self.now)
        elif lease.item.stage is Stage.GATHER:
            work.status = "judging"
            work.move_on(Stage.JUDGE, due=self.now)
        elif reads and is_judging(lease):
            work.status, work.provisional = "reading", label
            work.move_on(Stage.READ, due=self.now)
        else:
            work.conclude(label, self.now)

    @rule(after_s=st.sampled_from([0.0, 1.5 * STEP_S]))
    def end_readings(self, after_s: float) -> None:
        """No worker reads, and the judge's verdict becomes that of checks that waited too long."""
        waiting = [
            work
            for work in self.list_ready(Queue.READ)
            if work.due is not None and self.now - work.due >= after_s
        ]
        assert self.store.end_readings(after_s=after_s, limit=100) == len(waiting)
        for work in waiting:
            work.give_up(self.now)

    # pages and their end ---------------------------------------------------------------------

    @rule(target=pages, text=st.sampled_from(TEXTS), place=st.integers(1, 2))
    def fetch(self, text: str, place: int) -> Page:
        """Fetch a page, which a worker may use at any later step."""
        return steps.read_page(self.store, text, url=f"https://a.example/{place}")

    @rule(lease=leases, page=pages)
    def commit_what_was_fetched_before(self, lease: Lease, page: Page) -> None:
        if lease.item.stage is not Stage.GATHER:
            return
        work, found = self.holds(lease), gathered(refer_to(page, origin="o1"))
        try:
            assert self.store.commit_gathering(lease, found) is (work is not None)
        except PageGone:
            assert work is not None
            assert page.sha256 not in self.kept_pages()
        else:
            if work is not None:
                assert page.sha256 in self.kept_pages()
                self.note_commit(lease, steps.NEE, work)

    @rule(pick=st.integers(0, 9), text=st.sampled_from(TEXTS))
    def a_page_may_go_before_its_check_is_committed(self, pick: int, text: str) -> None:
        """Between fetch and commit, the worker pauses until the page has expired in the cache."""
        work = self.pick_claim(pick)
        if work is None:
            return
        self.recheck(pick)
        if work.item.stage is Stage.GATHER and work.due is not None and work.due <= self.now:
            lease = self.acquire_item(work.item)
            page = self.fetch(text, 1)
            self.forget(0.0, 9, cache="empty")
            if isinstance(lease, Lease):
                self.commit_what_was_fetched_before(lease, page)

    @rule(
        keep_s=st.sampled_from([0.0, 0.0, None, 1e9]),
        limit=st.integers(1, 5),
        cache=st.sampled_from(["empty", "empty", "full"]),
    )
    def forget(self, keep_s: float | None, limit: int, cache: str) -> None:
        if cache == "empty":
            steps.empty_page_cache(self.store)
        before = self.kept_pages()
        forgotten = self.store.forget(keep_s=keep_s, limit=limit)
        assert forgotten.checks <= (limit if keep_s == 0.0 else 0)
        assert len(before - self.kept_pages()) == forgotten.pages

    def kept_pages(self) -> set[str]:
        found = self.store.connection.command("KEYS", f"{keys.PAGE}*")
        return {key.removeprefix(keys.PAGE) for key in found}

    # re-checks ------------------------------------------------------------------------------

    def pick_claim(self, pick: int) -> Work | None:
        claims = [w for w in self.work.values() if w.item.stage is not Stage.EXTRACT]
        return claims[pick % len(claims)] if claims else None

    @rule(pick=st.integers(0, 9))
    def recheck(self, pick: int) -> None:
        work = self.pick_claim(pick)
        if work is None:
            return
        if work.is_finished:
            work.start_check(self.now, self.now, is_planned=False)
            work.status = "queued"
            work.move_on(Stage.GATHER, due=self.now)
        actor = ACTORS[pick % 3]
        assert self.store.acting_as(actor).recheck_claim(ClaimId(work.item.id)) == work.check

    @rule(pick=st.integers(0, 9), label=st.sampled_from(VerdictLabel), reads=st.booleans())
    def check_to_the_end(self, pick: int, label: VerdictLabel, reads: bool) -> None:
        """Run a whole check without interruption, so that claims have several checks."""
        work = self.pick_claim(pick)
        if work is None:
            return
        self.recheck(pick)
        for _ in range(3):
            if work.due is not None and work.due <= self.now and not work.is_finished:
                lease = self.acquire_item(work.item)
                if isinstance(lease, Lease):
                    self.commit_and_compare(lease, label, reads=reads)

    @rule(pick=st.integers(0, 9))
    def delete_schedule(self, pick: int) -> None:
        work = self.pick_claim(pick)
        if work is None:
            return
        self.store.delete_schedule(ClaimId(work.item.id))
        if work.is_finished:
            work.due = None
        work.end_schedule()

    # the end of claims and checks -------------------------------------------------------------

    @rule(pick=st.integers(0, 40))
    def delete_claim(self, pick: int) -> None:
        """Rarely, so that claims live long enough to have several checks."""
        work = self.pick_claim(pick) if pick < 5 else None
        if work is not None:
            self.store.delete_claim(ClaimId(work.item.id))
            self.deleted.add(work.item.id)
            del self.work[work.item.id]

    @rule(pick=st.integers(0, 9))
    def cancel(self, pick: int) -> None:
        work = self.pick_claim(pick)
        if work is None:
            return
        assert self.store.cancel_claim(ClaimId(work.item.id)) == int(not work.is_finished)
        if not work.is_finished:
            work.cancel(self.now)

    @rule()
    def recheck_article(self) -> None:
        work = self.work[steps.article_id(1)]
        if work.status != "extracted":
            return
        record = self.store.get_article(ArticleId(work.item.id)).record
        claims = [self.work[claim.id] for claim in record.claims]
        for claim in claims:
            if claim.is_finished:
                claim.start_check(self.now, self.now, is_planned=False)
                claim.status = "queued"
                claim.move_on(Stage.GATHER, due=self.now)
        checks = self.store.recheck_article(record.id)
        assert checks == {claim.item.id: claim.check for claim in claims}

    # always ---------------------------------------------------------------------------------

    @invariant()
    def the_store_is_sound(self) -> None:
        assert check_invariant(self.store) == []

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        for record_id, work in self.work.items():
            if work.item.stage is Stage.EXTRACT:
                continue
            stored = self.store.get_claim(ClaimId(record_id))
            assert (stored.record.status, stored.check) == (work.status, work.check)
            verdict = stored.record.verdict
            assert (verdict.label if verdict else None) == (
                work.labels[-1] if work.labels else None
            )
            assert (stored.record.schedule is not None) is work.every
            provisional = stored.record.provisional
            assert (provisional.label if provisional else None) is work.provisional

    @invariant()
    def what_a_latest_verdict_rests_on_is_there(self) -> None:
        for record_id, work in self.work.items():
            if work.judged:
                record = self.store.get_check(ClaimId(record_id), work.judged[-1])
                assert record.verdict.label is work.labels[-1]
                for cited in list_cited(record.gathered.pages, record.verdict.evidence):
                    assert is_unchanged(self.store.get_page(cited).text, cited)


def is_judging(lease: Lease) -> bool:
    return lease.item.stage is Stage.JUDGE


@pytest.mark.no_cover  # the other tests of the store reach its lines
def test_the_store_agrees_with_the_model_in_any_order_of_steps(embedded_url: str) -> None:
    run_machine(StoreMachine, url=embedded_url, examples=40, steps=50)
