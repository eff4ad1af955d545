"""Finds the earlier claim that means the same as a new one, by the word index of the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations

from claims.errors import NotFound, Unreadable
from claims.ports import ClaimFilter, Lookups
from claims.types import ClaimId, ClaimRecord, Review, ReviewState
from claims.verdicts.returned_claims import Scorer, Statement, find_same, list_index_words

FOUND_MOST = 20
"""Maximum claims, the newest first, that are listed for each pair of words."""
CANDIDATES_MOST = 12
"""Maximum earlier claims that are compared with a new one: those with most pairs of words."""


def find_returned(
    claim: ClaimRecord, *, store: Lookups, judge: Scorer | None
) -> ClaimRecord | None:
    """The earlier claim that means the same; None if there is none.

    Claims that are signed off come first, then those with a verdict. Claims of the same article
    and superseded ones do not count. Without a judge only claims with the same content words are
    found. Raises StoreUnavailable.
    """
    earlier = sorted(_list_candidates(claim, store), key=_rank)
    new, statements = _state(claim), [_state(one) for one in earlier]
    place = find_same(new, statements, judge)
    return None if place is None else earlier[place]


def _rank(claim: ClaimRecord) -> tuple[bool, bool]:
    return not is_signed_off(claim.review), claim.verdict is None


def is_signed_off(review: Review) -> bool:
    """Whether people have signed a label, published or not."""
    return review.state in (ReviewState.SIGNED, ReviewState.PUBLISHED)


def _state(claim: ClaimRecord) -> Statement:
    """The claim's text, with the day on which it was made or, if unknown, submitted."""
    at = claim.created_at
    return Statement(claim.text, claim.claimed_at or (at.date() if at else None))


def _list_candidates(claim: ClaimRecord, store: Lookups) -> Iterator[ClaimRecord]:
    words = list_index_words(claim.text)
    votes: Counter[str] = Counter([claim.repeats] if claim.repeats else [])
    for pair in combinations(words, 2) if len(words) > 1 else [words]:
        found = store.list_claims(ClaimFilter(words=" ".join(pair)), limit=FOUND_MOST).items
        votes.update(entry.id for entry in found if pair)
    del votes[claim.id]
    for claim_id, _ in votes.most_common(CANDIDATES_MOST):
        with suppress(NotFound, Unreadable):
            earlier = store.get_claim(ClaimId(claim_id)).record
            if _is_earlier(earlier, claim):
                yield earlier


def _is_earlier(one: ClaimRecord, claim: ClaimRecord) -> bool:
    if one.article_id is not None and one.article_id == claim.article_id:
        return False
    if one.created_at is None or claim.created_at is None:
        return False
    return one.created_at < claim.created_at and one.corrected_by is None
