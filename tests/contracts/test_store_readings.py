"""A check that a second reader reads: the provisional verdict, and how it becomes the verdict."""

from __future__ import annotations

import pytest

from claims.access import Actor
from claims.errors import Corrected, NotFound, NoVerdict
from claims.ports import (
    ClaimFilter,
    EndpointState,
    EventFilter,
    ReaderFacet,
    Recalled,
    RequestUsage,
    WorkItem,
)
from claims.store import RedisStore, connect, keys
from claims.store.reader_usage import FAILURES_MAX
from claims.types import (
    ClaimStatus,
    EventType,
    NotRead,
    Queue,
    ReaderChoice,
    Unread,
    VerdictLabel,
)
from tests.contracts import steps
from tests.contracts.turns import list_ready

CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)
REFUTED, SUPPORTED = VerdictLabel.REFUTED, VerdictLabel.SUPPORTED


@pytest.fixture
def reading(store: RedisStore) -> WorkItem:
    """A claim that is being read, with the provisional verdict REFUTED; its work item."""
    store.submit_claim(steps.new_claim())
    steps.begin_reading(store, CLAIM, label=REFUTED)
    return steps.read_item(CLAIM)


def list_event_types(store: RedisStore) -> list[EventType]:
    events = store.list_events(since=None, limit=100, only=EventFilter()).items
    return [event.type for event in events]


def count_readings(store: RedisStore) -> dict[str, int]:
    counters = store.read_metrics().counters
    return {name[1]: number for name, number in counters.items() if name[0] == "readings"}


def find(store: RedisStore, *readers: ReaderFacet) -> list[str]:
    return [item.id for item in store.list_claims(ClaimFilter(readers=readers), limit=10).items]


def test_a_provisional_verdict_is_shown_and_nothing_else_changes(
    store: RedisStore, reading: WorkItem
) -> None:
    claim = store.get_claim(CLAIM)
    assert claim.record.status is ClaimStatus.READING
    assert claim.record.verdict is None
    assert claim.record.provisional is not None
    assert claim.record.provisional.label is REFUTED
    assert claim.record.provisional.reader == steps.UNANSWERED
    assert claim.provisional_entry is not None
    assert claim.provisional_entry.check == 1
    assert store.get_history(CLAIM) == ()
    assert list_event_types(store) == []
    assert not store.list_claims(ClaimFilter(labels=(REFUTED,)), limit=10).items
    assert list_ready(store) == [reading]
    assert store.count_ready()[Queue.READ] == 1


def test_the_verdict_of_both_readers_is_that_of_the_check(
    store: RedisStore, reading: WorkItem
) -> None:
    lease = steps.acquire(store, reading)
    answer = steps.write_reading(SUPPORTED, agrees=False)
    assert steps.commit_verdict(store, lease, SUPPORTED, reader=answer)
    claim = store.get_claim(CLAIM)
    assert claim.record.status is ClaimStatus.JUDGED
    assert claim.record.provisional is None
    assert claim.record.verdict is not None
    assert claim.record.verdict.reader == answer
    assert [entry.label for entry in store.get_history(CLAIM)] == [SUPPORTED]
    assert list_event_types(store) == [EventType.VERDICT_CREATED]
    assert find(store, ReaderFacet.DISAGREES) == [CLAIM]
    assert find(store, ReaderFacet.AGREES, ReaderFacet.NO_ANSWER) == []
    assert count_readings(store) == {"disagrees": 1}


def test_a_repeated_commit_of_a_reading_is_refused(store: RedisStore, reading: WorkItem) -> None:
    lease = steps.acquire(store, reading)
    assert steps.commit_verdict(store, lease, SUPPORTED, reader=steps.write_reading())
    assert not steps.commit_verdict(store, lease, REFUTED, reader=steps.write_reading())
    assert len(store.get_history(CLAIM)) == 1
    assert count_readings(store) == {"agrees": 1}


