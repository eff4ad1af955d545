"""Work items: taken by one worker, committed once, never lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from claims.errors import StoreMisconfigured
from claims.ports import WorkItem
from claims.shapes import to_text
from claims.store import RedisStore, keys
from claims.store.schema import SCHEMA
from claims.types import (
    ArticleReading,
    ArticleStatus,
    ClaimStatus,
    Priority,
    Purpose,
    Queue,
    Search,
    SearchOutcome,
    Stage,
    VerdictLabel,
)
from tests.claims.samples import gathered
from tests.contracts import steps
from tests.contracts.turns import list_ready, take_item

CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)
FOUND = SearchOutcome(
    ("https://a.example/",),
    searches=(Search(provider="wiki", query="storm", purpose=Purpose.NAME, found=1),),
)


@pytest.fixture
def claim(store: RedisStore) -> WorkItem:
    """The first work item of an accepted claim."""
    store.submit_claim(steps.new_claim())
    return steps.gather_item(CLAIM)


# --- taking ------------------------------------------------------------------------------------


def test_ready_items_are_counted_by_queue(store: RedisStore, claim: WorkItem) -> None:
    store.submit_article(steps.new_article())
    assert store.count_ready() == {Queue.FETCH: 2, Queue.SCORE: 0, Queue.READ: 0, Queue.DELIVER: 0}
    steps.gather(store, CLAIM)
    assert store.count_ready() == {Queue.FETCH: 1, Queue.SCORE: 1, Queue.READ: 0, Queue.DELIVER: 0}
    assert steps.postpone(store, steps.acquire(store, steps.extract_item(ARTICLE)), delay_s=30)
    assert store.count_ready() == {Queue.FETCH: 0, Queue.SCORE: 1, Queue.READ: 0, Queue.DELIVER: 0}
    steps.pass_time(store, 31)
    assert store.count_ready() == {Queue.FETCH: 1, Queue.SCORE: 1, Queue.READ: 0, Queue.DELIVER: 0}


def test_a_leased_item_is_not_taken_again(store: RedisStore, claim: WorkItem) -> None:
    steps.acquire(store, claim)
    assert list_ready(store) == []
    assert store.take(Queue.FETCH, worker="w2", ttl_s=60) is None


def test_a_queue_gives_only_its_own_items(store: RedisStore, claim: WorkItem) -> None:
    assert store.take(Queue.SCORE, worker="w1", ttl_s=60) is None
    steps.gather(store, CLAIM)
    assert store.take(Queue.FETCH, worker="w1", ttl_s=60) is None
    taken = store.take(Queue.SCORE, worker="w1", ttl_s=60)
    assert taken is not None
    assert taken.item == steps.judge_item(CLAIM)


def test_items_of_schema_0_are_taken_after_the_upgrade(store: RedisStore, claim: WorkItem) -> None:
    """Schema 0 had due items in two indexes, and records without class and serial number."""
    member = f"gather:{CLAIM}:1"
    for words in (
        *(("DEL", keys.READY), ("DEL", f"{keys.ITEMS}fetch:0:{CLAIM}")),
        *(("DEL", f"{keys.NEWEST}fetch:0"), ("DEL", f"{keys.ROTATION}fetch:0")),
        ("HDEL", keys.CLAIM + CLAIM, "class", "serial"),
        ("ZADD", keys.RING, 1, member),
        ("ZADD", keys.RING, 2, "gather:c_gone:1"),
        ("DEL", keys.SCHEMA),
    ):
        store.connection.command(*words)
    assert store.take(Queue.FETCH, worker="w1", ttl_s=60) is None
    store.check_server()
    taken = store.take(Queue.FETCH, worker="w1", ttl_s=60)
    assert taken is not None
    assert taken.item == claim
    assert store.connection.command("EXISTS", keys.RING) == 0
    assert store.connection.command("GET", keys.SCHEMA) == str(SCHEMA)


def test_submissions_of_schema_1_have_their_options_after_the_upgrade(store: RedisStore) -> None:
    """Schema 1 had sources and last day in fields of their own."""
    day, sources = date(2025, 9, 5), ("https://a.example/\u00fc", "https://b.example/?q=%22")
    article = steps.with_options(
        steps.new_article(2), as_of=day, sources=sources, every="P1D", priority=Priority.BULK
    )
    bare = steps.with_options(steps.new_article(3), sources=())
    claim = steps.with_options(steps.new_claim(), as_of=day, sources=sources, every="P1D")
    for new in (article, bare):
        store.submit_article(new)
        content = json.loads(to_text(new))
        content |= content.pop("options")
        store.connection.command("HSET", keys.ARTICLE + new.id, "new", json.dumps(content))
    store.submit_claim(claim)
    key = keys.CLAIM + claim.id
    content = json.loads(store.connection.command("HGET", key, "claim")) | {"as_of": "2025-09-05"}
    kept = ("claim", json.dumps(content), "sources", json.dumps(sources))
    store.connection.command("HSET", key, *kept)
    store.connection.command("HDEL", key, "options")
    store.connection.command("SET", keys.SCHEMA, 1)
    store.check_server()
    assert store.get_article(article.id).new == article
    assert store.get_article(bare.id).new == bare
    assert store.get_claim(claim.id).options == claim.options
    assert store.get_claim(claim.id).record.as_of == day
    assert store.connection.command("HEXISTS", key, "sources") == 0


def test_an_upgrade_that_is_run_again_changes_nothing(store: RedisStore, claim: WorkItem) -> None:
    before = store.get_claim(CLAIM)
    for step in range(1, SCHEMA + 1):
        rows = {"is_last": 1, "records": ()} if step in (3, 4, 8) else {}
        store.connection.run(f"upgrade_{step}", **rows)
        store.connection.run(f"upgrade_{step}", **rows)
    assert store.get_claim(CLAIM) == before
    taken = store.take(Queue.FETCH, worker="w1", ttl_s=60)
    assert taken is not None
    assert store.take(Queue.FETCH, worker="w1", ttl_s=60) is None


def test_data_of_a_later_release_is_refused(store: RedisStore) -> None:
    store.connection.command("SET", keys.SCHEMA, SCHEMA + 1)
    with pytest.raises(StoreMisconfigured, match=f"schema {SCHEMA + 1}.* reads schema {SCHEMA}"):
        store.check_server()
    store.connection.command("SET", keys.SCHEMA, "one")
    with pytest.raises(StoreMisconfigured, match="is not a number"):
        store.check_server()
    store.connection.command("SET", keys.SCHEMA, SCHEMA)


# --- leases ------------------------------------------------------------------------------------


def test_one_item_that_five_workers_want_at_once_is_leased_once(
    store: RedisStore, claim: WorkItem
) -> None:
    with ThreadPoolExecutor(5) as pool:
        leases = list(
            pool.map(lambda n: store.take(Queue.FETCH, worker=f"w{n}", ttl_s=60), range(5))
        )
    assert sum(lease is not None for lease in leases) == 1
    assert store.health().leased == 1


TAKE = {
    "queue": Queue.FETCH,
    "token": "token",
    "ttl_ms": 60_000,
    "attempts_max": 3,
    "code": "code",
    "detail": "words",
}


def test_a_lease_whose_reply_was_lost_is_confirmed_when_asked_again(
    store: RedisStore, claim: WorkItem
) -> None:
    """The driver repeats a call with the same arguments, thus with the same token."""
    store.submit_claim(steps.new_claim(2))
    first, *again = [store.connection.run("take", **TAKE) for _ in range(5)]
    assert first[3:] == [1, 0, ""]
    assert again == [first] * 4
    assert (store.health().due, store.health().leased) == (1, 1)


def test_a_call_repeated_after_its_lease_was_lost_takes_the_next_item(
    store: RedisStore, claim: WorkItem
) -> None:
    store.connection.run("take", **TAKE)
    steps.pass_time(store, 61)
    assert store.reap() == 1
    assert store.connection.run("take", **TAKE)[3] == 2


def test_nothing_is_leased_for_a_record_that_does_not_exist(store: RedisStore) -> None:
    for item in (steps.gather_item(CLAIM), steps.extract_item(ARTICLE), steps.judge_item(CLAIM)):
        assert take_item(store, item) is None


def test_a_stage_that_has_not_come_or_has_passed_is_not_leased(
    store: RedisStore, claim: WorkItem
) -> None:
    assert take_item(store, steps.judge_item(CLAIM)) is None
    assert take_item(store, steps.gather_item(CLAIM, 2)) is None
    steps.finish_check(store, CLAIM)
    assert take_item(store, claim) is None
    assert take_item(store, steps.judge_item(CLAIM)) is None


def test_a_renewed_lease_is_not_reaped(store: RedisStore, claim: WorkItem) -> None:
    lease = steps.acquire(store, claim)
    steps.pass_time(store, 50)
    assert store.renew(lease, ttl_s=60)
    steps.pass_time(store, 50)
    assert store.reap() == 0


def test_a_lost_lease_cannot_be_renewed(store: RedisStore, claim: WorkItem) -> None:
    lease = steps.acquire(store, claim)
    steps.pass_time(store, 61)
    assert store.reap() == 1
    assert not store.renew(lease, ttl_s=60)
    assert list_ready(store) == [claim]


def test_a_lease_that_ran_out_can_be_taken_over(store: RedisStore, claim: WorkItem) -> None:
    first = steps.acquire(store, claim)
    steps.pass_time(store, 61)
    assert store.reap() == 1
    second = steps.acquire(store, claim)
    assert second.attempt == 2
    assert not store.commit_gathering(first, gathered())
    assert store.commit_gathering(second, gathered())


def test_a_result_that_is_late_but_undisputed_counts(store: RedisStore, claim: WorkItem) -> None:
    lease = steps.acquire(store, claim)
    steps.pass_time(store, 61)
    assert store.commit_gathering(lease, gathered())


def test_a_worker_that_wakes_up_after_another_took_over_changes_nothing(
    store: RedisStore, claim: WorkItem
) -> None:
    steps.gather(store, CLAIM)
    late = steps.acquire(store, steps.judge_item(CLAIM))
    steps.pass_time(store, 90)
    store.reap()
    steps.judge(store, CLAIM, label=VerdictLabel.SUPPORTED)
    before = store.get_claim(CLAIM)
    assert not steps.commit_verdict(store, late, VerdictLabel.REFUTED)
    assert not store.give_up(late, steps.ERROR)
    assert not store.put_back(late, delay_s=1, cause="out of paper")
    assert store.get_claim(CLAIM) == before
    assert len(store.get_history(CLAIM)) == 1


def test_an_item_put_back_comes_when_its_delay_is_over(store: RedisStore, claim: WorkItem) -> None:
    assert store.put_back(steps.acquire(store, claim), delay_s=300, cause="out of paper")
    assert list_ready(store) == []
    # A leftover message does not shorten the delay.
    assert take_item(store, claim) is None
    steps.pass_time(store, 301)
    assert list_ready(store) == [claim]
    assert steps.acquire(store, claim).attempt == 2


def test_a_postponed_item_comes_later_and_costs_no_attempt(
    store: RedisStore, claim: WorkItem
) -> None:
    for _ in range(6):
        lease = steps.acquire(store, claim)
        assert lease.attempt == 1
        assert steps.postpone(store, lease, delay_s=30)
        assert list_ready(store) == []
        assert take_item(store, claim) is None
        steps.pass_time(store, 31)
    assert list_ready(store) == [claim]


def test_an_attempt_that_failed_still_counts_after_the_item_was_postponed(
    store: RedisStore, claim: WorkItem
) -> None:
    assert store.put_back(steps.acquire(store, claim), delay_s=0, cause="out of paper")
    assert steps.postpone(store, steps.acquire(store, claim), delay_s=0)
    assert steps.acquire(store, claim).attempt == 2


def test_a_lease_says_how_long_ago_its_item_was_first_postponed(
    store: RedisStore, claim: WorkItem
) -> None:
    first = steps.acquire(store, claim)
    assert first.waited_s == 0
    assert steps.postpone(store, first, delay_s=10)
    steps.pass_time(store, 100)
    second = steps.acquire(store, claim)
    assert steps.postpone(store, second, delay_s=10)
    steps.pass_time(store, 50)
    third = steps.acquire(store, claim)
    assert 100 <= second.waited_s < 110
    assert 150 <= third.waited_s < 160
    assert store.commit_gathering(third, gathered())
    assert steps.acquire(store, steps.judge_item(CLAIM)).waited_s == 0


def test_each_check_starts_its_own_waiting_time(store: RedisStore, claim: WorkItem) -> None:
    assert steps.postpone(store, steps.acquire(store, claim), delay_s=0)
    steps.pass_time(store, 100)
    store.give_up(steps.acquire(store, claim), steps.ERROR)
    store.recheck_claim(CLAIM)
    assert steps.acquire(store, steps.gather_item(CLAIM, 2)).waited_s == 0


def test_a_postponed_item_names_the_source_it_waits_for(store: RedisStore, claim: WorkItem) -> None:
    before = store.get_claim(CLAIM)
    assert before.record.waiting is None
    now = datetime.now(UTC)
    assert steps.postpone(store, steps.acquire(store, claim), delay_s=30)
    waits = store.get_claim(CLAIM)
    assert waits.version > before.version
    assert waits.record.waiting is not None
    assert (waits.record.waiting.url, waits.record.waiting.code) == (
        "https://busy.example/p",
        "host-busy",
    )
    assert timedelta(seconds=29) < waits.record.waiting.until - now < timedelta(seconds=60)
    steps.pass_time(store, 31)
    steps.acquire(store, claim)
    goes_on = store.get_claim(CLAIM)
    assert goes_on.record.waiting is None
    assert goes_on.version > waits.version


def test_a_lost_lease_postpones_nothing(store: RedisStore, claim: WorkItem) -> None:
    late = steps.acquire(store, claim)
    steps.pass_time(store, 61)
    assert store.reap() == 1
    assert steps.acquire(store, claim).attempt == 2
    assert not steps.postpone(store, late, delay_s=30)
    assert not store.keep_searched(late, FOUND)
    steps.pass_time(store, 61)
    assert store.reap() == 1
    assert steps.acquire(store, claim).attempt == 3
    assert store.get_claim(CLAIM).searched is None


def test_results_of_providers_are_kept_until_the_check_is_gathered(
    store: RedisStore, claim: WorkItem
) -> None:
    lease = steps.acquire(store, claim)
    assert store.keep_searched(lease, FOUND)
    assert store.get_claim(CLAIM).searched == FOUND
    assert store.put_back(lease, delay_s=0, cause="out of paper")
    steps.gather(store, CLAIM)
    assert store.get_claim(CLAIM).searched is None


def test_results_of_providers_for_one_check_are_not_used_for_the_next(
    store: RedisStore, claim: WorkItem
) -> None:
    lease = steps.acquire(store, claim)
    assert store.keep_searched(lease, FOUND)
    store.give_up(lease, steps.ERROR)
    store.recheck_claim(CLAIM)
    assert store.get_claim(CLAIM).searched is None


# --- giving up ---------------------------------------------------------------------------------


def test_the_fourth_attempt_fails_the_claim(store: RedisStore, claim: WorkItem) -> None:
    steps.exhaust(store, claim)
    record = store.get_claim(CLAIM).record
    assert record.status is ClaimStatus.FAILED
    assert record.error is not None
    assert record.error.code == "attempts-exhausted"
    assert list_ready(store) == []


def test_the_fourth_attempt_fails_the_article(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    steps.exhaust(store, steps.extract_item(ARTICLE))
    record = store.get_article(ARTICLE).record
    assert record.status is ArticleStatus.FAILED
    assert record.error is not None
    assert record.error.code == "attempts-exhausted"


def test_an_item_given_up_has_the_error_of_this_check(store: RedisStore, claim: WorkItem) -> None:
    for cause in ("out of ink", "out of toner", 'out of\n"paper" \ud83d ü'):
        assert store.put_back(steps.acquire(store, claim), delay_s=0, cause=cause)
    assert take_item(store, claim) is None
    error = store.get_claim(CLAIM).record.error
    assert error is not None
    assert error.detail == 'given up after 3 attempts: out of "paper" ü'
    store.recheck_claim(CLAIM)
    steps.exhaust(store, steps.gather_item(CLAIM, 2))
    error = store.get_claim(CLAIM).record.error
    assert error is not None
    assert error.detail == "given up after 3 attempts"


def test_each_stage_has_its_own_attempts(store: RedisStore, claim: WorkItem) -> None:
    for _ in range(2):
        assert store.put_back(steps.acquire(store, claim), delay_s=0, cause="out of paper")
    steps.gather(store, CLAIM)
    assert steps.acquire(store, steps.judge_item(CLAIM)).attempt == 1


def test_giving_up_says_why(store: RedisStore, claim: WorkItem) -> None:
    assert store.give_up(steps.acquire(store, claim), steps.ERROR)
    record = store.get_claim(CLAIM).record
    assert (record.status, record.error) == (ClaimStatus.FAILED, steps.ERROR)


def test_giving_up_an_article_says_why(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    before = store.get_article_version(ARTICLE)
    assert store.give_up(steps.acquire(store, steps.extract_item(ARTICLE)), steps.ERROR)
    record = store.get_article(ARTICLE).record
    assert (record.status, record.error) == (ArticleStatus.FAILED, steps.ERROR)
    assert store.get_article_version(ARTICLE) > before


# --- committing --------------------------------------------------------------------------------


def test_a_claim_goes_from_queued_to_judged_in_named_steps(
    store: RedisStore, claim: WorkItem
) -> None:
    seen = [store.get_claim(CLAIM)]
    lease = steps.acquire(store, claim)
    seen.append(store.get_claim(CLAIM))
    store.commit_gathering(lease, gathered())
    seen.append(store.get_claim(CLAIM))
    steps.judge(store, CLAIM, label=VerdictLabel.SUPPORTED)
    seen.append(store.get_claim(CLAIM))
    assert [stored.record.status.value for stored in seen] == [
        "queued",
        "gathering",
        "judging",
        "judged",
    ]
    versions = [stored.version for stored in seen]
    assert versions == sorted(set(versions))
    assert seen[-1].record.verdict is not None
    assert seen[-1].record.verdict.label is VerdictLabel.SUPPORTED


def test_extraction_makes_claims_and_puts_each_to_work(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    ids = steps.extract(store, ARTICLE, claims=3)
    article = store.get_article(ARTICLE)
    assert article.record.status is ArticleStatus.EXTRACTED
    assert tuple(c.text for c in article.record.claims) == tuple(
        c.text for c in steps.extraction(3).claims
    )
    assert article.record.not_checked == steps.extraction().not_checked
    assert {item.id for item in list_ready(store)} == set(ids)
    assert store.get_claim(ids[0]).options == article.new.options
    assert store.get_claim(ids[0]).record.article_id == ARTICLE


def test_the_title_address_and_day_read_from_an_article_are_kept(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    lease = steps.acquire(store, steps.extract_item(ARTICLE))
    store.commit_extraction(
        lease,
        ArticleReading(
            text="The text.",
            extraction=steps.extraction(),
            title="The title",
            url="https://paper.example/1",
            published_at="2025-09-04",
        ),
    )
    stored = store.get_article(ARTICLE)
    assert (stored.record.text, stored.record.title) == ("The text.", "The title")
    assert (stored.record.url, stored.record.published_at) == (
        "https://paper.example/1",
        "2025-09-04",
    )
    assert store.get_claim(stored.record.claims[0].id).article_url == "https://paper.example/1"
    assert stored.new == steps.new_article()


def test_a_repeated_extraction_is_refused(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    lease = steps.acquire(store, steps.extract_item(ARTICLE))
    assert steps.commit_extraction(store, lease, claims=2)
    assert not steps.commit_extraction(store, lease, claims=5)
    assert len(store.get_article(ARTICLE).record.claims) == 2


def test_an_article_is_done_when_its_last_claim_is_finished(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    first, second = steps.extract(store, ARTICLE, claims=2)
    steps.finish_check(store, first, label=VerdictLabel.REFUTED)
    assert store.get_article(ARTICLE).record.status is ArticleStatus.EXTRACTED
    store.give_up(steps.acquire(store, steps.gather_item(second)), steps.ERROR)
    article = store.get_article(ARTICLE).record
    assert article.status is ArticleStatus.DONE
    assert article.summary == {"REFUTED": 1}


def test_an_article_without_claims_is_done_at_once(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    assert steps.extract(store, ARTICLE, claims=0) == []
    assert store.get_article(ARTICLE).record.status is ArticleStatus.DONE
    assert list_ready(store) == []


def test_a_claims_change_is_a_change_of_its_article(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    (claim,) = steps.extract(store, ARTICLE)
    versions = [store.get_article_version(ARTICLE)]
    lease = steps.acquire(store, steps.gather_item(claim))
    versions.append(store.get_article_version(ARTICLE))
    store.commit_gathering(lease, gathered())
    versions.append(store.get_article_version(ARTICLE))
    steps.judge(store, claim)
    versions.append(store.get_article_version(ARTICLE))
    assert versions == sorted(set(versions))


def test_a_check_has_one_verdict_however_often_it_is_committed(
    store: RedisStore, claim: WorkItem
) -> None:
    steps.gather(store, CLAIM)
    lease = steps.acquire(store, steps.judge_item(CLAIM))
    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(lambda _: steps.commit_verdict(store, lease), range(5)))
    assert done.count(True) == 1
    assert len(store.get_history(CLAIM)) == 1


def test_a_lease_of_one_stage_does_not_commit_another(store: RedisStore, claim: WorkItem) -> None:
    lease = steps.acquire(store, claim)
    with pytest.raises(ValueError, match="gather"):
        steps.commit_verdict(store, lease)
    assert lease.item.stage is Stage.GATHER
