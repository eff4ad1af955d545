"""The page of the agreement of reviewers."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from claims.store.redis_store import RedisStore
from claims.types import ClaimId, Decision, Person, ReviewRequest, VerdictLabel
from service.dashboard import agreement_page
from service.operations import agreement_of_reviewers
from tests.contracts import steps
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import fold, text_of, texts_of

SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED


def add_judged(store: RedisStore, number: int) -> ClaimId:
    claim = store.submit_claim(steps.new_claim(number, text=f"{number} ships sank."))
    steps.finish_check(store, claim, label=SUPPORTED)
    return claim


def sign(store: RedisStore, claim: ClaimId, by: str, *, label: VerdictLabel = SUPPORTED) -> None:
    """Accept the proposal, which is SUPPORTED, or correct it."""
    request = ReviewRequest(decision=Decision.ACCEPT)
    if label is not SUPPORTED:
        request = ReviewRequest(decision=Decision.CORRECT, label=label, reason="A parody.")
    store.reviews.add(claim, request, person=Person(by), two_people=False)


def cells_of(table: Tag) -> list[list[str]]:
    return [[fold(cell) for cell in row.select("th, td")] for row in table.select("tbody tr")]


def section_of(page: BeautifulSoup, name: str) -> Tag:
    (section,) = page.select(f"section[aria-labelledby={name}]")
    return section


def test_matrix_has_the_labels_of_both_people_and_the_share_in_agreement(
    store: RedisStore, show: Show
) -> None:
    for number, other in enumerate((SUPPORTED, SUPPORTED, REFUTED), start=1):
        claim = add_judged(store, number)
        sign(store, claim, "Anna <b>Berg</b>")
        sign(store, claim, "Jonas Holm", label=other)
    sign(store, add_judged(store, 9), "Anna <b>Berg</b>")
    page = show("/review/agreement")
    (pair,) = page.select(".agreement section")
    assert text_of(pair, "h3") == "Anna <b>Berg</b> and Jonas Holm"
    assert "Equal in 2 of 3 (67 %), Cohen's kappa 0.00." in fold(pair)
    (table,) = pair.select("table")
    assert texts_of(table, "thead th") == [
        *("Jonas Holm", "Anna <b>Berg</b>"),
        *("Supported", "Refuted", "Conflicting evidence", "Not enough evidence"),
    ]
    rows = cells_of(table)
    assert rows[0] == ["Supported", "2", "1", "0", "0"]
    assert rows[1] == ["Refuted", "0", "0", "0", "0"]
    assert [len(table.select(f"tr:nth-of-type({n}) .is-equal")) for n in range(1, 5)] == [1] * 4
    assert "3 claims say little" in fold(pair)
    assert "decided the same claim 3 times" in text_of(section_of(page, "people-title"), "h2 + p")


def test_proposals_are_compared_with_what_was_signed(store: RedisStore, show: Show) -> None:
    sign(store, add_judged(store, 1), "Anna")
    sign(store, add_judged(store, 2), "Anna", label=REFUTED)
    of_proposals = section_of(show("/review/agreement"), "proposals-title")
    assert "the proposed one in 1 of 2 (50 %)" in fold(of_proposals)
    (table,) = of_proposals.select("table")
    assert cells_of(table)[0] == ["Supported", "1", "1", "0", "0"]


def test_pairs_with_most_claims_come_first(
    store: RedisStore, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement_page, "PAIRS", 1)
    for number, people in enumerate((("Ann", "Ben"), ("Ben", "Cleo"), ("Ben", "Cleo")), start=1):
        claim = add_judged(store, number)
        for by in people:
            sign(store, claim, by)
    page = show("/review/agreement")
    assert texts_of(page, ".agreement h3") == ["Ben and Cleo"]
    assert "of 2" in fold(section_of(page, "people-title"))


def test_enough_claims_raise_no_doubt(
    store: RedisStore, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement_page, "FEW", 1)
    claim = add_judged(store, 1)
    sign(store, claim, "Ann")
    sign(store, claim, "Ben")
    assert "little" not in show("/review/agreement").text


def test_nothing_to_compare_is_said(store: RedisStore, show: Show) -> None:
    empty = texts_of(show("/review/agreement"), ".empty")
    assert empty[0].startswith("No review has begun yet.")
    assert empty[1] == "No claim with a proposal is signed yet."
    sign(store, add_judged(store, 1), "Ann")
    (left,) = texts_of(show("/review/agreement"), ".empty")
    assert left.startswith("1 claim has a review, but no claim was decided by two people yet.")


def test_what_is_left_out_of_a_long_list_is_said(
    store: RedisStore, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(store, add_judged(store, 1), "Ann")
    assert "python -m evaluation.reviews" not in show("/review/agreement").text
    monkeypatch.setattr(agreement_of_reviewers, "COMPARED", 1)
    assert "python -m evaluation.reviews" in show("/review/agreement").text


def test_queue_links_to_the_page(show: Show) -> None:
    (link,) = show("/review").select('a[href="/review/agreement"]')
    assert fold(link) == "How far people agree"
