"""The part of the store's invariant (invariant.py) that is about reviews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from claims.reviews import ReviewRecord, withdraws
from claims.shapes import from_text
from claims.types import ReviewEntry, ReviewState


def check_reviews(
    signed: Sequence[str],
    reviewed: Sequence[tuple[str, str, str]],
    steps: Sequence[tuple[str, str]],
    published: Sequence[str],
    publications: Sequence[str],
) -> Iterator[str]:
    """One sentence per violation.

    `signed` are the claims listed as signed, `reviewed` claims with their review and its facet,
    `steps` claims with the last step of their review, `published` those listed as published, and
    `publications` those with something that was published.
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
    once = {claim_id for claim_id, record in kept.items() if record.review.published}
    if once != set(publications):
        yield f"{sorted(once)} were published, publications have {sorted(publications)}"
    for claim_id in sorted(set(published) - once):
        yield f"{claim_id} is listed as published, and never was"
    for claim_id in sorted(once):
        shown, is_listed = kept[claim_id].review, claim_id in published
        if shown.state is ReviewState.PUBLISHED and not is_listed:
            yield f"{claim_id} is published, and is not listed as published"
        if is_listed and claim_id in last and withdraws(last[claim_id], shown):
            yield f"{claim_id} was taken back, and is listed as published"
