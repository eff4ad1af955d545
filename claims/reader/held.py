"""Tokens and answers that cannot be recorded now, held in the process until they can."""

from __future__ import annotations

from contextlib import suppress
from contextvars import Context, copy_context
from itertools import count

from claims.errors import StoreUnavailable
from claims.ports import ReaderRecords, Recalled, RequestUsage

# Maximum requests that are held.
_MOST_HELD = 200


class HoldingRecords:
    """claims.ports.ReaderRecords in front of others: what was paid for is never lost because they
    cannot be written for a while.

    Requests are recorded later for the claim that they were made for (`ClaimLedger.charge`). For
    several threads.
    """

    def __init__(self, records: ReaderRecords) -> None:
        self._records = records
        self._numbers = count()
        self._held: dict[int, tuple[Context, RequestUsage]] = {}

    def recall(self, key: str) -> Recalled:
        """The contract of claims.ports.AnswerCache."""
        held = next(
            (usage for _, usage in list(self._held.values()) if usage.answer and usage.key == key),
            None,
        )
        self._record_held()
        return Recalled(held.answer) if held else self._records.recall(key)

    def end(self, key: str) -> None:
        """The contract of claims.ports.AnswerCache."""
        self._records.end(key)

    def allows(self) -> bool:
        """The contract of claims.ports.TokenLedger."""
        return self._records.allows()

    def spend(self, usage: RequestUsage) -> None:
        """Record a request, now or later; raises nothing."""
        self._held[next(self._numbers)] = (copy_context(), usage)
        for oldest in sorted(self._held)[:-_MOST_HELD]:
            self._held.pop(oldest, None)
        self._record_held()

    def _record_held(self) -> None:
        with suppress(StoreUnavailable):
            for number in sorted(self._held):
                held = self._held.pop(number, None)
                if held is None:  # another thread records it
                    continue
                context, usage = held
                try:
                    context.run(self._records.spend, usage)
                except StoreUnavailable:
                    self._held[number] = held
                    raise
