"""The port of publications: what readers of a desk may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from claims.types import ClaimId, PublishedClaim


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """One page of the published claims; `next_cursor` is None at the end."""

    items: tuple[PublishedClaim, ...]
    next_cursor: str | None


class Publications(Protocol):
    """The claims that are published, as they were signed.

    A claim is published from the first decision `publish` on, through later sign-offs, until a
    decision `reject` that no second look is awaited for, or its deletion. `Reviews.add` keeps what
    is read here.
    """

    def list_published(self, *, limit: int, cursor: str | None = None) -> PublishedPage:
        """Published claims, the last publication first.

        Whether one is reviewed again is as old as the last sweep. Raises InvalidInput for a cursor
        of another list.
        """
        ...

    def get_published(self, claim_id: ClaimId) -> PublishedClaim:
        """One published claim. Raises NotFound for all others, those that were deleted included."""
        ...
