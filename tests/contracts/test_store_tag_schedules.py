"""Schedules of tags: claims have them by their tags, unless they have a schedule of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.errors import NotFound
from claims.ports import NewClaim
from claims.store import RedisStore, keys
from claims.types import ClaimId, Hours, Schedule
from tests.contracts import steps
from tests.contracts.test_store_adaptive import FIRST, FIVE_DAYS, finish
from tests.contracts.turns import list_ready

CLAIM, OTHER = steps.claim_id(1), steps.claim_id(2)


def tagged(*tags: str, number: int = 1, every: str | None = None) -> NewClaim:

    return replace(steps.new_claim(number, every=every), tags=tags)


def schedule_of(store: RedisStore, claim: ClaimId = CLAIM) -> Schedule | None:
    return store.get_claim(claim).record.schedule


def tag_of(store: RedisStore, claim: ClaimId = CLAIM) -> tuple[str, str | None] | None:
    """The period of a claim's schedule, and the tag that it comes from."""
    schedule = schedule_of(store, claim)
    return (schedule.every, schedule.tag) if schedule else None


def put(store: RedisStore, tag: str = "City", every: str = "P1D") -> None:
    store.tag_schedules.put(tag, every=every, until=None)


@pytest.fixture
def judged(store: RedisStore) -> RedisStore:
    """A judged claim with two tags."""
    store.submit_claim(tagged("Sport", "City"))
    steps.finish_check(store, CLAIM)
    return store


def test_claim_that_has_the_tag_is_checked(judged: RedisStore) -> None:
    put(judged, "CITY")
    assert tag_of(judged) == ("P1D", "CITY")
    steps.pass_time(judged, 86_401)
    assert list_ready(judged) == [steps.gather_item(CLAIM, 2)]
    steps.finish_check(judged, CLAIM, 2)
    schedule = schedule_of(judged)
    assert schedule is not None
    assert schedule.next_at is not None
    assert schedule.next_at > datetime.now(UTC) + timedelta(hours=23)


def test_claim_that_is_submitted_with_the_tag_later_is_checked(store: RedisStore) -> None:
    put(store)
    store.submit_claim(tagged("city"))
    assert tag_of(store) == ("P1D", "City")
    steps.finish_check(store, CLAIM)
    steps.pass_time(store, 86_401)
    assert list_ready(store) == [steps.gather_item(CLAIM, 2)]


def test_claims_of_an_article_have_the_schedule_of_its_tag(store: RedisStore) -> None:
    article = steps.article_id(1)
    store.submit_article(steps.new_article())
    store.set_article_tags(article, ["City"])
    put(store)
    claim = steps.extract(store, article)[0]
    assert tag_of(store, claim) == ("P1D", "City")
    store.set_article_tags(article, [])
    assert tag_of(store, claim) is None
    store.set_article_tags(article, ["City"])
    assert tag_of(store, claim) == ("P1D", "City")
    store.tag_schedules.delete("city")
    assert tag_of(store, claim) is None


def test_claim_that_gets_or_loses_the_tag_gets_or_loses_the_schedule(judged: RedisStore) -> None:
    put(judged)
    judged.set_claim_tags(CLAIM, ["Sport"])
    assert tag_of(judged) is None
    steps.pass_time(judged, 86_401)
    assert list_ready(judged) == []
    judged.set_claim_tags(CLAIM, ["City"])
    assert tag_of(judged) == ("P1D", "City")


def test_own_schedule_comes_first_and_leaves_that_of_the_tag_when_deleted(
    judged: RedisStore,
) -> None:
    judged.set_schedule(CLAIM, every="P3D", until=None)
    put(judged)
    assert tag_of(judged) == ("P3D", None)
    judged.delete_schedule(CLAIM)
    assert tag_of(judged) == ("P1D", "City")
    judged.delete_schedule(CLAIM)
    assert tag_of(judged) == ("P1D", "City")
    judged.set_schedule(CLAIM, every="P1D", until=None, is_paused=True)
    judged.tag_schedules.delete("City")
    assert tag_of(judged) == ("P1D", None)


