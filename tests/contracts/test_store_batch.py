"""Many claims in one step: a batch, all claims of an article; and sources added later."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from claims.access import Action
from claims.errors import IdempotencyMismatch, InvalidInput, NotExtracted, NotFound, QueueFull
from claims.ports import NewClaim
from claims.store import RedisStore, connect, keys
from claims.store.invariant import check_invariant
from claims.store.records import derive_claim_id
from claims.store.submissions import NORMAL_MAX
from claims.types import ArticleId, ClaimId, ClaimStatus, Priority, Queue
from tests.contracts import steps
from tests.contracts.turns import list_ready

ARTICLE = steps.article_id(1)
"""The last argument of a script whose change is recorded in the audit log."""


def batch(*numbers: int) -> list[NewClaim]:
    return [steps.new_claim(number, text=f"{number} people died.") for number in numbers]


def ids_of(claims: Sequence[NewClaim]) -> tuple[ClaimId, ...]:
    return tuple(claim.id for claim in claims)


def list_ids(store: RedisStore) -> list[str]:
    return [entry.id for entry in store.list_claims(limit=200).items]


# --- a batch ------------------------------------------------------------------------------------


def test_all_claims_of_a_batch_are_queued_and_listed_in_order(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(9))
    claims = batch(1, 2, 3)
    assert store.submit_claims(claims) == ids_of(claims)
    assert list_ids(store) == [*ids_of(claims), steps.claim_id(9)]
    for claim in claims:
        stored = store.get_claim(claim.id)
        assert (stored.record.text, stored.options) == (claim.claim.text, claim.options)
        assert (stored.record.status, stored.check) == (ClaimStatus.QUEUED, 1)
    assert {item.id for item in list_ready(store)} == {*ids_of(claims), steps.claim_id(9)}


def test_submitting_the_same_batch_again_changes_nothing(store: RedisStore) -> None:
    claims = batch(1, 2)
    store.submit_claims(claims)
    steps.finish_check(store, claims[0].id)
    before = store.get_claim(claims[0].id)
    assert store.submit_claims(claims) == ids_of(claims)
    assert store.get_claim(claims[0].id) == before
    assert len(list_ids(store)) == 2


def test_one_key_is_that_of_the_whole_batch(store: RedisStore) -> None:
    first = batch(1, 2)
    again = [steps.new_claim(n + 10, text=f"{n} people died.") for n in (1, 2)]
    assert store.submit_claims(first, idempotency_key="k") == ids_of(first)
    assert store.submit_claims(again, idempotency_key="k") == ids_of(first)
    for other in (batch(1), batch(2, 1), batch(1, 2, 3)):
        with pytest.raises(IdempotencyMismatch):
            store.submit_claims(other, idempotency_key="k")
    assert list_ids(store) == list(ids_of(first))
    # The keys of single claims and of batches are apart.
    assert store.submit_claim(steps.new_claim(7), idempotency_key="k") == steps.claim_id(7)


def test_one_batch_submitted_by_many_at_once_is_accepted_once(store: RedisStore) -> None:
    def submit(start: int) -> tuple[ClaimId, ...]:
        own = [steps.new_claim(100 * start + n, text=f"{n} died.") for n in range(5)]
        return store.submit_claims(own, idempotency_key="k")

    with ThreadPoolExecutor(10) as pool:
        given = set(pool.map(submit, range(1, 11)))
    assert len(given) == 1
    assert list_ids(store) == list(given.pop())


def test_a_batch_that_does_not_fit_is_refused_as_a_whole(store: RedisStore, store_url: str) -> None:
    small = connect(store_url, queue_max=4)
    small.submit_claims(batch(1, 2))
    with pytest.raises(QueueFull):
        small.submit_claims(batch(3, 4, 5), idempotency_key="k")
    assert len(list_ids(small)) == 2
    small.submit_claims(batch(3, 4), idempotency_key="k")
    with pytest.raises(QueueFull):
        small.submit_claim(steps.new_claim(5))
    small.close()


def test_a_large_batch_waits_behind_later_submissions_of_people(store: RedisStore) -> None:
    claims = [steps.with_options(one, priority=Priority.NORMAL) for one in batch(*range(1, 12))]
    assert len(claims) > NORMAL_MAX
    store.submit_claims(claims)
    store.submit_claim(steps.new_claim(99))
    lease = store.take(Queue.FETCH, worker="w", ttl_s=60)
    assert lease is not None
    assert lease.item.id == steps.claim_id(99)


def test_a_small_batch_keeps_its_priorities(store: RedisStore) -> None:
    first, second = batch(1, 2)
    store.submit_claims([steps.with_options(first, priority=Priority.BULK), second])
    lease = store.take(Queue.FETCH, worker="w", ttl_s=60)
    assert lease is not None
    assert lease.item.id == second.id


def test_batches_take_turns_as_one_submission_each(store: RedisStore) -> None:
    store.submit_claims(batch(*range(1, 41)))
    store.submit_claims(batch(*range(101, 104)))
    taken = []
    while lease := store.take(Queue.FETCH, worker="w", ttl_s=60):
        taken.append(int(lease.item.id.removeprefix("c_"), 16))
    # The three claims of the newer batch do not wait for the forty of the older one.
    assert {101, 102, 103} < set(taken[:7])
    assert len(taken) == 43


def test_a_recheck_of_one_claim_of_a_batch_is_a_submission_of_its_own(store: RedisStore) -> None:
    store.submit_claims(batch(*range(1, 12)))
    steps.finish_check(store, steps.claim_id(3))
    store.recheck_claim(steps.claim_id(3))
    lease = store.take(Queue.FETCH, worker="w", ttl_s=60)
    assert lease is not None
    assert lease.item.id == steps.claim_id(3)


def test_a_recheck_of_the_first_of_a_small_batch_does_not_move_the_others(
    store: RedisStore,
) -> None:
    store.submit_claims(batch(1, 2))
    steps.finish_check(store, steps.claim_id(1))
    store.recheck_claim(steps.claim_id(1))
    assert check_invariant(store) == []


# --- all claims of an article -------------------------------------------------------------------


def submit_article(store: RedisStore, claims: int = 3) -> list[ClaimId]:
    store.submit_article(steps.new_article())
    return steps.extract(store, ARTICLE, claims=claims)


def test_a_recheck_of_an_article_is_one_of_all_its_claims(store: RedisStore) -> None:
    claims = submit_article(store)
    for claim in claims[:2]:
        steps.finish_check(store, claim)
    assert store.recheck_article(ARTICLE) == dict(zip(claims, (2, 2, 1), strict=True))
    assert store.recheck_article(ARTICLE) == dict(zip(claims, (2, 2, 1), strict=True))
    ready = [
        steps.gather_item(claim, check) for claim, check in zip(claims, (2, 2, 1), strict=True)
    ]
    assert sorted(list_ready(store), key=str) == sorted(ready, key=str)


def test_a_recheck_of_an_article_beyond_the_queue_starts_no_check(
    store: RedisStore, store_url: str
) -> None:
    claims = submit_article(store)
    for claim in claims:
        steps.finish_check(store, claim)
    small = connect(store_url, queue_max=2)
    with pytest.raises(QueueFull):
        small.recheck_article(ARTICLE)
    assert [store.get_claim(claim).check for claim in claims] == [1, 1, 1]
    assert store.health().due == 0
    small.close()


def test_the_rechecks_of_an_article_take_turns_as_one_submission(store: RedisStore) -> None:
    for claim in submit_article(store, claims=20):
        steps.finish_check(store, claim)
    store.recheck_article(ARTICLE)
    other = store.submit_claim(steps.new_claim(7))
    older = store.submit_claim(steps.new_claim(8))
    taken = [store.take(Queue.FETCH, worker="w", ttl_s=60) for _ in range(4)]
    assert {other, older} < {lease.item.id for lease in taken if lease}


def test_a_schedule_of_an_article_is_that_of_all_its_claims(store: RedisStore) -> None:
    claims = submit_article(store)
    steps.finish_check(store, claims[0])
    until = datetime.now(UTC) + timedelta(days=1)
    assert store.set_article_schedule(ARTICLE, every="PT1H", until=until) == 3
    schedules = [store.get_claim(claim).record.schedule for claim in claims]
    assert [one.every for one in schedules if one] == ["PT1H"] * 3
    assert store.health().due == 3
    store.delete_article_schedule(ARTICLE)
    assert [store.get_claim(claim).record.schedule for claim in claims] == [None] * 3
    assert store.health().due == 2


def test_a_schedule_that_ends_too_early_for_one_claim_is_set_for_none(store: RedisStore) -> None:
    claims = submit_article(store)
    for claim in claims:
        steps.finish_check(store, claim)
    steps.pass_time(store, 3000)
    store.recheck_claim(claims[1])
    until = datetime.now(UTC) + timedelta(minutes=30)  # the two others are due in ten
    with pytest.raises(InvalidInput):
        store.set_article_schedule(ARTICLE, every="PT1H", until=until)
    assert [store.get_claim(claim).record.schedule for claim in claims] == [None] * 3


def test_an_article_whose_claims_are_not_known_is_refused_and_an_unknown_one_not_found(
    store: RedisStore,
) -> None:
    def act(article: ArticleId) -> list[type[Exception]]:
        raised = []
        for one in (
            lambda: store.recheck_article(article),
            lambda: store.set_article_schedule(article, every="PT1H", until=None),
            lambda: store.delete_article_schedule(article),
        ):
            with pytest.raises((NotExtracted, NotFound)) as error:
                one()
            raised.append(error.type)
        return raised

    assert act(ARTICLE) == [NotFound] * 3
    store.submit_article(steps.new_article())
    assert act(ARTICLE) == [NotExtracted] * 3
    store.give_up(steps.acquire(store, steps.extract_item(ARTICLE)), steps.ERROR)
    assert act(ARTICLE) == [NotExtracted] * 3


def test_an_article_without_claims_has_nothing_to_check(store: RedisStore) -> None:
    submit_article(store, claims=0)
    assert store.recheck_article(ARTICLE) == {}
    assert store.set_article_schedule(ARTICLE, every="PT1H", until=None) == 0
    store.delete_article_schedule(ARTICLE)


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ("recheck", {"most": 100, "share": 100, "reader": "", "stage": "gather"}),
        (
            "set_schedule",
            {"every": "PT1H", "every_ms": 3_600_000, "until_ms": "", "adaptive": "", "reason": ""}
            | {"hours": "", "offsets": "", "paused": ""},
        ),
        ("delete_schedule", {}),
    ],
)
def test_a_step_on_other_claims_than_the_article_has_writes_nothing(
    store: RedisStore, script: str, arguments: dict[str, str | int]
) -> None:
    """The article was extracted between the caller's reading and its step."""
    claims = submit_article(store)
    for claim in claims:
        steps.finish_check(store, claim)
    version = store.get_article_version(ARTICLE)
    for ids in ((), claims[:2], [*claims, derive_claim_id(ARTICLE, 3)]):
        told = arguments | {"article": ARTICLE}
        assert store.connection.run(script, ids=ids, **told) == "other-claims"
    assert store.get_article_version(ARTICLE) == version


