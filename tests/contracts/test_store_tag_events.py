"""A change of a tag's schedule is one event, whatever the number of claims with the tag."""

from __future__ import annotations

import pytest

from claims.access import Actor
from claims.ports import EventFilter
from claims.store import RedisStore, keys
from claims.types import Event, EventType, Hours, TagSchedule, TagScheduleChange, VerdictLabel
from tests.contracts import deliveries, steps
from tests.contracts.test_store_tag_schedules import CLAIM, OTHER, put, tag_of, tagged

ADA = Actor("0a1b2c3d", "Ada")
DAILY, WEEKLY = TagSchedule("City", "P1D"), TagSchedule("City", "P7D")


def list_events(store: RedisStore, **only: object) -> list[Event]:
    page = store.list_events(since=None, limit=99, only=EventFilter(**only))  # type: ignore[arg-type]
    return list(page.items)


def list_schedule_events(store: RedisStore) -> list[str]:
    """What is said about schedules, in order."""
    kinds = (EventType.SCHEDULE_CHANGED, EventType.TAG_SCHEDULED)
    return [event.type for event in list_events(store, types=kinds)]


def list_changes(store: RedisStore) -> list[TagScheduleChange | None]:
    return [one.data.tag_schedule for one in list_events(store, types=(EventType.TAG_SCHEDULED,))]


def test_each_change_is_one_event_for_all_claims(store: RedisStore) -> None:
    store.submit_claims([tagged("City", number=number) for number in range(1, 251)])
    put(store)
    put(store, every="P7D")
    store.tag_schedules.delete("City")
    assert list_changes(store) == [
        TagScheduleChange("City", None, DAILY, 250),
        TagScheduleChange("City", DAILY, WEEKLY, 250),
        TagScheduleChange("City", WEEKLY, None, 250),
    ]
    assert list_schedule_events(store) == [EventType.TAG_SCHEDULED] * 3


def test_event_is_about_the_tag_and_says_who_changed_it(store: RedisStore) -> None:
    put(store.acting_as(ADA), "City hall")
    (event,) = list_events(store)
    assert (event.type, event.about, event.data.heading) == (
        EventType.TAG_SCHEDULED,
        "City hall",
        "City hall",
    )
    assert (event.claim_id, event.article_id, event.data.by) == (None, None, "Ada")
    assert (event.data.schedule, event.data.label, event.data.labels) == (None, None, {})


def test_schedule_of_the_event_is_that_of_the_tag(store: RedisStore) -> None:
    hours = Hours("09:00", "Europe/Berlin", "22:00-07:00")
    store.tag_schedules.put("City", every="P2D", until=None, hours=hours, is_paused=True)
    (change,) = list_changes(store)
    assert change is not None
    assert change.after == store.tag_schedules.get("City")


def test_schedule_that_is_set_as_it_is_makes_no_event(store: RedisStore, run_twice: None) -> None:
    put(store)
    put(store)
    assert list_schedule_events(store) == [EventType.TAG_SCHEDULED]


def test_refused_changes_make_no_event(store: RedisStore) -> None:
    none = {"folded": "city", "tag": "City", "zone": "", "offsets": ""}
    assert store.connection.run("set_tag_schedule", plan="", most="", **none) == "not-found"
    assert store.connection.run("set_tag_schedule", plan="{}", most=0, **none) == "full"
    assert list_events(store) == []


def test_claims_with_the_tag_twice_count_once_and_corrected_ones_do_not(store: RedisStore) -> None:
    article = steps.article_id(1)
    store.submit_article(steps.new_article())
    store.set_article_tags(article, ["City"])
    inherited, both = steps.extract(store, article, 2)
    store.set_claim_tags(both, ["CITY"])
    store.submit_claim(tagged("city", number=901))
    steps.finish_check(store, steps.claim_id(901))
    store.correct_claim(steps.claim_id(901), tagged("City", number=902))
    store.submit_claim(tagged("Sport", number=903))
    put(store)
    (change,) = list_changes(store)
    assert change is not None
    tags = [tag_of(store, one) for one in (inherited, both, steps.claim_id(902))]
    assert (tags, change.claims) == ([("P1D", "City")] * 3, 3)