def test_a_judge_commits_its_provisional_verdict_once(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    steps.gather(store, CLAIM)
    lease = steps.acquire(store, steps.judge_item(CLAIM))
    assert steps.commit_provisional(store, lease, REFUTED)
    assert not steps.commit_provisional(store, lease, SUPPORTED)
    assert not steps.commit_verdict(store, lease, SUPPORTED)
    provisional = store.get_claim(CLAIM).record.provisional
    assert provisional is not None
    assert provisional.label is REFUTED


@pytest.mark.parametrize("end", ["exhausted", "given up", "no worker reads"])
def test_the_judges_verdict_is_final_when_no_answer_comes(
    store: RedisStore, reading: WorkItem, end: str
) -> None:
    if end == "exhausted":
        steps.exhaust(store, reading)
    elif end == "given up":
        assert store.give_up(steps.acquire(store, reading), steps.ERROR)
    else:
        assert store.end_readings(after_s=60, limit=10) == 0
        steps.pass_time(store, 61)
        assert store.end_readings(after_s=60, limit=10) == 1
    claim = store.get_claim(CLAIM)
    assert claim.record.status is ClaimStatus.JUDGED
    assert claim.record.error is None
    assert claim.record.provisional is None
    assert claim.record.verdict is not None
    assert (claim.record.verdict.label, claim.record.verdict.reader) == (REFUTED, steps.UNANSWERED)
    assert store.get_check(CLAIM, 1).verdict == claim.record.verdict
    assert [entry.label for entry in store.get_history(CLAIM)] == [REFUTED]
    assert list_event_types(store) == [EventType.VERDICT_CREATED]
    assert find(store, ReaderFacet.NO_ANSWER) == [CLAIM]
    assert count_readings(store) == {"not-read:no-answer": 1}


@pytest.mark.parametrize("rest", [None, "{", "[1]", "null"])
@pytest.mark.parametrize("end", ["exhausted", "given up", "no worker reads"])
def test_a_claim_fails_whose_provisional_verdict_is_damaged(
    store: RedisStore, reading: WorkItem, end: str, rest: str | None
) -> None:
    lease = steps.acquire(store, reading) if end == "given up" else None
    field = (keys.CLAIM + CLAIM, "provisional_rest")
    store.connection.command(*(("HDEL", *field) if rest is None else ("HSET", *field, rest)))
    if lease:
        assert store.give_up(lease, steps.ERROR)
    elif end == "exhausted":
        steps.exhaust(store, reading)
    else:
        store.submit_claim(steps.new_claim(2))
        steps.begin_reading(store, steps.claim_id(2), label=REFUTED)
        steps.pass_time(store, 61)
        assert store.end_readings(after_s=60, limit=10) == 2
        assert store.get_claim(steps.claim_id(2)).record.status is ClaimStatus.JUDGED
    record = store.get_claim(CLAIM).record
    assert record.status is ClaimStatus.FAILED
    assert record.error is not None
    assert record.error.code == "unreadable"
    assert (record.provisional, record.verdict) == (None, None)
    assert store.recheck_claim(CLAIM) == 2


def test_a_claim_whose_record_is_damaged_leaves_the_index_when_it_is_deleted(
    store: RedisStore, reading: WorkItem
) -> None:
    store.connection.command("HDEL", keys.CLAIM + CLAIM, "status")
    store.delete_claim(CLAIM)
    assert store.connection.command("ZCARD", keys.INDEX + "claims:status:reading") == 0


def test_a_late_answer_does_not_replace_the_final_verdict(
    store: RedisStore, reading: WorkItem
) -> None:
    late = steps.acquire(store, reading)
    steps.pass_time(store, 2 * steps.TTL_S)
    store.reap()
    steps.exhaust_left(store, reading, attempts=2)
    assert not steps.commit_verdict(store, late, SUPPORTED, reader=steps.write_reading())
    assert [entry.label for entry in store.get_history(CLAIM)] == [REFUTED]


def test_a_claim_does_not_wait_for_a_reader_where_no_worker_has_read_for_long(
    store: RedisStore, reading: WorkItem
) -> None:
    def judge_another(number: int) -> ClaimStatus:
        claim = steps.claim_id(number)
        store.submit_claim(steps.new_claim(number))
        steps.begin_reading(store, claim, label=REFUTED)
        return store.get_claim(claim).record.status

    assert store.end_readings(after_s=60, limit=10) == 0
    assert judge_another(2) is ClaimStatus.READING
    store.connection.command("SET", keys.UNREAD_FROM, 1, "KEEPTTL")  # a minute has passed
    assert judge_another(3) is ClaimStatus.JUDGED
    verdict = store.get_claim(steps.claim_id(3)).record.verdict
    assert verdict is not None
    assert (verdict.label, verdict.reader) == (REFUTED, steps.UNANSWERED)
    assert count_readings(store) == {"not-read:no-answer": 1}
    store.beat("read-1@here", ttl_s=60, queues=(Queue.READ,))
    assert judge_another(4) is ClaimStatus.READING
    assert store.end_readings(after_s=60, limit=10) == 0
    store.beat("read-1@here", ttl_s=0, queues=(Queue.READ,))
    assert judge_another(5) is ClaimStatus.READING  # it may only be started again


def test_readings_are_left_to_a_worker_that_reads(store: RedisStore, reading: WorkItem) -> None:
    store.beat("read-1@here", ttl_s=1e6, queues=(Queue.READ,))
    steps.pass_time(store, 61)
    assert store.end_readings(after_s=60, limit=10) == 0
    store.beat("read-1@here", ttl_s=0, queues=(Queue.READ,))
    assert store.end_readings(after_s=60, limit=10) == 1


def test_a_leased_reading_is_left_to_its_holder(store: RedisStore, reading: WorkItem) -> None:
    lease = steps.acquire(store, reading)
    steps.pass_time(store, 30)
    assert store.end_readings(after_s=0, limit=10) == 0
    assert steps.commit_verdict(store, lease, SUPPORTED, reader=steps.write_reading())


def test_the_previous_verdict_is_shown_while_a_recheck_is_read(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    (claim,) = steps.extract(store, ARTICLE)
    steps.finish_check(store, claim, label=SUPPORTED)
    assert store.recheck_claim(claim) == 2
    steps.begin_reading(store, claim, 2, REFUTED)
    record = store.get_claim(claim).record
    assert record.verdict is not None
    assert record.provisional is not None
    assert (record.verdict.label, record.provisional.label) == (SUPPORTED, REFUTED)
    assert store.get_article(ARTICLE).record.summary == {"SUPPORTED": 1}
    lease = steps.acquire(store, steps.read_item(claim, 2))
    assert steps.commit_verdict(store, lease, REFUTED, reader=steps.write_reading())
    assert store.get_article(ARTICLE).record.summary == {"REFUTED": 1}
    assert list_event_types(store)[-1] == EventType.VERDICT_CHANGED


def test_a_provisional_verdict_that_changes_nothing_announces_nothing(store: RedisStore) -> None:
    """The judge changes its label, and the reader restores the previous one."""
    store.submit_claim(steps.new_claim())
    steps.finish_check(store, CLAIM, label=SUPPORTED)
    store.recheck_claim(CLAIM)
    steps.begin_reading(store, CLAIM, 2, REFUTED)
    lease = steps.acquire(store, steps.read_item(CLAIM, 2))
    assert steps.commit_verdict(store, lease, SUPPORTED, reader=steps.write_reading())
    assert list_event_types(store) == [EventType.VERDICT_CREATED]


@pytest.mark.parametrize("judged_before", [False, True])
@pytest.mark.parametrize("leased", [False, True])
def test_a_reading_can_be_cancelled(store: RedisStore, judged_before: bool, leased: bool) -> None:
    store.submit_claim(steps.new_claim())
    check = 1
    if judged_before:
        steps.finish_check(store, CLAIM, label=SUPPORTED)
        check = store.recheck_claim(CLAIM)
    steps.begin_reading(store, CLAIM, check, REFUTED)
    lease = steps.acquire(store, steps.read_item(CLAIM, check)) if leased else None
    assert store.cancel_claim(CLAIM) == 1
    record = store.get_claim(CLAIM).record
    assert record.status is (ClaimStatus.JUDGED if judged_before else ClaimStatus.FAILED)
    assert (record.verdict is not None) is judged_before
    assert record.provisional is None
    with pytest.raises(NotFound):
        store.get_gathered(CLAIM, check)
    if lease:
        assert not steps.commit_verdict(store, lease, SUPPORTED, reader=steps.write_reading())


@pytest.mark.parametrize("leased", [False, True])
def test_a_claim_can_be_deleted_while_it_is_read(
    store: RedisStore, reading: WorkItem, leased: bool
) -> None:
    lease = steps.acquire(store, reading) if leased else None
    store.delete_claim(CLAIM)
    if lease:
        assert not steps.commit_verdict(store, lease, SUPPORTED, reader=steps.write_reading())
    assert store.take(Queue.READ, worker="w", ttl_s=60) is None
    assert store.health().due == store.health().leased == 0


def test_a_claim_can_be_corrected_while_it_is_read(store: RedisStore, reading: WorkItem) -> None:
    lease = steps.acquire(store, reading)
    store.correct_claim(CLAIM, steps.new_claim(2))
    assert not steps.commit_verdict(store, lease, SUPPORTED, reader=steps.write_reading())
    assert store.get_claim(CLAIM).record.status is ClaimStatus.FAILED
    with pytest.raises(Corrected):
        store.read_claim(CLAIM)


def test_a_recheck_while_a_claim_is_read_is_the_check_under_way(
    store: RedisStore, reading: WorkItem
) -> None:
    assert store.recheck_claim(CLAIM) == 1
    assert store.get_claim(CLAIM).record.status is ClaimStatus.READING


def test_a_scheduled_check_is_planned_after_a_reading(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="PT1H"))
    steps.begin_reading(store, CLAIM)
    steps.pass_time(store, 5000)
    assert list_ready(store) == [steps.read_item(CLAIM)]
    steps.exhaust(store, steps.read_item(CLAIM))
    steps.pass_time(store, 3600)
    assert list_ready(store) == [steps.gather_item(CLAIM, 2)]


def test_items_that_wait_for_the_reader_do_not_fill_the_queue(store_url: str) -> None:
    store = connect(store_url, queue_max=2, queue_share=0.5)
    store.connection.command("FLUSHALL")
    actor = Actor("0a1b2c3d", "nightly job")
    for number in range(1, 5):
        store.acting_as(actor).submit_claim(steps.new_claim(number))
        steps.begin_reading(store, steps.claim_id(number))
    assert store.count_ready()[Queue.READ] == 4
    store.close()


def test_items_that_wait_for_the_reader_do_not_show_stuck_workers(
    store: RedisStore, reading: WorkItem
) -> None:
    steps.pass_time(store, 1000)
    assert store.health().oldest_due_age_s == 0
    store.submit_claim(steps.new_claim(2))
    steps.pass_time(store, 500)
    assert store.health().oldest_due_age_s == pytest.approx(500, abs=20)


def test_a_reading_is_postponed_without_an_attempt_and_waits_for_no_source(
    store: RedisStore, reading: WorkItem
) -> None:
    for _ in range(5):
        lease = steps.acquire(store, reading)
        assert lease.attempt == 1
        assert store.postpone(lease, delay_s=20)
        assert store.get_claim(CLAIM).record.waiting is None
        steps.pass_time(store, 21)
    assert steps.acquire(store, reading).waited_s == pytest.approx(105, abs=10)


# --- readings on request -----------------------------------------------------------------------


def test_a_requested_reading_judges_the_evidence_of_the_last_verdict_again(
    store: RedisStore,
) -> None:
    store.submit_claim(steps.new_claim())
    steps.finish_check(store, CLAIM, label=REFUTED)
    assert store.get_claim(CLAIM).reader is ReaderChoice.AUTO
    assert store.read_claim(CLAIM) == 2
    assert store.read_claim(CLAIM) == 2  # the same, not another one
    claim = store.get_claim(CLAIM)
    assert (claim.record.status, claim.reader) == (ClaimStatus.JUDGING, ReaderChoice.ALWAYS)
    assert store.get_gathered(CLAIM, 2) == store.get_gathered(CLAIM, 1)
    assert list_ready(store) == [steps.judge_item(CLAIM, 2)]
    lease = steps.acquire(store, steps.judge_item(CLAIM, 2))
    assert steps.commit_provisional(store, lease, REFUTED)
    lease = steps.acquire(store, steps.read_item(CLAIM, 2))
    assert steps.commit_verdict(store, lease, SUPPORTED, reader=steps.write_reading())
    assert [entry.check for entry in store.get_history(CLAIM)] == [1, 2]
    store.forget(keep_s=0, limit=10)
    assert store.get_check(CLAIM, 2).gathered.pages
    assert store.recheck_claim(CLAIM) == 3
    assert store.get_claim(CLAIM).reader is ReaderChoice.AUTO


def test_a_reading_needs_a_verdict(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    assert store.read_claim(CLAIM) == 1  # of the check under way
    assert store.get_claim(CLAIM).reader is ReaderChoice.ALWAYS
    store.cancel_claim(CLAIM)
    with pytest.raises(NoVerdict):
        store.read_claim(CLAIM)


def test_a_reading_takes_the_place_of_the_check_that_was_planned(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="PT1H"))
    steps.finish_check(store, CLAIM)
    assert store.read_claim(CLAIM) == 2
    assert list_ready(store) == [steps.judge_item(CLAIM, 2)]
    steps.judge(store, CLAIM, 2)
    steps.pass_time(store, 3601)
    assert list_ready(store) == [steps.gather_item(CLAIM, 3)]


def test_a_reading_on_request_moves_no_check_on_schedule(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="PT1H"))
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, 1800)
    schedule = store.get_claim(CLAIM).record.schedule
    store.read_claim(CLAIM)
    assert store.get_claim(CLAIM).record.schedule == schedule
    steps.judge(store, CLAIM, 2)
    assert store.get_claim(CLAIM).record.schedule == schedule
    steps.pass_time(store, 1801)
    assert list_ready(store) == [steps.gather_item(CLAIM, 3)]
    steps.finish_check(store, CLAIM, 3)


