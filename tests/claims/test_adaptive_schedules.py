"""When a claim is checked again, from the changes that its checks have found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.adaptive_schedules import (
    FASTEST,
    LOOKS_MAX,
    SLOWEST,
    Look,
    Urgency,
    find_period,
    find_rate,
    find_urgency,
    list_looks,
    plan_check,
)
from claims.times import parse_duration, write_duration
from claims.types import (
    Adaptive,
    HistoryEntry,
    PageChange,
    PageDifference,
    Review,
    ReviewState,
    SourceFailure,
    VerdictLabel,
)
from evaluation.watch import Site, adaptive, fixed, watch
from tests.claims.reviews.reviewed import claim, judged_as
from tests.claims.samples import NOON

BOUNDS = Adaptive()
LOOKS = st.lists(
    st.builds(Look, st.floats(0, 400), st.booleans(), is_old=st.booleans()), max_size=LOOKS_MAX
)
URL = "https://a.example/"


def daily(*changed: bool) -> list[Look]:
    return [Look(1.0, one) for one in changed]


def entry(day: float, **fields: object) -> HistoryEntry:
    """The entry of a check that many days after the first, which found nothing changed."""
    found = HistoryEntry(
        check=1,
        checked_at=NOON + timedelta(days=day),
        label=VerdictLabel.SUPPORTED,
        support=0.9,
        changed=False,
        scored=False,
    )
    return replace(found, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("looks", "days"),
    [
        (daily(False), 1.4),
        (daily(*[False] * 3), 2.8),
        (daily(*[False] * 7), 4.8),
        ([Look(days, changed=False) for days in (1.0, 2.0, 4.0, 8.0, 15.0)], 10.5),
        (daily(True, *[False] * 6), 1.1),
        (daily(*[True] * 3, *[False] * 4), 0.33),
    ],
)
def test_period_is_that_of_the_formula(looks: Sequence[Look], days: float) -> None:
    found = find_period(looks, chance=0.2) / timedelta(days=1)
    assert found == pytest.approx(days, rel=0.15)  # the grid has steps of 12 %


@given(LOOKS)
def test_rate_is_on_the_grid_and_the_period_within_its_bounds(looks: list[Look]) -> None:
    assert SLOWEST * 0.999 <= find_rate(looks) <= FASTEST * 1.001
    plan = plan_check(looks, urgency=Urgency.NORMAL, bounds=BOUNDS, seed="c_1:2")
    shortest, longest = parse_duration(BOUNDS.min), parse_duration(BOUNDS.max)
    assert shortest <= plan.after <= longest
    assert shortest <= parse_duration(plan.every) <= longest
    assert abs(plan.after / parse_duration(plan.every) - 1) <= 0.1001


@given(LOOKS, st.integers(0, LOOKS_MAX - 1))
def test_change_instead_of_none_never_delays_the_next_look(looks: list[Look], place: int) -> None:
    if place < len(looks):
        quiet, turned = list(looks), list(looks)
        quiet[place] = replace(looks[place], changed=False)
        turned[place] = replace(looks[place], changed=True)
        assert find_rate(turned) >= find_rate(quiet)


@given(LOOKS, st.floats(0.01, 400))
def test_further_look_without_a_change_never_brings_the_next_one_nearer(
    looks: list[Look], days: float
) -> None:
    assert find_rate([*looks, Look(days, changed=False)]) <= find_rate(looks)


@given(LOOKS)
def test_more_urgent_claim_is_never_looked_at_later(looks: list[Look]) -> None:
    periods = [
        parse_duration(plan_check(looks, urgency=urgency, bounds=BOUNDS).every)
        for urgency in (Urgency.SIGNED, Urgency.UNSURE, Urgency.NORMAL)
    ]
    assert periods == sorted(periods)


@given(st.integers(60, 300 * 86_400))
def test_written_duration_is_read_again(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse_duration(write_duration(length)) == length


def test_looks_are_the_times_between_checks_and_what_they_found() -> None:
    edited = PageDifference(changed=(PageChange(URL, "a", "b", deciding=True),))
    elsewhere = PageDifference(
        changed=(PageChange(URL, "a", "b"),), appeared=("https://b.example",)
    )
    gone = PageDifference(vanished=(URL,), gone=(SourceFailure(URL, "http-404", "gone"),))
    history = [
        entry(0),
        entry(1, diff=elsewhere),
        entry(3, diff=edited),
        entry(4, changed=True),
        entry(8, diff=gone),
    ]
    assert list_looks(history, now=NOON + timedelta(days=8)) == (
        Look(1, changed=False),
        Look(2, changed=True),
        Look(1, changed=True),
        Look(4, changed=True),
    )


def test_check_that_could_not_read_a_page_is_no_look() -> None:
    history = [entry(0), entry(1, failing=(URL,)), entry(2, failing=(URL,)), entry(3)]
    assert list_looks(history, now=NOON) == (Look(3, changed=False),)


def test_looks_are_the_last_ones_and_old_ones_are_marked() -> None:
    history = [entry(10 * day) for day in range(60)]
    looks = list_looks(history, now=NOON + timedelta(days=590))
    assert len(looks) == LOOKS_MAX
    assert [look.is_old for look in looks] == [True] * 14 + [False] * 10


@pytest.mark.parametrize(
    ("looks", "every", "reason"),
    [
        ((), "PT10H", "no look back yet"),
        (daily(*[False] * 7), "P5D", "unchanged in 7 looks"),
        (daily(False), "PT33H", "unchanged in 1 look"),
        (daily(True, *[False] * 6), "P1DT2H", "changed in 1 of 7 looks"),
        (daily(*[True] * 7), "PT6H", "changed in 7 of 7 looks; the shortest period allowed"),
        (
            [Look(30, changed=False)] * 24,
            "P30D",
            "unchanged in 24 looks; the longest period allowed",
        ),
    ],
)
def test_reason_says_what_the_looks_found(looks: Sequence[Look], every: str, reason: str) -> None:
    plan = plan_check(looks, urgency=Urgency.NORMAL, bounds=BOUNDS)
    assert plan.reason == reason
    share = parse_duration(plan.every) / parse_duration(every)
    assert share == pytest.approx(1, rel=0.15)


def test_page_that_fails_is_looked_at_again_within_a_day() -> None:
    quiet = [Look(30, changed=False)] * 5
    plan = plan_check(quiet, urgency=Urgency.NORMAL, bounds=BOUNDS, is_failing=True)
    assert (plan.every, plan.reason) == (
        "P1D",
        "unchanged in 5 looks; sooner because a page could not be read",
    )


def test_urgency_follows_review_age_and_confidence() -> None:
    known = replace(claim(), created_at=NOON, verdict=replace(judged_as(claim()), confidence=0.95))
    later = NOON + timedelta(days=2)
    signed = replace(known, review=Review(state=ReviewState.SIGNED))
    unsure = replace(known, verdict=judged_as(claim()))
    assert find_urgency(known, now=later) is Urgency.NORMAL
    assert find_urgency(known, now=NOON) is Urgency.BREAKING
    assert find_urgency(signed, now=NOON) is Urgency.SIGNED
    assert find_urgency(unsure, now=later) is Urgency.UNSURE


def test_claims_submitted_together_are_not_due_together() -> None:
    plans = [
        plan_check((), urgency=Urgency.NORMAL, bounds=BOUNDS, seed=f"c_{number}:1").after
        for number in range(50)
    ]
    assert len(set(plans)) > 40
    assert max(plans) - min(plans) > timedelta(hours=1)


def test_adaptive_schedule_sees_more_changes_with_fewer_looks_than_a_daily_one() -> None:
    site = Site.make(pages=24, days=90, seed=7)
    every_day, found = (watch(site, schedule) for schedule in (fixed(1), adaptive()))
    assert found.looks < every_day.looks
    assert found.seen > every_day.seen
