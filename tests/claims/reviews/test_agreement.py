"""The agreement of two reviewers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.reviews.agreement import (
    compare_people,
    compare_proposals,
    list_labels,
    list_names,
    measure_agreement,
)
from claims.types import Decision, ReviewEntry, ReviewState, SignOff, VerdictLabel
from tests.claims.samples import NOON

SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED


def step(by: str, label: VerdictLabel | None, decision: Decision | None) -> ReviewEntry:
    """A step of a review by this person."""
    return ReviewEntry(
        id="r_1",
        at=NOON,
        by=by,
        decision=decision,
        label=label,
        reason=None,
        note=None,
        assignee=None,
        second_look=False,
        state=ReviewState.IN_REVIEW,
        check=1,
        proposal=SUPPORTED,
    )


def signed(by: str, label: VerdictLabel) -> ReviewEntry:
    return step(by, label, Decision.CORRECT)


def test_last_decision_of_a_person_counts_and_no_other_step() -> None:
    steps = [
        signed("Anna", SUPPORTED),
        step("Ben", None, None),
        signed("ANNA", REFUTED),
        step("Cleo", REFUTED, Decision.PUBLISH),
        step("Dora", None, Decision.REJECT),
    ]
    assert list_labels(steps) == {"anna": REFUTED}


def test_claims_of_one_person_alone_are_not_compared() -> None:
    both = [signed("Ben", REFUTED), signed("Anna", SUPPORTED)]
    found = compare_people([both, both, [signed("Anna", SUPPORTED)]])
    assert found == {("anna", "ben"): {(SUPPORTED, REFUTED): 2}}


def test_kappa_is_that_of_a_known_example() -> None:
    """Two people, 50 cases: 20 and 15 equal, 5 and 10 not (Fleiss 1981: .7 equal, kappa .4)."""
    matrix = {
        (SUPPORTED, SUPPORTED): 20,
        (SUPPORTED, REFUTED): 5,
        (REFUTED, SUPPORTED): 10,
        (REFUTED, REFUTED): 15,
    }
    assert measure_agreement(matrix) == pytest.approx((0.7, 0.4))


def test_nothing_in_common_has_no_agreement() -> None:
    with pytest.raises(ValueError, match="both"):
        measure_agreement({})


LABELS = st.sampled_from(VerdictLabel)


@given(st.dictionaries(st.tuples(LABELS, LABELS), st.integers(1, 9), min_size=1))
def test_agreement_is_the_same_from_both_sides(
    matrix: dict[tuple[VerdictLabel, VerdictLabel], int],
) -> None:
    equal, kappa = measure_agreement(matrix)
    turned = {(other, one): count for (one, other), count in matrix.items()}
    assert measure_agreement(turned) == pytest.approx((equal, kappa))
    assert 0 <= equal <= 1
    assert -1 - 1e-9 <= kappa <= equal + 1e-9


def sign_off(label: VerdictLabel, *, proposal: VerdictLabel | None) -> SignOff:
    return SignOff(
        label=label,
        by="Anna",
        at=NOON,
        check=1,
        proposal=proposal,
        claim="0",
        verdict=None,
        quotation=None,
        page=None,
        judge=None,
    )


def test_signed_labels_are_compared_with_what_was_proposed_then() -> None:
    done = replace(signed("Anna", REFUTED), state=ReviewState.SIGNED)
    first = replace(done, sign_off=sign_off(SUPPORTED, proposal=SUPPORTED))
    last = replace(done, sign_off=sign_off(REFUTED, proposal=SUPPORTED))
    published = replace(done, state=ReviewState.PUBLISHED, decision=Decision.PUBLISH)
    found = compare_proposals(
        [
            [first, last, published],
            [first],
            [last, signed("Ben", REFUTED)],  # in review again
            [replace(done, sign_off=sign_off(REFUTED, proposal=None))],
            [signed("Ben", REFUTED)],
        ]
    )
    assert found == {(SUPPORTED, REFUTED): 1, (SUPPORTED, SUPPORTED): 1}


def test_names_are_as_they_were_written_last() -> None:
    assert list_names([[signed("ANNA", REFUTED), signed("Anna", REFUTED)]]) == {"anna": "Anna"}