# --- sources added later ------------------------------------------------------------------------


def test_sources_are_added_once_each_and_read_by_the_next_check(store: RedisStore) -> None:
    claim = store.submit_claim(steps.new_claim())
    added = ["https://b.example/", "https://A.example", "https://b.example/#top"]
    expected = ("https://a.example/", "https://b.example/")
    assert store.change_claim_sources(claim, add=added) == expected
    assert store.change_claim_sources(claim, add=added) == expected
    stored = store.get_claim(claim)
    assert stored.options.sources == expected
    assert (stored.check, stored.record.status) == (1, ClaimStatus.QUEUED)


def test_the_other_options_of_the_claim_stay(store: RedisStore) -> None:
    new = steps.with_options(steps.new_claim(every="PT1H"), priority=Priority.BULK)
    store.submit_claim(new)
    store.change_claim_sources(new.id, add=["https://b.example/"])
    kept = store.get_claim(new.id).options
    assert (kept.every, kept.priority, kept.as_of) == ("PT1H", Priority.BULK, None)


def test_too_many_sources_together_are_refused(store: RedisStore) -> None:
    claim = store.submit_claim(steps.new_claim())
    many = [f"https://{n}.example/" for n in range(50)]
    with pytest.raises(InvalidInput) as refused:
        store.change_claim_sources(claim, add=many)
    assert refused.value.pointer == "/sources"
    assert len(store.change_claim_sources(claim, add=many[1:])) == 50
    with pytest.raises(NotFound):
        store.change_claim_sources(steps.claim_id(2), add=many)


