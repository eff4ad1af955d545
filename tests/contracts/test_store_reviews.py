"""Reviews in the store: steps, sign-offs that become stale, lists, events, deletion."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from claims.access import LOCAL, Action, Actor
from claims.errors import (
    Corrected,
    Gone,
    IdempotencyMismatch,
    InvalidInput,
    NotFound,
    ReviewRefused,
    VersionChanged,
)
from claims.ports import ClaimFilter, EventFilter, Order, ReviewFilter
from claims.reviews import ReviewRecord
from claims.shapes import from_text
from claims.store import RedisStore, keys
from claims.store.encoding import write
from claims.store.invariant import check_invariant
from claims.store.reviews import RedisReviews
from claims.types import (
    Decision,
    EventData,
    EventType,
    Person,
    Review,
    ReviewEntry,
    ReviewRequest,
    ReviewState,
    StaleGrade,
    StaleReason,
    VerdictLabel,
)
from tests.claims.samples import NOON
from tests.contracts.steps import claim_id, gather, judge, new_claim, pass_time

SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED
ANNA, BEN = Person("Anna", "0000000a"), Person("Ben", "0000000b")
ONE = claim_id(1)
OF_REVIEWS = (EventType.REVIEW_ADDED, EventType.REVIEW_STALE, EventType.CLAIM_PUBLISHED)


def add_judged(store: RedisStore, number: int = 1, label: VerdictLabel = SUPPORTED) -> None:
    """A claim with a first verdict of this label."""
    store.submit_claim(new_claim(number))
    gather(store, claim_id(number))
    judge(store, claim_id(number), label=label)


def check_again(store: RedisStore, label: VerdictLabel) -> None:
    """A second verdict of claim 1."""
    check = store.recheck_claim(ONE)
    gather(store, ONE, check)
    judge(store, ONE, check, label)


def review(
    store: RedisStore,
    decision: Decision | None = Decision.ACCEPT,
    *,
    number: int = 1,
    person: Person = ANNA,
    check: int | None = None,
    **request: Any,
) -> ReviewEntry:
    """Take a step in the review of a claim."""
    asked = ReviewRequest(decision=decision, **request)
    return store.reviews.add(claim_id(number), asked, person=person, two_people=True, check=check)


def correct(store: RedisStore, *, person: Person = ANNA) -> ReviewEntry:
    """Correct the proposal of claim 1 to REFUTED."""
    return review(store, Decision.CORRECT, person=person, label=REFUTED, reason="A parody.")


def now(store: RedisStore) -> Review:
    """The review of claim 1 as it is now."""
    return store.get_claim(ONE).record.review


def list_ids(store: RedisStore, chosen: ReviewFilter, **filters: Any) -> list[str]:
    page = store.list_claims(ClaimFilter(review=chosen, **filters), limit=10)
    return [item.id for item in page.items]


def list_events(store: RedisStore) -> list[tuple[str, EventData]]:
    page = store.list_events(since=None, limit=100, only=EventFilter(types=OF_REVIEWS))
    return [(event.type, event.data) for event in page.items]


def test_claim_without_review_is_open(store: RedisStore) -> None:
    add_judged(store)
    assert now(store) == Review()
    assert store.reviews.get_steps(ONE) == ()
    assert list_ids(store, ReviewFilter.OPEN) == [ONE]


def test_steps_are_kept_in_order_with_what_they_signed(store: RedisStore) -> None:
    add_judged(store)
    review(store, None, note="I call them.", assignee="Anna")
    review(store, person=BEN)
    steps = store.reviews.get_steps(ONE)
    assert [(step.by, step.decision, step.state) for step in steps] == [
        ("Anna", None, ReviewState.IN_REVIEW),
        ("Ben", Decision.ACCEPT, ReviewState.SIGNED),
    ]
    assert steps[0].note == "I call them."
    assert steps[0].sign_off is None
    assert steps[1].sign_off is not None
    assert (steps[1].check, steps[1].sign_off.proposal) == (1, SUPPORTED)


def test_claim_has_its_review_in_each_reading(store: RedisStore) -> None:
    add_judged(store)
    correct(store)
    shown = now(store)
    assert (shown.state, shown.label, shown.by) == (ReviewState.SIGNED, REFUTED, "Anna")
    (exported,) = store.export_claims(limit=10).items
    assert exported.review == shown
    (row,) = store.list_claims(limit=10).items
    assert (row.review, row.label, row.stale) == ("signed", SUPPORTED, None)


def test_each_step_changes_the_version(store: RedisStore) -> None:
    add_judged(store)
    before = store.get_claim_version(ONE)
    review(store, None, note="Look.")
    assert store.get_claim_version(ONE) == before + 1


def test_repeated_call_adds_and_announces_one_step(
    store: RedisStore, request: pytest.FixtureRequest
) -> None:
    add_judged(store)
    request.getfixturevalue("run_twice")
    review(store)
    review(store, Decision.PUBLISH)
    assert len(store.reviews.get_steps(ONE)) == 2
    types = [event for event, _ in list_events(store)]
    assert types == [EventType.REVIEW_ADDED, EventType.REVIEW_ADDED, EventType.CLAIM_PUBLISHED]
    entries = store.audit.read(limit=10, action=Action.REVIEW_ADDED).items
    assert [entry.object for entry in entries] == [ONE, ONE]


def test_events_say_who_decided_what(store: RedisStore) -> None:
    add_judged(store)
    correct(store)
    ((_, data),) = list_events(store)
    assert (data.by, data.decision, data.signed) == ("Anna", Decision.CORRECT, REFUTED)
    assert data.label is SUPPORTED


def test_turned_verdict_makes_a_sign_off_stale_at_once(store: RedisStore) -> None:
    add_judged(store)
    review(store)
    check_again(store, REFUTED)
    shown = now(store)
    assert (shown.state, shown.label) == (ReviewState.SIGNED, SUPPORTED)
    assert shown.stale is StaleGrade.RED
    assert StaleReason.VERDICT_TURNED in shown.stale_because


def test_change_on_schedule_is_yellow_until_it_is_confirmed(store: RedisStore) -> None:
    add_judged(store)
    store.set_schedule(ONE, every="P1D", until=None)
    review(store)
    found = []
    for check in (2, 3):
        pass_time(store, 2 * 86_400)
        gather(store, ONE, check)
        judge(store, ONE, check, REFUTED)
        store.reviews.note_stale(limit=10)
        found.append((now(store).stale, list_events(store)[-1][1].stale))
    assert found == [(StaleGrade.YELLOW, StaleGrade.YELLOW), (StaleGrade.RED, StaleGrade.RED)]


def test_sign_off_is_not_published_while_a_change_waits(store: RedisStore) -> None:
    add_judged(store)
    store.set_schedule(ONE, every="P1D", until=None)
    review(store)
    pass_time(store, 2 * 86_400)
    gather(store, ONE, 2)
    judge(store, ONE, 2, REFUTED)
    with pytest.raises(ReviewRefused, match="unconfirmed"):
        review(store, Decision.PUBLISH)


def test_end_of_the_schedule_makes_a_sign_off_red_at_once(store: RedisStore) -> None:
    add_judged(store)
    store.set_schedule(ONE, every="P1D", until=None)
    review(store)
    pass_time(store, 2 * 86_400)
    gather(store, ONE, 2)
    judge(store, ONE, 2, REFUTED)
    store.reviews.note_stale(limit=10)
    store.delete_schedule(ONE)
    assert store.reviews.note_stale(limit=10) == 1
    assert list_events(store)[-1][1].stale is StaleGrade.RED


def test_sweep_finds_a_stale_sign_off_once(store: RedisStore) -> None:
    add_judged(store)
    review(store)
    assert store.reviews.note_stale(limit=10) == 1
    assert list_ids(store, ReviewFilter.STALE) == []
    check_again(store, REFUTED)
    assert store.reviews.note_stale(limit=10) == 1
    assert store.reviews.note_stale(limit=10) == 0
    assert list_ids(store, ReviewFilter.STALE) == [ONE]
    event, data = list_events(store)[-1]
    assert event == EventType.REVIEW_STALE
    assert (data.stale, data.stale_because) == (StaleGrade.RED, now(store).stale_because)
    stored = str(store.connection.command("XREVRANGE", keys.EVENTS, "+", "-", "COUNT", 1))
    assert "verdict-turned" in stored  # a code, which a later release reads in other words
    review(store)
    assert list_ids(store, ReviewFilter.STALE) == []


def test_repeated_sweep_announces_once(store: RedisStore, request: pytest.FixtureRequest) -> None:
    add_judged(store)
    review(store)
    check_again(store, REFUTED)
    request.getfixturevalue("run_twice")
    store.reviews.note_stale(limit=10)
    assert [event for event, _ in list_events(store)].count(EventType.REVIEW_STALE) == 1


def test_unchanged_verdict_leaves_a_sign_off_fresh(store: RedisStore) -> None:
    add_judged(store)
    review(store)
    check_again(store, SUPPORTED)
    store.reviews.note_stale(limit=10)
    assert now(store).stale is None


def test_corrected_wording_makes_a_sign_off_stale(store: RedisStore) -> None:
    add_judged(store)
    review(store)
    store.reviews.note_stale(limit=10)
    store.correct_claim(ONE, new_claim(2, text="Twelve died."))
    assert now(store).stale_because == (StaleReason.CLAIM_CHANGED,)
    assert store.reviews.note_stale(limit=10) == 1
    with pytest.raises(Corrected, match=claim_id(2)):
        review(store)


def test_unreadable_claim_does_not_stop_the_sweep(store: RedisStore) -> None:
    for number in (1, 2):
        add_judged(store, number)
        review(store, number=number)
    store.connection.command("HSET", keys.CLAIM + ONE, "version", "x")
    assert store.reviews.note_stale(limit=1) == 1
    assert store.reviews.note_stale(limit=1) == 1
    assert store.reviews.note_stale(limit=1) == 0
    store.delete_claim(ONE)


@pytest.mark.parametrize("chosen", ReviewFilter)
def test_lists_find_claims_by_their_review(store: RedisStore, chosen: ReviewFilter) -> None:
    for number in range(1, 6):
        add_judged(store, number)
    review(store, None, number=2, note="Begun.")
    review(store, number=3)
    review(store, number=4)
    review(store, Decision.PUBLISH, number=4)
    found = {
        ReviewFilter.OPEN: [claim_id(5), claim_id(1)],
        ReviewFilter.IN_REVIEW: [claim_id(2)],
        ReviewFilter.SIGNED: [claim_id(3)],
        ReviewFilter.PUBLISHED: [claim_id(4)],
        ReviewFilter.STALE: [],
    }
    assert list_ids(store, chosen) == found[chosen]


def test_lists_find_claims_by_assignee_in_any_case(store: RedisStore) -> None:
    add_judged(store)
    review(store, None, assignee="Anna Berg")
    assert list_ids(store, ReviewFilter.IN_REVIEW, assignee="anna berg") == [ONE]
    (row,) = store.list_claims(ClaimFilter(assignee="ANNA BERG"), limit=10).items
    assert row.assignee == "Anna Berg"
    review(store, None, assignee="")
    assert list_ids(store, ReviewFilter.IN_REVIEW, assignee="anna berg") == []


def test_verdict_that_was_not_seen_is_not_signed(store: RedisStore) -> None:
    add_judged(store)
    check_again(store, REFUTED)
    with pytest.raises(VersionChanged, match="check 2, not 1"):
        review(store, check=1)
    assert review(store, check=2).label is REFUTED


def test_two_people_at_once_make_two_steps(store: RedisStore) -> None:
    add_judged(store)
    with ThreadPoolExecutor(8) as pool:
        notes = [f"Note {number}." for number in range(16)]
        list(pool.map(lambda note: review(store, None, note=note), notes))
    assert sorted(step.note or "" for step in store.reviews.get_steps(ONE)) == sorted(notes)


def add_once(store: RedisStore, *, person: Person = ANNA, **fields: Any) -> ReviewEntry:
    """Take a step in the review of claim 1 with an idempotency key."""
    asked = ReviewRequest(**{"note": "I call them.", "assignee": "Cleo"} | fields)
    return store.reviews.add(
        ONE, asked, person=person, two_people=True, check=1, idempotency_key="k"
    )


def test_one_key_sent_twice_at_once_adds_one_step(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second request comes when the first one has looked for the key, and ends before it."""
    add_judged(store)
    review(store, None, note="Begun.", assignee="Cleo")  # the next step leaves the review as it is
    append, answers = RedisReviews._append, []

    def append_later(self: RedisReviews, *decided: Any) -> str:
        monkeypatch.setattr(RedisReviews, "_append", append)
        time.sleep(0.002)  # so that the two steps differ in their time
        answers.append(add_once(store))
        return append(self, *decided)

    monkeypatch.setattr(RedisReviews, "_append", append_later)
    answers.append(add_once(store))
    assert answers == [store.reviews.get_steps(ONE)[1]] * 2
    assert len(store.reviews.get_steps(ONE)) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"assignee": "Dora"},
        {"assignee": ""},
        {"note": "No."},
        {"person": BEN},
        {"second_look": True},
    ],
)
def test_known_key_with_another_step_is_refused(store: RedisStore, other: Any) -> None:
    add_judged(store)
    first = add_once(store)
    assert add_once(store) == first
    with pytest.raises(IdempotencyMismatch):
        add_once(store, **other)