def test_a_request_says_whether_its_check_is_read(store: RedisStore) -> None:
    store.submit_claim(steps.with_options(steps.new_claim(), reader=ReaderChoice.NEVER))
    assert store.get_claim(CLAIM).reader is ReaderChoice.NEVER
    steps.finish_check(store, CLAIM)
    store.recheck_claim(CLAIM, reader=ReaderChoice.ALWAYS)
    assert store.get_claim(CLAIM).reader is ReaderChoice.ALWAYS
    assert store.get_claim(CLAIM).record.reader is ReaderChoice.NEVER
    steps.finish_check(store, CLAIM, 2)
    store.recheck_claim(CLAIM)
    assert store.get_claim(CLAIM).reader is ReaderChoice.NEVER


def test_skipped_readings_are_caught_up_page_by_page(store: RedisStore) -> None:
    claims = [steps.new_claim(number) for number in range(1, 6)]
    store.submit_claims(claims)
    skipped = NotRead(skipped=Unread.BUDGET, detail="spent")
    for place, new in enumerate(claims):
        steps.gather(store, new.id)
        lease = steps.acquire(store, steps.judge_item(new.id))
        reader = skipped if place < 3 else steps.write_reading()
        assert steps.commit_verdict(store, lease, REFUTED, reader=reader)
    chosen, cursor, found = ClaimFilter(readers=(ReaderFacet.BUDGET,)), None, []
    for _ in range(5):
        page = store.read_claims(chosen, limit=2, cursor=cursor)
        found += page.checks.items()
        cursor = page.next
        if cursor is None:
            break
    assert sorted(found) == [(steps.claim_id(number), 2) for number in (1, 2, 3)]
    ready = {(item.stage, item.id) for item in list_ready(store)}
    assert ready == {("judge", steps.claim_id(number)) for number in (1, 2, 3)}


