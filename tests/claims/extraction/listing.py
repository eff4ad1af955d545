"""Claims written as lines, for tables of texts and the claims in them."""

from __future__ import annotations

from collections.abc import Iterable

from claims.extraction import extract_claims
from claims.types import Claim


def write_claims(claims: Iterable[Claim]) -> list[str]:
    """The text of each claim, followed by ` | ` and its claimant where it has one."""
    return [f"{one.text} | {one.claimant}" if one.claimant else one.text for one in claims]


def last_claim(text: str) -> Claim:
    """The last claim of an article of 4 September 2025."""
    return extract_claims(text, published_at="2025-09-04").claims[-1]
