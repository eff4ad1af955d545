"""The page of a review, its form, and the box on the page of the claim."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from claims.access import Scope
from claims.store.redis_store import RedisStore
from claims.types import ClaimId, Decision, Person, ReviewRequest, ReviewState, VerdictLabel
from tests.service.dashboard.conftest import Show
from tests.service.dashboard.html import text_of, texts_of
from tests.service.dashboard.test_forms import errors_of, place_of, send
from tests.service.dashboard.test_keys import guarded, post, sign_in
from tests.service.keys import make_key
from tests.service.work import judge_claim

__all__ = ["guarded"]  # a fixture
HOSTILE = '<script>alert(1)</script>" onfocus="alert(1)\u202e'


@pytest.fixture
def claim_id(browser: FlaskClient, store: RedisStore) -> ClaimId:
    """A claim with the verdict SUPPORTED of check 1."""
    claim_id = ClaimId(browser.post("/v1/claims", json={"text": "Eleven died."}).json["id"])
    judge_claim(store, claim_id)
    return claim_id


def path_of(claim_id: ClaimId) -> str:
    return f"/claims/{claim_id}/review"


def test_decision_is_saved_and_shown_beside_the_proposal(
    browser: FlaskClient, show: Show, store: RedisStore, claim_id: ClaimId
) -> None:
    assert "Not reviewed" in text_of(show(f"/claims/{claim_id}"), "#claim-review")
    answer = send(
        browser,
        path_of(claim_id),
        decision="correct",
        label="REFUTED",
        reason="The page is a parody.",
        note="Called.\r\nTwice.",
        assignee="Ben",
        by="Anna",
        check="1",
    )
    assert (answer.status_code, place_of(answer)) == (303, f"/claims/{claim_id}")
    (step,) = store.reviews.get_steps(claim_id)
    assert (step.decision, step.note, step.assignee) == (Decision.CORRECT, "Called.\nTwice.", "Ben")
    box = text_of(show(f"/claims/{claim_id}"), "#claim-review")
    assert "Signed off : Refuted, by Anna" in box
    assert "The verdict on this page is the proposal of the service." in box
    soup = show(path_of(claim_id))
    proposal = text_of(soup, "section[aria-labelledby='proposal-title']")
    assert "Probably supported" in proposal and "Eleven people died." in proposal
    (shown,) = texts_of(soup, ".history > li")
    assert all(words in shown for words in ("Corrected", "The page is a parody.", "Anna"))


def test_refused_step_keeps_what_was_typed(
    browser: FlaskClient, store: RedisStore, claim_id: ClaimId
) -> None:
    answer = send(browser, path_of(claim_id), decision="correct", note="A note.", assignee="Ben")
    assert answer.status_code == 422
    errors = errors_of(answer)
    assert set(errors) == {"review-by"}
    answer = send(browser, path_of(claim_id), decision="correct", note="A note.", by="Anna")
    assert set(errors_of(answer)) == {"review-label", "review-reason"}
    soup = BeautifulSoup(answer.text, "lxml")
    assert text_of(soup, "#review-note") == "A note."
    assert text_of(soup, "#review-decision [selected]").startswith("Correct it")
    assert store.reviews.get_steps(claim_id) == ()


def test_verdict_that_came_meanwhile_is_not_signed(
    browser: FlaskClient, show: Show, store: RedisStore, claim_id: ClaimId
) -> None:
    (seen,) = show(path_of(claim_id)).select("input[name='check']")
    check = store.recheck_claim(claim_id)
    judge_claim(store, claim_id, check=check, label=VerdictLabel.REFUTED)
    answer = send(
        browser, path_of(claim_id), decision="accept", by="Anna", check=str(seen["value"])
    )
    assert answer.status_code == 409
    assert "check 2, not 1" in errors_of(answer)["review"]
    assert store.get_claim(claim_id).record.review.state is ReviewState.OPEN
    page = BeautifulSoup(answer.text, "lxml")
    assert "refuted" in text_of(page, "section[aria-labelledby='proposal-title']")
    (seen,) = page.select("input[name='check']")
    answer = send(
        browser, path_of(claim_id), decision="accept", by="Anna", check=str(seen["value"])
    )
    assert answer.status_code == 303


def test_stale_sign_off_says_why_in_the_box(
    browser: FlaskClient, show: Show, store: RedisStore, claim_id: ClaimId
) -> None:
    send(browser, path_of(claim_id), decision="accept", by="Anna")
    check = store.recheck_claim(claim_id)
    judge_claim(store, claim_id, check=check, label=VerdictLabel.REFUTED)
    box = text_of(show(f"/claims/{claim_id}"), "#claim-review .stale-red")
    assert "Sign again" in box
    assert "The proposal has another label than the one that was signed." in box
    answer = send(browser, path_of(claim_id), decision="publish", by="Anna")
    assert answer.status_code == 409
    assert "sign again" in errors_of(answer)["review"]


def test_emptied_assignee_is_nobody_and_an_unchanged_one_is_no_step(
    browser: FlaskClient, store: RedisStore, claim_id: ClaimId
) -> None:
    send(browser, path_of(claim_id), assignee="Ben", by="Anna")
    assert send(browser, path_of(claim_id), assignee="Ben", by="Anna").status_code == 422
    assert send(browser, path_of(claim_id), assignee="", by="Anna").status_code == 303
    assert store.get_claim(claim_id).record.review.assignee is None


def test_assignee_that_the_form_does_not_change_stays(
    browser: FlaskClient, show: Show, store: RedisStore, claim_id: ClaimId
) -> None:
    """Somebody assigns the claim while another person has its form open."""
    send(browser, path_of(claim_id), assignee="Ben", by="Anna")
    (shown,) = show(path_of(claim_id)).select("input[name='assigned']")
    store.reviews.add(
        claim_id, ReviewRequest(assignee="Cleo"), person=Person("Dora"), two_people=True
    )
    typed = {"note": "A note.", "assigned": str(shown["value"]), "by": "Anna"}
    assert send(browser, path_of(claim_id), assignee="Ben", **typed).status_code == 303
    assert send(browser, path_of(claim_id), note="Without the field.", by="Anna").status_code == 303
    assert store.get_claim(claim_id).record.review.assignee == "Cleo"
    assert send(browser, path_of(claim_id), assignee="Emil", **typed).status_code == 303
    assert store.get_claim(claim_id).record.review.assignee == "Emil"


def test_form_that_was_wrong_still_knows_what_was_seen(
    browser: FlaskClient, claim_id: ClaimId
) -> None:
    seen = {"assigned": "Ben", "check": "7", "by": "Anna"}
    answer = send(browser, path_of(claim_id), note="x" * 2001, **seen)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    for name in ("assigned", "check"):
        (kept,) = page.select(f"input[name='{name}']")
        assert kept["value"] == seen[name]


def test_box_asks_for_a_second_look(
    browser: FlaskClient, show: Show, store: RedisStore, claim_id: ClaimId
) -> None:
    send(browser, path_of(claim_id), decision="accept", second_look="1", by="Anna")
    box = text_of(show(f"/claims/{claim_id}"), "#claim-review")
    assert "In review" in box
    assert "A second look by another person is awaited." in box


def test_reader_sees_the_review_and_no_form(
    guarded: FlaskClient, store: RedisStore, claim_id: ClaimId
) -> None:
    sign_in(guarded, make_key(store, Scope.READ))
    page = BeautifulSoup(guarded.get(path_of(claim_id)).text, "lxml")
    assert page.select(f"form[action='{path_of(claim_id)}']") == []
    assert post(guarded, path_of(claim_id), note="Look.").status_code == 403


def test_key_signs_with_its_name(
    guarded: FlaskClient, store: RedisStore, claim_id: ClaimId
) -> None:
    sign_in(guarded, make_key(store, Scope.READ, Scope.REVIEW, name="Anna Berg"))
    page = BeautifulSoup(guarded.get(path_of(claim_id)).text, "lxml")
    assert page.select("#review-by") == []
    assert post(guarded, path_of(claim_id), decision="accept").status_code == 303
    assert store.get_claim(claim_id).record.review.by == "Anna Berg"


def test_list_of_claims_finds_claims_by_their_review(
    browser: FlaskClient, show: Show, claim_id: ClaimId
) -> None:
    send(browser, path_of(claim_id), decision="accept", assignee="Ben", by="Anna")
    for query in ("review=signed", "assignee=ben"):
        assert "Signed off" in text_of(show(f"/claims?{query}"), "#claim-list")
    assert "Signed off" not in show("/claims?review=open").select("#claim-list")[0].get_text()
    assert "no such choice" in show("/claims?review=done", status=422).get_text()


def test_text_of_reviewers_never_becomes_markup(
    browser: FlaskClient, show: Show, claim_id: ClaimId
) -> None:
    send(browser, path_of(claim_id), decision="reject", reason=HOSTILE, note=HOSTILE, by=HOSTILE)
    for path in (f"/claims/{claim_id}", path_of(claim_id)):
        soup = show(path)
        assert soup.select("script:not([src]), [onfocus]") == []
        assert "\u202e" not in soup.get_text()
        assert "<script>alert(1)</script>" in soup.get_text()


def test_superseded_claim_has_no_form(browser: FlaskClient, show: Show, claim_id: ClaimId) -> None:
    browser.post(f"/v1/claims/{claim_id}/correct", json={"text": "Twelve died."})
    soup = show(path_of(claim_id))
    assert soup.select(f"form[action='{path_of(claim_id)}']") == []
    answer = send(browser, path_of(claim_id), decision="accept", by="Anna")
    assert answer.status_code == 409


def test_queue_lists_claims_with_the_reason_for_a_look(
    browser: FlaskClient, show: Show, store: RedisStore, claim_id: ClaimId
) -> None:
    send(browser, path_of(claim_id), decision="accept", by="Anna")
    assert "Nothing waits for a review." in show("/review").get_text()
    check = store.recheck_claim(claim_id)
    judge_claim(store, claim_id, check=check, label=VerdictLabel.REFUTED)
    store.reviews.note_stale(limit=10)
    soup = show("/review")
    assert [link["href"] for link in soup.select(".row-title")] == [path_of(claim_id)]
    assert "What was signed does not hold any more." in text_of(soup, "#queue-list li")


def test_queue_of_one_person_has_what_is_assigned(
    browser: FlaskClient, show: Show, claim_id: ClaimId
) -> None:
    send(browser, path_of(claim_id), note="I look.", assignee="Ben", by="Anna")
    assert "Assigned to Ben" in text_of(show("/review?assignee=ben"), "#queue-list li")
    assert "Nothing waits for a review of this person." in show("/review?assignee=Cleo").get_text()
    send(browser, path_of(claim_id), decision="accept", assignee="Ben", by="Ben")
    assert "Nothing waits for a review." in show("/review").get_text()


def test_page_of_a_review_leads_to_the_page_of_the_key_passage(
    show: Show, claim_id: ClaimId
) -> None:
    section = show(path_of(claim_id)).select("section[aria-labelledby=proposal-title]")[0]
    assert section.select_one(".page-line a[href='https://a.example/one']")