def test_sources_added_by_many_at_once_are_all_kept(store: RedisStore) -> None:
    claim = store.submit_claim(steps.new_claim())
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: store.change_claim_sources(claim, add=[f"https://{n}.example/"]),
                range(20),
            )
        )
    assert len(store.get_claim(claim).options.sources) == 21


def test_options_that_another_caller_changed_are_not_overwritten(store: RedisStore) -> None:
    claim = store.submit_claim(steps.new_claim())
    before = store.connection.command("HGET", keys.CLAIM + claim, "options")
    store.change_claim_sources(claim, add=["https://b.example/"])
    after = store.connection.command("HGET", keys.CLAIM + claim, "options")
    told = {"article": "", "claims": 1, "actions": "sources.added"}
    for new, answer in (
        ("{}", "changed-meanwhile"),
        (after, "set"),
    ):  # the second is a repeated call
        rows = ("gather", claim, before, new, 0)
        assert store.connection.run("set_sources", **told, records=rows) == answer
    assert store.connection.command("HGET", keys.CLAIM + claim, "options") == after
    assert check_invariant(store) == []


def test_removed_sources_are_gone_whatever_the_spelling_of_their_address(
    store: RedisStore,
) -> None:
    claim = store.submit_claim(steps.new_claim())
    store.change_claim_sources(claim, add=["https://b.example/", "https://c.example/"])
    version = store.get_claim_version(claim)
    left = store.change_claim_sources(
        claim, remove=["https://B.example/#top", "https://d.example/"]
    )
    assert left == ("https://a.example/", "https://c.example/")
    record = store.get_claim(claim).record
    assert record.sources == left
    assert store.get_claim_version(claim) == version + 1
    # Once more changes nothing.
    assert store.change_claim_sources(claim, remove=["https://b.example/"]) == left
    assert store.get_claim_version(claim) == version + 1
    assert len(store.audit.read(limit=10, action=Action.SOURCES_REMOVED).items) == 1
    with pytest.raises(NotFound):
        store.change_claim_sources(steps.claim_id(2), remove=["https://b.example/"])