def test_actors_have_keys_of_their_own(store: RedisStore) -> None:
    add_judged(store)
    first = add_once(store)
    other = add_once(store.acting_as(Actor("0000000b", "Ben")), person=BEN)
    assert store.reviews.get_steps(ONE) == (first, other)
    (entry, _) = store.audit.read(limit=10, action=Action.REVIEW_ADDED).items
    assert entry.actor == "0000000b"


def test_store_of_another_actor_has_the_same_age_of_sign_offs(store: RedisStore) -> None:
    add_judged(store)
    review(store)
    read = store.connection.command("HGET", keys.CLAIM + ONE, "reviewed")
    kept = from_text(ReviewRecord, read)
    assert kept.sign_off is not None
    signed = replace(kept.sign_off, at=kept.sign_off.at - timedelta(days=8))
    aged = write(replace(kept, sign_off=signed))
    store.connection.command("HSET", keys.CLAIM + ONE, "reviewed", aged)
    strict = RedisStore(store.connection, queue_max=10, sign_off_days=7).acting_as(LOCAL)
    assert now(store).stale is None
    assert now(strict).stale_because == (StaleReason.OLD,)
    strict.reviews.note_stale(limit=10)
    assert list_ids(store, ReviewFilter.STALE) == [ONE]


def test_rules_hold_in_the_store(store: RedisStore) -> None:
    add_judged(store)
    with pytest.raises(InvalidInput):
        review(store, None)
    with pytest.raises(ReviewRefused):
        review(store, Decision.PUBLISH)
    review(store)
    review(store, Decision.PUBLISH)
    correct(store)
    with pytest.raises(ReviewRefused, match="another person"):
        review(store, Decision.PUBLISH)
    assert review(store, Decision.PUBLISH, person=BEN).state is ReviewState.PUBLISHED


