"""The sentence that says of what days the evidence of a verdict is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from claims.types import ArchivedCopy, ClaimId, Evidence, Failing, Stance, Verdict, VerdictLabel
from claims.types.dated_statement import state_days
from tests.claims.report.records import claim
from tests.claims.samples import NOON, evidence, verdict

LOOKED = "(last looked at 4 September 2025)."
SUPPORTED, REFUTED, CONFLICTING = (
    VerdictLabel.SUPPORTED,
    VerdictLabel.REFUTED,
    VerdictLabel.CONFLICTING_EVIDENCE,
)
FOR, AGAINST = Stance.SUPPORTS, Stance.REFUTES
MARCH, APRIL, MAY = "2025-03-01", "2025-04-02", "2025-05-03"


def dated(*sides: tuple[Stance, str | None], label: VerdictLabel) -> Verdict:
    """A verdict with a page for each side and day."""
    return replace(verdict(), label=label, evidence=tuple(map(of_day, range(len(sides)), sides)))


def of_day(number: int, side: tuple[Stance, str | None]) -> Evidence:
    """Evidence of this stance on a page of its own that was published on the day."""
    stance, day = side
    item = evidence(0.9, 0.05) if stance is FOR else evidence(0.05, 0.9)
    return replace(
        item, page=replace(item.page, url=f"https://a.example/{number}", published_at=day)
    )


@pytest.mark.parametrize(
    ("label", "sides", "words"),
    [
        (SUPPORTED, [(FOR, MARCH)], f"Supported by a page of 1 March 2025 {LOOKED}"),
        (SUPPORTED, [(FOR, MARCH), (FOR, MARCH)], f"Supported by pages of 1 March 2025 {LOOKED}"),
        (
            REFUTED,
            [(AGAINST, MAY), (AGAINST, MARCH)],
            f"Refuted by pages of 1 March 2025 to 3 May 2025 {LOOKED}",
        ),
        (
            SUPPORTED,
            [(FOR, MARCH), (FOR, None)],
            f"Supported by a page of 1 March 2025 and a page without a date {LOOKED}",
        ),
        # A side that is newer throughout: both are given.
        (
            REFUTED,
            [(FOR, MARCH), (AGAINST, MAY), (FOR, APRIL)],
            (f"Supported by evidence up to 2 April 2025; refuted by evidence since 3 May 2025"
            f" {LOOKED}"),
        ),
        (
            CONFLICTING,
            [(AGAINST, MARCH), (FOR, MAY)],
            (f"Refuted by evidence up to 1 March 2025; supported by evidence since 3 May 2025"
            f" {LOOKED}"),
        ),
        (
            SUPPORTED,
            [(FOR, MARCH), (AGAINST, MAY)],
            ("Supported by evidence up to 1 March 2025, although evidence since 3 May 2025 points"
            f" the other way {LOOKED}"),
        ),
        # Days that overlap, or one that is missing: no turn is stated.
        (REFUTED, [(FOR, MAY), (AGAINST, MARCH), (AGAINST, MAY)],
         f"Refuted by pages of 1 March 2025 to 3 May 2025 {LOOKED}"),
        (REFUTED, [(FOR, None), (AGAINST, MAY)], f"Refuted by a page of 3 May 2025 {LOOKED}"),
        (
            CONFLICTING,
            [(FOR, MAY), (AGAINST, MAY)],
            f"Supported by a page of 3 May 2025 and refuted by a page of 3 May 2025 {LOOKED}",
        ),
        (
            CONFLICTING,
            [(FOR, None), (AGAINST, MAY)],
            f"Supported by a page without a date and refuted by a page of 3 May 2025 {LOOKED}",
        ),
        # Nothing dated that decides.
        (SUPPORTED, [(FOR, None)], None),
        (SUPPORTED, [(FOR, None), (AGAINST, MAY)], None),
        (CONFLICTING, [(FOR, None), (AGAINST, None)], None),
        (SUPPORTED, [(FOR, "soon")], None),
        (SUPPORTED, [(FOR, "2031-01-01")], None),
        (VerdictLabel.NOT_ENOUGH_EVIDENCE, [(FOR, MAY)], None),
    ],
)  # fmt: skip
def test_statement_has_the_days_of_the_deciding_pages(
    label: VerdictLabel, sides: list[tuple[Stance, str | None]], words: str | None
) -> None:
    assert state_days(dated(*sides, label=label)) == words


def test_day_of_the_last_change_is_the_day_of_a_page() -> None:
    concluded = dated((FOR, MARCH), label=SUPPORTED)
    item = concluded.evidence[0]
    changed = replace(item, page=replace(item.page, modified_at=MAY))
    said = state_days(replace(concluded, evidence=(changed,)))
    assert said == f"Supported by a page of 3 May 2025 {LOOKED}"


def test_two_passages_of_a_page_are_one_page() -> None:
    item = dated((FOR, MARCH), label=SUPPORTED).evidence[0]
    twice = replace(verdict(), label=SUPPORTED, evidence=(item, replace(item, quote="Again.")))
    assert state_days(twice) == f"Supported by a page of 1 March 2025 {LOOKED}"


def test_stale_evidence_has_no_part_in_the_statement() -> None:
    concluded = dated((FOR, MARCH), label=SUPPORTED)
    stale = tuple(replace(one, stale=True) for one in concluded.evidence)
    assert state_days(replace(concluded, evidence=stale)) is None


def test_page_that_fails_was_last_looked_at_when_it_was_read() -> None:
    item = dated((FOR, MARCH), label=SUPPORTED).evidence[0]
    read = NOON.replace(day=1)
    failing = replace(item.page, fetched_at=read, failing=Failing("http-500", (NOON.date(),)))
    said = state_days(replace(verdict(), label=SUPPORTED, evidence=(replace(item, page=failing),)))
    assert said == "Supported by a page of 1 March 2025 (last looked at 1 September 2025)."


def test_archived_copy_was_last_looked_at_on_the_day_it_was_taken() -> None:
    item = dated((FOR, MARCH), label=SUPPORTED).evidence[0]
    copy = ArchivedCopy("https://archive.example/web/x", date(2025, 4, 2))
    page = replace(item.page, archived=copy, failing=Failing("http-404", (NOON.date(),)))
    said = state_days(replace(verdict(), label=SUPPORTED, evidence=(replace(item, page=page),)))
    assert said == "Supported by a page of 1 March 2025 (last looked at 2 April 2025)."


@pytest.mark.parametrize(
    ("claimed_at", "is_said"),
    [(date(2025, 3, 1), False), (date(2025, 3, 2), True), (None, False)],
)
def test_evidence_older_than_the_claim_is_called_so(claimed_at: date | None, is_said: bool) -> None:
    said = state_days(dated((FOR, MARCH), label=SUPPORTED), claimed_at=claimed_at) or ""
    assert (", all before the claim of 2 March 2025" in said) is is_said


def test_undated_page_is_not_called_older_than_the_claim() -> None:
    concluded = dated((FOR, MARCH), (FOR, None), label=SUPPORTED)
    assert "before the claim" not in (state_days(concluded, claimed_at=date(2025, 8, 1)) or "")


def test_record_has_the_statement_with_its_last_day() -> None:
    record = replace(
        claim("It is.", verdict=dated((FOR, MARCH), label=SUPPORTED)), as_of=date(2025, 6, 1)
    )
    assert record.as_of_statement == (
        "Supported by a page of 1 March 2025 (last looked at 4 September 2025; no page after"
        " 1 June 2025 counts)."
    )
    assert claim("It is.").as_of_statement is None
    assert replace(record, id=ClaimId("c_2"), verdict=None).as_of_statement is None
