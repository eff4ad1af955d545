"""Selects the claims of a long article that are checked: the most check-worthy. Pure functions."""

from __future__ import annotations

from claims.extraction.reasons import Reason
from claims.types import Claim, Extraction, NotChecked


def keep_most_worthy(found: Extraction, *, text: str, most: int) -> Extraction:
    """At most `most` claims by check-worthiness, of equal ones the earlier; the rest not checked.

    A claim that is left out is listed with the words of `text` that state it, even when another
    claim of its sentence is kept. Both lists keep the order of the text. Every claim needs a span.
    """
    if len(found.claims) <= most:
        return found
    ranked = sorted(found.claims, key=lambda claim: -claim.check_worthiness)
    kept = set(map(id, ranked[:most]))
    left_out = [_put_aside(claim, text) for claim in found.claims if id(claim) not in kept]
    return Extraction(
        tuple(claim for claim in found.claims if id(claim) in kept),
        tuple(sorted((*found.not_checked, *left_out), key=lambda one: one.span)),
    )


def _put_aside(claim: Claim, text: str) -> NotChecked:
    if claim.span is None:
        raise ValueError("only claims that stand in the text can be listed as not checked")
    return NotChecked(text[claim.span.start : claim.span.end], claim.span, Reason.BEYOND_LIMIT)
