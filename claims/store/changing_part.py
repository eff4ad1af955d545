"""What the parts that change articles and claims share: limits, conditions, refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from claims.errors import (
    Corrected,
    IdempotencyMismatch,
    InvalidInput,
    NotExtracted,
    NoVerdict,
    QueueFull,
    QueueShareFull,
)
from claims.ports import Versions
from claims.store import keys, records
from claims.store.connection import Condition, StoreConnection, StorePart
from claims.types import ArticleId, ClaimId

T = TypeVar("T")


class ChangingPart(StorePart):
    """A part of the store that changes articles and claims."""

    def __init__(self, connection: StoreConnection, *, queue_max: int, queue_share: float) -> None:
        """`queue_max` limits the waiting work items, without checks on schedule; `queue_share` is
        the share of that limit that one API key may use."""
        super().__init__(connection)
        self._limits = queue_max, max(1, int(queue_max * queue_share))

    def write_limits(self) -> dict[str, int]:
        """The arguments of a script that refuses items beyond the limits (refuse_more)."""
        most, share = self._limits
        return {"most": most, "share": share}

    def check_outcome(self, outcome: object, record_id: str = "") -> None:
        """Raise the error for the answer of a script on this record, if the answer is an error."""
        most, share = self._limits
        match outcome:
            case "not-found":
                raise self.explain_missing(record_id)
            case "other-claims":
                raise _ClaimsChanged
            case "corrected":
                new = self.connection.command("HGET", keys.CLAIM + record_id, "corrected_by")
                raise Corrected(f"claim {record_id} was corrected: its new wording is claim {new}")
            case "no-verdict":
                raise NoVerdict(f"claim {record_id} has no verdict yet: nothing is kept to be read")
            case "too-short":
                raise InvalidInput("the schedule ends before its first check", "/until")
            case "mismatch":
                raise IdempotencyMismatch("this Idempotency-Key was used before with another body")
            case "full":
                raise QueueFull(f"{most} work items are waiting")
            case "share":
                raise QueueShareFull(f"{share} work items of one key are waiting, of {most} in all")

    def act_on_claims(
        self,
        article_id: ArticleId,
        act: Callable[[Sequence[ClaimId]], T],
        *,
        extracted: bool = True,
    ) -> tuple[list[ClaimId], T]:
        """The ids of an article's claims and the result of `act` on all of them together.

        Reads the ids again when they changed meanwhile. Raises NotFound, and with `extracted` also
        NotExtracted; without it, an article has no claims before its extraction.
        """
        while True:
            key = keys.ARTICLE + article_id
            status, claims = self.connection.command("HMGET", key, "status", "claims")
            if status is None:
                raise self.explain_missing(article_id)
            if claims is None and extracted:
                raise NotExtracted(f"article {article_id} is {status}: its claims are not known")
            places = range(int(claims or 0))
            ids = [records.derive_claim_id(article_id, place) for place in places]
            with suppress(_ClaimsChanged):
                return ids, act(ids)


def make_condition(key: str, versions: Versions) -> Condition | None:
    """The condition that the record at `key` has one of these versions; None for any version."""
    return None if versions is None else Condition(key, versions)


class _ClaimsChanged(Exception):
    """The claims of an article have changed since they were read."""