def extract(store: RedisStore, claims: int = 2) -> list[ClaimId]:
    store.submit_article(steps.new_article())
    return steps.extract(store, ARTICLE, claims)


def test_sources_of_an_article_are_those_of_all_its_claims(store: RedisStore) -> None:
    first, _ = extract(store)
    store.change_claim_sources(first, add=["https://own.example/"])
    version = store.get_article_version(ARTICLE)
    added = store.change_article_sources(ARTICLE, add=["https://b.example/"])
    article = store.get_article(ARTICLE).record
    assert article.sources == added == ("https://a.example/", "https://b.example/")
    assert [claim.sources for claim in article.claims] == [
        ("https://a.example/", "https://own.example/", "https://b.example/"),
        added,
    ]
    assert store.get_article_version(ARTICLE) > version
    left = store.change_article_sources(ARTICLE, remove=["https://b.example/"])
    article = store.get_article(ARTICLE).record
    assert article.sources == left == ("https://a.example/",)
    assert not any("https://b.example/" in claim.sources for claim in article.claims)
    assert len(store.audit.read(limit=10, action=Action.SOURCES_ADDED).items) == 2
    assert check_invariant(store) == []


def test_a_source_for_which_one_claim_of_an_article_has_no_room_is_added_to_none(
    store: RedisStore,
) -> None:
    _, second = extract(store)
    store.change_claim_sources(second, add=[f"https://{n}.example/" for n in range(49)])
    with pytest.raises(InvalidInput):
        store.change_article_sources(ARTICLE, add=["https://z.example/"])
    article = store.get_article(ARTICLE).record
    assert "https://z.example/" not in {
        source for record in (article, *article.claims) for source in record.sources
    }


def test_sources_of_an_article_with_deleted_claims_are_those_of_the_others(
    store: RedisStore,
) -> None:
    first, second = extract(store)
    store.delete_claim(first)
    store.change_article_sources(ARTICLE, add=["https://b.example/"])
    assert store.get_claim(second).record.sources[-1] == "https://b.example/"


def test_sources_of_an_article_wait_for_its_claims(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    with pytest.raises(NotExtracted):
        store.change_article_sources(ARTICLE, add=["https://b.example/"])
    with pytest.raises(NotFound):
        store.change_article_sources(ArticleId("a_none"), add=["https://b.example/"])


# --- what was submitted -------------------------------------------------------------------------


def test_submitted_claims_can_be_read_back(store: RedisStore) -> None:
    new = steps.with_options(
        steps.new_claim(every="PT1H"), priority=Priority.BULK, as_of=date(2026, 1, 5)
    )
    store.submit_claim(replace(new, context="In the storm, eleven died."))
    record = store.get_claim(new.id).record
    submitted = (record.sources, record.every, record.priority, record.as_of, record.context)
    assert submitted == (
        ("https://a.example/",),
        "PT1H",
        Priority.BULK,
        date(2026, 1, 5),
        "In the storm, eleven died.",
    )
    assert record.created_at == store.list_claims(limit=1).items[0].created_at
    article = steps.with_options(steps.new_article(every="P1D"), as_of=date(2026, 1, 6))
    store.submit_article(article)
    shown = store.get_article(ARTICLE).record
    assert (shown.sources, shown.every, shown.as_of) == (
        ("https://a.example/",),
        "P1D",
        date(2026, 1, 6),
    )
    assert shown.created_at == store.list_articles(limit=1).items[0].created_at


def test_records_without_a_time_of_creation_are_read(store: RedisStore) -> None:
    (claim,) = extract(store, 1)
    for key in (keys.CLAIM + claim, keys.ARTICLE + ARTICLE):
        store.connection.command("HDEL", key, "created_ms")
    article = store.get_article(ARTICLE).record
    assert (article.created_at, article.claims[0].created_at) == (None, None)