def test_submission_with_a_period_of_its_own_keeps_it(store: RedisStore) -> None:
    put(store)
    store.submit_claim(tagged("City", every="P3D"))
    assert tag_of(store) == ("P3D", None)


def test_own_schedule_that_ends_leaves_that_of_the_tag(judged: RedisStore) -> None:
    put(judged)
    end = datetime.now(UTC) + timedelta(hours=3)
    judged.set_schedule(CLAIM, every="PT2H", until=end)
    schedule = schedule_of(judged)
    assert schedule is not None
    steps.pass_time(judged, 2 * 3600 + 1)
    assert list_ready(judged) == [steps.gather_item(CLAIM, 2)]
    steps.finish_check(judged, CLAIM, 2)
    assert tag_of(judged) == ("P1D", "City")


def test_first_tag_with_a_schedule_counts(judged: RedisStore) -> None:
    put(judged, "City", "P1D")
    put(judged, "Sport", "P7D")
    assert tag_of(judged) == ("P7D", "Sport")
    judged.tag_schedules.delete("Sport")
    assert tag_of(judged) == ("P1D", "City")


def test_change_of_the_schedule_reaches_its_claims(judged: RedisStore) -> None:
    put(judged)
    hours = Hours("09:00", "Europe/Berlin")
    judged.tag_schedules.put("City", every="P2D", until=None, hours=hours, is_paused=True)
    schedule = schedule_of(judged)
    assert schedule is not None
    assert (schedule.every, schedule.hours, schedule.next_at) == ("P2D", hours, None)
    put(judged)
    assert tag_of(judged) == ("P1D", "City")


def test_each_claim_of_an_adaptive_schedule_has_its_own_period(judged: RedisStore) -> None:
    judged.tag_schedules.put("City", every="PT10H", until=None, adaptive=FIRST)
    steps.pass_time(judged, 10 * 3600 + 1)
    finish(judged, 2, FIVE_DAYS)
    assert tag_of(judged) == ("P5D", "City")
    judged.tag_schedules.follow()
    judged.tag_schedules.put("City", every="PT10H", until=None, adaptive=FIRST)
    assert tag_of(judged) == ("P5D", "City")


def test_schedule_that_is_over_before_the_first_check_is_not_given(judged: RedisStore) -> None:
    end = datetime.now(UTC) + timedelta(hours=1)
    judged.tag_schedules.put("City", every="P1D", until=end)
    assert tag_of(judged) is None


def test_corrected_claim_has_the_schedule_of_its_tags_and_the_old_one_has_none(
    judged: RedisStore,
) -> None:
    put(judged)
    judged.correct_claim(CLAIM, tagged("City", number=2))
    assert (tag_of(judged, CLAIM), tag_of(judged, OTHER)) == (None, ("P1D", "City"))
    put(judged, "Sport")
    assert tag_of(judged, CLAIM) is None


def test_schedules_are_listed_and_a_missing_one_is_not_found(store: RedisStore) -> None:
    put(store, "Town")
    put(store, "City", "P2D")
    assert [one.tag for one in store.tag_schedules.list_all()] == ["City", "Town"]
    assert store.tag_schedules.get("CITY").every == "P2D"
    store.tag_schedules.delete("city")
    for ask in (store.tag_schedules.get, store.tag_schedules.delete):
        with pytest.raises(NotFound, match="city"):
            ask("city")


def test_sweep_goes_on_where_a_change_has_stopped(store: RedisStore) -> None:
    claims = [steps.claim_id(number) for number in range(1, 250)]
    store.submit_claims([tagged("City", number=number) for number in range(1, 250)])
    put(store)
    store.tag_schedules.delete("City")
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
    assert tag_of(store, claims[0]) is None
    store.tag_schedules.follow()
    assert {tag_of(store, claim) for claim in claims} == {("P1D", "City")}
    assert store.connection.command("HGETALL", keys.TAGS_TO_FOLLOW) == {}
