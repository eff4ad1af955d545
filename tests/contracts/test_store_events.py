"""Events: announced in the step that commits a change, once, and read in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from claims.errors import EventsGone, InvalidInput
from claims.ports import EventFilter
from claims.store import RedisStore, connect, keys, outbox
from claims.types import (
    ArticleId,
    Cause,
    ClaimId,
    Event,
    EventType,
    HistoryEntry,
    PageDifference,
    SourceFailure,
    VerdictLabel,
)
from tests.claims import samples
from tests.contracts import steps
from tests.contracts.turns import take_item
from tests.stack.servers import embedded_server

CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)
ALL = EventFilter()
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED


def follow(
    store: RedisStore, since: str | None = None, *, only: EventFilter = ALL, limit: int = 200
) -> Iterator[Event]:
    """All events after `since`, page by page, to the end of what is there."""
    while True:
        page = store.list_events(since=since, limit=limit, only=only)
        yield from page.items
        if page.next == since:
            return
        since = page.next


def types_of(store: RedisStore, since: str | None = None) -> list[str]:
    return [event.type for event in follow(store, since)]


def now(store: RedisStore) -> str:
    """The `next` of a reader who begins now."""
    page = store.list_events(since="now", limit=1, only=ALL)
    assert page.items == ()
    assert page.next is not None
    return page.next


def recheck(store: RedisStore, claim: ClaimId, label: VerdictLabel) -> None:
    steps.finish_check(store, claim, store.recheck_claim(claim), label)


def judge_claims(store: RedisStore, count: int) -> list[ClaimId]:
    claims = [store.submit_claim(steps.new_claim(number)) for number in range(1, count + 1)]
    for claim in claims:
        steps.finish_check(store, claim)
    return claims


def judge_with_schedule_until(store: RedisStore, seconds: float) -> None:
    store.submit_claim(steps.new_claim())
    stored = store.get_claim(CLAIM)
    until = stored.requested_at + timedelta(seconds=seconds)
    store.set_schedule(CLAIM, every="PT1H", until=until)


# --- what is announced -----------------------------------------------------------------------


def test_nothing_that_is_accepted_or_under_way_is_announced(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="P1D"))
    store.submit_article(steps.new_article(every="P1D"))
    steps.extract(store, ARTICLE)
    steps.gather(store, CLAIM)
    assert types_of(store) == []
    assert now(store) == "0-0"


def test_the_first_verdict_and_each_that_changes_is_announced(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(text="Eleven people\n died."))
    steps.finish_check(store, CLAIM, label=SUPPORTED)
    recheck(store, CLAIM, SUPPORTED)
    recheck(store, CLAIM, REFUTED)
    created, changed = follow(store)
    assert (created.type, changed.type) == (EventType.VERDICT_CREATED, EventType.VERDICT_CHANGED)
    assert (created.claim_id, created.article_id) == (CLAIM, None)
    assert created.data.heading == "Eleven people died."
    assert (created.data.check, created.data.label, created.data.before) == (1, SUPPORTED, None)
    assert (changed.data.check, changed.data.label, changed.data.before) == (3, REFUTED, SUPPORTED)
    assert (changed.data.support, changed.data.confidence) == (0.5, 0.7)
    assert changed.data.explanation == "Because."
    assert created.id < changed.id
    assert created.at <= changed.at
    assert abs(changed.at.timestamp() - time.time()) < 60


def test_an_event_has_the_causes_of_the_verdict(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    steps.gather(store, CLAIM)
    causes = (Cause.PASSAGES, Cause.JUDGE)
    verdict = replace(samples.verdict(), explanation="x" * 5000)
    entry = HistoryEntry(
        check=1,
        checked_at=samples.NOON,
        label=verdict.label,
        support=None,
        changed=False,
        scored=True,
        causes=causes,
    )
    lease = steps.acquire(store, steps.judge_item(CLAIM))
    assert store.commit_verdict(lease, verdict, entry)
    (event,) = follow(store)
    assert event.data.causes == causes
    assert event.data.explanation == "x" * (outbox.WORDS_MAX - 1) + "…"


def test_a_check_that_is_given_up_is_announced_and_has_the_last_label(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    assert store.give_up(steps.acquire(store, steps.gather_item(CLAIM)), steps.ERROR)
    store.recheck_claim(CLAIM)
    steps.finish_check(store, CLAIM, 2, REFUTED)
    store.recheck_claim(CLAIM)
    steps.exhaust(store, steps.gather_item(CLAIM, 3))
    first, _, last = follow(store)
    assert (first.type, first.data.check, first.data.label) == (EventType.CLAIM_FAILED, 1, None)
    assert first.data.error == steps.ERROR
    assert (last.type, last.data.check, last.data.label) == (EventType.CLAIM_FAILED, 3, REFUTED)
    assert last.data.error is not None
    assert last.data.error.code == "attempts-exhausted"


def test_an_article_is_announced_when_its_last_claim_is_finished(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    first, second, third = steps.extract(store, ARTICLE, claims=3)
    steps.finish_check(store, first, label=REFUTED)
    assert store.give_up(steps.acquire(store, steps.gather_item(second)), steps.ERROR)
    steps.finish_check(store, third, label=REFUTED)
    recheck(store, third, SUPPORTED)
    *_, done, changed = found = list(follow(store))
    assert [event.type for event in found] == [
        EventType.VERDICT_CREATED,
        EventType.CLAIM_FAILED,
        EventType.VERDICT_CREATED,
        EventType.ARTICLE_DONE,
        EventType.VERDICT_CHANGED,
    ]
    assert {event.article_id for event in found} == {ARTICLE}
    assert (done.claim_id, done.data.labels) == (None, {"REFUTED": 2})
    assert done.data.heading == "Eleven people died. Was it the storm?"
    assert changed.data.labels == {}


def finish_mixed_article(store: RedisStore) -> list[ClaimId]:
    """An article with two claims that are supported, and one that is refuted."""
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=3)
    for claim, label in zip(claims, (SUPPORTED, REFUTED, SUPPORTED), strict=True):
        steps.finish_check(store, claim, label=label)
    return claims


def test_an_event_of_an_article_counts_the_labels_of_its_claims(store: RedisStore) -> None:
    claims = finish_mixed_article(store)
    recheck(store, claims[0], REFUTED)
    store.delete_article(ARTICLE)
    done, deleted = (event for event in follow(store) if event.claim_id is None)
    assert (done.type, deleted.type) == (EventType.ARTICLE_DONE, EventType.ARTICLE_DELETED)
    assert (done.data.label, done.data.labels) == (None, {"SUPPORTED": 2, "REFUTED": 1})
    assert (deleted.data.label, deleted.data.labels) == (None, {"SUPPORTED": 1, "REFUTED": 2})
    for label in (SUPPORTED, REFUTED):
        found = list(follow(store, only=EventFilter(labels=(label,))))
        assert {done.id, deleted.id} < {event.id for event in found}
    other = EventFilter(labels=(VerdictLabel.CONFLICTING_EVIDENCE,))
    assert list(follow(store, only=other)) == []


def test_events_of_articles_that_an_earlier_release_wrote_are_read(store: RedisStore) -> None:
    """Before, an article's event had its labels as a claim's has its one, and only article.done
    their numbers."""
    common = ("article", ARTICLE, "heading", "h", "label", "SUPPORTED\nREFUTED")
    counts = ("SUPPORTED", 3, "REFUTED", 1, "CONFLICTING_EVIDENCE", 0, "NOT_ENOUGH_EVIDENCE", 0)
    for words in (("type", "article.done", *common, *counts), ("type", "article.deleted", *common)):
        store.connection.command("XADD", keys.EVENTS, "*", *words)
    done, deleted = follow(store, only=EventFilter(labels=(REFUTED,)))
    assert (done.data.label, done.data.labels) == (None, {"SUPPORTED": 3, "REFUTED": 1})
    assert (deleted.data.label, deleted.data.labels) == (None, {"SUPPORTED": 1, "REFUTED": 1})


def test_an_article_without_claims_is_done_at_once(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    steps.extract(store, ARTICLE, claims=0)
    (event,) = follow(store)
    assert (event.type, event.data.labels) == (EventType.ARTICLE_DONE, {})


def test_an_article_that_is_given_up_is_announced(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    assert store.give_up(steps.acquire(store, steps.extract_item(ARTICLE)), steps.ERROR)
    (event,) = follow(store)
    assert (event.type, event.article_id) == (EventType.ARTICLE_FAILED, ARTICLE)
    assert (event.claim_id, event.data.error) == (None, steps.ERROR)


def test_a_schedule_is_announced_when_it_is_another(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    for every in ("PT1H", "PT1H", "PT2H"):
        store.set_schedule(CLAIM, every=every, until=None)
    store.set_schedule(CLAIM, every="PT2H", until=samples.NOON.replace(year=2100))
    shown = store.get_claim(CLAIM).record.schedule
    store.delete_schedule(CLAIM)
    store.delete_schedule(CLAIM)
    found = list(follow(store))
    assert {event.type for event in found} == {EventType.SCHEDULE_CHANGED}
    schedules = [event.data.schedule for event in found]
    assert [one and one.every for one in schedules] == ["PT1H", "PT2H", "PT2H", None]
    assert schedules[2] == shown


def test_the_end_of_a_schedule_is_announced(store: RedisStore) -> None:
    judge_with_schedule_until(store, 5000)
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, 3700)
    steps.finish_check(store, CLAIM, 2)
    assert store.get_claim(CLAIM).record.schedule is None
    *_, last = found = list(follow(store))
    assert [event.type for event in found] == [
        EventType.SCHEDULE_CHANGED,
        EventType.VERDICT_CREATED,
        EventType.SCHEDULE_CHANGED,
    ]
    assert last.data.schedule is None


def test_an_event_stays_when_the_text_is_hostile(store: RedisStore) -> None:
    text = 'x\u2028"},\x01{"type":"claim.deleted" \U0001f600'
    store.submit_claim(steps.new_claim(text=text))
    steps.finish_check(store, CLAIM)
    (event,) = follow(store)
    assert event.data.heading == " ".join(text.split())


# --- once --------------------------------------------------------------------------------------


def test_all_scripts_run_twice_announce_once(store: RedisStore, run_twice: None) -> None:
    store.submit_article(steps.new_article())
    store.submit_claim(steps.new_claim())
    lease = steps.acquire(store, steps.extract_item(ARTICLE))
    assert not steps.commit_extraction(store, lease, claims=0)  # the second run says so
    assert not steps.commit_gathering(store, steps.acquire(store, steps.gather_item(CLAIM)))
    lease = steps.acquire(store, steps.judge_item(CLAIM))
    assert not steps.commit_verdict(store, lease)
    store.set_schedule(CLAIM, every="P1D", until=None)
    store.delete_schedule(CLAIM)
    assert store.recheck_claim(CLAIM) == 2
    lease = steps.acquire(store, steps.gather_item(CLAIM, 2))
    assert not store.give_up(lease, steps.ERROR)
    assert types_of(store) == [
        EventType.ARTICLE_DONE,
        EventType.VERDICT_CREATED,
        EventType.SCHEDULE_CHANGED,
        EventType.SCHEDULE_CHANGED,
        EventType.CLAIM_FAILED,
    ]


def test_an_item_given_up_by_a_take_that_runs_twice_is_announced_once(
    store: RedisStore, request: pytest.FixtureRequest
) -> None:
    store.submit_claim(steps.new_claim())
    for _ in range(3):
        steps.acquire(store, steps.gather_item(CLAIM))
        steps.pass_time(store, 2 * steps.TTL_S)
        assert store.reap() == 1
    request.getfixturevalue("run_twice")
    assert take_item(store, steps.gather_item(CLAIM)) is None
    assert types_of(store) == [EventType.CLAIM_FAILED]


@pytest.mark.parametrize("claims", [0, 1])
def test_a_repeated_extraction_announces_once(store: RedisStore, claims: int) -> None:
    store.submit_article(steps.new_article())
    lease = steps.acquire(store, steps.extract_item(ARTICLE))
    assert steps.commit_extraction(store, lease, claims)
    assert not steps.commit_extraction(store, lease, claims)
    assert len(types_of(store)) == 1 - claims


def test_a_worker_that_lost_its_lease_announces_nothing(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    steps.gather(store, CLAIM)
    late = steps.acquire(store, steps.judge_item(CLAIM))
    steps.pass_time(store, 2 * steps.TTL_S)
    store.reap()
    assert not steps.commit_verdict(store, late, SUPPORTED)
    assert not store.give_up(late, steps.ERROR)
    assert types_of(store) == []
    steps.judge(store, CLAIM, label=REFUTED)
    assert not steps.commit_verdict(store, late, SUPPORTED)
    assert [event.data.label for event in follow(store)] == [REFUTED]


# --- reading -----------------------------------------------------------------------------------


def test_a_reader_gets_each_event_once_in_pages_of_any_size(store: RedisStore) -> None:
    claims = judge_claims(store, 5)
    for limit in (1, 2, 5, 200):
        assert [event.claim_id for event in follow(store, limit=limit)] == claims


def test_a_client_that_continues_after_the_last_event_gets_only_new_events(
    store: RedisStore,
) -> None:
    begin = now(store)
    judge_claims(store, 2)
    here = now(store)
    *_, last = follow(store, begin)
    assert last.id == here
    assert store.list_events(since=here, limit=9, only=ALL).items == ()
    recheck(store, CLAIM, SUPPORTED)
    assert types_of(store, here) == [EventType.VERDICT_CHANGED]


@pytest.mark.parametrize("looked_at", [1, 3, 1000])
@pytest.mark.parametrize("limit", [1, 2, 200])
def test_a_filter_leaves_out_the_others_and_never_an_event(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch, looked_at: int, limit: int
) -> None:
    monkeypatch.setattr(outbox, "LOOKED_AT_MAX", looked_at)
    claims = judge_claims(store, 4)
    store.submit_article(steps.new_article())
    (own,) = steps.extract(store, ARTICLE)
    steps.finish_check(store, own, label=REFUTED)
    recheck(store, claims[2], REFUTED)
    store.set_schedule(claims[2], every="P1D", until=None)
    everything = list(follow(store))
    done, changed = EventType.ARTICLE_DONE, EventType.VERDICT_CHANGED
    for only, passes in (
        (EventFilter(types=(done, changed)), lambda e: e.type in (done, changed)),
        (
            EventFilter(labels=(REFUTED,)),
            lambda e: e.data.label is REFUTED or REFUTED in e.data.labels,
        ),
        (EventFilter(article_id=ARTICLE), lambda e: e.article_id == ARTICLE),
        (EventFilter(claim_id=claims[2]), lambda e: e.claim_id == claims[2]),
        (EventFilter(types=(changed,), claim_id=claims[0]), lambda e: False),
        (EventFilter(article_id=ArticleId("a_none")), lambda e: False),
    ):
        expected = [event for event in everything if passes(event)]
        assert list(follow(store, only=only, limit=limit)) == expected
        assert list(look_back(store, only=only, limit=limit)) == expected[::-1]


def look_back(store: RedisStore, *, only: EventFilter, limit: int) -> Iterator[Event]:
    """All events, newest first, page by page."""
    before = None
    while True:
        page = store.list_latest_events(before=before, limit=limit, only=only)
        yield from page.items
        before = page.next
        if before is None:
            return


def test_nothing_is_before_the_first_event_and_nothing_in_an_empty_store(
    store: RedisStore,
) -> None:
    assert store.list_latest_events(before=None, limit=9, only=ALL).items == ()
    assert store.list_latest_events(before="0-0", limit=9, only=ALL).next is None
    judge_claims(store, 1)
    (event,) = follow(store)
    assert store.list_latest_events(before=event.id, limit=9, only=ALL).items == ()


def test_a_reader_sees_each_event_once_in_order_while_threads_commit(store: RedisStore) -> None:
    """Each thread finishes the claims of its own; the reader asks all the time."""
    threads, each = 4, 12
    total = threads * each
    for number in range(1, total + 1):
        store.submit_claim(steps.new_claim(number))
        steps.gather(store, steps.claim_id(number))
    seen: list[Event] = []
    ended = threading.Event()

    def read() -> None:
        since = None
        while True:
            is_last = ended.is_set()
            page = store.list_events(since=since, limit=7, only=ALL)
            seen.extend(page.items)
            if is_last and page.next == since:
                return
            since = page.next

    def judge_next() -> None:
        while lease := store.take(steps.judge_item(CLAIM).stage.queue, worker="w", ttl_s=60):
            assert steps.commit_verdict(store, lease)

    with ThreadPoolExecutor(threads + 1) as pool:
        reader = pool.submit(read)
        for worker in [pool.submit(judge_next) for _ in range(threads)]:
            worker.result(60)
        ended.set()
        reader.result(60)
    kept = [event.claim_id for event in follow(store)]
    assert [event.claim_id for event in seen] == kept
    assert sorted(kept) == sorted(steps.claim_id(number) for number in range(1, total + 1))


# --- deletion ----------------------------------------------------------------------------------


def forget_all(store: RedisStore, *, limit: int = 1000) -> int:
    time.sleep(0.01)  # the events are older than now
    return store.forget_events(keep_s=0, limit=limit)


def test_events_are_deleted_by_age_a_few_at_a_time(store: RedisStore) -> None:
    claims = judge_claims(store, 5)
    assert store.forget_events(keep_s=None, limit=1000) == 0
    assert store.forget_events(keep_s=3600, limit=1000) == 0
    assert forget_all(store, limit=2) == 2
    assert [event.claim_id for event in follow(store)] == claims[2:]
    assert [forget_all(store) for _ in range(2)] == [3, 0]
    assert types_of(store) == []


def test_a_client_that_would_miss_events_gets_events_gone(store: RedisStore) -> None:
    begin = now(store)
    judge_claims(store, 4)
    ids = [event.id for event in follow(store)]
    forget_all(store, limit=2)
    for since in (begin, ids[0]):
        with pytest.raises(EventsGone, match=since):
            store.list_events(since=since, limit=9, only=ALL)
    assert [event.id for event in follow(store, ids[1])] == ids[2:]
    forget_all(store)
    with pytest.raises(EventsGone):
        store.list_events(since=ids[2], limit=9, only=ALL)
    assert store.list_events(since=ids[3], limit=9, only=ALL).next == ids[3] == now(store)
    assert store.list_events(since=None, limit=9, only=ALL).next == ids[3]


def test_a_client_ahead_of_data_restored_from_a_backup_gets_events_gone(
    store: RedisStore,
) -> None:
    """It has seen events that this store has not."""
    judge_claims(store, 1)
    ms, _, number = now(store).partition("-")
    since = f"{ms}-{int(number) + 1}"
    with pytest.raises(EventsGone, match=f"no event is as new as {since}: .* earlier backup"):
        store.list_events(since=since, limit=9, only=ALL)


@pytest.mark.parametrize("since", ["9999999999999-0", "9999999999999999999-9999999999999999999"])
def test_a_place_later_than_the_clock_is_a_mistake(store: RedisStore, since: str) -> None:
    for claims in (0, 1):
        judge_claims(store, claims)
        with pytest.raises(InvalidInput, match=f"{since} is later than the clock"):
            store.list_events(since=since, limit=9, only=ALL)


def test_the_place_of_the_last_deletion_outlives_the_server(tmp_path: Path) -> None:
    with embedded_server(tmp_path) as url:
        store = connect(url)
        judge_claims(store, 4)
        ids = [event.id for event in follow(store)]
        forget_all(store, limit=2)
        store.connection.command("BGREWRITEAOF")
        store.close()
    with embedded_server(tmp_path) as url:
        store = connect(url)
        assert [event.id for event in follow(store)] == ids[2:]
        assert [event.id for event in follow(store, ids[1])] == ids[2:]
        with pytest.raises(EventsGone):
            store.list_events(since=ids[0], limit=9, only=ALL)
        store.close()


def test_a_store_with_claims_of_before_there_were_events_goes_on(store: RedisStore) -> None:
    (claim,) = judge_claims(store, 1)
    store.connection.command("DEL", keys.EVENTS)
    recheck(store, claim, SUPPORTED)
    assert types_of(store) == [EventType.VERDICT_CHANGED]


# --- by id -------------------------------------------------------------------------------------


def test_events_are_found_by_their_ids(store: RedisStore) -> None:
    claim = store.submit_claim(steps.new_claim())
    steps.finish_check(store, claim)
    store.delete_claim(claim)
    first, second = follow(store)
    assert store.find_events([]) == {}
    assert store.find_events([second.id, "1-0", first.id]) == {first.id: first, second.id: second}


def test_page_that_is_gone_is_announced_once_with_the_verdict_that_lost_it(
    store: RedisStore,
) -> None:
    claim = store.submit_claim(steps.new_claim())
    steps.finish_check(store, claim)
    steps.gather(store, claim, store.recheck_claim(claim))
    urls = [f"https://{name}.example/" for name in "abc"]
    gone = tuple(SourceFailure(url, "http-404", "d" * 900) for url in urls)
    difference = PageDifference(vanished=tuple(urls), gone=gone)
    lease = steps.acquire(store, steps.judge_item(claim, 2))
    assert steps.commit_verdict(store, lease, difference=difference)
    assert not steps.commit_verdict(store, lease, difference=difference)
    only = EventFilter(types=("page.vanished",))
    (event,) = store.list_events(since=None, limit=10, only=only).items
    assert (event.claim_id, event.data.check) == (claim, 2)
    assert event.data.diff is not None
    assert [one.url for one in event.data.diff.gone] == urls[:2]
    assert list(event.data.diff.vanished) == urls[:2]
    assert max(len(one.detail) for one in event.data.diff.gone) == 200
