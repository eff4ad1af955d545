"""The part of the store's invariant (invariant.py) that is about reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from claims.reviews import ReviewRecord
from claims.shapes import from_text
from claims.types import ReviewEntry


def check_reviews(
    signed: Sequence[str],
    reviewed: Sequence[tuple[str, str, str]],
    steps: Sequence[tuple[str, str]],
) -> Iterator[str]:
    """One sentence per violation.

    `signed` are the claims listed as signed, `reviewed` claims with their review and its facet,
    `steps` claims with the last step of their review.
    """
    last = {claim_id: from_text(ReviewEntry, step) for claim_id, step in steps}
    kept = {claim_id: from_text(ReviewRecord, text) for claim_id, text, _ in reviewed}
    for claim_id, _, state in reviewed:
        review = kept[claim_id].review
        step = last.get(claim_id)
        if step is None or step.state is not review.state or review.state != state:
            yield f"{claim_id}: {review.state}, found as {state}, its last step led to {step}"
    for claim_id in sorted(last.keys() - kept.keys()):
        yield f"{claim_id} has steps of a review, but no review"
    with_sign_off = {claim_id for claim_id, record in kept.items() if record.sign_off}
    if with_sign_off != set(signed):
        yield f"signed are {sorted(with_sign_off)}, listed as signed {sorted(signed)}"
