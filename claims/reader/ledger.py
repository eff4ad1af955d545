"""The answers and tokens of a service's second reader, in its store, within the budget of a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from secrets import token_hex
from threading import get_ident

from claims.ports import Readings, Recalled, RequestUsage
from claims.types import ClaimId

# The claim that a thread reads, and the API key that requested a reading without a record.
_charged: ContextVar[tuple[ClaimId | None, str | None]] = ContextVar(
    "charged", default=(None, None)
)


class ClaimLedger:
    """claims.ports.ReaderRecords; tokens are those of the claim that is read.

    For several threads, each of which reads another claim.
    """

    def __init__(self, readings: Readings, *, tokens_per_day: int, most_s: float = 60.0) -> None:
        """`tokens_per_day` 0: no limit. Threads that ask at once may each make one request more.

        `most_s` are the seconds after which another caller may ask a question whose caller died.
        """
        self._readings = readings
        self._most = tokens_per_day
        self._most_s = most_s
        self._id = token_hex(8)

    @contextmanager
    def charge(self, claim_id: ClaimId | None, *, owner: str | None = None) -> Iterator[None]:
        """Count the tokens that this thread spends in the block for this claim; None: for a claim
        without a record, which the key with the id `owner` requested."""
        before = _charged.set((claim_id, owner))
        try:
            yield
        finally:
            _charged.reset(before)

    def recall(self, key: str) -> Recalled:
        """The contract of claims.ports.AnswerCache."""
        return self._readings.recall(key, holder=self._find_holder(), most_s=self._most_s)

    def end(self, key: str) -> None:
        """The contract of claims.ports.AnswerCache."""
        self._readings.end_asking(key, holder=self._find_holder())

    def allows(self) -> bool:
        """Whether another request may be made today. Raises StoreUnavailable."""
        return not self._most or self._readings.spent_today() < self._most

    def spend(self, usage: RequestUsage) -> None:
        """The contract of claims.ports.TokenLedger."""
        claim_id, owner = _charged.get()
        self._readings.spend(claim_id, usage, owner=owner)

    def _find_holder(self) -> str:
        """Who asks: the claim, which is asked about again if its process dies, or this thread."""
        claim_id, _ = _charged.get()
        return claim_id or f"{self._id}:{get_ident()}"
