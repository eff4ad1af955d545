"""Order of the queue: interactive, bulk, then scheduled work; round robin between submissions."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from claims.errors import QueueFull
from claims.ports import Lease
from claims.store import RedisStore, connect
from claims.store.invariant import check_invariant
from claims.types import ClaimId, Priority, Queue
from tests.contracts import steps
from tests.contracts.machines import run_machine
from tests.contracts.turns import list_ready

BULK = Priority.BULK


def submit(store: RedisStore, number: int, priority: Priority | None = None) -> ClaimId:
    return store.submit_claim(steps.with_options(steps.new_claim(number), priority=priority))


def submit_article(
    store: RedisStore, number: int, *, claims: int, priority: Priority | None = None
) -> list[ClaimId]:
    """Accept an article and extract its claims; returns their ids."""
    article = store.submit_article(steps.with_options(steps.new_article(number), priority=priority))
    return steps.extract(store, article, claims=claims)


def take(store: RedisStore, queue: Queue = Queue.FETCH) -> Lease:
    lease = store.take(queue, worker="w", ttl_s=60)
    assert lease is not None
    return lease


def take_ids(store: RedisStore, count: int, queue: Queue = Queue.FETCH) -> list[str]:
    return [take(store, queue).item.id for _ in range(count)]


# --- submissions in turns ----------------------------------------------------------------------


@pytest.mark.parametrize("takes_before", range(4))
def test_a_new_submission_is_taken_within_two_turns_however_long_the_queue(
    store: RedisStore, takes_before: int
) -> None:
    submit_article(store, 1, claims=200)
    for number in range(300):
        submit(store, number)
    take_ids(store, takes_before)
    new = submit(store, 1000)
    assert new in take_ids(store, 2)


@pytest.mark.parametrize("takes_before", range(4))
def test_a_new_submission_is_also_judged_within_two_turns(
    store: RedisStore, takes_before: int
) -> None:
    old = [submit(store, number) for number in range(20)]
    for claim in (*submit_article(store, 1, claims=10), *old):
        steps.gather(store, claim)
    take_ids(store, takes_before, Queue.SCORE)
    new = submit(store, 1000)
    steps.gather(store, new)
    assert new in take_ids(store, 2, Queue.SCORE)


def test_the_oldest_go_on_at_half_the_rate_while_new_ones_keep_coming(store: RedisStore) -> None:
    old = [submit(store, number) for number in range(10)]
    taken: list[str] = []
    for number in range(20):
        submit(store, 100 + number)
        taken += take_ids(store, 1)
    assert [claim for claim in taken if claim in old] == old


def test_an_article_and_single_claims_take_turns_and_its_claims_keep_their_order(
    store: RedisStore,
) -> None:
    claims = submit_article(store, 1, claims=9)
    singles = [submit(store, number) for number in range(3)]
    taken = take_ids(store, 6)
    assert set(singles) <= set(taken)
    taken += take_ids(store, 6)
    assert [one for one in taken if one in claims] == claims


def test_two_articles_get_as_many_turns(store: RedisStore) -> None:
    first, second = (submit_article(store, number, claims=30) for number in (1, 2))
    submit(store, 1)
    taken = take_ids(store, 31)
    # First the single claim; then every second take is of the newer article, the others in turn.
    assert 7 <= len(set(taken) & set(first)) <= len(set(taken) & set(second)) <= 23


def test_an_item_put_back_comes_after_the_others_of_its_submission(store: RedisStore) -> None:
    first, second = submit_article(store, 1, claims=2)
    assert store.put_back(take(store), delay_s=0, cause="out of paper")
    assert take_ids(store, 2) == [second, first]


# --- fetching ahead of the judge ---------------------------------------------------------------


def gather_many(store: RedisStore) -> None:
    """Gather 17 claims: one more than may wait for the judge before fetching stops."""
    for number in range(100, 117):
        steps.gather(store, submit(store, number))


def test_fetching_waits_while_much_waits_for_the_judge_and_then_goes_on(store: RedisStore) -> None:
    old = submit(store, 1)
    gather_many(store)
    assert store.count_ready() == dict.fromkeys(Queue, 0) | {Queue.SCORE: 17}
    assert store.take(Queue.FETCH, worker="w", ttl_s=60) is None
    assert steps.commit_verdict(store, take(store, Queue.SCORE))
    assert steps.commit_verdict(store, take(store, Queue.SCORE))
    assert store.count_ready() == {Queue.FETCH: 1, Queue.SCORE: 15, Queue.READ: 0, Queue.DELIVER: 0}
    assert take(store).item.id == old


def test_new_submissions_of_people_do_not_wait_for_the_judge_to_catch_up(
    store: RedisStore,
) -> None:
    old = submit(store, 1)
    gather_many(store)
    submit(store, 2, BULK)
    new = [submit(store, 3)]
    assert store.count_ready()[Queue.FETCH] == 1
    new += submit_article(store, 1, claims=2)
    assert store.count_ready()[Queue.FETCH] == 2
    assert take_ids(store, 2) == new[1:]
    # Older claims wait again; each item that is being judged allows four more.
    for _ in range(3):
        take(store, Queue.SCORE)
    assert {*take_ids(store, 2)} == {old, new[0]}


# --- classes -----------------------------------------------------------------------------------


def test_people_come_before_bulk_and_bulk_before_schedules(store: RedisStore) -> None:
    planned = store.submit_claim(steps.new_claim(1, every="PT1H"))
    steps.finish_check(store, planned)
    steps.pass_time(store, 3700)
    bulk = [submit(store, 10, BULK), *submit_article(store, 1, claims=1, priority=BULK)]
    people = [submit(store, 20), *submit_article(store, 2, claims=1)]
    taken = take_ids(store, 5)
    assert set(taken[:2]) == set(people)
    assert set(taken[2:4]) == set(bulk)
    assert taken[4] == planned


def test_all_stages_of_a_submission_have_its_class(store: RedisStore) -> None:
    bulk = submit_article(store, 1, claims=2, priority=BULK)
    people = [submit(store, number) for number in (1, 2)]
    for claim in (*bulk, *people):
        steps.gather(store, claim)
    taken = take_ids(store, 4, Queue.SCORE)
    assert (set(taken[:2]), set(taken[2:])) == (set(people), set(bulk))


def test_every_eighth_turn_goes_further_down_and_reaches_each_class(store: RedisStore) -> None:
    planned = [store.submit_claim(steps.new_claim(number, every="PT1H")) for number in (1, 2)]
    for claim in planned:
        steps.finish_check(store, claim)
    steps.pass_time(store, 3700)
    bulk = [submit(store, 10 + number, BULK) for number in range(2)]
    for number in range(40):
        submit(store, 100 + number)
    store.connection.command("DEL", "assay:takes")
    taken = take_ids(store, 32)
    low = [place for place, one in enumerate(taken, start=1) if one in (*planned, *bulk)]
    assert low == [8, 16, 24, 32]
    assert {*taken} >= {*planned, *bulk}


def test_a_check_asked_for_by_hand_is_a_new_submission_of_a_person(store: RedisStore) -> None:
    bulk = submit_article(store, 1, claims=1, priority=BULK)[0]
    steps.finish_check(store, bulk)
    planned = store.submit_claim(steps.new_claim(1, every="PT1H"))
    steps.finish_check(store, planned)
    steps.pass_time(store, 3700)
    assert steps.gather_item(planned, 2) in list_ready(store)
    for number in range(5):
        submit(store, 10 + number)
    for claim in (bulk, planned):
        store.recheck_claim(claim)
        assert claim in take_ids(store, 2)


def test_a_check_that_was_by_hand_is_followed_by_one_on_schedule(store: RedisStore) -> None:
    claim = store.submit_claim(steps.new_claim(1, every="PT1H"))
    steps.finish_check(store, claim)
    store.recheck_claim(claim)
    steps.finish_check(store, claim, 2)
    steps.pass_time(store, 3700)
    bulk = submit(store, 2, BULK)
    assert take_ids(store, 2) == [bulk, claim]


# --- a full queue ------------------------------------------------------------------------------


@pytest.fixture
def small(store: RedisStore, store_url: str) -> Iterator[RedisStore]:
    """The same store, with a maximum queue length of two."""
    small = connect(store_url, queue_max=2)
    yield small
    small.close()


def test_a_full_queue_refuses_a_check_asked_for_by_hand(small: RedisStore) -> None:
    claim = submit(small, 1)
    steps.finish_check(small, claim)
    others = [submit(small, number) for number in (2, 3)]
    before = small.get_claim(claim)
    with pytest.raises(QueueFull):
        small.recheck_claim(claim)
    assert small.get_claim(claim) == before
    # A request during a check is not refused, because it adds nothing to the queue.
    assert small.recheck_claim(others[0]) == 1
    take(small)
    assert small.recheck_claim(claim) == 2


def test_an_articles_claims_are_kept_however_full_the_queue_is(small: RedisStore) -> None:
    article = small.submit_article(steps.new_article())
    lease = take(small)
    others = [submit(small, number) for number in (1, 2)]
    assert steps.commit_extraction(small, lease, claims=3)
    assert len(small.get_article(article).record.claims) == 3
    with pytest.raises(QueueFull):
        submit(small, 9)
    assert set(take_ids(small, 5)) >= set(others)


def test_a_scheduled_check_waits_while_the_queue_is_full_and_is_not_lost(
    small: RedisStore,
) -> None:
    planned = small.submit_claim(steps.new_claim(1, every="PT1H"))
    steps.finish_check(small, planned)
    others = [submit(small, number) for number in (2, 3)]
    steps.pass_time(small, 3700)
    assert small.count_ready()[Queue.FETCH] == 3
    assert set(take_ids(small, 2)) == set(others)
    # Scheduled checks do not use the places of submissions.
    submit(small, 4)
    submit(small, 5)
    assert planned in take_ids(small, 3)


# --- any order of submitting and taking --------------------------------------------------------


class OrderMachine(RuleBasedStateMachine):
    """Checks each take against the guarantees of the order for every waiting submission."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.store = connect(self.url)
        self.store.connection.command("FLUSHALL")
        self.submitted = 0
        self.rank: dict[str, int] = {}
        # Per waiting submission: takes of its class since its submission or its last turn.
        self.waited: dict[str, int] = {}
        self.waiting: dict[str, int] = {}
        self.most = 0
        self.since_newest: dict[int, int] = {}
        self.skipped = 0

    def teardown(self) -> None:
        self.store.close()

    @initialize()
    def submit_some(self) -> None:
        for number in range(4):
            self.submit(1 + 2 * (number % 2), number % 2)

    @rule(claims=st.sampled_from([1, 1, 3]), rank=st.integers(0, 1))
    def submit(self, claims: int, rank: int) -> None:
        self.submitted += 1
        priority = BULK if rank else None
        if claims == 1:
            name = str(submit(self.store, self.submitted, priority))
        else:
            ids = submit_article(self.store, self.submitted, claims=claims, priority=priority)
            name = str(self.store.get_claim(ids[0]).record.article_id)
        self.rank[name], self.waited[name], self.waiting[name] = rank, 0, claims
        self.most = max(self.most, len(self.waiting))

    @rule(count=st.integers(1, 12), comes_back=st.booleans())
    def take(self, count: int, comes_back: bool) -> None:
        for _ in range(count):
            if self.waiting:
                self.take_one(comes_back)

    def take_one(self, comes_back: bool) -> None:
        lease = take(self.store)
        claim = self.store.get_claim(ClaimId(lease.item.id)).record
        name = str(claim.article_id or claim.id)
        rank = self.rank[name]
        self.check_class(rank)
        self.check_newest(name, rank)
        for other in self.waiting:
            if self.rank[other] == rank:
                self.waited[other] += 1
                # Round robin has every second turn, and new submissions may have come in between.
                assert self.waited[other] <= 2 * self.most + 2
        self.waited[name] = 0
        self.waiting[name] -= 1
        if comes_back and steps.postpone(self.store, lease, delay_s=0):
            self.waiting[name] += 1
        if not self.waiting[name]:
            del self.waiting[name]

    def check_class(self, rank: int) -> None:
        """Class 0 comes first, but when both classes wait, one of eight takes is of class 1."""
        if len({self.rank[name] for name in self.waiting}) == 1:
            return
        self.skipped = 0 if rank else self.skipped + 1
        assert self.skipped <= 7

    def check_newest(self, name: str, rank: int) -> None:
        """Of two consecutive takes of a class, one is of the newest submission."""
        newest = [one for one in self.rank if one in self.waiting and self.rank[one] == rank][-1]
        since = 0 if name == newest else self.since_newest.get(rank, 0) + 1
        self.since_newest[rank] = since
        assert since <= 1

    @invariant()
    def the_store_is_sound(self) -> None:
        assert check_invariant(self.store) == []


def test_no_submission_waits_longer_than_the_order_promises(embedded_url: str) -> None:
    run_machine(OrderMachine, url=embedded_url, examples=20, steps=20)
