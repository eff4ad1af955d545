"""The tokens of a service's second reader, counted in its store within the budget of a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from claims.ports import Readings
from claims.types import ClaimId

# The claim that a thread reads, and the API key that requested a reading without a record.
_charged: ContextVar[tuple[ClaimId | None, str | None]] = ContextVar(
    "charged", default=(None, None)
)


class ClaimLedger:
    """claims.ports.TokenLedger of a day's budget; tokens are those of the claim that is read.

    For several threads, each of which reads another claim.
    """

    def __init__(self, readings: Readings, *, tokens_per_day: int) -> None:
        """`tokens_per_day` 0: no limit. Threads that ask at once may each make one request more."""
        self._readings = readings
        self._most = tokens_per_day

    @contextmanager
    def charge(self, claim_id: ClaimId | None, *, owner: str | None = None) -> Iterator[None]:
        """Count the tokens that this thread spends in the block for this claim; None: for a claim
        without a record, which the key with the id `owner` requested."""
        before = _charged.set((claim_id, owner))
        try:
            yield
        finally:
            _charged.reset(before)

    def allows(self) -> bool:
        """Whether another request may be made today. Raises StoreUnavailable."""
        return not self._most or self._readings.spent_today() < self._most

    def spend(self, tokens: int) -> None:
        """Add the tokens of a request that was made. Raises StoreUnavailable."""
        claim_id, owner = _charged.get()
        self._readings.spend(claim_id, tokens, owner=owner)
