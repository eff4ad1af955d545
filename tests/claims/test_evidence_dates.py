"""The dates of pages: the last day of evidence, and evidence older than its claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from claims.pipeline.searching import FOUND_PAGES
from claims.types import Verdict, VerdictLabel
from tests.claims.fakes import (
    DIED,
    Archive,
    Library,
    Web,
    address,
    again,
    check_of,
    codes,
    decide,
    gather,
    up_to,
    urls,
)

AS_OF = date(2025, 6, 1)


def dated_web() -> Web:
    """Pages published before the last day, on it, after it, and without a date."""
    web = Web(old=DIED, same=f"{DIED} So it was said.", late="Nobody died in it.", none="A boat.")
    days = {"old": "2025-05-01", "same": "2025-06-01T23:00:00Z", "late": "2025-06-02", "none": None}
    web.days = {address(name): day for name, day in days.items()}
    return web


def test_what_was_published_later_is_left_out_and_said_with_both_days() -> None:
    web = dated_web()
    check = up_to(AS_OF, check_of("old", "same", "late", "none"))
    found = gather(check, web)
    (failure,) = found.coverage.failed
    assert (failure.url, failure.code) == (address("late"), "after-as-of")
    assert "2025-06-02" in failure.detail and "2025-06-01" in failure.detail
    assert (found.coverage.asked, found.coverage.fetched) == (4, 3)
    assert found.coverage.maybe_later == 1
    verdict, _ = decide(check, found)
    assert verdict.label is VerdictLabel.SUPPORTED
    assert "Only pages published by 2025-06-01 count; 1 page gives no date" in verdict.explanation


def test_without_a_last_day_every_page_counts_and_nothing_is_said() -> None:
    web = dated_web()
    found = gather(check_of("old", "late", "none"), web)
    assert (found.coverage.failed, found.coverage.maybe_later) == ((), 0)
    verdict, _ = decide(check_of("old"), found)
    assert "Only pages" not in verdict.explanation


def test_recheck_holds_the_last_day_of_evidence() -> None:
    web = dated_web()
    check = up_to(AS_OF, check_of("old"))
    first = gather(check, web)
    verdict, _ = decide(check, first)
    # The page is replaced by a later one.
    web.texts[address("old")] = "Nobody died in the strike on the boat."
    web.days[address("old")] = "2025-08-01"
    later = again(check, verdict)
    second = gather(later, web)
    assert codes(second) == ["after-as-of"]
    rechecked, entry = decide(later, second, before=first)
    assert rechecked.label is VerdictLabel.NOT_ENOUGH_EVIDENCE
    assert entry.changed
    assert "Only pages published by 2025-06-01" in rechecked.explanation


def test_recheck_without_scoring_still_says_up_to_which_day() -> None:
    web = dated_web()
    check = up_to(AS_OF, check_of("old"))
    first = gather(check, web)
    verdict, _ = decide(check, first)
    kept, entry = decide(again(check, verdict), first, before=first)
    assert not entry.scored
    assert kept.explanation == verdict.explanation


@pytest.mark.parametrize(
    ("text", "label"), [("eleven", VerdictLabel.SUPPORTED), ("nobody", VerdictLabel.REFUTED)]
)
def test_page_older_than_a_change_neither_supports_nor_refutes_it_alone(
    text: str, label: VerdictLabel
) -> None:
    web = Web(old=f"The toll is {text}.")
    check = check_of("old")
    rose = replace(check.claim, text="The death toll rose to eleven.", claimed_at=date(2025, 9, 4))
    check = replace(check, claim=rose)

    def verdict_of(day: str) -> Verdict:
        web.days = {address("old"): day}
        return decide(check, gather(check, web))[0]

    fresh, old = verdict_of("2025-09-01"), verdict_of("2021-03-12")
    assert (fresh.label, fresh.evidence[0].stale) == (label, False)
    assert (old.label, old.evidence[0].stale) == (VerdictLabel.NOT_ENOUGH_EVIDENCE, True)
    assert "1 page is older (2021-03-12) than the claim (2025-09-04)" in old.explanation
    assert "older" not in fresh.explanation


def test_what_is_found_and_known_to_be_later_is_not_even_fetched() -> None:
    web = dated_web()
    library = Library(claim=" ".join(web.texts))
    library.days = {address("late"): "2025-06-02T08:00:00"}
    found = gather(up_to(AS_OF, check_of()), web, library)
    assert {query.as_of for query in library.asked} == {AS_OF}
    assert [failure.url for failure in found.coverage.failed] == [address("late")]
    assert found.coverage.asked == 4
    assert address("late") not in web.asked


def test_later_pages_take_no_place_among_those_that_are_read() -> None:
    web = Web(**{f"s{number}": "Text." for number in range(20)})
    names = list(web.texts)
    library = Library(claim=" ".join(names))
    library.days = dict.fromkeys(names[:5], "2025-12-24")
    found = gather(up_to(date(2025, 9, 30), check_of()), web, library)
    assert [failure.url for failure in found.coverage.failed] == names[:5]
    assert urls(found) == names[5 : 5 + FOUND_PAGES]


@pytest.mark.parametrize(
    ("day", "shown"),
    [(date(2025, 6, 2), 1), (date(2025, 6, 1), 0)],
    ids=["of the last day: shown", "of the day after: not shown"],
)
def test_prior_checks_of_later_are_not_shown(day: date, shown: int) -> None:
    web, archive = Web(), Archive("A strike on a boat killed eleven people.")
    found = gather(up_to(day, check_of()), web, prior=(archive,))
    assert len(found.prior_checks) == shown
