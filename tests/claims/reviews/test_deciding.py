"""The rules of a review: states, labels, reasons, and who may decide."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import InvalidInput, NoVerdict, ReviewRefused
from claims.reviews import ReviewRecord
from claims.reviews.deciding import is_same_person
from claims.types import Decision, Person, ReviewState, VerdictLabel
from tests.claims.reviews.reviewed import ANNA, BEN, claim, take_step

SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED
ACCEPT, PUBLISH = {"decision": Decision.ACCEPT}, {"decision": Decision.PUBLISH}
CORRECT = {"decision": Decision.CORRECT, "label": REFUTED, "reason": "The page is a parody."}
REJECT = {"decision": Decision.REJECT, "reason": "It is no claim."}


def take(*steps: tuple[Person, dict[str, Any]], two_people: bool = True) -> ReviewRecord:
    """The review of a supported claim after these steps."""
    kept = ReviewRecord()
    for person, request in steps:
        kept = take_step(kept, person, two_people=two_people, **request)
    return kept


def test_accepted_proposal_is_signed_with_its_label() -> None:
    review = take((ANNA, ACCEPT)).review
    assert (review.state, review.label, review.by) == (ReviewState.SIGNED, SUPPORTED, "Anna")


def test_correction_signs_the_given_label_with_its_reason() -> None:
    review = take((ANNA, CORRECT)).review
    assert (review.state, review.label) == (ReviewState.SIGNED, REFUTED)
    assert review.reason == "The page is a parody."


def test_rejection_ends_the_sign_off_and_keeps_the_claim_in_review() -> None:
    kept = take((ANNA, ACCEPT), (BEN, REJECT))
    assert (kept.review.state, kept.review.label) == (ReviewState.IN_REVIEW, None)
    assert kept.sign_off is None


def test_publication_names_the_label_and_the_publisher() -> None:
    review = take((ANNA, CORRECT), (BEN, PUBLISH)).review
    assert review.state is ReviewState.PUBLISHED
    assert review.published is not None
    assert (review.published.label, review.published.by) == (REFUTED, "Ben")


def test_note_begins_a_review_and_changes_no_later_state() -> None:
    assert take((ANNA, {"note": "I call them."})).review.state is ReviewState.IN_REVIEW
    assert take((ANNA, ACCEPT), (BEN, {"note": "Fine."})).review.state is ReviewState.SIGNED


def test_assignee_stays_until_another_or_nobody_is_named() -> None:
    kept = take((ANNA, {"assignee": "Ben"}), (BEN, ACCEPT))
    assert kept.review.assignee == "Ben"
    assert take_step(kept, assignee="").review.assignee is None


@pytest.mark.parametrize(
    ("request_", "pointer"),
    [
        ({}, ""),
        ({"decision": Decision.CORRECT, "label": REFUTED}, "/reason"),
        ({"decision": Decision.CORRECT, "reason": "No."}, "/label"),
        ({"decision": Decision.CORRECT, "label": SUPPORTED, "reason": "No."}, "/label"),
        ({"decision": Decision.REJECT}, "/reason"),
        ({"decision": Decision.ACCEPT, "label": SUPPORTED}, "/label"),
        ({"decision": Decision.PUBLISH, "second_look": True}, "/second_look"),
    ],
)
def test_incomplete_request_is_refused_with_its_field(
    request_: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        take_step(ReviewRecord(), **request_)
    assert caught.value.pointer == pointer


def test_acceptance_needs_a_proposal_and_correction_does_not() -> None:
    with pytest.raises(NoVerdict):
        take_step(ReviewRecord(), of=claim(None), **ACCEPT)
    kept = take_step(ReviewRecord(), of=claim(None), **CORRECT)
    assert (kept.review.label, kept.sign_off and kept.sign_off.proposal) == (REFUTED, None)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        ((ANNA, REJECT),),
        ((ANNA, {"note": "Look."}),),
        ((ANNA, ACCEPT), (BEN, PUBLISH)),
        ((ANNA, ACCEPT), (BEN, {"second_look": True})),
    ],
)
def test_publication_without_a_fresh_sign_off_is_refused(
    steps: tuple[tuple[Person, dict[str, Any]], ...],
) -> None:
    with pytest.raises(ReviewRefused):
        take_step(take(*steps), BEN, **PUBLISH)


def test_red_sign_off_is_not_published_and_a_new_one_is() -> None:
    turned = claim(REFUTED)
    kept = take((ANNA, ACCEPT))
    with pytest.raises(ReviewRefused, match="sign again"):
        take_step(kept, BEN, of=turned, **PUBLISH)
    again = take_step(kept, ANNA, of=turned, **ACCEPT)
    assert take_step(again, ANNA, of=turned, **PUBLISH).review.label is REFUTED


PUBLISHED = ((ANNA, ACCEPT), (ANNA, PUBLISH))


def test_nobody_publishes_an_own_correction_of_a_published_label() -> None:
    corrected = take(*PUBLISHED, (ANNA, CORRECT))
    with pytest.raises(ReviewRefused, match="another person"):
        take_step(corrected, ANNA, **PUBLISH)
    published = take_step(corrected, BEN, **PUBLISH).review.published
    assert published is not None
    assert published.label is REFUTED


def test_published_label_stays_until_its_correction_is_published() -> None:
    published = take(*PUBLISHED, (BEN, CORRECT)).review.published
    assert published is not None
    assert published.label is SUPPORTED


def test_one_person_may_do_all_where_the_service_allows_it() -> None:
    steps = (*PUBLISHED, (ANNA, CORRECT), (ANNA, PUBLISH))
    assert take(*steps, two_people=False).review.label is REFUTED


@pytest.mark.parametrize(
    "steps",
    [
        ((ANNA, ACCEPT | {"second_look": True}),),
        ((ANNA, {"second_look": True}),),
        ((ANNA, ACCEPT), (BEN, {"second_look": True})),
        ((ANNA, {"second_look": True}), (ANNA, REJECT)),
    ],
)
def test_second_look_is_taken_by_nobody_who_was_involved(
    steps: tuple[tuple[Person, dict[str, Any]], ...],
) -> None:
    kept = take(*steps)
    assert (kept.review.state, kept.review.second_look) == (ReviewState.IN_REVIEW, True)
    assert kept.sign_off is None
    with pytest.raises(ReviewRefused, match="second look"):
        take_step(kept, ANNA, **ACCEPT)
    looked = take_step(kept, Person("Cleo"), **ACCEPT)
    assert (looked.review.state, looked.review.second_look) == (ReviewState.SIGNED, False)


def test_two_keys_with_one_name_are_one_person() -> None:
    assert is_same_person(Person("Anna", "0000000a"), Person("anna", "0000000c"))
    assert is_same_person(Person("Anna", "0000000a"), Person("A. Berg", "0000000a"))
    assert not is_same_person(Person("Anna"), Person("Ben"))


REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "decision": st.sampled_from([None, *Decision]),
        "label": st.sampled_from([None, *VerdictLabel]),
        "reason": st.sampled_from([None, "Because."]),
        "note": st.sampled_from([None, "A note."]),
        "assignee": st.sampled_from([None, "", "Ben"]),
        "second_look": st.booleans(),
    },
)
STEPS = st.lists(
    st.tuples(st.sampled_from([ANNA, BEN]), REQUESTS, st.sampled_from([None, *VerdictLabel])),
    max_size=12,
)


@given(STEPS, st.booleans())
def test_every_sequence_keeps_the_rules(
    steps: list[tuple[Person, dict[str, Any], VerdictLabel | None]], two_people: bool
) -> None:
    """A label is signed or published exactly when there is a sign-off of it, a second look ends
    every sign-off, a published label never goes, and only a fresh sign-off is published."""
    kept = ReviewRecord()
    for person, request, proposal in steps:
        before = kept
        try:
            kept = take_step(kept, person, of=claim(proposal), two_people=two_people, **request)
        except (InvalidInput, NoVerdict, ReviewRefused):
            continue
        review, signed = kept.review, kept.sign_off
        holds = review.state in (ReviewState.SIGNED, ReviewState.PUBLISHED)
        assert holds == (signed is not None) == (kept.signer is not None)
        assert signed is None or review.label is signed.label
        assert not (review.second_look and holds)
        assert review.second_look == bool(kept.involved)
        assert before.review.published is None or review.published is not None
        if review.state is ReviewState.PUBLISHED and before.review.state is not review.state:
            assert signed == before.sign_off
        if two_people and before.review.published and review.published != before.review.published:
            assert review.published is not None
            is_other = review.published.label is not before.review.published.label
            assert not (is_other and before.signer and is_same_person(before.signer, person))


def test_publication_without_a_reason_keeps_that_of_the_sign_off() -> None:
    kept = take((ANNA, CORRECT))
    assert kept.review.reason
    assert take_step(kept, BEN, **PUBLISH).review.reason == kept.review.reason
    other = take_step(kept, BEN, **PUBLISH, reason="Printed today.")
    assert other.review.reason == "Printed today."
