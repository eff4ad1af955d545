"""Stale pages: pages that are too old for the claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.evidence.staleness import find_oldest_day, find_stale
from claims.types import ArchivedCopy, Claim, Evidence, OriginTie, PageReference, SharedOrigin
from tests.claims.samples import evidence, gathered

CLAIMED = date(2025, 9, 4)
ROSE = "Unemployment rose to 5.2 percent."
MAYOR = "Anna Berg is the mayor of Norrbeck."
OPENED = "The library opened in 1987."


def dated(published_at: str | None, modified_at: str | None = None) -> Evidence:
    item = evidence(0.9, 0.05)
    about = replace(item.page, published_at=published_at, modified_at=modified_at)
    return replace(item, page=about)


def is_stale(claim: str, *days: str | None, claimed_at: date | None = CLAIMED) -> bool:
    (item,) = mark([dated(*days)], claim, claimed_at)
    return item.stale


def mark(
    items: Sequence[Evidence], claim: str, claimed_at: date | None = CLAIMED
) -> tuple[Evidence, ...]:
    return mark_among([item.page for item in items], *items, claim=claim, claimed_at=claimed_at)


def mark_among(
    pages: Sequence[PageReference],
    *items: Evidence,
    claim: str = ROSE,
    claimed_at: date | None = CLAIMED,
    shared: tuple[SharedOrigin, ...] = (),
) -> tuple[Evidence, ...]:
    """The items, with `stale` set where they are too old among all the pages."""
    said = Claim(text=claim, sentence=claim, claimed_at=claimed_at)
    found = gathered(*pages)
    coverage = replace(found.coverage, shared_origins=shared)
    is_too_old = find_stale(said, replace(found, coverage=coverage))
    return tuple(replace(item, stale=is_too_old(item.page)) for item in items)


@pytest.mark.parametrize(
    ("claim", "day", "stale"),
    [
        (ROSE, "2025-06-06", False),  # 90 days before the claim
        (ROSE, "2025-06-05", True),
        (ROSE, "2025-09-04", False),
        (MAYOR, "2024-09-04", False),  # 365 days before the claim
        (MAYOR, "2024-09-03", True),
        (MAYOR, "2021-03-12T10:00:00+00:00", True),
        (OPENED, "1990-01-01", False),
        (ROSE, None, False),
        (ROSE, "0001-01-01", False),
        (ROSE, "2099-01-01", False),
    ],
)
def test_a_page_is_stale_when_it_is_older_than_such_things_last(
    claim: str, day: str | None, stale: bool
) -> None:
    assert is_stale(claim, day) is stale


@pytest.mark.parametrize("claim", [ROSE, MAYOR, OPENED])
def test_without_a_day_of_the_claim_nothing_is_stale(claim: str) -> None:
    assert not is_stale(claim, "1990-01-01", claimed_at=None)


@pytest.mark.parametrize(("taken_on", "stale"), [(date(2012, 3, 3), True), (CLAIMED, False)])
def test_an_archived_copy_without_a_date_is_as_old_as_the_copy(taken_on: date, stale: bool) -> None:
    copied = ArchivedCopy("https://archive.example/x", taken_on)
    undated = dated(None)
    item = replace(undated, page=replace(undated.page, archived=copied))
    (marked,) = mark([item], MAYOR)
    assert marked.stale is stale


def test_a_page_that_was_changed_lately_is_not_stale() -> None:
    assert is_stale(MAYOR, "2001-05-01")
    assert not is_stale(MAYOR, "2001-05-01", "2025-08-01")


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Unemployment rose to 5 percent in March 2019.", date(2019, 3, 1)),
        ("Unemployment rose to 5 percent in August.", date(2025, 8, 1)),
        ("Unemployment rose to 5 percent in December.", date(2024, 12, 1)),
        ("Unemployment rose to 5 percent last year.", date(2024, 1, 1)),
        ("The rate rose from 3 percent in 2019 to 5 percent in 2021.", date(2021, 1, 1)),
        ("Unemployment has risen by 2 percent since 2019.", CLAIMED),
        ("Unemployment, which fell by 2 percent in 2019, is now 5 percent.", CLAIMED),
        ("The rate rose to 5 percent by the end of 2020.", date(2020, 12, 31)),
        ("Prices rose by 5 percent on 29 February.", date(2024, 2, 29)),
        ("Prices rose by 5 percent in 2031.", CLAIMED),
    ],
)
def test_a_date_in_the_claim_is_the_day_that_it_refers_to(claim: str, told: date) -> None:
    assert find_oldest_day(claim, claimed_at=CLAIMED) == date.fromordinal(told.toordinal() - 90)


def of_origin(origin: str, item: Evidence) -> Evidence:
    return replace(item, page=replace(item.page, origin=origin))


@pytest.mark.parametrize("newer", ["2025-09-01", None])
def test_a_report_that_a_newer_page_carries_as_well_is_not_stale(newer: str | None) -> None:
    old, copy = dated("2020-01-01"), dated(newer)
    (marked,) = mark_among([old.page, copy.page], old)
    assert not marked.stale
    other = of_origin("o2", copy).page
    (marked,) = mark_among([old.page, other], old)
    assert marked.stale


def at(url: str, item: Evidence) -> Evidence:
    return replace(item, page=replace(item.page, url=url))


def test_a_newer_page_of_the_same_publisher_makes_an_old_one_no_newer() -> None:
    """Only a newer copy of the same report keeps a page from being stale; SAME_FAMILY does not."""
    old, new = (
        at("https://a.example/old", dated("2020-01-01")),
        at("https://a.example/new", dated(None)),
    )
    pages = [old.page, new.page]
    urls = tuple(page.url for page in pages)
    family = SharedOrigin(origin="o1", why=OriginTie.SAME_FAMILY, urls=urls)
    copied = SharedOrigin(origin="o1", why=OriginTie.SAME_TEXT, urls=urls)
    for shared, is_stale in (((family,), True), ((copied,), False), ((family, copied), False)):
        (marked,) = mark_among(pages, old, shared=shared)
        assert marked.stale is is_stale


def test_each_page_is_stale_by_its_own_day() -> None:
    items = [
        of_origin(f"o{number}", dated(day))
        for number, day in enumerate(("2020-01-01", "2025-09-01", None))
    ]
    assert [item.stale for item in mark(items, ROSE)] == [True, False, False]


@given(st.dates(), st.dates(date(1900, 1, 1), date(2025, 9, 4)), st.integers(0, 10_000))
def test_an_older_page_is_never_fresher(claimed_at: date, day: date, days: int) -> None:
    older = date.fromordinal(max(date(1900, 1, 1).toordinal(), day.toordinal() - days))
    if is_stale(ROSE, day.isoformat(), claimed_at=claimed_at):
        assert is_stale(ROSE, older.isoformat(), claimed_at=claimed_at)


@given(st.text(max_size=300), st.dates())
def test_any_claim_of_any_day_has_an_oldest_day_or_none(claim: str, claimed_at: date) -> None:
    oldest = find_oldest_day(f"{claim} Prices rose. {claim}", claimed_at=claimed_at)
    assert oldest is not None
    assert oldest <= claimed_at
