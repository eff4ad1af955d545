"""Deleting, cancelling and correcting, in every state and against every step of a worker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.errors import Corrected, Gone, IdempotencyMismatch, NotFound, QueueFull
from claims.ports import ArticleFilter, ClaimFilter, EventFilter, Lease, NewClaim, Superseded
from claims.store import RedisStore, connect, keys
from claims.store.invariant import check_invariant
from claims.types import (
    ArticleStatus,
    ClaimId,
    ClaimStatus,
    EventType,
    Queue,
    SearchOutcome,
    VerdictLabel,
)
from tests.contracts import steps
from tests.contracts.turns import list_ready, take_item

CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)
TEXT = "Eleven people died."


def submit(store: RedisStore, number: int = 1, *, every: str | None = None) -> ClaimId:
    return store.submit_claim(steps.new_claim(number, every=every))


def list_left(store: RedisStore, record_id: str) -> list[str]:
    """Keys with this id in their name."""
    found: list[str] = store.connection.command("KEYS", f"assay:*{record_id}*")
    return found


def assert_deleted(store: RedisStore, claim: ClaimId) -> None:
    for read in (
        store.get_claim,
        store.get_claim_version,
        store.get_history,
        store.recheck_claim,
        store.delete_schedule,
        store.cancel_claim,
        lambda one: store.get_check(one, 1),
        lambda one: store.get_gathered(one, 1),
        lambda one: store.set_schedule(one, every="PT1H", until=None),
        lambda one: store.change_claim_sources(one, add=["https://b.example/"]),
        lambda one: store.correct_claim(one, steps.new_claim(77)),
    ):
        with pytest.raises(Gone, match="was deleted on 20"):
            read(claim)
    assert claim not in [entry.id for entry in store.list_claims(limit=200).items]
    assert list_left(store, claim) == []


# --- deleting a claim ---------------------------------------------------------------------------


def queued(store: RedisStore) -> None:
    submit(store)


def planned(store: RedisStore) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)


def gathering(store: RedisStore) -> None:
    submit(store)
    steps.acquire(store, steps.gather_item(CLAIM))


def postponed(store: RedisStore) -> None:
    submit(store)
    steps.postpone(store, steps.acquire(store, steps.gather_item(CLAIM)), delay_s=60)


def gathered(store: RedisStore) -> None:
    submit(store)
    steps.gather(store, CLAIM)


def judging(store: RedisStore) -> None:
    gathered(store)
    steps.acquire(store, steps.judge_item(CLAIM))


def judged_again(store: RedisStore) -> None:
    planned(store)
    store.recheck_claim(CLAIM)
    steps.finish_check(store, CLAIM, 2)


def failed(store: RedisStore) -> None:
    submit(store)
    store.give_up(steps.acquire(store, steps.gather_item(CLAIM)), steps.ERROR)


STATES = [queued, planned, gathering, postponed, gathered, judging, judged_again, failed]


@pytest.mark.parametrize("reach", STATES, ids=lambda one: one.__name__)
def test_a_claim_is_deleted_in_any_state_and_nothing_is_left(
    store: RedisStore, reach: Callable[[RedisStore], None]
) -> None:
    reach(store)
    store.delete_claim(CLAIM)
    assert_deleted(store, CLAIM)
    assert (store.health().due, store.health().leased, list_ready(store)) == (0, 0, [])
    store.delete_claim(CLAIM)
    store.forget(keep_s=None, limit=100)
    assert store.connection.command("KEYS", f"{keys.PAGE}*") == []
    assert store.connection.command("EXISTS", keys.CITATIONS, keys.SUPERSEDED, keys.ERASING) == 0


def test_deleting_a_record_that_never_existed_is_not_found(store: RedisStore) -> None:
    for act in (
        lambda: store.delete_claim(CLAIM),
        lambda: store.delete_article(ARTICLE),
        lambda: store.cancel_claim(CLAIM),
        lambda: store.cancel_article(ARTICLE),
        lambda: store.correct_claim(CLAIM, steps.new_claim(2)),
    ):
        with pytest.raises(NotFound) as error:
            act()
        assert error.type is NotFound


def test_a_page_that_another_claim_cites_stays(store: RedisStore) -> None:
    for number in (1, 2):
        submit(store, number)
        lease = steps.acquire(store, steps.gather_item(steps.claim_id(number)))
        assert steps.commit_gathering(store, lease, TEXT)
        steps.judge(store, steps.claim_id(number))
    sha256 = store.get_check(CLAIM, 1).gathered.pages[0].sha256
    store.delete_claim(CLAIM)
    store.forget(keep_s=None, limit=100)
    assert store.get_page(sha256).text == TEXT
    store.delete_claim(steps.claim_id(2))
    assert store.forget(keep_s=None, limit=100).pages == 1
    with pytest.raises(NotFound):
        store.get_page(sha256)


def test_a_claim_with_many_checks_is_deleted_a_part_at_a_time(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    packed = store.connection.command("HGET", keys.VERDICTS + CLAIM, 1)
    sha256 = store.get_check(CLAIM, 1).gathered.pages[0].sha256
    for check in range(2, 451):
        for prefix in (keys.VERDICTS, keys.GATHERED):
            store.connection.command("HSET", prefix + CLAIM, check, packed)
        store.connection.command("HSET", keys.CITED + CLAIM, check, sha256)
        store.connection.command("HINCRBY", keys.CITATIONS, sha256, 1)
        store.connection.command("ZADD", keys.SUPERSEDED, 9e15, f"{CLAIM}:{check}")
    store.delete_claim(CLAIM)
    with pytest.raises(Gone):
        store.get_check(CLAIM, 450)
    assert store.connection.command("HLEN", keys.VERDICTS + CLAIM) == 250
    assert check_invariant(store) == []
    assert [store.forget(keep_s=None, limit=100).checks for _ in range(4)] == [100, 100, 50, 0]
    assert list_left(store, CLAIM) == []
    store.forget(keep_s=None, limit=100)
    assert store.connection.command("EXISTS", keys.PAGE + sha256, keys.ERASING) == 0


def test_a_call_that_is_repeated_after_the_deletion_does_not_store_the_claim_again(
    store: RedisStore,
) -> None:
    new = steps.new_claim()
    store.submit_claim(new, idempotency_key="k")
    store.delete_claim(new.id)
    assert store.submit_claim(new) == new.id
    assert store.submit_claim(new, idempotency_key="k") == new.id
    assert_deleted(store, new.id)


# --- against the steps of a worker --------------------------------------------------------------


def list_steps(store: RedisStore, lease: Lease) -> list[Callable[[], bool]]:
    """Everything that a worker may do with a lease, without its commit."""
    return [
        lambda: store.renew(lease, ttl_s=60),
        lambda: store.put_back(lease, delay_s=1, cause="out of paper"),
        lambda: steps.postpone(store, lease, delay_s=1),
        lambda: store.give_up(lease, steps.ERROR),
    ]


@pytest.mark.parametrize("end", ["delete_claim", "cancel_claim"])
def test_a_worker_that_gathers_learns_that_the_claim_is_out_of_its_hands(
    store: RedisStore, end: str
) -> None:
    submit(store)
    lease = steps.acquire(store, steps.gather_item(CLAIM))
    getattr(store, end)(CLAIM)
    assert not any(step() for step in list_steps(store, lease))
    assert not steps.commit_gathering(store, lease)
    assert not store.keep_searched(lease, SearchOutcome())
    assert (store.health().due, store.health().leased) == (0, 0)


@pytest.mark.parametrize("end", ["delete_claim", "cancel_claim"])
def test_a_worker_that_judges_learns_that_the_claim_is_out_of_its_hands(
    store: RedisStore, end: str
) -> None:
    submit(store)
    steps.gather(store, CLAIM)
    lease = steps.acquire(store, steps.judge_item(CLAIM))
    getattr(store, end)(CLAIM)
    assert not steps.commit_verdict(store, lease)
    assert not any(step() for step in list_steps(store, lease))
    assert list_left(store, CLAIM) in ([], [keys.CLAIM + CLAIM])


def test_a_worker_cannot_take_a_deleted_item_nor_take_one_again_by_its_token(
    store: RedisStore,
) -> None:
    submit(store)
    store.delete_claim(CLAIM)
    assert store.take(Queue.FETCH, worker="w", ttl_s=60) is None
    submit(store, 2)
    arguments = {"queue": "fetch", "token": "w:token", "ttl_ms": 60_000, "attempts_max": 3}
    arguments |= {"code": "code", "detail": "text"}
    assert store.connection.run("take", **arguments)[1] == steps.claim_id(2)
    store.delete_claim(steps.claim_id(2))
    assert store.connection.run("take", **arguments) is None


def test_deletions_and_steps_of_workers_at_once_leave_a_sound_store(store: RedisStore) -> None:
    claims = [submit(store, number) for number in range(40)]

    def work(worker: int) -> None:
        for queue in (Queue.FETCH, Queue.SCORE) * 20:
            lease = store.take(queue, worker=f"w{worker}", ttl_s=60)
            if lease and queue is Queue.FETCH:
                steps.commit_gathering(store, lease, TEXT)
            elif lease:
                steps.commit_verdict(store, lease)

    with ThreadPoolExecutor(6) as pool:
        workers = [pool.submit(work, number) for number in range(4)]
        for claim in claims[::2]:
            pool.submit(store.delete_claim, claim).result()
        for claim in claims[1::4]:
            pool.submit(store.cancel_claim, claim).result()
        for worker in workers:
            worker.result()
    assert check_invariant(store) == []
    assert len(store.list_claims(limit=200).items) == 20


# --- deleting an article ------------------------------------------------------------------------


def test_an_article_is_deleted_with_its_claims(store: RedisStore) -> None:
    store.submit_article(steps.new_article(every="PT1H"))
    claims = steps.extract(store, ARTICLE, claims=4)
    steps.finish_check(store, claims[0], label=VerdictLabel.SUPPORTED)
    steps.gather(store, claims[1])
    steps.acquire(store, steps.gather_item(claims[2]))
    store.delete_claim(claims[3])
    store.delete_article(ARTICLE)
    for read in (store.get_article, store.get_article_version, store.get_article_text):
        with pytest.raises(Gone):
            read(ARTICLE)
    with pytest.raises(Gone):
        store.recheck_article(ARTICLE)
    for claim in claims:
        assert_deleted(store, claim)
    assert store.list_articles(limit=10).items == ()
    assert (store.health().due, store.health().leased) == (0, 0)
    store.delete_article(ARTICLE)


def test_an_article_is_deleted_before_and_during_its_extraction(store: RedisStore) -> None:
    store.submit_article(steps.new_article(1))
    store.delete_article(ARTICLE)
    assert store.take(Queue.FETCH, worker="w", ttl_s=60) is None
    store.submit_article(steps.new_article(2))
    lease = steps.acquire(store, steps.extract_item(steps.article_id(2)))
    store.delete_article(steps.article_id(2))
    assert not steps.commit_extraction(store, lease, claims=3)
    late = {"id": steps.article_id(2), "token": lease.token, "every_ms": ""}
    late |= {"fields": (), "shared": (), "claims": ()}
    assert store.connection.run("commit_extraction", **late) == "lost"
    assert store.list_claims(limit=10).items == ()
    assert (store.health().due, store.health().leased) == (0, 0)


def test_an_article_extracted_meanwhile_is_read_again(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    steps.extract(store, ARTICLE, claims=2)
    other = {"article": ARTICLE, "ids": ()}
    assert store.connection.run("delete", **other) == "other-claims"
    assert store.connection.run("cancel", error="{}", **other) == "other-claims"
    store.delete_article(ARTICLE)
    assert store.list_claims(limit=10).items == ()


def test_a_deleted_claim_leaves_its_article_right(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=3)
    steps.finish_check(store, claims[0], label=VerdictLabel.SUPPORTED)
    version = store.get_article_version(ARTICLE)
    store.delete_claim(claims[0])
    assert store.get_article_version(ARTICLE) > version
    article = store.get_article(ARTICLE).record
    assert [claim.id for claim in article.claims] == claims[1:]
    assert (article.status, article.summary) == (ArticleStatus.EXTRACTED, {})
    assert store.list_articles(limit=1).items[0].summary == {}
    steps.finish_check(store, claims[1])
    store.delete_claim(claims[2])
    assert store.get_article(ARTICLE).record.status is ArticleStatus.DONE
    assert store.recheck_article(ARTICLE) == {claims[1]: 2}
    assert store.set_article_schedule(ARTICLE, every="PT1H", until=None) == 1
    store.delete_article_schedule(ARTICLE)


# --- cancelling ---------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [queued, gathering, postponed, gathered, judging])
def test_a_cancelled_claim_without_a_verdict_has_failed(
    store: RedisStore, reach: Callable[[RedisStore], None]
) -> None:
    reach(store)
    assert store.cancel_claim(CLAIM) == 1
    record = store.get_claim(CLAIM).record
    assert record.status is ClaimStatus.FAILED
    assert record.error is not None
    assert (record.error.code, record.waiting) == ("cancelled", None)
    assert store.cancel_claim(CLAIM) == 0
    assert store.recheck_claim(CLAIM) == 2
    steps.finish_check(store, CLAIM, 2)


@pytest.mark.parametrize("stage", ["queued", "gathering", "judging"])
def test_a_cancelled_recheck_leaves_the_last_verdict(store: RedisStore, stage: str) -> None:
    submit(store)
    steps.finish_check(store, CLAIM, label=VerdictLabel.SUPPORTED)
    before = store.get_claim(CLAIM).record.verdict
    store.recheck_claim(CLAIM)
    if stage == "gathering":
        steps.acquire(store, steps.gather_item(CLAIM, 2))
    elif stage == "judging":
        steps.gather(store, CLAIM, 2)
    assert store.cancel_claim(CLAIM) == 1
    record = store.get_claim(CLAIM).record
    assert (record.status, record.verdict, record.error) == (ClaimStatus.JUDGED, before, None)
    assert store.health().due == 0
    assert check_invariant(store) == []
    # The number of the cancelled check is not given again.
    assert store.recheck_claim(CLAIM) == 3
    steps.finish_check(store, CLAIM, 3)
    assert [entry.check for entry in store.get_history(CLAIM)] == [1, 3]


def test_a_finished_claim_has_nothing_to_cancel_and_keeps_its_schedule(store: RedisStore) -> None:
    planned(store)
    version = store.get_claim_version(CLAIM)
    assert store.cancel_claim(CLAIM) == 0
    assert store.get_claim_version(CLAIM) == version
    assert store.health().due == 1


def test_a_schedule_goes_on_after_a_cancelled_check(store: RedisStore) -> None:
    planned(store)
    steps.pass_time(store, 3700)
    steps.acquire(store, steps.gather_item(CLAIM, 2))
    assert store.cancel_claim(CLAIM) == 1
    assert take_item(store, steps.gather_item(CLAIM, 3)) is None
    steps.pass_time(store, 3700)
    assert list_ready(store) == [steps.gather_item(CLAIM, 3)]


def test_an_article_is_cancelled_before_and_after_its_claims_are_known(store: RedisStore) -> None:
    store.submit_article(steps.new_article(1))
    assert store.cancel_article(ARTICLE) == 1
    record = store.get_article(ARTICLE).record
    assert record.status is ArticleStatus.FAILED
    assert record.error is not None and record.error.code == "cancelled"
    assert store.cancel_article(ARTICLE) == 0
    store.submit_article(steps.new_article(2))
    claims = steps.extract(store, steps.article_id(2), claims=3)
    steps.finish_check(store, claims[0])
    assert store.cancel_article(steps.article_id(2)) == 2
    assert store.get_article(steps.article_id(2)).record.status is ArticleStatus.DONE
    assert (store.health().due, store.health().leased) == (0, 0)


# --- correcting ---------------------------------------------------------------------------------


def correction(number: int = 2, *, every: str | None = None) -> NewClaim:
    return steps.new_claim(number, text="Twelve people died.", every=every)


def test_a_correction_is_a_new_claim_and_the_old_one_keeps_its_verdict(store: RedisStore) -> None:
    submit(store)
    steps.finish_check(store, CLAIM)
    version = store.get_claim_version(CLAIM)
    new = store.correct_claim(CLAIM, correction())
    old_record, new_record = store.get_claim(CLAIM).record, store.get_claim(new).record
    assert store.get_claim_version(CLAIM) > version
    assert (old_record.corrected_by, old_record.status) == (new, ClaimStatus.JUDGED)
    assert old_record.verdict is not None
    assert (new_record.corrects, new_record.text) == (CLAIM, "Twelve people died.")
    assert new_record.status is ClaimStatus.QUEUED
    assert list_ready(store) == [steps.gather_item(new)]
    steps.finish_check(store, new)


def test_a_corrected_claim_is_not_checked_again_and_gets_no_sources(store: RedisStore) -> None:
    submit(store)
    store.give_up(
        steps.acquire(store, steps.gather_item(CLAIM)), replace(steps.ERROR, code="host-busy")
    )
    store.correct_claim(CLAIM, correction())
    for act in (
        lambda: store.recheck_claim(CLAIM),
        lambda: store.set_schedule(CLAIM, every="PT1H", until=None),
        lambda: store.correct_claim(CLAIM, correction(3)),
        lambda: store.change_claim_sources(CLAIM, add=["https://b.example/"]),
        lambda: store.change_claim_sources(CLAIM, remove=["https://b.example/"]),
    ):
        with pytest.raises(Corrected, match=steps.claim_id(2)):
            act()
    assert store.retry_failed(limit=10).claims == 0


def test_the_schedule_moves_to_the_correction(store: RedisStore) -> None:
    planned(store)
    until = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0)
    store.set_schedule(CLAIM, every="PT2H", until=until)
    new = store.correct_claim(CLAIM, correction())
    assert store.get_claim(CLAIM).record.schedule is None
    steps.finish_check(store, new)
    schedule = store.get_claim(new).record.schedule
    assert schedule is not None
    assert (schedule.every, schedule.until) == ("PT2H", until)
    assert store.health().due == 1


def test_a_schedule_of_the_correction_itself_comes_first(store: RedisStore) -> None:
    planned(store)
    new = store.correct_claim(CLAIM, correction(every="P1D"))
    schedule = store.get_claim(new).record.schedule
    assert schedule is not None
    assert schedule.every == "P1D"
    assert store.get_claim(CLAIM).record.schedule is None


@pytest.mark.parametrize("reach", [queued, gathering, judging])
def test_the_check_of_a_claim_that_is_corrected_is_cancelled(
    store: RedisStore, reach: Callable[[RedisStore], None]
) -> None:
    reach(store)
    new = store.correct_claim(CLAIM, correction())
    record = store.get_claim(CLAIM).record
    assert record.status is ClaimStatus.FAILED
    assert record.error is not None
    assert new in record.error.detail
    assert list_ready(store) == [steps.gather_item(new)]


def test_a_corrected_claim_of_an_article_is_left_out_of_its_rechecks(store: RedisStore) -> None:
    store.submit_article(steps.new_article(every="PT1H"))
    claims = steps.extract(store, ARTICLE, claims=2)
    new = store.correct_claim(claims[0], correction())
    assert store.get_claim(new).record.article_id is None
    steps.finish_check(store, claims[1])
    assert store.get_article(ARTICLE).record.status is ArticleStatus.DONE
    assert store.recheck_article(ARTICLE) == {claims[1]: 2}
    assert store.set_article_schedule(ARTICLE, every="PT2H", until=None) == 1


def test_a_correction_is_stored_once(store: RedisStore) -> None:
    submit(store)
    new = correction()
    assert store.correct_claim(CLAIM, new) == store.correct_claim(CLAIM, new) == new.id
    submit(store, 5)
    first = store.correct_claim(steps.claim_id(5), correction(6), idempotency_key="k")
    again = store.correct_claim(steps.claim_id(5), correction(7), idempotency_key="k")
    assert first == again == steps.claim_id(6)
    with pytest.raises(IdempotencyMismatch):
        store.correct_claim(steps.claim_id(5), steps.new_claim(8, text="x"), idempotency_key="k")


def test_of_two_corrections_at_once_one_is_stored(store: RedisStore) -> None:
    submit(store)

    def correct(number: int) -> str | None:
        try:
            return store.correct_claim(CLAIM, correction(number))
        except Corrected:
            return None

    with ThreadPoolExecutor(8) as pool:
        given = [one for one in pool.map(correct, range(2, 12)) if one]
    assert given == [store.get_claim(CLAIM).record.corrected_by]
    everything = ClaimFilter(superseded=Superseded.INCLUDE)
    assert len(store.list_claims(everything, limit=20).items) == 2


def test_a_full_queue_refuses_a_correction_and_changes_nothing(
    store: RedisStore, store_url: str
) -> None:
    submit(store, every="PT1H")
    steps.finish_check(store, CLAIM)
    submit(store, 3)
    small = connect(store_url, queue_max=1)
    with pytest.raises(QueueFull):
        small.correct_claim(CLAIM, correction())
    record = store.get_claim(CLAIM).record
    assert record.corrected_by is None
    assert record.schedule is not None
    small.close()


def test_deleting_one_of_the_two_ends_the_link(store: RedisStore) -> None:
    for number in (1, 3):
        submit(store, number)
        store.correct_claim(steps.claim_id(number), correction(number + 1))
    version = store.get_claim_version(CLAIM)
    store.delete_claim(steps.claim_id(2))
    assert store.get_claim(CLAIM).record.corrected_by is None
    assert store.get_claim_version(CLAIM) > version
    assert store.recheck_claim(CLAIM) == 2
    store.delete_claim(steps.claim_id(3))
    assert store.get_claim(steps.claim_id(4)).record.corrects is None


# --- events and lists ---------------------------------------------------------------------------


def list_events(store: RedisStore) -> list[tuple[str, str | None]]:
    events = store.list_events(since=None, limit=100, only=EventFilter()).items
    return [(event.type, event.claim_id or event.article_id) for event in events]


def test_a_deletion_is_announced_once_and_found_in_no_list(store: RedisStore) -> None:
    judged_again(store)
    store.set_claim_tags(CLAIM, ["City"])
    before = list_events(store)
    store.delete_claim(CLAIM)
    store.delete_claim(CLAIM)
    assert list_events(store) == [*before, (EventType.CLAIM_DELETED, CLAIM)]
    assert store.connection.command("KEYS", f"{keys.INDEX}*") == []
    assert store.list_claims(ClaimFilter(tags=("City",)), limit=9).items == ()


def test_an_article_is_announced_as_deleted_with_its_claims_and_never_as_done(
    store: RedisStore,
) -> None:
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=2)
    store.delete_article(ARTICLE)
    assert list_events(store) == [
        *((EventType.CLAIM_DELETED, claim) for claim in claims),
        (EventType.ARTICLE_DELETED, ARTICLE),
    ]
    assert store.connection.command("KEYS", f"{keys.INDEX}*") == []


def test_an_article_whose_last_open_claim_is_deleted_is_done(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=2)
    steps.finish_check(store, claims[0], label=VerdictLabel.SUPPORTED)
    store.delete_claim(claims[1])
    assert list_events(store)[-2:] == [
        (EventType.CLAIM_DELETED, claims[1]),
        (EventType.ARTICLE_DONE, ARTICLE),
    ]
    store.delete_claim(claims[0])
    assert store.list_articles(ArticleFilter(labels=(VerdictLabel.SUPPORTED,)), limit=9).items == ()


def test_only_a_cancelled_claim_without_a_verdict_is_announced_as_failed(
    store: RedisStore,
) -> None:
    submit(store)
    store.cancel_claim(CLAIM)
    store.recheck_claim(CLAIM)
    steps.finish_check(store, CLAIM, 2)
    store.recheck_claim(CLAIM)
    store.cancel_claim(CLAIM)
    assert [event for event, _ in list_events(store)] == [
        EventType.CLAIM_FAILED,
        EventType.VERDICT_CREATED,
    ]


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_a_correction_is_announced_once_on_the_old_claim_and_names_the_new_one(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    submit(store)
    steps.finish_check(store, CLAIM, label=VerdictLabel.SUPPORTED)
    store.set_claim_tags(CLAIM, ["City"])
    if is_repeated:
        request.getfixturevalue("run_twice")
    new = store.correct_claim(CLAIM, correction())
    with pytest.raises(Corrected):
        store.correct_claim(CLAIM, correction(3))
    only = EventFilter(types=(EventType.CLAIM_CORRECTED,), tags=("city",))
    (event,) = store.list_events(since=None, limit=9, only=only).items
    assert (event.claim_id, event.data.corrected_by) == (CLAIM, new)
    assert (event.data.heading, event.data.label) == ("Eleven died.", VerdictLabel.SUPPORTED)
    assert list_events(store)[-1] == (EventType.CLAIM_CORRECTED, CLAIM)


def test_a_correction_during_the_first_check_is_announced_after_its_failure(
    store: RedisStore,
) -> None:
    submit(store)
    store.correct_claim(CLAIM, correction())
    assert [event for event, _ in list_events(store)] == [
        EventType.CLAIM_FAILED,
        EventType.CLAIM_CORRECTED,
    ]


def test_a_correction_is_found_by_its_words_and_takes_the_tags_over(store: RedisStore) -> None:
    planned(store)
    new = store.correct_claim(CLAIM, correction())
    assert (EventType.SCHEDULE_CHANGED, CLAIM) in list_events(store)
    found = store.list_claims(ClaimFilter(words="twelve"), limit=9).items
    assert [entry.id for entry in found] == [new]


def test_a_record_deleted_between_search_and_reading_is_left_out(store: RedisStore) -> None:
    for number in (1, 2):
        submit(store, number)
        store.submit_article(steps.new_article(number))
    search = store.search

    def search_and_delete(*arguments: Any, **more: Any) -> Any:
        found = search(*arguments, **more)
        store.delete_claim(CLAIM)
        store.delete_article(ARTICLE)
        return found

    store.search = search_and_delete  # type: ignore[method-assign]
    assert [entry.id for entry in store.list_claims(limit=9).items] == [steps.claim_id(2)]
    submit(store, 3)
    assert [entry.id for entry in store.list_articles(limit=9).items] == [steps.article_id(2)]