def test_steps_of_one_review_are_limited(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.store.reviews.STEPS_MAX", 2)
    add_judged(store)
    review(store, None, note="One.")
    review(store, None, note="Two.")
    with pytest.raises(ReviewRefused, match="at most 2"):
        review(store, None, note="Three.")


def test_nothing_of_a_review_is_left_of_a_deleted_claim(store: RedisStore) -> None:
    add_judged(store)
    review(store, assignee="Anna")
    store.delete_claim(ONE)
    left = store.connection.command("KEYS", f"{keys.REVIEWS}*")
    assert left == []
    assert store.connection.command("ZCARD", keys.SIGNED) == 0
    with pytest.raises(Gone):
        store.reviews.get_steps(ONE)
    with pytest.raises(Gone):
        review(store)


def test_steps_of_many_reviews_are_read_without_those_that_are_missing(store: RedisStore) -> None:
    for number in (1, 2, 3):
        add_judged(store, number)
    review(store, note="One.")
    store.reviews.add(claim_id(2), ReviewRequest(note="Two."), person=BEN, two_people=True)
    ids = [claim_id(2), ONE, claim_id(3), claim_id(9)]
    found = store.reviews.list_steps(ids)
    assert found == tuple(store.reviews.get_steps(one) for one in ids[:2])
    store.connection.command("RPUSH", keys.REVIEWS + ONE, "{")
    assert store.reviews.list_steps(ids) == found[:1]
    store.connection.command("RPOP", keys.REVIEWS + ONE)
    assert store.reviews.list_steps([]) == ()


def test_unknown_claim_is_not_found(store: RedisStore) -> None:
    with pytest.raises(NotFound):
        store.reviews.get_steps(ONE)
    with pytest.raises(NotFound):
        review(store)


def test_invariant_finds_damaged_reviews(store: RedisStore) -> None:
    add_judged(store)
    review(store)
    store.connection.command("ZREM", keys.SIGNED, ONE)
    (problem,) = check_invariant(store)
    assert "listed as signed" in problem
    store.connection.command("ZADD", keys.SIGNED, 0, ONE)
    (entry,) = store.reviews.get_steps(ONE)
    other = replace(entry, state=ReviewState.IN_REVIEW)
    store.connection.command("RPUSH", keys.REVIEWS + ONE, write(other))
    (problem,) = check_invariant(store)
    assert "last step" in problem
    store.connection.command("RPOP", keys.REVIEWS + ONE)


@pytest.mark.parametrize("change", ["verdict", "review", "wording"])
def test_comparison_with_what_has_changed_meanwhile_is_not_kept(
    store: RedisStore, change: str
) -> None:
    """A sweep that read the claim before the change leaves it to the next one."""
    add_judged(store)
    review(store)
    store.reviews.note_stale(limit=10)
    read = store.connection.command("HGET", keys.CLAIM + ONE, "reviewed")
    if change == "verdict":
        check_again(store, REFUTED)
    elif change == "review":
        correct(store)
    else:
        store.correct_claim(ONE, new_claim(2, text="Twelve died."))
    done = store.connection.run(
        "note_stale",
        id=ONE,
        kept=read,
        check="1",
        corrected_by="",
        held="",
        stale="",
        because="",
        rest_ms=1,
    )
    assert done == "changed-meanwhile"
    assert store.connection.command("ZSCORE", keys.SIGNED, ONE) == 0


def test_claims_are_found_by_the_time_of_another_label(store: RedisStore) -> None:
    for number in (1, 2, 3):
        add_judged(store, number)
    check_again(store, REFUTED)
    check = store.recheck_claim(claim_id(2))
    gather(store, claim_id(2), check)
    judge(store, claim_id(2), check, SUPPORTED)  # the same label again

    def find(days: float, **chosen: Any) -> list[str]:
        since = NOON + timedelta(days=days)
        chosen_by = ClaimFilter(changed_since=since, **chosen)
        return [item.id for item in store.list_claims(chosen_by, limit=10).items]

    changed = store.get_claim(ONE).record.last_change
    assert changed is not None
    days = (changed.at - NOON) / timedelta(days=1)
    assert find(days) == find(days, order=Order.CHECKED) == [ONE]
    assert find(days, labels=(REFUTED,)) == [ONE]
    assert find(days, labels=(SUPPORTED,)) == []
    assert find(days + 0.001) == []