# --- answers, tokens, the endpoint ----------------------------------------------------------------


ANSWERED = RequestUsage(tokens=120, key="aa", answer='{"label": "REFUTED"}')


def recall(store: RedisStore, holder: str = "c_1") -> Recalled:
    return store.readings.recall("aa", holder=holder, most_s=60)


def test_an_answer_is_kept_with_its_tokens(store: RedisStore) -> None:
    assert recall(store) == Recalled()
    store.readings.spend(None, ANSWERED)
    assert recall(store) == recall(store, "c_2") == Recalled('{"label": "REFUTED"}')
    assert store.readings.spent_today() == 120
    life_ms = store.connection.command("PTTL", "assay:answer:aa")
    assert 30 * 86_400_000 < life_ms <= 35 * 86_400_000


def test_an_answer_that_was_paid_for_is_kept_in_a_full_memory(store: RedisStore) -> None:
    store.connection.command("CONFIG", "SET", "maxmemory", 1)
    try:
        assert recall(store) == Recalled()
        store.readings.spend(None, ANSWERED)
        store.readings.end_asking("aa", holder="c_1")
    finally:
        store.connection.command("CONFIG", "SET", "maxmemory", 0)
    assert recall(store).answer == ANSWERED.answer


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_a_question_is_asked_by_one_holder_at_a_time(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    if is_repeated:
        request.getfixturevalue("run_twice")
    assert recall(store) == Recalled()
    assert recall(store, "c_2") == Recalled(is_asked=True)
    store.readings.end_asking("aa", holder="c_2")  # it does not ask
    assert recall(store, "c_2") == Recalled(is_asked=True)
    store.readings.end_asking("aa", holder="c_1")
    assert recall(store, "c_2") == Recalled()
    assert recall(store) == Recalled(is_asked=True)


def test_a_question_of_a_process_that_died_is_asked_by_its_claim_and_later_by_all(
    store: RedisStore,
) -> None:
    assert recall(store) == recall(store) == Recalled()
    assert recall(store, "c_2").is_asked
    life_ms = store.connection.command("PTTL", "assay:asking:aa")
    assert 0 < life_ms <= 60_000
    store.connection.command("DEL", "assay:asking:aa")  # as if it had expired
    assert recall(store, "c_2") == Recalled()


def test_tokens_of_a_request_without_a_record_belong_to_its_key(store: RedisStore) -> None:
    store.readings.spend(None, RequestUsage(tokens=30), owner="0a1b2c3d")
    store.readings.spend(None, RequestUsage(tokens=4))
    (today,) = store.readings.read_usage(1).days
    assert (today.tokens, today.keys) == (34, {"0a1b2c3d": 30})


def test_tokens_that_no_endpoint_counted_are_marked(store: RedisStore) -> None:
    store.readings.spend(None, RequestUsage(tokens=30, estimated=20), owner="0a1b2c3d")
    store.readings.spend(None, RequestUsage(tokens=4))
    (today,) = store.readings.read_usage(1).days
    assert (today.tokens, today.estimated, today.requests) == (34, 20, 2)
    assert today.keys == {"0a1b2c3d": 30}


def test_a_request_that_is_recorded_again_later_counts_once(store: RedisStore) -> None:
    """Its reply was lost, and the process held it until the store answered."""
    store.readings.spend(None, ANSWERED)
    store.readings.spend(None, ANSWERED)
    assert store.readings.spent_today() == 120
    assert store.connection.command("PTTL", f"assay:taken:{ANSWERED.id}") > 60_000


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_tokens_are_counted_once_for_day_key_claim_and_article(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    store.acting_as(Actor("0a1b2c3d", "nightly job")).submit_article(steps.new_article())
    first, second = steps.extract(store, ARTICLE, claims=2)
    store.submit_claim(steps.new_claim())
    if is_repeated:
        request.getfixturevalue("run_twice")
    version = store.get_claim_version(first)
    for claim, tokens in [(first, 1000), (first, 200), (second, 30), (CLAIM, 4), (None, 5)]:
        store.readings.spend(claim, RequestUsage(tokens=tokens))
    assert store.get_claim(first).record.tokens == 1200
    assert store.get_claim(CLAIM).record.tokens == 4
    assert store.get_article(ARTICLE).record.tokens == 1230
    assert store.get_claim_version(first) > version
    today, yesterday = store.readings.read_usage(2).days
    assert (today.tokens, today.requests, today.keys) == (1239, 5, {"0a1b2c3d": 1230})
    assert (yesterday.tokens, (today.day - yesterday.day).days) == (0, 1)
    assert store.readings.spent_today() == 1239
    assert store.read_metrics().counters[("tokens",)] == 1239


def test_tokens_of_a_deleted_claim_bring_no_record_back(
    store: RedisStore, reading: WorkItem
) -> None:
    store.delete_claim(CLAIM)
    store.readings.spend(CLAIM, RequestUsage(tokens=100))
    assert store.readings.spent_today() == 100


def test_an_endpoint_that_fails_in_a_row_rests_and_one_caller_tries_it_again(
    store: RedisStore,
) -> None:
    readings = store.readings
    for _ in range(FAILURES_MAX):
        assert readings.ask() == 0
        readings.end("it does not answer")
    assert 10 < readings.ask() <= 15
    endpoint = readings.read_usage(1).endpoint
    assert (endpoint.failures, endpoint.detail) == (FAILURES_MAX, "it does not answer")
    assert endpoint.rests_until is not None
    store.connection.command("HSET", keys.READER, "rests_until", 1)  # the rest is over
    assert readings.ask() == 0
    assert readings.ask() > 60  # another one tries
    readings.end("it does not answer")
    assert 25 < readings.ask() <= 30
    readings.end(None)
    assert readings.ask() == 0
    assert readings.read_usage(1).endpoint == EndpointState()


def test_who_asks_nobody_after_a_rest_leaves_the_try_to_the_next(store: RedisStore) -> None:
    readings = store.readings
    readings.skip()
    for _ in range(FAILURES_MAX):
        readings.end("it does not answer")
    store.connection.command("HSET", keys.READER, "rests_until", 1)  # the rest is over
    assert readings.ask() == 0
    assert readings.ask() > 60
    readings.skip()
    endpoint = readings.read_usage(1).endpoint
    assert (endpoint.failures, endpoint.rests_until) == (FAILURES_MAX, None)
    assert readings.ask() == 0
    assert readings.ask() > 60


def test_one_failure_in_between_is_no_reason_to_rest(store: RedisStore) -> None:
    for _ in range(20):
        store.readings.end("it does not answer")
        store.readings.end(None)
    assert store.readings.ask() == 0
