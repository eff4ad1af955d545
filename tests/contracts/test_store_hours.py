"""Times of day, quiet hours and pauses of schedules, also on days of 23 and of 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from claims.errors import InvalidInput
from claims.ports import EventFilter
from claims.store import RedisStore, keys
from claims.store.encoding import from_ms, to_ms, write, write_offsets
from claims.store.keys import write_lua_names
from claims.store.scripts import SHARED, read_source
from claims.types import Hours, Schedule, VerdictLabel
from tests.contracts import steps
from tests.contracts.test_store_adaptive import FIRST, FIVE_DAYS, finish
from tests.contracts.turns import list_ready

CLAIM = steps.claim_id(1)
BERLIN = "Europe/Berlin"
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def fit(store: RedisStore, hours: Hours, planned: datetime, *, now: datetime | None = None) -> str:
    """When a check that is planned for that time takes place, as the clocks of the zone show it."""
    source = read_source(SHARED, "hours")
    call = (
        "local at, now = tonumber(ARGV[2]), tonumber(ARGV[3]) "
        "return string.format('%d', fit_time(read_hours(ARGV[1]), at, now))"
    )
    text = "\n".join([write_lua_names(source), source, call])
    store.connection.command(
        "HSET", keys.ZONES, hours.zone, write_offsets(hours.zone, now=at("2026-01-01"))
    )
    since = now or planned - DAY
    found = store.connection.command("EVAL", text, 0, write(hours), to_ms(planned), to_ms(since))
    return from_ms(found).astimezone(ZoneInfo(hours.zone)).strftime("%d %H:%M %Z")


def schedule_of(store: RedisStore) -> Schedule:
    schedule = store.get_claim(CLAIM).record.schedule
    assert schedule is not None
    return schedule


def next_of(store: RedisStore) -> datetime:
    found = schedule_of(store).next_at
    assert found is not None
    return found


def wait_s(store: RedisStore) -> float:
    return (next_of(store) - datetime.now(UTC)).total_seconds()


@pytest.fixture
def judged(store: RedisStore) -> RedisStore:
    """A judged claim without a schedule."""
    store.submit_claim(steps.new_claim())
    steps.finish_check(store, CLAIM)
    return store


@pytest.mark.parametrize(
    ("zone", "time", "planned", "expected"),
    [
        # An ordinary day: the last time of day before the planned moment.
        (BERLIN, "09:00", "2026-06-10T15:00", "10 09:00 CEST"),
        (BERLIN, "09:00", "2026-06-10T04:59", "09 09:00 CEST"),
        # Days of 23 and of 25 hours: 24 hours after 09:00 are 10:00 and 08:00.
        (BERLIN, "09:00", "2026-03-29T08:00", "29 09:00 CEST"),
        (BERLIN, "09:00", "2026-10-25T07:00", "25 09:00 CET"),
        # Left out: an hour later. Twice: the first.
        (BERLIN, "02:30", "2026-03-29T01:30", "29 03:30 CEST"),
        (BERLIN, "02:30", "2026-10-25T00:30", "25 02:30 CEST"),
        (BERLIN, "02:30", "2026-10-25T01:30", "25 02:30 CEST"),
        ("America/New_York", "00:15", "2026-11-01T04:15", "01 00:15 EDT"),
        ("Australia/Lord_Howe", "02:15", "2026-10-03T15:40", "04 02:45 +11"),
        ("Asia/Kolkata", "09:00", "2026-06-10T03:30", "10 09:00 IST"),
        ("UTC", "09:00", "2026-06-10T09:00", "10 09:00 UTC"),
    ],
)
def test_time_of_day_is_that_of_the_zone(
    store: RedisStore, zone: str, time: str, planned: str, expected: str
) -> None:
    assert fit(store, Hours(time, zone), at(planned), now=at(planned) - DAY * 2) == expected


def test_time_of_day_that_is_past_is_that_of_the_next_day(store: RedisStore) -> None:
    hours, now = Hours("09:00", BERLIN), at("2026-06-10T07:00:00")
    assert fit(store, hours, now, now=now) == "11 09:00 CEST"
    assert fit(store, hours, now - timedelta(hours=1), now=now - timedelta(seconds=1)) == (
        "10 09:00 CEST"
    )


@pytest.mark.parametrize(
    ("quiet", "planned", "expected"),
    [
        ("22:00-07:00", "2026-06-10T19:59", "10 21:59 CEST"),
        ("22:00-07:00", "2026-06-10T20:00", "11 07:00 CEST"),
        ("22:00-07:00", "2026-06-11T04:59", "11 07:00 CEST"),
        ("22:00-07:00", "2026-06-11T05:00", "11 07:00 CEST"),
        ("12:00-13:30", "2026-06-10T10:15", "10 13:30 CEST"),
        ("12:00-13:30", "2026-06-10T22:15", "11 00:15 CEST"),
        # The night in which clocks are set forward, and the end of quiet hours left out or twice.
        ("22:00-07:00", "2026-03-28T21:30", "29 07:00 CEST"),
        ("22:00-02:30", "2026-03-29T00:30", "29 03:30 CEST"),
        ("22:00-02:30", "2026-10-25T00:15", "25 02:30 CEST"),
        ("22:00-02:30", "2026-10-25T01:15", "25 02:15 CET"),
    ],
)
def test_check_in_quiet_hours_waits_for_their_end(
    store: RedisStore, quiet: str, planned: str, expected: str
) -> None:
    assert fit(store, Hours(None, BERLIN, quiet), at(planned)) == expected


def test_every_check_of_two_years_is_at_the_time_of_day(store: RedisStore) -> None:
    hours, moment, shown = Hours("09:00", BERLIN), at("2026-01-01T08:00"), set()
    source = read_source(SHARED, "hours")
    loop = (
        "local hours, at, found = read_hours(ARGV[1]), tonumber(ARGV[2]), {} "
        "for day = 1, 730 do at = fit_time(hours, at + DAY, at) "
        "found[day] = string.format('%d', at) end return found"
    )
    fit(store, hours, moment)
    text = "\n".join([write_lua_names(source), source, loop])
    found = store.connection.command("EVAL", text, 0, write(hours), to_ms(moment))
    clock = ZoneInfo(BERLIN)
    for day, one in enumerate(found, 1):
        local = from_ms(one).astimezone(clock)
        shown.add(local.strftime("%H:%M"))
        assert local.date() == (moment + day * DAY).date()
    assert shown == {"09:00"}


def test_schedule_has_its_hours_and_its_next_check(judged: RedisStore) -> None:
    hours = Hours("09:00", BERLIN, "22:00-07:00")
    judged.set_schedule(CLAIM, every="P1D", until=None, hours=hours)
    assert schedule_of(judged).hours == hours
    assert next_of(judged).astimezone(ZoneInfo(BERLIN)).strftime("%H:%M:%S.%f") == "09:00:00.000000"
    # The time of day after a day, which may be two hours later, and one more when clocks change.
    assert 0 < wait_s(judged) <= 86_400 + 3 * 3600


def test_check_on_schedule_plans_the_next_one_at_the_time_of_day(judged: RedisStore) -> None:
    judged.set_schedule(CLAIM, every="P7D", until=None, hours=Hours("09:00"))
    steps.pass_time(judged, max(0.0, wait_s(judged)) + 1)
    assert list_ready(judged) == [steps.gather_item(CLAIM, 2)]
    steps.finish_check(judged, CLAIM, 2)
    assert next_of(judged).strftime("%H:%M:%S") == "09:00:00"
    assert 6 * 86_400 < wait_s(judged) <= 7 * 86_400 + 7200


def test_check_by_hand_does_not_move_the_time_of_day(judged: RedisStore) -> None:
    judged.set_schedule(CLAIM, every="P1D", until=None, hours=Hours("09:00"))
    planned = next_of(judged)
    steps.finish_check(judged, CLAIM, judged.recheck_claim(CLAIM))
    assert next_of(judged) in (planned, planned + DAY)
    assert wait_s(judged) <= 86_400 + 7200


def test_adaptive_schedule_keeps_its_time_of_day(judged: RedisStore) -> None:
    hours = Hours("09:00", "Asia/Kolkata")
    judged.set_schedule(CLAIM, every="P1D", until=None, adaptive=FIRST, hours=hours)
    steps.pass_time(judged, max(0.0, wait_s(judged)) + 1)
    finish(judged, 2, FIVE_DAYS)
    assert schedule_of(judged).every == "P5D"
    assert next_of(judged).strftime("%H:%M") == "03:30"
    # The last 09:00 before the plan of five days and two hours, or up to two hours after it.
    assert 4 * 86_400 < wait_s(judged) <= 5 * 86_400 + 4 * 3600


def test_confirming_check_waits_for_the_end_of_quiet_hours(judged: RedisStore) -> None:
    now = datetime.now(UTC)
    begins, ends = (now - timedelta(minutes=5), now + timedelta(hours=3))
    quiet = f"{begins:%H:%M}-{ends:%H:%M}"
    judged.set_schedule(CLAIM, every="P7D", until=None, hours=Hours(None, "UTC", quiet))
    steps.pass_time(judged, wait_s(judged) + 1)
    assert list_ready(judged) == [steps.gather_item(CLAIM, 2)]
    steps.finish_check(judged, CLAIM, 2, VerdictLabel.REFUTED)
    assert judged.get_claim(CLAIM).record.unconfirmed is not None
    assert next_of(judged).strftime("%H:%M") == f"{ends:%H:%M}"


def test_schedule_that_pauses_is_kept_and_checks_nothing(judged: RedisStore) -> None:
    judged.set_schedule(CLAIM, every="PT1H", until=None, is_paused=True)
    schedule = schedule_of(judged)
    assert (schedule.every, schedule.next_at, schedule.paused) == ("PT1H", None, True)
    steps.pass_time(judged, 7200)
    assert list_ready(judged) == []
    steps.finish_check(judged, CLAIM, judged.recheck_claim(CLAIM))
    steps.pass_time(judged, 7200)
    assert list_ready(judged) == []
    judged.set_schedule(CLAIM, every="PT1H", until=None)
    assert (schedule_of(judged).paused, wait_s(judged) + 1 >= 0) == (False, True)


def test_pause_announces_a_change_that_waits(judged: RedisStore) -> None:
    judged.set_schedule(CLAIM, every="P1D", until=None)
    steps.pass_time(judged, wait_s(judged) + 1)
    assert list_ready(judged) == [steps.gather_item(CLAIM, 2)]
    steps.finish_check(judged, CLAIM, 2, VerdictLabel.REFUTED)
    judged.set_schedule(CLAIM, every="P1D", until=None, is_paused=True)
    kinds = [
        event.type for event in judged.list_events(since=None, limit=9, only=EventFilter()).items
    ]
    assert kinds[-2:] == ["verdict.changed", "schedule.changed"]
    only = EventFilter(types=("schedule.changed",))
    announced = judged.list_events(since=None, limit=9, only=only).items[-1].data.schedule
    assert announced is not None
    assert (announced.paused, announced.next_at) == (True, None)


def test_pause_during_a_check_announces_what_it_finds(judged: RedisStore) -> None:
    judged.set_schedule(CLAIM, every="P1D", until=None)
    steps.pass_time(judged, wait_s(judged) + 1)
    assert list_ready(judged) == [steps.gather_item(CLAIM, 2)]
    steps.gather(judged, CLAIM, 2)
    judged.set_schedule(CLAIM, every="P1D", until=None, is_paused=True)
    steps.judge(judged, CLAIM, 2, VerdictLabel.REFUTED)
    assert judged.get_claim(CLAIM).record.unconfirmed is None
    only = EventFilter(types=("verdict.changed",))
    assert len(judged.list_events(since=None, limit=9, only=only).items) == 1


def test_other_hours_are_announced_and_the_same_again_are_not(judged: RedisStore) -> None:
    only = EventFilter(types=("schedule.changed",))
    for hours in (Hours("09:00"), Hours("09:00"), Hours("10:00")):
        judged.set_schedule(CLAIM, every="P1D", until=None, hours=hours)
    found = judged.list_events(since=None, limit=9, only=only).items
    assert [event.data.schedule and event.data.schedule.at for event in found] == ["09:00", "10:00"]


def test_corrected_claim_takes_over_hours_and_pause(judged: RedisStore) -> None:
    hours = Hours("09:00", BERLIN)
    adaptive = FIRST
    judged.set_schedule(
        CLAIM, every="P1D", until=None, adaptive=adaptive, hours=hours, is_paused=True
    )
    new = steps.new_claim(2)
    judged.correct_claim(CLAIM, new)
    schedule = judged.get_claim(new.id).record.schedule
    assert schedule is not None
    assert (schedule.hours, schedule.paused, schedule.adaptive) == (hours, True, adaptive.bounds)


def test_unknown_zone_is_refused(judged: RedisStore) -> None:
    with pytest.raises(InvalidInput):
        judged.set_schedule(CLAIM, every="P1D", until=None, hours=Hours("09:00", "Moon/Sea"))
    assert judged.get_claim(CLAIM).record.schedule is None


def test_sweep_updates_the_offsets_of_zones(judged: RedisStore) -> None:
    judged.set_schedule(CLAIM, every="P1D", until=None, hours=Hours("09:00", BERLIN))
    judged.connection.command("HSET", keys.ZONES, BERLIN, "[[0,0]]", "Moon/Sea", "[[0,0]]")
    judged.follow_zones()
    assert judged.connection.command("HGETALL", keys.ZONES) == {
        BERLIN: write_offsets(BERLIN),
        "Moon/Sea": "[[0,0]]",
    }