def test_claim_announces_what_changes_on_itself(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    steps.finish_check(store, CLAIM)
    put(store)
    store.set_claim_tags(CLAIM, ["City"])
    store.set_schedule(CLAIM, every="P3D", until=None)
    store.delete_schedule(CLAIM)
    store.set_claim_tags(CLAIM, [])
    found = list_events(store, types=(EventType.SCHEDULE_CHANGED,))
    said = [one.data.schedule and (one.data.schedule.every, one.data.schedule.tag) for one in found]
    assert said == [("P1D", "City"), ("P3D", None), None, ("P1D", "City"), None]


def test_claims_of_an_article_announce_that_they_get_the_tag(store: RedisStore) -> None:
    article = steps.article_id(1)
    store.submit_article(steps.new_article())
    claims = steps.extract(store, article, 2)
    put(store)
    store.set_article_tags(article, ["City"])
    found = list_events(store, types=(EventType.SCHEDULE_CHANGED,))
    assert sorted(event.claim_id or "" for event in found) == sorted(claims)
    store.submit_claim(tagged("City"))
    assert len(list_schedule_events(store)) == 1 + len(claims)


def test_filters_by_tag_and_type_find_it_and_others_do_not(store: RedisStore) -> None:
    store.submit_claim(tagged("City"))
    steps.finish_check(store, CLAIM)
    put(store)
    kinds = (EventType.TAG_SCHEDULED,)
    for found in ({"types": kinds}, {"tags": ("CITY",)}, {"tags": ("Sport", "city")}):
        assert [one.type for one in list_events(store, **found)][-1:] == list(kinds)
    others = {"tags": ("Sport",)}, {"claim_id": CLAIM}, {"labels": tuple(VerdictLabel)}
    for only in (*others, {"article_id": steps.article_id(1)}):
        assert list_events(store, types=kinds, **only) == []


def test_webhook_with_the_tag_gets_it_once(store: RedisStore) -> None:
    store.submit_claims([tagged("City", number=number) for number in (1, 2, 3)])
    events = (EventType.TAG_SCHEDULED, EventType.SCHEDULE_CHANGED)
    deliveries.make(store, events=events, tags=("City",))
    put(store)
    put(store, "Sport")
    lease = deliveries.take(store)
    assert (lease.event.type, lease.event.about) == (EventType.TAG_SCHEDULED, "City")
    assert store.webhooks.end(lease, deliveries.OK)
    assert deliveries.deliver_all(store) == []


def test_caller_that_dies_before_the_claims_follow_has_announced_it_once(store: RedisStore) -> None:
    store.submit_claims([tagged("City"), tagged("City", number=2)])
    store.connection.run(
        "set_tag_schedule",
        folded="city",
        tag="City",
        plan='{"tag":"City","every":"P1D","every_ms":"86400000","until_ms":"","adaptive":"",'
        '"reason":"","hours":"","paused":""}',
        most=9,
        zone="",
        offsets="",
    )
    assert list_changes(store) == [TagScheduleChange("City", None, DAILY, 2)]
    store.tag_schedules.follow()
    assert [tag_of(store, claim) for claim in (CLAIM, OTHER)] == [("P1D", "City")] * 2
    assert list_schedule_events(store) == [EventType.TAG_SCHEDULED]


@pytest.mark.parametrize("damaged", ["{", "[]", '{"tag":"City","every":"P1D","hours":"x"}'])
def test_event_can_be_read_when_the_former_schedule_was_damaged(
    store: RedisStore, damaged: str
) -> None:
    store.connection.command("HSET", keys.TAG_SCHEDULES, "city", damaged)
    store.tag_schedules.delete("City")
    assert list_changes(store) == [TagScheduleChange("City", None, None, 0)]
